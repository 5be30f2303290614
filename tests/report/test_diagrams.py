"""Are the pictures read by what renders them, and is everything in them that should be?"""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import made
import nodes
import pytest

from validator.options import Options
from validator.pipeline import check
from validator.report.diagram import dot, mermaid, svg
from validator.report.diagram.drawing import diagram, picture
from validator.report.diagram.layout import layout
from validator.report.diagram.model import Fold, Look

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SAMPLES = sorted((ROOT / "samples").glob("*/plan.json"))
REPORTS = {"findings": made.report, "clean": made.clean, "hostile": made.hostile, "some": lambda: made.many(12), "many": lambda: made.many(300)}


def drawings():
    """Every made report and every sample, folded in every way."""
    for name, build in REPORTS.items():
        for fold in (None, *Fold):
            if not (name == "many" and fold is Fold.NONE):
                yield f"{name} {fold}", diagram(build(), fold=fold)
        yield f"{name} failing", diagram(build(), failing=True)
    for sample in SAMPLES:
        yield sample.parent.name, diagram(check(Options((str(sample),))))


def test_do_the_parsers_of_mermaid_and_graphviz_take_every_picture():
    folder = nodes.installed()
    named = [(name, notation, write(drawn)) for name, drawn in drawings() for notation, write in (("mermaid", mermaid.render), ("dot", dot.render))]
    pictures = json.dumps([(notation, text) for _, notation, text in named])
    run = subprocess.run(["node", nodes.NODE / "parse.mjs", folder], input=pictures, capture_output=True, text=True, check=True)
    answers = dict(zip(((name, notation) for name, notation, _ in named), json.loads(run.stdout), strict=True))
    assert answers == dict.fromkeys(answers, "ok")


def test_does_mermaid_stay_below_the_limits_of_its_renderers():
    for fold in (None, Fold.TIER, Fold.VPC):
        text = mermaid.render(diagram(made.many(1000), fold=fold))
        assert len(text) < 50_000
        assert len(re.findall(r" (?:--|-\.)", text)) < 500


def test_is_every_svg_well_formed_and_free_of_scripts():
    for _, drawn in drawings():
        for written in (svg.render(drawn), svg.inline(drawn)):
            names = {element.tag.rpartition("}")[2] for element in ET.fromstring(written).iter()}
            assert names <= {"svg", "style", "g", "rect", "text", "title", "path", "circle"}
            assert not any(name.startswith("on") for element in ET.fromstring(written).iter() for name in element.attrib)


def test_does_nothing_in_an_svg_overlap():
    for name, drawn in drawings():
        laid = layout(drawn)
        rects = list(laid.nodes.items())
        for index, (one, left) in enumerate(rects):
            for other, right in rects[index + 1 :]:
                apart = left.right <= right.x or right.right <= left.x or left.bottom <= right.y or right.bottom <= left.y
                assert apart, (name, one, other)
            assert left.bottom <= laid.height
            assert left.right <= laid.width
        for node in drawn.nodes:
            if node.group:
                box, rect = laid.groups[node.group], laid.nodes[node.id]
                assert box.x <= rect.x, (name, node.id)
                assert rect.right <= box.right
                assert box.y <= rect.y
                assert rect.bottom <= box.bottom


def test_is_every_access_a_line_by_its_disposition_all_the_way():
    drawn = diagram(made.report())
    looks = {access: {edge.look for edge in drawn.edges if access in edge.accesses} for access in ("access-1", "access-2", "access-3", "access-4")}
    assert looks == {"access-1": {Look.ENDPOINT}, "access-2": {Look.STOPPED}, "access-3": {Look.OPEN}, "access-4": {Look.OUTSIDE}}
    title = {node.id: node.title for node in drawn.nodes}
    ways = {access: [(title[edge.source], title[edge.target]) for edge in drawn.edges if access in edge.accesses] for access in looks}
    assert sorted(ways["access-4"]) == [
        ("aws_lambda_function.job", "aws_route_table.private"),
        ("aws_nat_gateway.nat", "aws_s3_bucket.logs"),
        ("aws_route_table.private", "aws_nat_gateway.nat"),
    ]
    assert {edge.label for edge in drawn.edges} == {"", "not decided", "no-route to S3 in us-west-2", "to S3 in us-west-2"}


@pytest.mark.parametrize("fold", [Fold.NONE, Fold.TIER, Fold.VPC])
def test_does_folding_lose_no_access(fold):
    drawn = diagram(made.report(), fold=fold)
    assert {name for edge in drawn.edges for name in edge.accesses} == {f"access-{number}" for number in range(1, 5)}


