"""Workloads, read by the catalogue: what runs in subnets, with the strings in which it names S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validator.conversion.fields import Fields
from validator.conversion.gathering import Gathered, Member, gathered
from validator.conversion.interfaces import Additions, additions
from validator.conversion.kinds.catalogue import KINDS
from validator.conversion.kinds.entry import Follower, Kind, Named, Part, Reference
from validator.conversion.linking import Links
from validator.conversion.placement import placements
from validator.conversion.programs import environment, images, scripts
from validator.conversion.sources import Sources
from validator.conversion.systems import system_of
from validator.conversion.texts import readable
from validator.conversion.walking import Place, blocks, holds, known_places, places
from validator.model.network import Id, Link
from validator.model.workloads import Mention, Need, Platform, Script, Workload
from validator.values import Ref, Text, Unknown, all_of, unknown

_ROLES = dict.fromkeys(("aws_iam_role", "AWS::IAM::Role"))
_PROFILES = {"aws_iam_instance_profile": "role", "AWS::IAM::InstanceProfile": "Roles"}


def workloads(sources: Sources) -> dict[Id, Workload]:
    """Everything that runs in subnets. A function or service outside every VPC is not among them."""
    links = Links(sources)
    added = additions(sources)
    found: dict[Id, Workload] = {}
    for kind, part, fields in _declared(sources):
        workload = _workload(links, kind, gathered(links, fields, part), added)
        if workload is not None:
            found.setdefault(workload.id, workload)
    return found


def _declared(sources: Sources) -> Iterator[tuple[Kind, Part, Fields]]:
    """The resources that run something, or may, kind by kind."""
    for kind in KINDS:
        for name, part in kind.types.items():
            mode = "data" if part.data else "managed"
            for fields in sources.by_type.get(name, ()):
                if fields.resource.mode == mode and fields.resource.exists is not False:
                    yield kind, part, fields


def _workload(links: Links, kind: Kind, found: Gathered, added: Additions) -> Workload | None:
    fields, part = found.own.fields, found.own.part
    inside = holds(part.inside, fields, fields, fields)
    if inside is False:
        return None
    platform = _platform(kind, found)
    placed = placements(links, kind, found, platform, added)
    if placed == ():
        return None
    variables, rest = environment(links, found)
    written = tuple(scripts(found, rest if variables else None))
    return Workload(
        id=fields.id,
        kind=kind.title,
        platform=platform,
        region=fields.resource.region,
        placements=placed,
        location=fields.place(),
        environment=rest if rest is not None and not variables else variables,
        scripts=written,
        mentions=tuple(_mentions(found, platform)),
        system=system_of(found, links.sources) if kind.platform in {Platform.EC2, Platform.EMR} else None,
        runtime=fields.text(part.runtime) if part.runtime else None,
        role=_role(links, found),
        images=tuple(images(found, pulled=_follows(kind.pulls_images, platform))),
        needs=tuple(dict.fromkeys([*(need for member in found.members for need in member.part.needs), *_signals(links, written)])),
        exists=all_of((fields.resource.exists, inside)),
        action=fields.resource.action,
    )


def _signals(links: Links, written: Iterable[Script]) -> Iterator[Need]:
    """A wait condition's handle is a URL into a bucket of CloudFormation's: who is given it puts its answer there."""
    for script in written:
        for part in script.value.parts if isinstance(script.value, Text) else (script.value,):
            declared = links.sources.by_id(part.address) if isinstance(part, Ref) else None
            if declared is not None and declared.resource.type == "AWS::CloudFormation::WaitConditionHandle":
                yield Need("cloudformation-waitcondition-{region}", "it answers a wait condition of CloudFormation there")


def _platform(kind: Kind, found: Gathered) -> Platform | Unknown:
    """Fargate or EC2, where a kind runs on either: its launch type, its capacity providers, else what its definition can only be."""
    if kind.platform is not Platform.ECS_EC2:
        return kind.platform
    fields, part = found.own.fields, found.own.part
    launch_type = next((place.block.text(place.name) for place in known_places(fields, part.launch)), None)
    if isinstance(launch_type, Unknown):
        return launch_type
    providers = [place.block.text(place.name) for place in known_places(fields, part.providers)]
    if launch_type is None and providers:
        launch_type = "FARGATE" if all(isinstance(one, str) and one.startswith("FARGATE") for one in providers) else None
    if launch_type is None and not providers:
        # The API's default is EC2, or the cluster's default strategy; the console's is not (ECS API CreateService).
        compatible = [place.value for one in found.members for place in known_places(one.fields, one.part.compatible)]
        launch_type = "FARGATE" if compatible and all(one == ("FARGATE",) for one in compatible) else "EC2"
    return Platform.FARGATE if (launch_type or "").startswith("FARGATE") else Platform.ECS_EC2


def _role(links: Links, found: Gathered) -> Link:
    """The role whose permissions the workload's code has: of its definitions, else of what hosts them. One of several is unknown."""
    roles = [role for member in found.members for role in _roles_of(links, member)]
    if not roles:
        roles = [
            _linked_role(links, place) for member in found.members for path in member.part.host_role for place in known_places(member.fields, path)
        ]
    different = list(dict.fromkeys(role for role in roles if role is not None))
    if len(different) < 2:  # noqa: PLR2004
        return different[0] if different else None
    settled = [role for role in different if isinstance(role, str)]
    cause = unknown("is one of several", f"the role of {found.own.fields.id}", found.own.fields.place())
    return Unknown(cause.causes, tuple(settled) if len(settled) == len(different) else None)


