"""Does every path of the catalogue exist, and does nobody take what AWS follows for traffic from a subnet?"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

import pytest

from tests.conversion.schemas import in_cloudformation, in_terraform
from validator.conversion.kinds.catalogue import KINDS, PARTS
from validator.conversion.kinds.entry import Part

TYPES: list[tuple[str, Part]] = [*((name, part) for kind in KINDS for name, part in kind.types.items()), *PARTS.items()]
ATTRIBUTES = frozenset({"AWS::CloudFormation::Init", "AWS::CloudFormation::Authentication"})


def paths(part: Part) -> Iterator[str]:
    yield from (*part.subnets, *part.groups, *part.public, *part.role, *part.profile, *part.host_role, *part.images)
    yield from (*part.templates, *part.parts, *part.asides, *part.network)
    yield from filter(None, (part.interfaces, part.runtime, part.launch, part.providers, part.compatible))
    if part.inside:
        yield part.inside.path
    for one in (*part.environment, *part.scripts):
        yield one.path
    for reference in part.references:
        yield reference.path
        if reference.only and reference.only.path[0] == "/":
            yield reference.only.path
        elif reference.only and reference.only.path[0] != "^":
            yield f"{reference.path.rpartition('.')[0]}.{reference.only.path}".lstrip(".")
    for program in part.programs:
        yield program.path
        inner = [*program.environment, *program.scripts, *program.references]
        yield from (f"{program.path}.{one.path}" for one in inner)
        if program.image:
            yield f"{program.path}.{program.image}"


def used() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, part in TYPES:
        if not name.endswith("*"):
            found[name].update(path for path in paths(part) if path.partition(".")[0] not in ATTRIBUTES)
        for other, path in part.named_by:
            if not other.endswith("*"):
                found[other].add(path)
    return found


USED = used()


@pytest.mark.parametrize("name", sorted(USED))
def test_does_every_path_of_a_type_exist_in_its_schema(name):
    exists = in_cloudformation if name.startswith("AWS::") else in_terraform
    assert [path for path in sorted(USED[name]) if not exists(name, path)] == []


@pytest.mark.parametrize("path", ["VpcConfig.SubnetId", "VpcConfig.Subnets.Id", "Vpc_Config"])
def test_is_a_misspelt_path_missed_in_a_schema(path):
    assert in_cloudformation("AWS::Lambda::Function", "VpcConfig.SubnetIds")
    assert not in_cloudformation("AWS::Lambda::Function", path)
    assert not in_terraform("aws_lambda_function", path)


def test_is_every_type_in_the_vocabulary_of_one_kind_or_part_only_once():
    names = list(chain.from_iterable(kind.types for kind in KINDS))
    assert len(names) == len(set(names))
