"""Which uses of S3 are read from scripts, as people write them?"""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.analysis.scripts.machine import OWN_REGION
from validator.analysis.scripts.reading import uses_in
from validator.symbols import Symbols
from validator.values import Ref, Text, Unknown, unknown

TABLE = yaml.safe_load((Path(__file__).parent / "scripts.yaml").read_text())


def shown(text, symbols):
    """Flat text for a table: the own Region, what is one of several, what only run time knows."""
    if text is None:
        return None
    told = []
    for part in symbols.parts(text):
        if part == OWN_REGION:
            told.append("own")
        elif isinstance(part, Unknown):
            told.append("|".join(map(str, part.among)) if part.among else f"<{part.causes[0].subject}>")
        else:
            told.append(str(part))
    return "".join(told)


def uses(script, environment=None, kind="", image="", system=None):
    symbols = Symbols()
    found = uses_in(symbols.flat(script), symbols, environment or {}, kind, image, system)
    return [
        [shown(one.naming.bucket, symbols) if one.naming else "", one.tool.name if one.tool else None, shown(one.region, symbols), one.source]
        for one in found
    ]


def distinct(rows):
    return sorted({tuple(map(str, row)) for row in rows})


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["is"])
def test_is_every_use_of_s3_read_from_a_script(row):
    found = uses(row["script"], row.get("environment"), row.get("kind", ""), row.get("image", ""), row.get("system"))
    assert distinct(found) == distinct(row["uses"])


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["is"])
def test_is_what_s3_itself_copies_read_from_a_script(row):
    symbols = Symbols()
    found = uses_in(symbols.flat(row["script"]), symbols, row.get("environment", {}), row.get("kind", ""), row.get("image", ""), row.get("system"))
    copied = {shown(one.naming.bucket, symbols): [shown(source.bucket, symbols) for source in one.copied_from] for one in found if one.copied_from}
    assert copied == row.get("copied", {})


def test_is_the_table_as_long_as_people_are_inventive():
    assert len(TABLE) >= 150


@pytest.mark.parametrize(
    "script",
    [
        "aws configure set default.s3.use_accelerate_endpoint true\naws s3 ls s3://data",
        "aws configure set s3.use_accelerate_endpoint true --profile x\naws --profile x s3 ls s3://data",
        "mkdir ~/.aws\ncat > ~/.aws/config <<EOF\n[default]\ns3 =\n  use_accelerate_endpoint = true\nEOF\naws s3 ls s3://data",
    ],
)
def test_are_settings_of_the_configuration_kept_for_the_commands_of_their_profile(script):
    (use,) = uses_in(script, Symbols(), {})
    assert use.settings == {"use_accelerate_endpoint": "true"}


def test_is_a_variable_that_nothing_sets_unknown_and_not_empty():
    symbols = Symbols()
    (use,) = uses_in("aws s3 cp s3://$BUCKET/x .", symbols, {})
    assert symbols.parts(use.naming.bucket) == (unknown("is a variable that the script does not set", "$BUCKET"),)


def test_does_no_cause_quote_a_sensitive_script():
    symbols = Symbols(secret=True)
    (use,) = uses_in("T=$(vault read token)\naws s3 cp s3://$T-$SECRET/x .", symbols, {})
    told = [cause.subject for part in symbols.parts(use.naming.bucket) if isinstance(part, Unknown) for cause in part.causes]
    assert told == ["an expression in it", "an expression in it"]


def test_is_a_reference_of_the_template_kept_through_the_script():
    symbols = Symbols()
    bucket, region = Ref("aws_s3_bucket.data", "id"), unknown("is given at deployment", "AWS::Region")
    script = symbols.flat(Text(("B=", bucket, "\nexport AWS_DEFAULT_REGION=", region, "\naws s3 sync s3://$B/x /srv")))
    (use,) = uses_in(script, symbols, {})
    assert (symbols.parts(use.naming.bucket), symbols.parts(use.region)) == ((bucket,), (region,))


