"""Does cfn-lint's reading of references and conditions of a template contradict ours? ``main`` asks that of every template of a folder."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cfnlint.decode.decode import decode_str
from cfnlint.template import Template

from validator.errors import InputError
from validator.frontends.cloudformation.functions import refs_in
from validator.frontends.cloudformation.template import read_template

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = [*sorted((ROOT / "samples").glob("*/template.yaml")), *sorted((Path(__file__).parent / "stacks").glob("*.yaml"))]


def contradictions(path: Path) -> Iterator[str]:
    """What cfn-lint sees otherwise: a reference to a resource that it does not know, a condition that it holds possible and we do not."""
    data = path.read_bytes()
    configuration = read_template(str(path), data, region=None, parameters={})
    theirs = Template(str(path), decode_str(data.decode())[0], ["us-east-1"])
    stack = f"{configuration.name}/"
    # Of nested stacks and SAM's own resources, cfn-lint reads nothing.
    known = set(theirs.get_valid_refs()) | set(theirs.get_resources())
    for resource in configuration.resources:
        name = resource.address.removeprefix(stack)
        if "/" in name:
            continue
        for reference in refs_in(dict(resource.attributes)):
            target = reference.address.removeprefix(stack)
            if reference.address.startswith(stack) and "/" not in target and target not in known:
                yield f"{path}: {resource.address} refers to {reference.address}"
    for name, body in theirs.get_resources().items():
        ours = next((one for one in configuration.resources if one.address == f"{stack}{name}"), None)
        if ours is None or not isinstance(body.get("Condition"), str) or not isinstance(ours.exists, bool):
            continue
        # A default settles for us what is open for cfn-lint.
        has_defaults = any("Default" in one for one in theirs.template.get("Parameters", {}).values())
        possible = {scenario[body["Condition"]] for scenario in theirs.conditions.build_scenarios({body["Condition"]: {True, False}})}
        if not has_defaults and possible and ours.exists not in possible:
            yield f"{path}: {ours.address} exists: {ours.exists}, cfn-lint: {sorted(possible)}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.parent.name + "-" + path.stem)
def test_does_cfn_lint_read_the_same(path):
    assert list(contradictions(path)) == []


def main() -> None:
    """Ask of every template below a folder."""
    logging.disable(logging.CRITICAL)
    read = 0
    for path in sorted(Path(sys.argv[1]).rglob("*")):
        if path.suffix in {".yaml", ".yml", ".json", ".template"} and b"Resources" in path.read_bytes():
            try:
                for line in contradictions(path):
                    print(line)
                read += 1
            except InputError:
                continue
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                # cfn-lint gives up on templates that are not valid.
                print(f"{path}: not compared: {type(error).__name__} {str(error)[:80]}")
    print(f"{read} templates compared")


if __name__ == "__main__":
    main()
