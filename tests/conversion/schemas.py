"""Whether a path of the catalogue exists: in CloudFormation's schemas, which cfn-lint brings, and in the names kept of the provider's.

``python -m tests.conversion.schemas SCHEMA...`` writes those names anew from provider schemas (``terraform providers schema -json``,
also gzipped), for the types and paths that the tables use; of several versions of the provider, what one of them has is there.
"""

import gzip
import json
import sys
from functools import cache
from pathlib import Path

import cfnlint

NAMES = Path(__file__).parent / "terraform_names.json"
SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"


def steps(path: str) -> list[str]:
    """The names on the way, as far as a schema knows them: what stands inside a JSON string is the string's own business."""
    found = []
    for step in path.removeprefix("/").split("."):
        name, _, rest = step.partition("|")
        if name in {"*", "**"} or not name:
            return found
        found.append(name.partition("?")[0])
        if rest:
            return found
    return found


@cache
def _types() -> dict[str, str]:
    found = {}
    for region in ("us-west-2", "eu-west-1", "us-east-1"):
        found |= json.loads((SCHEMAS / "providers" / f"{region}.json").read_text())
    return found


@cache
def _schema(name: str) -> dict:
    return json.loads((SCHEMAS / "resources" / f"{_types()[name]}.json").read_text())


def in_cloudformation(name: str, path: str) -> bool:
    """Whether a type of CloudFormation has ``path``."""
    if name not in _types():
        return False
    return _below(_schema(name), _schema(name), steps(path))


def _below(whole: dict, node: dict, names: list[str]) -> bool:
    while "$ref" in node:
        target = whole
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    if not names:
        return True
    for key in ("oneOf", "anyOf", "allOf"):
        if any(_below(whole, one, names) for one in node.get(key, ())):
            return True
    if "items" in node:
        return _below(whole, node["items"], names)
    properties = node.get("properties")
    if properties and names[0] in properties:
        return _below(whole, properties[names[0]], names[1:])
    for one in node.get("patternProperties", {}).values():
        if _below(whole, one, names[1:]):
            return True
    kinds = node.get("type", "object")
    # A mapping of names that the template chooses, and documents of any shape.
    return not properties and "patternProperties" not in node and ("object" in kinds if isinstance(kinds, list) else kinds == "object")


@cache
def _names() -> dict:
    return json.loads(NAMES.read_text())


def in_terraform(name: str, path: str) -> bool:
    """Whether a type of the provider has ``path``, by the names that are kept."""
    node = _names().get(name)
    for step in steps(path):
        if node is None or node == "any":
            return node == "any"
        node = node.get(step)
    return node is not None


def _kept(block: dict, wanted: list[list[str]]) -> dict:
    """Of a block, the names that the paths use."""
    found = {}
    for name in sorted({path[0] for path in wanted if path}):
        rest = [path[1:] for path in wanted if path and path[0] == name and len(path) > 1]
        if name in block.get("block_types", {}):
            found[name] = _kept(block["block_types"][name]["block"], rest)
        elif name in block.get("attributes", {}):
            attribute = block["attributes"][name]
            nested = attribute.get("nested_type")
            found[name] = _kept(nested, rest) if nested else _of_type(attribute.get("type"), rest)
    return found


def _of_type(written: object, wanted: list[list[str]]) -> object:
    if isinstance(written, list) and written[0] in {"list", "set"}:
        return _of_type(written[1], wanted)
    if isinstance(written, list) and written[0] == "object":
        return {name: _of_type(inner, [path[1:] for path in wanted if path and path[0] == name]) for name, inner in written[1].items() if wanted}
    return "any" if isinstance(written, list) and written[0] == "map" else {}


def _merged(left: object, right: object) -> object:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return left if left == "any" else right
    return {name: _merged(left.get(name, {}), right.get(name, {})) for name in sorted({*left, *right})}


def write(files: list[str], used: dict[str, set[str]]) -> None:
    """Keep the names of ``used``: types with their paths."""
    kept: dict = {}
    for file in files:
        data = Path(file).read_bytes()
        schema = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
        for one in schema.get("provider_schemas", {"aws": schema}).values():
            for kinds in ("data_source_schemas", "resource_schemas"):
                for name, paths in used.items():
                    if name in one.get(kinds, {}):
                        found = _kept(one[kinds][name]["block"], [steps(path) for path in paths])
                        kept[name] = _merged(kept.get(name, {}), found)
    NAMES.write_text(json.dumps(kept, sort_keys=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    from tests.conversion.test_catalogue import USED

    write(sys.argv[1:], {name: paths for name, paths in USED.items() if not name.startswith("AWS::")})
