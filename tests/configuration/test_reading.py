"""Is a configuration file read as it is written, and every mistake in it told with its line?"""

import json
import random
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from validator.configuration import load
from validator.configuration.keys import BY_NAME, KEYS, PER_PATH, RECORDS, Kind
from validator.configuration.places import places
from validator.configuration.schema import schema
from validator.configuration.settings import Section, matches, relative
from validator.errors import ConfigurationError
from validator.options import Declared, DeclaredAccess, DeclaredClient, Waiver
from validator.source import SourceLocation

WHOLE = """
fail-on = "warning"
changed-only = true
baseline = "s3reach-baseline.json"
format = ["text", "json=out/s3reach.json"]
quiet = true
verbose = true
no-color = true
region = ["eu-west-1", "eu-west-2"]
parameters = "parameters.json"
every-allowed-value = true
source = "infra"
var-file = "prod.tfvars"
var-env = true
network = "network.json"
max-age = 7
evidence = ["script", "configuration"]
policies = ["policies"]
pack = ["dynamodb"]
select = ["s3-unreachable", "vpc-dns-disabled"]
ignore = "vpc-dns-disabled"

[parameter]
Environment = "prod"

[var]
environment = "prod"

[severity]
s3-unreachable = "note"

[buckets]
"logs-*" = "eu-west-1"

[path."infra/prod/**"]
region = "us-east-1"
ignore = []

[[waiver]]
policy = "s3-unreachable"
workload = "aws_instance.*"
bucket = "logs-*"
path = "infra/**"
reason = "moves soon"
expires = 2027-01-31

[[waiver]]
policy = "s3-*"
reason = "all of them"
expires = "2027-02-28"

[[access]]
workload = "aws_instance.etl*"
bucket = "partner-drop"
client_region = "eu-central-1"

[[client]]
workload = "aws_ecs_service.*"
sdk = "boto3"
region = "eu-west-1"
"""


def settings(folder: Path, text: str, name: str = ".s3reach.toml"):
    (folder / name).write_text(text)
    return load(None, folder)


def mistakes(folder: Path, text: str, name: str = ".s3reach.toml") -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        settings(folder, text, name)
    return [line.removeprefix(f"{name}:") for line in caught.value.mistakes]


def test_is_every_setting_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = settings(tmp_path, WHOLE)
    assert found.whole == Section(
        fail_on="warning",
        regions=("eu-west-1", "eu-west-2"),
        parameters=(Path("parameters.json"), {"Environment": "prod"}),
        source=Path("infra"),
        variables=(Path("prod.tfvars"), {"environment": "prod"}),
        variables_from_environment=True,
        select=("s3-unreachable", "vpc-dns-disabled"),
        ignore=("vpc-dns-disabled",),
        severities={"s3-unreachable": "note"},
    )
    assert found.sections == (("infra/prod/**", Section(regions=("us-east-1",), ignore=())),)
    assert (found.every_allowed_value, found.changed_only, found.baseline) == (True, True, Path("s3reach-baseline.json"))
    assert (found.network, found.max_age) == (Path("network.json"), 7)
    assert (found.policies, found.packs, found.buckets) == ((Path("policies"),), ("dynamodb",), {"logs-*": "eu-west-1"})
    assert (found.output.formats, found.output.quiet, found.output.verbose, found.output.color) == (
        ("text", "json=out/s3reach.json"),
        True,
        True,
        False,
    )
    line = next(number for number, text in enumerate(WHOLE.splitlines(), 1) if text == "[[access]]")
    access, client = (SourceLocation(".s3reach.toml", at, attribute=name) for at, name in ((line, "[[access]]"), (line + 5, "[[client]]")))
    assert found.declared == Declared(
        (DeclaredAccess("aws_instance.etl*", "partner-drop", access, "eu-central-1"),),
        (DeclaredClient("aws_ecs_service.*", client, "boto3", "eu-west-1"),),
        ("script", "configuration"),
    )
    assert found.waivers == (
        ("infra/**", Waiver("s3-unreachable", "moves soon", date(2027, 1, 31), SourceLocation(".s3reach.toml", 39), "aws_instance.*", "logs-*")),
        (None, Waiver("s3-*", "all of them", date(2027, 2, 28), SourceLocation(".s3reach.toml", 47))),
    )


def test_is_every_setting_in_the_test_above():
    written = tomllib.loads(WHOLE)
    assert set(written) == {*BY_NAME, "path", *(record.name for record in RECORDS)}


