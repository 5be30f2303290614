"""Does what the sources say before an apply come true after it? ``applied.json`` is the plan after an apply, where every id is known."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.frontends.terraform.associations import associations_of, compared, configurations
from validator.frontends.reading import read
from validator.options import Options
from validator.values import Ref, Text, Unknown

HERE = Path(__file__).parent
ESTATES = sorted((HERE / "estates").iterdir())
SAMPLES = sorted(one for one in (HERE.parents[2] / "samples").iterdir() if one.is_dir())


def alone(plan: Path, folder: Path) -> Path:
    """The plan in a folder without sources."""
    return Path(shutil.copy(plan, folder / plan.name))


@pytest.mark.parametrize("form", ["plan.json", "."])
@pytest.mark.parametrize("estate", ESTATES, ids=lambda estate: estate.name)
def test_are_the_associations_before_the_apply_those_after_it(estate, form, tmp_path):
    before = associations_of(estate / form)
    after = associations_of(alone(estate / "applied.json", tmp_path))
    assert before == after


@pytest.mark.parametrize("estate", ESTATES, ids=lambda estate: estate.name)
def test_is_the_plan_without_sources_silent_rather_than_wrong(estate, tmp_path):
    before = associations_of(alone(estate / "plan.json", tmp_path))
    after = associations_of(alone(estate / "applied.json", tmp_path))
    assert compared(before, after).otherwise == []


def differences(planned: object, evaluated: object, place: str) -> list[str]:
    """Where a known value of the plan is another than the sources give; what they leave to the provider or to the apply does not count."""
    match evaluated:
        case None | Ref() | Text() | Unknown():
            return []
        case Mapping():
            if isinstance(planned, tuple) and len(planned) == 1:
                planned = planned[0]
            inner = planned if isinstance(planned, Mapping) else {}
            return [line for name, value in evaluated.items() if name in inner for line in differences(inner[name], value, f"{place}.{name}")]
        case tuple() if isinstance(planned, tuple) and len(planned) == len(evaluated):
            if all(isinstance(one, Mapping) for one in evaluated):
                # A plan has the blocks of a set in an order of its own.
                ordered = sorted(planned, key=lambda one: [bool(differences(one, other, place)) for other in evaluated])
                planned = ordered if not any(map(differences, ordered, evaluated, [place] * len(ordered))) else planned
            elif all(isinstance(one, str) for one in (*planned, *evaluated)):
                # ... and its texts.
                planned, evaluated = sorted(map(str, planned)), sorted(map(str, evaluated))
            return [line for one, other in zip(planned, evaluated, strict=True) for line in differences(one, other, place)]
    known = not isinstance(planned, Ref | Text | Unknown)
    if isinstance(planned, str) and isinstance(evaluated, str) and planned.startswith("{") and evaluated.startswith("{"):
        # The provider writes the JSON of a policy document with blanks, and takes any other writing of it for the same.
        return [] if json.loads(planned) == json.loads(evaluated) else [f"{place}: {planned!r} in the plan, {evaluated!r} in the sources"]
    return [f"{place}: {planned!r} in the plan, {evaluated!r} in the sources"] if known and str(planned).lower() != str(evaluated).lower() else []


@pytest.mark.parametrize("folder", [*SAMPLES, *ESTATES], ids=lambda folder: folder.name)
def test_are_the_known_values_of_the_plan_those_of_the_sources(folder, tmp_path):
    (sources,) = configurations(folder)
    (plan,) = configurations(alone(folder / "plan.json", tmp_path))
    planned = {one.address: one for one in plan.resources}
    managed = [one for one in sources.resources if one.mode == "managed"]
    assert [one.address for one in managed] == [address for address, one in planned.items() if one.mode == "managed"]
    for one in managed:
        theirs = planned[one.address]
        assert one.region == theirs.region or not one.type.startswith("aws_")
        assert differences(dict(theirs.attributes), dict(one.attributes), one.address) == []


@pytest.mark.parametrize("folder", [*SAMPLES, *ESTATES], ids=lambda folder: folder.name)
def test_has_every_resource_of_a_plan_with_sources_its_place_in_them(folder):
    (plan,) = configurations(folder / "plan.json")
    for one in plan.resources:
        assert one.location.path.endswith(".tf")
        line = Path(one.location.path).read_text().splitlines()[one.location.line - 1]
        assert one.location.column == 1
        assert line.split()[:2] == ["data" if one.mode == "data" else "resource", f'"{one.type}"']


def test_are_values_that_differ_taken_from_the_plan_and_told_once(tmp_path):
    shutil.copytree(ESTATES[1], tmp_path / "estate")
    main = tmp_path / "estate" / "main.tf"
    main.write_text(main.read_text().replace('"t3.micro"', '"t3.large"').replace('cidr_block = "10.0.0.0/16"', 'cidr_block = "10.9.0.0/16"'))
    path = tmp_path / "estate" / "plan.json"
    (plan,) = read(str(path), Options((str(path),), source=tmp_path / "estate"), region=None)
    assert [(note.subject, note.reason) for note in plan.notes] == [
        ("aws_instance.worker.instance_type", "is another value in the plan than in the sources; the plan is taken")
    ]
    workers = [one for one in plan.resources if one.type == "aws_instance"]
    assert [one.attributes["instance_type"] for one in workers] == ["t3.micro", "t3.micro"]


def test_are_sources_that_are_not_those_of_the_plan_left_alone(tmp_path):
    shutil.copy(ESTATES[1] / "plan.json", tmp_path)
    (tmp_path / "main.tf").write_text('resource "aws_vpc" "other" {}\n')
    (plan,) = configurations(tmp_path / "plan.json")
    assert plan.notes == ()
    assert {one.location.path for one in plan.resources} == {str(tmp_path / "plan.json")}
    assert json.loads((tmp_path / "plan.json").read_text())["format_version"] == "1.2"
