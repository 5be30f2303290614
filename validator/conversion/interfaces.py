"""What separate resources add to network interfaces: public addresses and security groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from validator.conversion.sources import Sources
from validator.conversion.vocabulary import GROUP_ATTACHMENT, SECURITY_GROUP
from validator.model.filters import AttachedGroup
from validator.model.network import Id, Link
from validator.values import Truth, Unknown, all_of, any_of

INTERFACES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"aws_network_interface": ("subnet_id", "security_groups"), "AWS::EC2::NetworkInterface": ("SubnetId", "GroupSet")}
)
# Whose interfaces a group can be attached to: an instance is named by the attribute that holds its primary interface.
_HOLDERS: Mapping[str, object] = MappingProxyType(
    dict.fromkeys((*INTERFACES, "aws_instance", "aws_spot_instance_request", "aws_vpc_endpoint", "aws_lb", "aws_efs_mount_target"))
)
_ADDRESSES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "aws_eip": {"instance": "instance", "interface": "network_interface"},
        "aws_eip_association": {"instance": "instance_id", "interface": "network_interface_id"},
        "AWS::EC2::EIP": {"instance": "InstanceId"},
        "AWS::EC2::EIPAssociation": {"instance": "InstanceId", "interface": "NetworkInterfaceId"},
    }
)


@dataclass(frozen=True, slots=True)
class Additions:
    """Public addresses and groups, each with the instance or interface that it is for. An address comes with whether it is there."""

    addresses: tuple[tuple[Link, Truth], ...] = ()
    groups: tuple[tuple[Link, AttachedGroup], ...] = ()

    def has_address(self, names: Iterable[Id]) -> Truth:
        """Whether an interface that is known by ``names`` has an Elastic IP address."""
        known = tuple(names)
        return any_of(all_of((exists, any_of(_is(link, name) for name in known))) for link, exists in self.addresses)

    def groups_of(self, names: Iterable[Id]) -> tuple[AttachedGroup, ...]:
        """The groups that are, or may be, attached to an interface that is known by ``names``."""
        known = tuple(names)
        found = ((group, any_of(_is(link, name) for name in known)) for link, group in self.groups)
        attached = (AttachedGroup(group.group, all_of((group.exists, named))) for group, named in found)
        return tuple(one for one in attached if one.exists is not False)


def additions(sources: Sources) -> Additions:
    """What the inputs add to interfaces by resources of their own."""
    return Additions(tuple(_addresses(sources)), _attachments(sources))


def _addresses(sources: Sources) -> Iterator[tuple[Link, Truth]]:
    """Elastic IP addresses, by what they name themselves or what an association does."""
    for fields, terms in sources.of(_ADDRESSES):
        for path in terms.values():
            if (holder := fields.link(path)) is not None:
                yield holder, fields.resource.exists


def _attachments(sources: Sources) -> tuple[tuple[Link, AttachedGroup], ...]:
    return tuple(
        (fields.link(terms["interface"], _HOLDERS), AttachedGroup(fields.link(terms["group"], SECURITY_GROUP), fields.resource.exists))
        for fields, terms in sources.of(GROUP_ATTACHMENT)
        if fields.resource.mode == "managed"
    )


def _is(link: Link, name: Id) -> Truth:
    if isinstance(link, Unknown):
        return Unknown(link.causes) if link.may_be(name) else False
    return link == name
