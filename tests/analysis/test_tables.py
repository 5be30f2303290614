"""Which DynamoDB tables do the strings of a workload name, and which host does its client call for each?"""

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider

from validator.analysis.tables import find_table_intents
from validator.dynamodb import STREAMS, TABLES, dynamodb_host, service_of_host
from validator.model.storage import Table
from validator.model.topology import Topology
from validator.model.workloads import EnvironmentVariable, Placement, Platform, Script, Workload
from validator.regions import REGIONS
from validator.source import SourceLocation
from validator.values import Ref, Text, Unknown, unknown

HERE = SourceLocation("main.tf", 1, 1)
ORDERS = Table("aws_dynamodb_table.orders", "orders", ("eu-west-1",), "input", HERE)
GLOBAL = Table("aws_dynamodb_table.everywhere", "everywhere", ("us-east-1", "eu-west-1"), "input", HERE)
OPEN = Table("aws_dynamodb_table.open", "open", ("us-east-1", unknown("is not given", "var.replica")), "input", HERE)


def uses(*, environment=(), scripts=(), platform=Platform.LAMBDA):
    """(table, its Region, hosts) of each intent of a workload in eu-west-1."""
    workload = Workload(
        "app", "function", platform, "eu-west-1", (Placement("subnet", (), None, HERE),), HERE,
        environment=tuple(EnvironmentVariable(f"V{index}", value, HERE) for index, value in enumerate(environment)),
        scripts=tuple(Script("user data", text, HERE) for text in scripts),
    )  # fmt: skip
    topology = Topology(workloads={"app": workload}, tables={one.id: one for one in (ORDERS, GLOBAL, OPEN)})
    return [
        (one.bucket.id, "?" if isinstance(one.bucket.region, Unknown) else one.bucket.region, [host.name for host in one.hosts])
        for one in find_table_intents(topology)
    ]


HOME = "dynamodb.eu-west-1.amazonaws.com"
FAR = "dynamodb.us-west-2.amazonaws.com"
ARN = "arn:aws:dynamodb:us-west-2:123456789012:table/far"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("orders", [("aws_dynamodb_table.orders", "eu-west-1", [HOME])]),
        ("orders-archive", []),
        (Ref("aws_dynamodb_table.orders", "arn"), [("aws_dynamodb_table.orders", "eu-west-1", [HOME])]),
        (Ref("aws_dynamodb_table.orders", "stream_arn"), [("aws_dynamodb_table.orders", "eu-west-1", [f"streams.{HOME}"])]),
        (Text(("dynamodb://", Ref("aws_dynamodb_table.orders", "name"))), [("aws_dynamodb_table.orders", "eu-west-1", [HOME])]),
        ("everywhere", [("aws_dynamodb_table.everywhere", "eu-west-1", [HOME])]),
        ("open", [("aws_dynamodb_table.open", "?", [HOME])]),
        (ARN, [("far", "us-west-2", [FAR])]),
        (f"{ARN}/stream/2026-01-01T00:00:00.000", [("far", "us-west-2", [f"streams.{FAR}"])]),
        (f"{ARN}/index/by-day", [("far", "us-west-2", [FAR])]),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/everywhere", [("aws_dynamodb_table.everywhere", "us-east-1", ["dynamodb.us-east-1.amazonaws.com"])]),
        # A table of that name in a Region where the one of the inputs is not.
        ("arn:aws:dynamodb:us-west-2:123456789012:table/orders", [("orders", "us-west-2", [FAR])]),
    ],
)  # fmt: skip
def test_which_table_does_a_variable_name(value, expected):
    assert uses(environment=[value]) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("aws dynamodb get-item --table-name orders --key file://key.json", [("aws_dynamodb_table.orders", "eu-west-1", [HOME])]),
        ("aws --region us-west-2 dynamodb scan \\\n  --table-name 'far'", [("far", "us-west-2", [FAR])]),
        ("aws dynamodb query --table-name=far --region us-west-2 | jq .", [("far", "us-west-2", [FAR])]),
        ("aws dynamodb list-tables", []),
        ("echo orders", []),
    ],
)
def test_which_table_does_a_command_name(script, expected):
    assert uses(scripts=[script], platform=Platform.EC2) == expected


@pytest.fixture(scope="module")
def rules():
    loader = botocore.session.get_session().get_component("data_loader")
    partitions = loader.load_data("partitions")
    return {
        service: EndpointProvider(loader.load_service_model(model, "endpoint-rule-set-1"), partitions)
        for service, model in ((TABLES, "dynamodb"), (STREAMS, "dynamodbstreams"))
    }


@pytest.mark.parametrize("service", [TABLES, STREAMS])
@pytest.mark.parametrize("region", REGIONS)
def test_is_the_host_the_one_that_botocore_calls(rules, region, service):
    called = rules[service].resolve_endpoint(Region=region, UseFIPS=False, UseDualStack=False)
    assert called.url == f"https://{dynamodb_host(region, service)}"


@pytest.mark.parametrize(
    ("host", "service"),
    [(HOME, TABLES), (f"streams.{HOME}", STREAMS), ("bucket.s3.eu-west-1.amazonaws.com", None), ("dynamodb.s3.amazonaws.com", TABLES), ("s3.amazonaws.com", None)],
)  # fmt: skip
def test_whose_host_is_it(host, service):
    assert service_of_host(host) == service