def test_is_every_option_of_check_a_setting():
    told = subprocess.run([sys.executable, "-m", "validator", "check", "--help"], capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"^ +(?:-\w, *)?(?:--([a-z-]+)|-P)\b", told, re.MULTILINE))
    # Which file it is cannot stand in it, nor what the paths of a run are; what contacts AWS, or writes a baseline, is asked for each time.
    elsewhere = {"config", "help", "skip-others", "live", "live-timeout", "profile", "record", "role-arn", "write-baseline"}
    assert {name or "parameter" for name in options} - elsewhere == set(BY_NAME) - {"buckets", "severity"}


def test_do_schema_and_reader_agree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = json.loads(schema())
    jsonschema.Draft202012Validator.check_schema(document)
    validate = jsonschema.Draft202012Validator(document)
    validate.validate(json.loads(json.dumps(tomllib.loads(WHOLE), default=str)))
    for key in KEYS:
        example = f"{key.name} = {key.example}\n"
        settings(tmp_path, example)
        validate.validate(tomllib.loads(example))
        for wrong in ("[7]", '{ "x" = 7 }', *(["7"] if key.kind is not Kind.NUMBER else [])):
            assert mistakes(tmp_path, f"{key.name} = {wrong}\n")
            assert not validate.is_valid(tomllib.loads(f"{key.name} = {wrong}\n"))
        in_section = f'[path."infra"]\n{example}'
        assert validate.is_valid(tomllib.loads(in_section)) == key.per_path
        if key.per_path:
            settings(tmp_path, in_section)
        else:
            assert mistakes(tmp_path, in_section)
    for record in RECORDS:
        whole = [f"{key.name} = {key.example}" for key in record.keys]
        settings(tmp_path, f"[[{record.name}]]\n" + "\n".join(whole))
        for key in record.keys:
            less = f"[[{record.name}]]\n" + "\n".join(line for line in whole if not line.startswith(f"{key.name} "))
            assert validate.is_valid(json.loads(json.dumps(tomllib.loads(less), default=str))) == (not key.required)
            if key.required:
                assert mistakes(tmp_path, less)
            else:
                settings(tmp_path, less)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\nfail_on = "error"', ["2: there is no setting fail_on; did you mean fail-on?"]),
        ("zzz = 1", [f"1: there is no setting zzz; there are {', '.join(sorted([*BY_NAME, 'path', *(one.name for one in RECORDS)]))}"]),
        ('fail-on = "never"\nregion = "tokyo"', ['2: region must be a Region such as "eu-west-1", got "tokyo"']),
        ('region = [\n  "eu-west-1",\n  "moon",\n]', ['3: region must be a Region such as "eu-west-1", got "moon"']),
        ('[buckets]\n# the moon\n"x" = "moon"', ['3: [buckets] "x" must be a Region such as "eu-west-1", got "moon"']),
        ('buckets = { "x" = "moon" }', ['1: [buckets] "x" must be a Region such as "eu-west-1", got "moon"']),
        ('[severity]\ns3-unreachable = "fatal"', ['2: [severity] s3-unreachable must be error, warning, note or off, got "fatal"']),
        ('fail-on = "maybe"', ['1: fail-on must be error, warning or never, got "maybe"']),
        ('[path."a"]\npolicies = []', [f"2: policies may not be in a section of a path; there may be {', '.join(sorted(PER_PATH))}"]),
        ('[path."a"]\nregin = "eu-west-1"', ["2: there is no setting regin; did you mean region?"]),
        ('path = "x"', ['1: path must be tables: [path."infra/**"]']),
        ('waiver = "x"', ["1: waiver must be tables: [[waiver]]"]),
        ('format = "json=../x.json"', ["1: format json writes outside the folder of the configuration: ../x.json"]),
        ('[[waiver]]\npolicy = "x"\n\n[[waiver]]\nreason = "y"\nuntil = 1',
         ["1: [[waiver]] has no reason: why it is accepted", "4: [[waiver]] has no policy: the policy's id, or a glob",
          "6: there is no setting until; there are bucket, expires, path, policy, reason, workload"]),
        ('[[waiver]]\npolicy = "x"\nreason = "  "', ["1: [[waiver]] has no reason: why it is accepted"]),
        ('[[waiver]]\npolicy = "x"\nreason = "r"\nexpires = "soon"', ["4: expires must be a date such as 2027-01-31, got soon"]),
        ('quiet = "yes"\nverbose = 1', ["1: quiet must be true or false", "2: verbose must be true or false"]),
        ("a = 1\na = 2\nb = 3", ["2:6: is not TOML: Cannot overwrite a value"]),
    ],
)  # fmt: skip
def test_is_every_mistake_told_with_its_line(tmp_path, monkeypatch, text, told):
    monkeypatch.chdir(tmp_path)
    assert mistakes(tmp_path, text) == told
    if "TOML" not in told[0]:
        inside = re.sub(r"^(\[+)(?!\s*$)", r"\1tool.s3reach.", text, flags=re.MULTILINE)
        inside = inside if inside.startswith("[") and "tool.s3reach" in inside.partition("\n")[0] else f"[tool.s3reach]\n{inside}"
        shifted = 1 if inside.startswith("[tool.s3reach]\n") else 0
        (tmp_path / ".s3reach.toml").unlink()
        found = mistakes(tmp_path, inside, "pyproject.toml")
        assert found == [f"{int(line.partition(':')[0]) + shifted}:{line.partition(':')[2]}" for line in told]