def test_do_only_failing_accesses_leave_out_what_arrives_without_a_finding():
    report = made.report()
    drawn = diagram(report, failing=True)
    assert {name for edge in drawn.edges for name in edge.accesses} == {"access-2", "access-3"}
    assert "aws_subnet.spare" not in {node.title for node in drawn.nodes}


def test_does_a_large_estate_fold_by_itself_and_is_what_is_left_out_counted():
    drawn = diagram(made.many(300))
    assert drawn.left_out == 0
    assert len(drawn.nodes) <= 60
    vpcs = replace(made.many(300), findings=())
    accesses = tuple(
        replace(access, position=replace(access.position, vpc=f"aws_vpc.number_{number:03}")) for number, access in enumerate(vpcs.analysis.accesses)
    )
    wide = diagram(replace(vpcs, analysis=replace(vpcs.analysis, accesses=accesses)))
    assert len(wide.nodes) == 120
    assert wide.left_out == 302 - 120
    assert f"and {wide.left_out} more" in svg.render(wide)


def test_is_a_subnet_that_nobody_uses_drawn_with_its_table():
    drawn = diagram(made.report())
    title = {node.id: node.title for node in drawn.nodes}
    belong = {(title[edge.source], title[edge.target]) for edge in drawn.edges if edge.look is Look.STRUCTURE}
    assert belong == {("aws_subnet.public", "aws_route_table.public"), ("aws_subnet.spare", "aws_route_table.spare")}


def test_is_an_endpoint_in_a_vpc_that_is_not_settled_in_one_box_only(tmp_path):
    """It hangs on a route table, and so in the VPC of that; no box is left without anything in it."""
    whole = (HERE.parent / "frontends" / "stacks" / "whole.yaml").read_text()
    before, endpoint, after = whole.partition("  S3:\n")
    template = tmp_path / "template.yaml"
    template.write_text("Parameters: {Vpc: {Type: String}}\n" + before + endpoint + after.replace("!Ref Main", "!Ref Vpc", 1))
    drawn = diagram(check(Options((str(template),), regions=("eu-west-1",))))
    assert layout(drawn).groups.keys() == {group.id for group in drawn.groups}
    assert {group.id for group in drawn.groups} <= {node.group for node in drawn.nodes} | {group.parent for group in drawn.groups}


def test_does_the_own_security_group_stop_a_request_before_it_is_routed():
    (sample,) = [file for file in SAMPLES if file.parent.name == "security-group-without-s3"]
    report = check(Options((str(sample),)))
    drawn = picture(report.analysis.accesses)
    title = {node.id: node.title for node in drawn.nodes}
    assert [(title[edge.source].rpartition(".")[0], title[edge.target].rpartition(".")[0]) for edge in drawn.edges] == [
        ("aws_security_group", "aws_s3_bucket"),
        ("aws_ecs_service", "aws_security_group"),
    ]


@pytest.mark.parametrize(("form", "start"), [("mermaid", "flowchart LR"), ("dot", "digraph s3reach {"), ("svg", "<svg xmlns=")])
def test_does_the_command_write_each_notation(form, start, tmp_path):
    command = [sys.executable, "-m", "validator", "graph", ROOT / "samples" / "article" / "plan.json", "--format", form, "--fold", "none"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(start)
    assert "aws_instance.other_region" in run.stdout.replace("#95;", "_")
    subprocess.run([*command, "-o", tmp_path / "out"], check=True, cwd=ROOT)
    assert (tmp_path / "out").read_text() == run.stdout


def test_does_a_way_through_another_vpc_go_on_from_left_to_right_outside_the_first():
    drawn = diagram(check(Options((str(ROOT / "samples" / "central-egress-vpc" / "plan.json"),))))
    boxes = {node.title: node.group for node in drawn.nodes}
    assert boxes["aws_route_table.private_routes"] == "vpc aws_vpc.main"
    assert boxes["aws_ec2_transit_gateway.hub"] is boxes["aws_nat_gateway.nat"] is None
    places = {node.title: layout(drawn).nodes[node.id] for node in drawn.nodes}
    assert places["aws_ec2_transit_gateway.hub"].right < places["aws_nat_gateway.nat"].x < places["aws_s3_bucket.data"].x


def test_does_a_box_around_a_subnet_end_before_the_route_tables():
    for _, drawn in drawings():
        laid = layout(drawn)
        tables = [laid.nodes[node.id].x for node in drawn.nodes if node.kind == "route-table"]
        assert all(laid.groups[group.id].right <= min(tables, default=0.0) for group in drawn.groups if group.kind == "subnet" and tables)
