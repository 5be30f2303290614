"""Does the command keep what the contract says of it: exit codes, streams, formats, help?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
ARTICLE = str(SAMPLES / "article" / "plan.json")


def s3reach(*arguments: str, given: bytes = b"", folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    found = subprocess.run([sys.executable, "-m", "validator", *arguments], input=given, capture_output=True, cwd=folder, check=False)
    return subprocess.CompletedProcess(found.args, found.returncode, found.stdout.decode(), found.stderr.decode())


@pytest.mark.parametrize("form", ["plan.json", "template.yaml"])
def test_does_the_article_end_as_the_article_says(form):
    run = s3reach("check", str(SAMPLES / "article" / form), "--region", "ap-northeast-1", "-f", "json")
    report = json.loads(run.stdout)
    assert run.returncode == 1
    assert run.stderr == ""
    ends = {one["workload"]["address"].rpartition("/")[2].rpartition(".")[2]: one["disposition"] for one in report["accesses"]}
    assert {name.lower().replace("_", ""): end for name, end in ends.items()} == {
        "noregion": "unknown",
        "otherregion": "no-route",
        "sameregion": "via-gateway-endpoint",
    }
    assert sorted((one["policy"], one["severity"], one["verdict"]) for one in report["findings"]) == [
        ("cross-region-s3-unreachable", "error", "fail"),
        ("s3-client-without-region", "error", "fail"),
    ]


def test_is_a_clean_input_exit_0():
    run = s3reach("check", str(SAMPLES / "gateway-endpoint" / "plan.json"))
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("no findings; 1 access to S3 (1 via-gateway-endpoint)\n")


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_does_fail_on_move_the_gate(level, code):
    assert s3reach("check", str(SAMPLES / "nat-gateway-only" / "plan.json"), "--fail-on", level).returncode == code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("check", "nowhere.json"), "s3reach: nowhere.json: No such file or directory\n"),
        (("check", ARTICLE, "--region", "tokyo"), "s3reach: --region must be a Region such as eu-west-1, got tokyo\n"),
        (("check", ARTICLE, "-f", "xml"), "s3reach: --format must be one of text, json, sarif, junit, github, gitlab, markdown, html, got xml\n"),
        (("check", ARTICLE, "-P", "Name"), "s3reach: -P must be NAME=VALUE, got Name\n"),
        (("check", ARTICLE, "--select", "s3-typo"), "s3reach: there is no policy s3-typo; see: s3reach policies\n"),
        (("policies", "s3-typo"), "s3reach: there is no policy s3-typo; see: s3reach policies\n"),
        (("policies", "s3-unreach"), "s3reach: there is no policy s3-unreach; did you mean s3-unreachable?; see: s3reach policies\n"),
        (("check", ARTICLE, "--policies", "tests/report"), "s3reach: tests/report: holds no policies, expected *.yaml files\n"),
        (("check", ARTICLE, "--parameters", "no.json"), "s3reach: no.json: cannot be read: No such file or directory\n"),
    ],
)
def test_is_a_question_that_cannot_be_asked_exit_2_and_one_line(arguments, told):
    run = s3reach(*arguments)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", told)


def test_are_variables_of_a_module_directory_taken_from_the_command_line(tmp_path):
    (tmp_path / "main.tf").write_text((ROOT / "samples" / "gateway-endpoint" / "main.tf").read_text())
    (tmp_path / "name.tfvars").write_text('unused = "here"\n')
    told = s3reach("check", str(tmp_path), "-q", "--var-file", str(tmp_path / "name.tfvars"))
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "no findings; 1 access to S3 (1 via-gateway-endpoint)")
    refused = s3reach("check", str(tmp_path), "--var", "bucket=x")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f's3reach: {tmp_path}: has no variable "bucket", which --var sets\n'
    refused = s3reach("check", str(tmp_path), "--source", str(tmp_path / "nowhere"))
    assert (refused.returncode, refused.stderr) == (2, f"s3reach: --source must be a module directory, got {tmp_path / 'nowhere'}\n")


def test_is_a_parameter_that_no_template_declares_noted():
    options = ("--region", "ap-northeast-1", "-P", "Buckt=x", "-P", "template/Bucket=x", "-P", "AWS::StackName=x", "-P", "resolve:ssm:/x=y")
    run = s3reach("check", str(SAMPLES / "article" / "template.yaml"), *options)
    assert [line for line in run.stdout.splitlines() if line.startswith("note: -P")] == [
        "note: -P Buckt is a parameter of no template",
        "note: -P template/Bucket is a parameter of no template",
    ]
    assert "note: -P" not in s3reach("check", ARTICLE, *options).stdout


def test_is_a_region_that_nobody_knows_noted():
    run = s3reach("check", str(SAMPLES / "gateway-endpoint" / "template.yaml"), "--region", "ap-northeast-9")
    assert "note: --region ap-northeast-9 is no Region that is known here, new or misspelt; did you mean ap-northeast-3?\n" in run.stdout
    assert "note: --region" not in s3reach("check", ARTICLE, "--region", "eu-west-1").stdout


def test_is_an_option_that_a_configuration_may_not_hold_told_as_one(tmp_path):
    (tmp_path / ".s3reach.toml").write_text('live = true\nformat = ["sarf"]\n')
    run = s3reach("check", ARTICLE, folder=tmp_path)
    assert (run.returncode, run.stderr.splitlines()) == (
        2,
        [
            "s3reach: .s3reach.toml:1: there is no setting live: that is an option of the command line alone",
            's3reach: .s3reach.toml:2: format must be one of text, json, sarif, junit, github, gitlab, markdown, html, got "sarf"',
        ],
    )


def test_are_all_mistakes_of_a_configuration_told_at_once(tmp_path):
    (tmp_path / ".s3reach.toml").write_text('fail-on = "maybe"\ncolour = true\n[buckets]\n"x" = "moon"\n')
    run = s3reach("check", ARTICLE, folder=tmp_path)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 3
    assert all(line.startswith("s3reach: .s3reach.toml:") for line in run.stderr.splitlines())


def test_do_buckets_of_the_configuration_settle_their_regions(tmp_path):
    (tmp_path / ".s3reach.toml").write_text('[buckets]\n"somebody-*" = "ap-northeast-1"\n')
    run = s3reach("check", str(SAMPLES / "bucket-outside-the-input" / "plan.json"), folder=tmp_path)
    assert run.returncode == 0
    assert run.stdout.endswith("no findings; 1 access to S3 (1 via-gateway-endpoint)\n")


def test_does_a_severity_of_the_configuration_count(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.s3reach.severity]\ns3-through-nat-gateway = "error"\n')
    assert s3reach("check", str(SAMPLES / "nat-gateway-only" / "plan.json"), folder=tmp_path).returncode == 1


def test_is_standard_input_read():
    run = s3reach("check", "-", given=Path(ARTICLE).read_bytes())
    assert run.returncode == 1
    assert "where  standard input, aws_instance.no_region" in run.stdout


def test_do_several_formats_go_to_their_files(tmp_path):
    run = s3reach("check", ARTICLE, "-f", "text", "-f", f"json={tmp_path / 'report.json'}")
    assert run.returncode == 1
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["exit_code"] == 1
    assert "2 errors" in run.stdout


@pytest.mark.parametrize("folder", sorted(one.name for one in SAMPLES.iterdir() if one.is_dir()))
def test_does_the_json_report_keep_its_schema_and_its_bytes(folder):
    schema = json.loads(s3reach("schema", "report").stdout)
    first, second = (s3reach("check", str(SAMPLES / folder / "template.yaml"), "--region", "ap-northeast-1", "-f", "json").stdout for _ in range(2))
    assert first == second
    jsonschema.Draft202012Validator(schema, format_checker=None).validate(json.loads(first))


def test_does_the_github_format_add_to_the_summary_of_the_job(tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(summary)}
    command = [sys.executable, "-m", "validator", "check", ARTICLE, "-f"]
    run = subprocess.run([*command, "github"], capture_output=True, text=True, env=environment, check=False, cwd=ROOT)
    assert run.returncode == 1
    assert run.stdout.startswith("::error file=samples/article/main.tf,line=61,col=3,title=cross-region-s3-unreachable")
    assert summary.read_text().startswith("before\n<!-- s3reach -->\n### ")
    subprocess.run([*command, "text"], capture_output=True, env=environment, check=False, cwd=ROOT)
    assert summary.read_text().count("<!-- s3reach -->") == 1


def test_do_the_shipped_policies_keep_their_schema():
    schema = json.loads(s3reach("schema", "policy").stdout)
    for file in sorted((ROOT / "policies").glob("*.yaml")):
        jsonschema.validate(yaml.safe_load(file.read_text()), schema)


def test_is_nothing_written_where_one_format_cannot_be(tmp_path):
    run = s3reach("check", ARTICLE, "-f", "text", "-f", f"json={tmp_path / 'nowhere' / 'report.json'}")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"s3reach: {tmp_path / 'nowhere' / 'report.json'}: cannot be written: No such file or directory\n"


def test_is_a_stack_judged_in_every_region_that_is_given():
    run = s3reach("check", str(SAMPLES / "nat-gateway-only" / "template.yaml"), "--region", "eu-west-1", "--region", "us-west-2", "-f", "json")
    report = json.loads(run.stdout)
    assert [one["region"] for one in report["findings"]] == ["eu-west-1", "us-west-2"]
    assert sorted(one["workload"]["region"] for one in report["accesses"]) == ["eu-west-1", "us-west-2"]
    assert len({one["fingerprint"] for one in report["findings"]}) == 2


def test_is_one_input_given_twice_one_input():
    assert s3reach("check", ARTICLE, ARTICLE).stdout == s3reach("check", ARTICLE).stdout


@pytest.mark.parametrize(
    "text",
    [
        '[{"ParameterKey": "WithEndpoint", "ParameterValue": "true"}]',
        '{"Parameters": {"WithEndpoint": "true"}}',
        '{"WithEndpoint": "true"}',
        '["WithEndpoint=true"]',
        "parameters.yaml: template-file-path: x.yaml\nparameters:\n  WithEndpoint: true\n",
        'samconfig.toml: version = 0.1\n[default.deploy.parameters]\nparameter_overrides = "Other=\\"a b\\" WithEndpoint=true"\n',
        'samconfig.toml: version = 0.1\n[default.global.parameters]\nparameter_overrides = ["WithEndpoint=true"]\n',
    ],
)
def test_are_parameters_read_in_every_form(tmp_path, text):
    name, told, rest = text.partition(": ") if text.startswith(("parameters.yaml", "samconfig")) else ("parameters.json", "", text)
    (tmp_path / name).write_text(rest if told else text)
    arguments = ("check", str(SAMPLES / "conditional-endpoint" / "template.yaml"), "--region", "ap-northeast-1")
    assert s3reach(*arguments).returncode == 1
    assert s3reach(*arguments, "--parameters", str(tmp_path / name)).returncode == 0
    assert s3reach(*arguments, "--parameters", str(tmp_path / name), "-P", "WithEndpoint=false").returncode == 1


def test_does_explain_tell_every_hop_and_the_evidence():
    run = s3reach("explain", ARTICLE, "--workload", "same_region")
    assert run.returncode == 0
    assert run.stdout.splitlines()[:3] == [
        "aws_instance.same_region in aws_subnet.isolated -> aws_s3_bucket.data: via-gateway-endpoint",
        "  bucket    ap-northeast-1, from its provider's Region",
        "  client    aws-cli, Region ap-northeast-1 from its flag",
    ]
    assert "    aws_vpc_endpoint.s3: the gateway endpoint's route to S3 in ap-northeast-1" in run.stdout
    assert "user data runs aws s3 cp on aws_s3_bucket.data" in run.stdout
    assert "no_region" not in run.stdout.partition("errors")[0].rpartition("\n")[0]


def test_does_explain_tell_what_there_is_where_nothing_is_what_was_asked_for():
    run = s3reach("explain", ARTICLE, "--workload", "elsewhere")
    assert run.stdout.splitlines() == [
        "no access is what --workload and --bucket ask for; there are:",
        "  aws_instance.no_region -> aws_s3_bucket.data",
        "  aws_instance.other_region -> aws_s3_bucket.data",
        "  aws_instance.same_region -> aws_s3_bucket.data",
        "",
    ]


def test_is_no_workload_that_uses_s3_told(tmp_path):
    (tmp_path / "main.tf").write_text('resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n')
    assert s3reach("check", str(tmp_path)).stdout == "no findings; no workload in a VPC is seen to use S3\n"


def test_is_every_policy_listed_and_told_in_full():
    listed = s3reach("policies").stdout.splitlines()
    assert len(listed) == len(list((ROOT / "policies").glob("*.yaml")))
    for line in listed:
        told = s3reach("policies", line.split()[0])
        assert told.returncode == 0
        assert "fix in Terraform:" in told.stdout


def test_is_the_page_of_the_policies_the_one_that_they_make():
    assert (ROOT / "policies" / "README.md").read_text() == s3reach("policies", "--format", "markdown").stdout


@pytest.mark.parametrize("command", [(), ("check",), ("explain",), ("policies",), ("schema",)])
def test_does_help_teach(command):
    run = s3reach(*command, "--help")
    assert run.returncode == 0
    assert "\\" not in run.stdout
    assert "Usage: s3reach" in run.stdout or "Usage:" in run.stdout


def test_is_the_version_told():
    assert s3reach("--version").stdout.startswith("s3reach 0.")


def test_is_a_name_of_a_stranger_never_a_terminal_escape(tmp_path):
    text = Path(ARTICLE).read_text().replace("no_region", r"no\u001b[31m_region\u202e")
    (tmp_path / "plan.json").write_text(text)
    run = s3reach("check", str(tmp_path / "plan.json"))
    assert run.returncode == 1
    assert "\x1b" not in run.stdout
    assert "\u202e" not in run.stdout


def test_is_a_name_of_a_stranger_in_a_mistake_neither_an_escape_nor_a_command(tmp_path):
    name = "\x1b[31m##[error]x\u202e\n::error::y.json"
    (tmp_path / name).write_text('{"Resources": ')
    (tmp_path / "template.json").write_text('{"Resources": {"\\u001b[31m##vso[task]\\u202e\\n::error::": 1}}')
    for given in (name, "template.json", "nowhere" + name):
        run = s3reach("check", given, folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert all(line.startswith("s3reach: ") and line.isprintable() and "##" not in line for line in run.stderr.split("\n")[:-1])


def test_is_a_sensitive_value_never_printed():
    plan = ROOT / "tests" / "frontends" / "plans" / "sensitive.json"
    for arguments in (("check", str(plan)), ("check", str(plan), "-f", "json"), ("explain", str(plan))):
        run = s3reach(*arguments)
        assert "known-bucket" in run.stdout
        assert "very-secret-bucket" not in run.stdout + run.stderr


def test_does_no_color_hold_and_a_pipe_get_none():
    environment = {**os.environ, "NO_COLOR": "1"}
    run = subprocess.run([sys.executable, "-m", "validator", "check", ARTICLE], capture_output=True, env=environment, check=False, cwd=ROOT)
    assert b"\x1b" not in run.stdout
