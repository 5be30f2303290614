"""What Systems Manager runs on instances that it finds by their tags, or on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from validator.conversion.fields import Fields
from validator.conversion.linking import Links
from validator.conversion.walking import blocks

# Associations, with their targets and what a target's key and values are called.
_ASSOCIATIONS = MappingProxyType({"aws_ssm_association": ("targets", "key", "values"), "AWS::SSM::Association": ("Targets", "Key", "Values")})
# Instances and groups, with where their tags stand: a mapping, or blocks with a name and a value.
_TAGS: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "aws_instance": (("tags_all", "", ""), ("tags", "", "")),
        "aws_spot_instance_request": (("tags_all", "", ""), ("tags", "", "")),
        "aws_autoscaling_group": (("tag", "key", "value"),),
        "aws_launch_template": (("tag_specifications.tags", "", ""),),
        "AWS::EC2::Instance": (("Tags", "Key", "Value"),),
        "AWS::AutoScaling::AutoScalingGroup": (("Tags", "Key", "Value"),),
        "AWS::EC2::LaunchTemplate": (("LaunchTemplateData.TagSpecifications.Tags", "Key", "Value"),),
    }
)
_TAG = "tag:"
_INSTANCES = "InstanceIds"


def targeting(links: Links, fields: Fields) -> Iterator[Fields]:
    """The associations of the same Region that a resource's instances are found by; by tags that are known, as far as they are."""
    if fields.resource.type not in _TAGS:
        return
    tags = _tags(fields)
    for kind, (targets, key, values) in _ASSOCIATIONS.items():
        for one in links.sources.by_type.get(kind, ()):
            if one.resource.exists is not False and one.resource.region == fields.resource.region and _finds(one, (targets, key, values), tags):
                yield one


def _finds(association: Fields, names: tuple[str, str, str], tags: Mapping[str, str]) -> bool:
    """Whether all the targets of an association are of the resource: an instance has to have every tag that is asked for."""
    path, key, values = names
    found = [block for block in blocks(association, path) if isinstance(block, Fields)]
    return bool(found) and all(_fits(block.text(key), block.value(values), tags) for block in found)


def _fits(key: object, values: object, tags: Mapping[str, str]) -> bool:
    if not isinstance(key, str) or not isinstance(values, tuple):
        return False
    if key == _INSTANCES:
        return "*" in values
    return key.startswith(_TAG) and tags.get(key.removeprefix(_TAG)) in values


def _tags(fields: Fields) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path, key, value in _TAGS[fields.resource.type]:
        for block in blocks(fields, path):
            if not isinstance(block, Fields):
                continue
            held = {block.text(key): block.text(value)} if key else {name: block.text(name) for name in block.values}
            found |= {str(name): text for name, text in held.items() if isinstance(text, str)}
    return found