HOSTILE = {
    "single quotes": "'" * 50_000, "double quotes": '"' * 50_001, "substitutions": "$(" * 50_000, "backquotes": "`" * 50_000,
    "backslashes": "\\" * 50_001, "assignments": "a=" * 50_000, "braces": "${" * 50_000, "quoted substitutions": '"$(' * 50_000,
    "defaults": '${a:-"' * 30_000, "arrays": "x=(" * 20_000, "ifs": "if " * 50_000, "cases": "case x in a) " * 9_000,
    "heredocs": "<<A " * 40_000 + "\nx\n" * 30_000, "nested heredocs": "".join(f"$(cat <<D{number}\n" for number in range(5_000)),
    "functions": "f() { " * 20_000, "recursion": "f() { f; f; f; f; }; f", "loops": "for a in 1 2 3 4 5 6 7 8; do " * 12 + "aws s3 ls s3://b;" + " done" * 12,
    "doubling": "A=aaaaaaaaaaaaaaaa\n" + "A=$A$A\n" * 5_000 + "aws s3 ls s3://$A", "files": "".join(f"echo s3://b{n} > /f{n}\n" for n in range(4_000)),
    "variables": "".join(f"export V{n}=s3://b{n}\n" for n in range(4_000)), "pipes": "a | " * 50_000, "commands": "aws s3 ls s3://b; " * 6_000,
    "PowerShell": "<powershell>" + '$a = "' * 20_000, "PowerShell comments": "<powershell>" + "<# " * 20_000, "tags": "<powershell>" * 20_000,
    "cloud-config": "#cloud-config\nruncmd:\n" + "- - " * 20_000, "flow": "#cloud-config\na: " + "[" * 60_000, "anchors": "#cloud-config\na: &a [x,x]\n" +
    "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'},*{'a' if n == 0 else f'b{n - 1}'}]\n" for n in range(60)) + "write_files: *b59\n",
    "MIME": 'Content-Type: multipart/mixed; boundary="b"\n' + "--b\n" * 20_000, "JSON": '{"ignition":' * 10_000, "python": "import boto3\n" + "f'{a}'" * 10_000,
    "copies": "import boto3\n" + "CopySource={" * 9_000, "copied": "import boto3\n" + ".copy(a, " * 9_000,
    "settings": "cat > /etc/x.conf <<'EOF'\n" + "[a]\nbucket = b\n" * 4_000 + "EOF\n", "yum": "yum install -y " + "a " * 30_000, "find": "find " + "{} " * 30_000,
    "mount options": "s3fs b /m -o " + "a=1," * 16_000, "clients": "import boto3\nx = boto3.client('s3')\n" * 1_500 + "x.head_bucket(Bucket='abc')\n" * 1_500,
    "calls": "import boto3\n" + "a = (Bucket='abc',\n" * 3_000, "arguments": "import boto3\ns3=boto3.client('s3')\n" + "p = {'Bucket': 'abc'}\n" * 2_500,
    "configurations": "import boto3\n" + "boto3.client('s3', config=cfg)\ncfg = Config(" * 1_500, "owners": "import boto3\n" + "a.b." * 15_000 + "(Bucket='abc')",
    "containers": "docker run -e A=b x " * 8_000, "chains": '[ "$A" ] && A=1 || ' * 8_000,
    "subshells": "(A=1;" * 20_000, "shells of their own": "(A=1)\n" * 10_000, "tests": "if [ a = b ]; then " * 10_000, "trims": "A=" + "a" * 16_000 + "\n" + "B=${A%%a*}${A##*a}${A//a/b}\n" * 300,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_does_hostile_text_end_in_time(name):
    started = time.monotonic()
    assert isinstance(uses(HOSTILE[name]), list)
    assert time.monotonic() - started < 8


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("aws s3cp:/$(){}[]<>\"'`\\\n;|&=#-%~*?!bucket.region,EOF0"), max_size=300))
def test_is_any_text_read(text):
    assert isinstance(uses(f"aws s3 ls s3://b\n{text}"), list)