def _roles_at(links: Links, member: Member, paths: Iterable[str]) -> Iterator[Link]:
    yield from (_linked_role(links, place) for path in paths for place in known_places(member.fields, path))


def _roles_of(links: Links, member: Member) -> Iterator[Link]:
    yield from _roles_at(links, member, member.part.role)
    for path in member.part.profile:
        for place in known_places(member.fields, path):
            for profile in links.resolved(place, _PROFILES):
                if isinstance(profile, Unknown):
                    yield profile
                else:
                    yield from (_linked_role(links, held) for held in known_places(profile, _PROFILES[profile.resource.type]))


def _linked_role(links: Links, place: Place) -> Link:
    """The role's id in the topology; its name or ARN where it is outside the inputs."""
    found = place.links(_ROLES)
    link = found if isinstance(found, Unknown) else next(iter(found), None)
    declared = links.declared(link, _ROLES) if isinstance(link, str) else None
    return declared.id if declared else link


def _mentions(found: Gathered, platform: Platform | Unknown) -> Iterator[Mention]:
    """Properties that name S3 and that the workload's own interfaces follow: what the service reads for it is no access of its own."""
    workload = found.own.fields
    for member in found.members:
        at = [(reference, places(member.fields, reference.path)) for reference in member.part.references]
        for program in member.part.programs if any(program.references for program in member.part.programs) else ():
            for block in blocks(member.fields, program.path):
                at += [(one, places(block, one.path)) for one in program.references] if not isinstance(block, Unknown) else []
        for reference, of_reference in at:
            if _follows(reference.by, platform):
                yield from _mentioned(reference, of_reference, member.fields, workload)


def _follows(by: Follower, platform: Platform | Unknown) -> bool:
    """Whether the workload's own interfaces do it."""
    return by is Follower.SUBNET or (by is Follower.TASK and platform is Platform.FARGATE)


def _mentioned(reference: Reference, found: Iterator[Place | Unknown], resource: Fields, workload: Fields) -> Iterator[Mention]:
    for place in found:
        if isinstance(place, Unknown) or holds(reference.only, place.block, resource, workload) is False:
            continue
        for value in place.value if isinstance(place.value, tuple) else (place.value,):
            written = readable(value, place.block.naming)
            sensitive = place.block.sensitive(place.name)
            shown = f"{place.block.prefix}.{place.name}".lstrip(".")
            yield Mention(shown, written, place.block.place(place.name), sensitive, plain=reference.naming is Named.NAME)
