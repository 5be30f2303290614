"""Does any attribute of any sample, whatever it holds, make a stage stumble? A seeded choice of attributes and of what stands in them."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from validator.analysis.intents import find_intents
from validator.analysis.tables import find_table_intents
from validator.analysis.trace import trace
from validator.conversion.convert import convert
from validator.frontends.reading import read
from validator.judge.judge import judge
from validator.judge.policy import PACKS, load_policies
from validator.options import Options
from validator.values import Cause, Ref, Text, Unknown

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*/plan.json"))
POLICIES = load_policies(packs=PACKS)
OPEN = Unknown((Cause("is not settled", "var.odd"),))
BOUNDED = Unknown(OPEN.causes, ("subnet-0123456789abcdef0", Ref("aws_vpc.main", "id")), (Ref("aws_s3_bucket.data", "bucket"),))
HERE = Unknown((Cause("is given at deployment", "AWS::Region"),), symbol="stack|AWS::Region")
REFERENCE = Ref("aws_s3_bucket.data", "id")
ODD = (
    None, "", "x", 7, -1, 1.5, 10**30, float("inf"), True, (), ("x",), (None,), ((),), ({},), ({"a": 1},), {}, {"a": "b"}, {"a": OPEN}, OPEN, BOUNDED, HERE,
    REFERENCE, Ref("aws_subnet.nowhere", "x.0.y"), Text(("a", REFERENCE)), Text((OPEN, "b")), (OPEN,), (REFERENCE,), ({"x": REFERENCE},), "s3://bucket/key",
    "arn:aws:s3:::*", "10.0.0.0/99", "0.0.0.0/0", "::/0", "vpc-0123456789abcdef0", "*", "${x}", '{"Statement": {}}', '{"a":', "\x1b\u202e", "tcp", "-1", "true",
    "pl-12345678", "com.amazonaws.eu-west-1.s3", "\u00b2", "9" * 5000, "a" * 3000,
)  # fmt: skip


def paths(value, path=()):
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, tuple) else ()
    for name, member in members:
        yield (*path, name)
        yield from paths(member, (*path, name))


def put(value, path, odd):
    if not path:
        return odd
    if isinstance(value, tuple):
        return tuple(put(member, path[1:], odd) if index == path[0] else member for index, member in enumerate(value))
    return {**value, path[0]: put(value[path[0]], path[1:], odd)}


@pytest.mark.parametrize("form", ["plan.json", "template.yaml"])
@pytest.mark.parametrize("folder", [one.parent for one in SAMPLES], ids=lambda folder: folder.name)
def test_is_no_attribute_whatever_it_holds_more_than_a_fact(folder, form):
    (configuration,) = read(str(folder / form), Options((str(folder / form),)), region="ap-northeast-1")
    chance = random.Random(f"{folder.name} {form}")
    for _ in range(12):
        resources = list(configuration.resources)
        for number in chance.sample(range(len(resources)), k=min(2, len(resources))):
            attributes = {name: resources[number].attributes[name] for name in resources[number].attributes}
            for path in chance.sample(list(paths(attributes)), k=1) if attributes else ():
                resources[number] = replace(resources[number], attributes=put(attributes, path, chance.choice(ODD)))
        topology = convert([replace(configuration, resources=tuple(resources))])
        analysis = trace(topology, (*find_intents(topology, {}), *find_table_intents(topology)))
        judge(topology, analysis, POLICIES, {})