def test_is_the_nearest_file_taken(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / ".s3reach.toml").write_text('fail-on = "warning"')
    (inner / "pyproject.toml").write_text('[tool.s3reach]\nfail-on = "never"')
    assert load(None, inner).whole.fail_on == "warning"
    (tmp_path / ".s3reach.toml").unlink()
    assert load(None, inner).whole.fail_on == "never"
    (inner / "pyproject.toml").write_text("[tool.other]")
    assert load(None, inner).whole.fail_on is None


def test_are_lines_found_whatever_is_in_between():
    text = 'a = """\n[b]\nc = 1\n"""\n[d."e.f"] # comment\n"g h".i = [ # [x]\n  "y", # z\n]\n[[w]]\nv = 1\n[[w]]\nv = 2\n[w.x]\nu = {}\n'
    found = places(text)
    lines = {path: first + 1 for path, (first, _) in found.spans.items()}
    assert lines == {
        ("a",): 1, ("d", "e.f"): 5, ("d", "e.f", "g h", "i"): 6, ("w", 0): 9, ("w", 0, "v"): 10, ("w", 1): 11, ("w", 1, "v"): 12,
        ("w", 1, "x"): 13, ("w", 1, "x", "u"): 14,
    }  # fmt: skip
    assert found.line(("d", "e.f", "g h", "i"), "y") == 7


@pytest.mark.parametrize(
    ("glob", "path", "matched"),
    [
        ("infra/prod", "infra/prod", True),
        ("infra/prod", "infra/prod/plan.json", True),
        ("infra/prod", "infra/production", False),
        ("infra/prod/**", "infra/prod", True),
        ("infra/prod/**", "infra/prod/a/b.yaml", True),
        ("infra/*/network", "infra/prod/network/plan.json", True),
        ("infra/*/network", "infra/a/b/network", False),
        ("**/network", "network", True),
        ("**/network", "infra/a/b/network/x", True),
        ("**", "anything/at/all", True),
        ("*.yaml", "a.yaml", True),
        ("*.yaml", "a/b.yaml", False),
        ("**/*.yaml", "a/b.yaml", True),
        ("./infra/", "infra/x", True),
        ("a?c", "abc", True),
        ("a[b]c", "abc", False),
        ("../other", "../other/plan.json", True),
    ],
)
def test_does_a_glob_match_a_path_or_a_folder_around_it(glob, path, matched):
    assert matches(glob, path) is matched


def test_is_a_path_seen_from_the_folder_of_the_configuration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert relative("infra/./plan.json", tmp_path) == "infra/plan.json"
    assert relative(str(tmp_path / "plan.json"), tmp_path / "infra") == "../plan.json"
    assert relative("-", tmp_path) == "-"


def test_do_random_bytes_raise_only_our_error(tmp_path):
    rng = random.Random(7)
    alphabet = ["[", "]", '"', "'", "=", "\n", "#", "{", "}", "path", "waiver", "region", "1", " ", ".", "\\", '"""', "é"]
    for _ in range(2000):
        try:
            settings(tmp_path, "".join(rng.choices(alphabet, k=rng.randrange(1, 20))))
        except ConfigurationError as error:
            assert error.mistakes
