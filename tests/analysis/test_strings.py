"""What does a text name, in every form in which AWS and its clients write it?"""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.analysis.strings import named_in
from validator.regions import REGIONS, HostOptions, parse_s3_host, partition_of, s3_host
from validator.symbols import Symbols
from validator.values import Ref, Text, unknown

TABLE = yaml.safe_load((Path(__file__).parent / "strings.yaml").read_text())
NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{1,40}[a-z0-9]", fullmatch=True).filter(lambda name: not name.startswith(("xn--", "sthree-")))
DOTTED = st.builds(".".join, st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}[a-z0-9]", fullmatch=True), min_size=2, max_size=3))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["text"][:70])
def test_is_a_bucket_named_in_every_form(row):
    assert [[one.form, one.bucket, one.region] for one in named_in(row["text"])] == row["named"]


def test_does_a_symbolic_piece_come_back_in_its_place():
    symbols = Symbols()
    reference, account = Ref("aws_s3_bucket.data", "id"), unknown("is given at deployment", "AWS::AccountId")
    (named,) = named_in(symbols.flat(Text(("s3://logs-", account, "-x/", reference))))
    assert symbols.parts(named.bucket) == ("logs-", account, "-x")


def test_is_a_symbolic_piece_stepped_over_in_hosts_and_arns():
    symbols = Symbols()
    region, bucket = unknown("is given at deployment", "AWS::Region"), Ref("aws_s3_bucket.data", "id")
    (named,) = named_in(symbols.flat(Text(("https://", bucket, ".s3.", region, ".amazonaws.com/key"))))
    assert (symbols.parts(named.bucket), symbols.parts(named.region)) == ((bucket,), (region,))
    (named,) = named_in(symbols.flat(Text(("arn:", region, ":s3:::", bucket, "/*"))))
    assert symbols.parts(named.bucket) == (bucket,)


def test_do_more_pieces_than_there_are_characters_stay_pieces():
    symbols = Symbols()
    text = "".join(symbols.open("is a variable", f"$V{number}") for number in range(70_000))
    assert symbols.parts(text)[-1] == unknown("is one of too many", "an expression")


def test_is_nothing_of_a_sensitive_text_in_a_cause():
    symbols = Symbols(secret=True)
    assert symbols.parts(symbols.open("is a variable", "$TOKEN")) == (unknown("is a variable", "an expression in it"),)


@settings(deadline=None)
@given(
    NAMES | DOTTED,
    st.sampled_from(REGIONS),
    st.builds(
        HostOptions, path_style=st.booleans(), dualstack=st.booleans(), fips=st.booleans(), accelerate=st.booleans(), global_name=st.booleans()
    ),
    st.sampled_from(["https", "http"]),
    st.sampled_from(["", "/", "/key", "/a/b.txt?versionId=1"]),
)
def test_does_every_url_that_botocore_makes_read_back(bucket, region, options, scheme, key):
    try:
        host = s3_host(bucket, region, options)
    except ValueError:
        return
    in_host = host.startswith(f"{bucket}.")
    url = f"{scheme}://{host}{key}" if in_host else f"{scheme}://{host}/{bucket}{key}"
    (named,) = named_in(f'curl -O "{url}"')
    stated = parse_s3_host(host)
    assert (named.form, named.bucket) == ("url", bucket)
    if ".s3-accelerate." in host or host.endswith((".s3.amazonaws.com", "/s3.amazonaws.com")):
        # Neither the edge nor the global name of a bucket states a Region.
        assert named.region is None
    elif host == "s3.amazonaws.com":
        assert named.region == "us-east-1"
    else:
        assert named.region == region == stated.region


@settings(deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9-]{1,20}[a-z0-9]", fullmatch=True), st.sampled_from(REGIONS), st.booleans())
def test_does_every_access_point_that_botocore_makes_a_host_of_read_back(name, region, dualstack):
    arn = f"arn:{partition_of(region)}:s3:{region}:111122223333:accesspoint/{name}"
    (by_arn,) = named_in(f"s3://{arn}/key")
    assert (by_arn.bucket, by_arn.region, by_arn.access_point) == (arn, region, True)
    try:
        host = s3_host(arn, region, HostOptions(dualstack=dualstack))
    except ValueError:
        return
    (by_url,) = named_in(f"https://{host}/key")
    assert (by_url.bucket, by_url.region) == (f"{name}-111122223333", region)


@settings(deadline=None)
@given(NAMES, st.sampled_from(["use1-az4", "usw2-az1", "eun1-az1"]))
def test_does_every_directory_bucket_that_botocore_makes_a_host_of_read_back(name, zone):
    region = {"use1": "us-east-1", "usw2": "us-west-2", "eun1": "eu-north-1"}[zone[:4]]
    bucket = f"{name[:30].rstrip('-')}--{zone}--x-s3"
    try:
        host = s3_host(bucket, region)
    except ValueError:
        return
    (named,) = named_in(f"https://{host}/key")
    assert (named.bucket, named.region) == (bucket, region)


@pytest.mark.parametrize(
    "hostile",
    ["s3://" * 40_000, "A" * 200_000 + ".s3.amazonaws.com", ".amazonaws.com" * 20_000, "s3://a@" * 30_000, "arn:aws:s3:::" * 20_000, "s3://b/?x" * 20_000,
     "s3.eu-west-1.amazonaws.com/" * 10_000, "https://b.s3.amazonaws.com/" + "X-Amz-Credential=" * 20_000],
)  # fmt: skip
def test_does_hostile_text_end(hostile):
    assert isinstance(list(named_in(hostile)), list)
