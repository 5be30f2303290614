"""``AWS::Include``: the parts of a template that stand in a local file of their own.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from validator.aliases import is_written_out
from validator.frontends.cloudformation.parse import placed_like

_DEPTH = 40
_NAME = "AWS::Include"
Read = Callable[[str], bytes | None]
"""The bytes of a local file beside the template; None where there is none."""


def included(template: Mapping[str, Any], read: Read) -> Mapping[str, Any]:
    """The template with every include of a local file replaced by what the file holds; others stay."""
    whole = template
    transforms = template.get("Transform")
    listed = transforms if isinstance(transforms, list) else [transforms]
    for transform in listed:
        found = _content(transform, read)
        if found:
            rest = [one for one in listed if one is not transform]
            whole = placed_like(template, {**found, **whole, "Transform": rest})
    replaced: Mapping[str, Any] = placed_like(whole, {name: _node(node, read, 0) for name, node in whole.items()})
    return replaced


def mentions_include(data: bytes) -> bool:
    """Whether a template's text speaks of includes."""
    return _NAME.encode() in data


def is_include(transform: object) -> bool:
    """Whether the argument of Fn::Transform puts the content of a file in, and changes nothing else."""
    return isinstance(transform, dict) and transform.get("Name") == _NAME


def _node(node: Any, read: Read, depth: int) -> Any:  # noqa: ANN401
    if depth > _DEPTH:
        return node
    if isinstance(node, list):
        return placed_like(node, [_node(one, read, depth + 1) for one in node])
    if not isinstance(node, dict):
        return node
    made: dict[Any, Any] = {}
    for name, member in node.items():
        found = _content(member, read) if str(name) == "Fn::Transform" else None
        if found is None:
            made[name] = _node(member, read, depth + 1)
        else:
            made |= found
    return placed_like(node, made)


def _content(transform: Any, read: Read) -> dict[str, Any] | None:  # noqa: ANN401
    """What an include's file holds, without places: they would be places in another file."""
    if not is_include(transform):
        return None
    given = transform.get("Parameters")
    location = given.get("Location") if isinstance(given, dict) else None
    data = read(str(location)) if isinstance(location, str) else None
    if data is None:
        return None
    try:
        # Includes are JSON or YAML without short forms of functions.
        found = yaml.load(data, yaml.CSafeLoader)
        plain: Any = json.loads(json.dumps(found, default=str)) if is_written_out(found) else None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return None
    return plain if isinstance(plain, dict) else None
