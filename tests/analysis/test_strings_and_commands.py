"""What does a text name, and by which client is it used?"""

import pytest

from validator.analysis.commands import uses_in
from validator.analysis.shell import commands
from validator.analysis.strings import named_in
from validator.symbols import Symbols
from validator.values import Unknown, unknown


def uses(text: str, environment: dict[str, str] | None = None) -> list[tuple[str, str | None, str | None, str]]:
    symbols = Symbols()
    found = uses_in(symbols.flat(text), symbols, environment or {})
    return [(one.naming.bucket, one.tool.name if one.tool else None, one.region, one.source) for one in found]


@pytest.mark.parametrize(
    ("script", "used"),
    [
        ("aws s3 cp s3://data/x .", [("data", "aws-cli", None, "none")]),
        ("aws s3 cp s3://data/x . --region eu-west-1", [("data", "aws-cli", "eu-west-1", "flag")]),
        ("aws --region=eu-west-1 s3 cp s3://data/x .", [("data", "aws-cli", "eu-west-1", "flag")]),
        ("/usr/local/bin/aws s3 ls data --region eu-west-1", [("data", "aws-cli", "eu-west-1", "flag")]),
        ("aws s3api get-object --bucket data --key k out", [("data", "aws-cli", None, "none")]),
        ("export AWS_DEFAULT_REGION=eu-west-1\naws s3 sync s3://data/ /srv", [("data", "aws-cli", "eu-west-1", "environment")]),
        ("AWS_DEFAULT_REGION=eu-west-1 aws s3 sync s3://data/ /srv", [("data", "aws-cli", "eu-west-1", "environment")]),
        ("AWS_DEFAULT_REGION=eu-west-1\naws s3 sync s3://data/ /srv", [("data", "aws-cli", None, "none")]),
        ("aws configure set region eu-west-1\naws s3 ls s3://data", [("data", "aws-cli", "eu-west-1", "configuration")]),
        ("aws configure set default.region eu-west-1\naws s3 ls s3://data", [("data", "aws-cli", "eu-west-1", "configuration")]),
        ("aws configure set region eu-west-1 --profile x\naws s3 ls s3://data", [("data", "aws-cli", None, "none")]),
        ('B=data\nR="eu-west-1"\naws s3 cp "s3://${B}/x" . --region $R', [("data", "aws-cli", "eu-west-1", "flag")]),
        ("aws s3 cp \\\n  s3://data/x \\\n  . --region eu-west-1", [("data", "aws-cli", "eu-west-1", "flag")]),
        ("# aws s3 cp s3://data/x .", []),
        ("sh -c 'aws s3 cp s3://data/x . --region eu-west-1'", [("data", "aws-cli", "eu-west-1", "flag")]),
        ("X=$(aws s3 ls s3://data --region eu-west-1)", [("data", "aws-cli", "eu-west-1", "flag")]),
        ("aws s3 cp s3://one/x s3://two/y --source-region eu-west-1 --region eu-west-2",
         [("one", "aws-cli", "eu-west-1", "flag"), ("two", "aws-cli", "eu-west-2", "flag")]),
        ("aws ec2 describe-instances", []),
        ("aws s3 cp s3://data/x . --endpoint-url https://minio.example.com", []),
        ("curl -O https://data.s3.eu-west-1.amazonaws.com/x", [("data", None, None, "none")]),
        ("Read-S3Object -BucketName data -Key k -Region eu-west-1", [("data", "dotnet", "eu-west-1", "flag")]),
        ("yum install -y httpd && systemctl start httpd", []),
    ],
)  # fmt: skip
def test_is_the_client_and_its_region_read_from_a_script(script, used):
    assert uses(script) == used


def test_is_the_region_that_a_script_asks_of_the_instance_its_own():
    symbols = Symbols()
    script = "R=$(curl -s http://169.254.169.254/latest/meta-data/placement/region)\naws s3 cp s3://data/x . --region $R"
    (use,) = uses_in(symbols.flat(script), symbols, {})
    (part,) = symbols.parts(use.region)
    assert isinstance(part, Unknown)
    assert part.causes[0].subject == "the instance's own Region"


def test_is_a_variable_that_nothing_sets_unknown_and_not_empty():
    symbols = Symbols()
    (use,) = uses_in("aws s3 cp s3://$BUCKET/x .", symbols, {})
    (part,) = symbols.parts(use.naming.bucket)
    assert part == unknown("is a variable that the script does not set", "$BUCKET")


@pytest.mark.parametrize(
    "hostile",
    ["'" * 50_000, '"' * 50_001, "$(" * 50_000, "`" * 50_000, "\\" * 50_001, "a=" * 50_000, "${" * 50_000, "s3://" * 40_000, "A" * 200_000 + ".s3.amazonaws.com"],
)  # fmt: skip
def test_does_hostile_text_end(hostile):
    symbols = Symbols()
    assert isinstance(list(commands(hostile, symbols)), list)
    assert isinstance(list(named_in(hostile)), list)
