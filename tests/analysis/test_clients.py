"""Which Region does a client get, and which hosts does it call? Expected from what AWS documents and what was run against clients."""

import pytest

from validator.analysis.access import Client
from validator.analysis.clients import Addressing, addressing, client_of, hosts_of
from validator.analysis.matrix import SDKS, sdk_of_image, sdk_of_runtime
from validator.analysis.platforms import platform_client
from validator.model.storage import Bucket, BucketKind
from validator.model.workloads import Platform, Workload
from validator.regions import HostOptions
from validator.source import SourceLocation
from validator.values import Unknown, unknown

PLACE = SourceLocation("main.tf", 1)


def workload(platform, region="eu-west-1"):
    return Workload("aws_thing.one", "thing", platform, region, (), PLACE)


def bucket(region="eu-west-1", name="data", kind=BucketKind.GENERAL):
    return Bucket(name, name, region, "told", "input", PLACE, kind)


def told(client: Client):
    region = "unknown" if isinstance(client.region, Unknown) else client.region
    return region, client.source, "unknown" if isinstance(client.refuses, Unknown) else client.refuses


# sdk, platform, variables -> Region, from what, refuses. The workload is in eu-west-1.
@pytest.mark.parametrize(
    ("sdk", "platform", "variables", "expected"),
    [
        # Lambda sets both variables, and nobody else may.
        ("boto3", Platform.LAMBDA, {}, ("eu-west-1", "runtime", False)),
        ("js-v3", Platform.LAMBDA, {"AWS_REGION": "us-east-1"}, ("eu-west-1", "runtime", False)),
        (None, Platform.LAMBDA, {}, ("eu-west-1", "runtime", False)),
        # Fargate sets both; a task definition wins.
        ("boto3", Platform.FARGATE, {}, ("eu-west-1", "runtime", False)),
        ("boto3", Platform.FARGATE, {"AWS_DEFAULT_REGION": "us-east-1"}, ("us-east-1", "environment", False)),
        ("boto3", Platform.FARGATE, {"AWS_REGION": "us-east-1"}, ("eu-west-1", "runtime", False)),
        ("js-v3", Platform.FARGATE, {"AWS_REGION": "us-east-1"}, ("us-east-1", "environment", False)),
        ("aws-cli-v2", Platform.FARGATE, {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-west-2"}, ("us-east-1", "environment", False)),
        (None, Platform.FARGATE, {"AWS_REGION": "us-east-1"}, ("unknown", "environment", False)),
        (None, Platform.FARGATE, {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}, ("us-east-1", "environment", False)),
        ("rclone", Platform.FARGATE, {}, (None, "none", False)),
        ("fluent-bit", Platform.FARGATE, {}, (None, "none", False)),
        # Instances of ECS: by newer versions of the agent only.
        ("boto3", Platform.ECS_EC2, {}, ("unknown", "runtime", False)),
        ("boto3", Platform.ECS_EC2, {"AWS_DEFAULT_REGION": "eu-west-1"}, ("eu-west-1", "environment", False)),
        # EC2 sets nothing; some clients ask the instance.
        ("boto3", Platform.EC2, {}, (None, "none", False)),
        ("boto3", Platform.EC2, {"AWS_REGION": "eu-west-1"}, (None, "none", False)),
        ("boto3", Platform.EC2, {"AWS_DEFAULT_REGION": "eu-west-1"}, ("eu-west-1", "environment", False)),
        ("aws-cli-v1", Platform.EC2, {}, (None, "none", False)),
        ("aws-cli-v2", Platform.EC2, {}, ("eu-west-1", "runtime", False)),
        ("aws-cli", Platform.EC2, {}, (None, "none", False)),
        ("aws-cli", Platform.EC2, {"AWS_REGION": "eu-west-1"}, ("unknown", "environment", False)),
        ("aws-cli", Platform.EC2, {"AWS_DEFAULT_REGION": "eu-west-1"}, ("eu-west-1", "environment", False)),
        ("js-v3", Platform.EC2, {}, (None, "none", True)),
        ("js-v3", Platform.EC2, {"AWS_DEFAULT_REGION": "eu-west-1"}, (None, "none", True)),
        ("js-v2", Platform.EC2, {}, (None, "none", False)),
        ("js", Platform.EC2, {}, (None, "none", "unknown")),
        ("go-v1", Platform.EC2, {"AWS_DEFAULT_REGION": "eu-west-1"}, (None, "none", True)),
        ("go-v2", Platform.EC2, {"AWS_DEFAULT_REGION": "eu-west-1"}, ("eu-west-1", "environment", False)),
        ("go-v2", Platform.EC2, {}, (None, "none", True)),
        ("java-v2", Platform.EC2, {}, ("eu-west-1", "runtime", False)),
        ("dotnet", Platform.EC2, {}, ("eu-west-1", "runtime", False)),
        ("rust", Platform.EC2, {}, ("eu-west-1", "runtime", False)),
        ("mountpoint", Platform.EC2, {}, ("eu-west-1", "runtime", False)),
        ("ruby", Platform.EC2, {}, (None, "none", True)),
        ("php", Platform.EC2, {}, (None, "none", True)),
        ("s3fs", Platform.EC2, {"AWS_REGION": "eu-west-1"}, (None, "none", False)),
        ("cpp", Platform.EC2, {}, ("unknown", "runtime", False)),
        (None, Platform.EC2, {}, ("unknown", "none", False)),
        (None, Platform.EC2, {"AWS_REGION": "eu-west-1"}, ("unknown", "environment", False)),
        # EMR's own file system works in the cluster's Region.
        ("emrfs", Platform.EMR, {}, ("eu-west-1", "runtime", False)),
        ("boto3", Platform.EMR, {}, (None, "none", False)),
        # What is not documented stays unknown.
        ("boto3", Platform.GLUE, {}, ("unknown", "runtime", False)),
        ("boto3", Platform.GLUE, {"AWS_DEFAULT_REGION": "eu-west-1"}, ("eu-west-1", "environment", False)),
        ("boto3", unknown("is not told", "launch_type"), {}, ("unknown", "runtime", False)),
        # A variable whose value nobody knows; one that is set to nothing is not set.
        ("boto3", Platform.EC2, {"AWS_DEFAULT_REGION": unknown("has no default", "Parameter Region")}, ("unknown", "environment", False)),
        (None, Platform.APP_RUNNER, {"AWS_REGION": unknown("has no default", "Parameter Region"), "AWS_DEFAULT_REGION": "eu-west-1"},
         ("unknown", "environment", False)),
        ("boto3", Platform.EC2, {"AWS_DEFAULT_REGION": ""}, (None, "none", False)),
    ],
)  # fmt: skip
def test_does_a_client_get_the_region_that_its_surroundings_give_it(sdk, platform, variables, expected):
    assert told(platform_client(workload(platform), SDKS[sdk] if sdk else None, variables)) == expected


def test_does_the_note_name_the_variable_that_some_clients_ignore():
    client = platform_client(workload(Platform.EC2), None, {"AWS_REGION": "eu-west-1"})
    assert client.note == "if this is boto3 or AWS CLI 1, AWS_REGION alone is ignored"


def hosts(sdk, region, where, asked=None, name="data"):
    client = client_of(SDKS[sdk] if sdk else None, region, "none" if region is None else "flag")
    found = hosts_of(client, bucket(where, name), asked)
    return [
        (one.name, "|".join(map(str, one.region.among or ("?",))) if isinstance(one.region, Unknown) else one.region, one.perhaps) for one in found
    ]


# sdk, its Region, the bucket's Region, options -> hosts with the Region of their addresses, and another name where the version decides.
@pytest.mark.parametrize(
    ("sdk", "region", "where", "asked", "expected"),
    [
        ("boto3", "eu-west-1", "eu-west-1", None, [("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        # boto3 follows redirects, JavaScript's version 3 does not.
        ("boto3", "eu-west-1", "us-west-2", None,
         [("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None), ("data.s3.us-west-2.amazonaws.com", "us-west-2", None)]),
        ("js-v3", "eu-west-1", "us-west-2", None, [("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        # us-east-1: the global name by default, of the bucket's addresses.
        ("boto3", "us-east-1", "us-east-1", None, [("data.s3.amazonaws.com", "us-east-1", None)]),
        ("boto3", "us-east-1", "us-east-1", Addressing(regional=True), [("data.s3.us-east-1.amazonaws.com", "us-east-1", None)]),
        ("js-v3", "us-east-1", "us-east-1", None, [("data.s3.us-east-1.amazonaws.com", "us-east-1", None)]),
        ("aws-cli-v2", "us-east-1", "us-east-1", None, [("data.s3.us-east-1.amazonaws.com", "us-east-1", None)]),
        ("aws-cli", "us-east-1", "us-east-1", None, [("data.s3.us-east-1.amazonaws.com", "us-east-1", "data.s3.amazonaws.com")]),
        # No Region: the global name, whose addresses are us-east-1's or, of older Regions, the bucket's.
        ("boto3", None, "us-east-1", None, [("data.s3.amazonaws.com", "us-east-1", None)]),
        ("boto3", None, "eu-west-1", None, [("data.s3.amazonaws.com", "eu-west-1|us-east-1", None)]),
        ("boto3", None, "me-central-1", None,
         [("data.s3.amazonaws.com", "us-east-1", None), ("data.s3.me-central-1.amazonaws.com", "me-central-1", None)]),
        ("js-v3", None, "eu-west-1", None, []),
        ("fluent-bit", None, "eu-west-1", None,
         [("data.s3.us-east-1.amazonaws.com", "us-east-1", None), ("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        ("hadoop-s3a", None, "eu-west-1", None,
         [("data.s3.us-east-2.amazonaws.com", "us-east-2", None), ("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        ("hadoop-s3a", None, "us-east-2", None, [("data.s3.us-east-2.amazonaws.com", "us-east-2", None)]),
        ("mountpoint", None, "eu-west-1", None, [("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        ("rclone", None, "eu-west-1", None, [("data.s3.amazonaws.com", "eu-west-1|us-east-1", None)]),
        # minio-go calls dual-stack names of its own accord.
        ("minio-go", "eu-west-1", "eu-west-1", None, [("data.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        # Options, and what a redirect keeps of them.
        ("boto3", "eu-west-1", "eu-west-1", Addressing(HostOptions(dualstack=True)), [("data.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        ("boto3", "us-east-1", "us-west-2", Addressing(HostOptions(fips=True)),
         [("data.s3-fips.us-east-1.amazonaws.com", "us-east-1", None), ("data.s3.us-west-2.amazonaws.com", "us-west-2", None)]),
        ("boto3", "eu-west-1", "eu-west-1", Addressing(HostOptions(path_style=True)), [("s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        ("boto3", None, "eu-west-1", Addressing(HostOptions(path_style=True)),
         [("s3.amazonaws.com", "us-east-1", None), ("data.s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        # A client that is pointed at a host keeps it.
        ("boto3", "eu-west-1", "us-west-2", Addressing(endpoint="https://bucket.vpce-0a-1b.s3.eu-west-1.vpce.amazonaws.com"),
         [("bucket.vpce-0a-1b.s3.eu-west-1.vpce.amazonaws.com", "eu-west-1", None)]),
        ("boto3", "us-east-1", "us-east-1", Addressing(endpoint="https://s3.us-east-1.amazonaws.com"), [("s3.us-east-1.amazonaws.com", "us-east-1", None)]),
        ("boto3", None, "us-east-1", Addressing(endpoint="https://s3.eu-west-1.amazonaws.com/"), [("s3.eu-west-1.amazonaws.com", "eu-west-1", None)]),
        # Other partitions.
        ("boto3", "cn-north-1", "cn-north-1", None, [("data.s3.cn-north-1.amazonaws.com.cn", "cn-north-1", None)]),
    ],
)  # fmt: skip
def test_does_a_client_call_the_hosts_of_its_matrix(sdk, region, where, asked, expected):
    assert hosts(sdk, region, where, asked) == expected


@pytest.mark.parametrize("region", [None, "us-east-1", "eu-west-1"])
def test_is_a_directory_bucket_called_by_its_zone_and_the_clients_region(region):
    # Run against botocore 1.44: there is no global name, and without a Region it calls us-east-1's.
    name = "data--use1-az4--x-s3"
    fast = bucket("us-east-1", name, BucketKind.DIRECTORY)
    first = hosts_of(client_of(SDKS["boto3"], region, "environment"), fast)[0]
    assert (first.name, first.region, first.perhaps) == (
        f"{name}.s3express-use1-az4.{region or 'us-east-1'}.amazonaws.com",
        region or "us-east-1",
        None,
    )


def test_is_no_host_of_a_directory_bucket_told_where_the_clients_region_is_open():
    fast = bucket("us-east-1", "data--use1-az4--x-s3", BucketKind.DIRECTORY)
    assert (
        hosts_of(client_of(SDKS["boto3"], Unknown(unknown("is given at deployment", "AWS::Region").causes, symbol="AWS::Region"), "runtime"), fast)
        == ()
    )


def test_is_a_name_with_dots_called_in_path_style():
    assert hosts("boto3", "eu-west-1", "eu-west-1", None, "my.dotted.name") == [("s3.eu-west-1.amazonaws.com", "eu-west-1", None)]
    # The bare global host, whose addresses are us-east-1's whatever the bucket's Region.
    assert hosts("boto3", None, "eu-west-1", None, "my.dotted.name") == [
        ("s3.amazonaws.com", "us-east-1", None),
        ("s3.eu-west-1.amazonaws.com", "eu-west-1", None),
    ]


@pytest.mark.parametrize(
    ("variables", "asked"),
    [
        ({}, Addressing()),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, Addressing(HostOptions(dualstack=True))),
        ({"AWS_USE_FIPS_ENDPOINT": "TRUE"}, Addressing(HostOptions(fips=True))),
        ({"AWS_USE_FIPS_ENDPOINT": "false"}, Addressing()),
        ({"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"}, Addressing(regional=True)),
        ({"AWS_ENDPOINT_URL": "https://one", "AWS_ENDPOINT_URL_S3": "https://two"}, Addressing(endpoint="https://two")),
    ],
)
def test_do_variables_of_the_environment_change_the_addressing(variables, asked):
    assert addressing(variables) == asked


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"use_accelerate_endpoint": "true"}, "data.s3-accelerate.amazonaws.com"),
        ({"use_accelerate_endpoint": "true", "use_dualstack_endpoint": "true"}, "data.s3-accelerate.dualstack.amazonaws.com"),
        ({"use_accelerate_endpoint": "false"}, "data.s3.eu-west-1.amazonaws.com"),
        ({"addressing_style": "path"}, "s3.eu-west-1.amazonaws.com"),
        ({"addressing_style": "virtual"}, "data.s3.eu-west-1.amazonaws.com"),
        ({"use_dualstack_endpoint": "true"}, "data.s3.dualstack.eu-west-1.amazonaws.com"),
        ({"use_fips_endpoint": "true"}, "data.s3-fips.eu-west-1.amazonaws.com"),
    ],
)
def test_do_settings_of_the_configuration_change_the_host(settings, host):
    client = client_of(SDKS["boto3"], "eu-west-1", "configuration")
    assert [one.name for one in hosts_of(client, bucket(), addressing({}, settings=settings))] == [host]


def test_is_an_accelerated_host_at_the_edge_and_a_request_without_a_bucket_in_the_region():
    client = client_of(SDKS["boto3"], "eu-west-1", "configuration")
    settings = {"use_accelerate_endpoint": "true"}
    assert [one.region for one in hosts_of(client, bucket(), addressing({}, settings=settings))] == [None]
    assert [one.name for one in hosts_of(client, bucket(), addressing({}, bare=True, settings=settings))] == ["s3.eu-west-1.amazonaws.com"]


def test_have_the_repositories_of_amazon_linux_2023_dual_stack_names():
    client = client_of(SDKS["packages"], "eu-west-1", "runtime")
    name = "al2023-repos-eu-west-1-de612dc2"
    assert [one.name for one in hosts_of(client, bucket(name=name))] == [f"{name}.s3.dualstack.eu-west-1.amazonaws.com"]


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("amazon/aws-cli", "aws-cli-v2"), ("amazon/aws-cli:2.17.0", "aws-cli-v2"), ("public.ecr.aws/aws-cli/aws-cli:latest", "aws-cli-v2"),
        ("fluent/fluent-bit:3.1", "fluent-bit"), ("public.ecr.aws/aws-observability/aws-for-fluent-bit:stable", "fluent-bit"),
        ("rclone/rclone:1.68", "rclone"), ("nginx", None), ("111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-fluent-bit-like-app:1", None),
    ],
)  # fmt: skip
def test_does_an_image_say_which_client_it_holds(image, name):
    found = sdk_of_image(image)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("runtime", "name"),
    [("python3.12", "boto3"), ("nodejs16.x", "js-v2"), ("nodejs20.x", "js-v3"), ("java21", "java"), ("provided.al2023", None), (None, None)],
)
def test_does_a_runtime_say_which_client_comes_with_it(runtime, name):
    found = sdk_of_runtime(runtime)
    assert (found.name if found else None) == name


def test_has_every_row_of_the_matrix_a_source():
    assert all(one.source for one in SDKS.values())
    assert all(member in SDKS for one in SDKS.values() for member in one.members)
