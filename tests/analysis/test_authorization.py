"""What becomes of a request under policy documents? Asked of a table, whose answers are those of AWS's documentation."""

from collections.abc import Mapping
from pathlib import Path as File
from typing import Any

import pytest
import yaml

from validator.analysis.access import Client, Disposition, Host, Intent, Path
from validator.analysis.admission import guard_of
from validator.analysis.authorization import Guard
from validator.analysis.buckets import Directory
from validator.analysis.patterns import literal
from validator.analysis.requests import directly, question_of, through_endpoint, unseen
from validator.analysis.rulings import Ask, Question, Ruling, on_object, rule
from validator.analysis.terms import Terms
from validator.conversion.convert import convert
from validator.model.storage import Bucket, BucketKind
from validator.model.topology import Topology
from validator.model.workloads import Platform, Workload
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Ref, Unknown, Value, text, unknown

CASES = [case for name in ("authorization", "documents") for case in yaml.safe_load((File(__file__).parent / f"{name}.yaml").read_text())]
HERE = SourceLocation("test.tf")
REGION = "eu-west-1"
ACCOUNT = "111122223333"


def value(written: Any) -> Value:
    """YAML as a value: ``{unknown: subject}``, ``{ref: address.attribute}``, ``{text: [piece, ...]}`` stand for what is symbolic."""
    match written:
        case {"unknown": subject}:
            return unknown("is not settled", subject, HERE)
        case {"ref": reference}:
            return Ref(*reference.rsplit(".", 1))
        case {"text": pieces}:
            return text(value(piece) for piece in pieces)
        case Mapping():
            return {name: value(member) for name, member in written.items()}
        case list():
            return tuple(value(member) for member in written)
    return written


def resource(address: str, **attributes: Value) -> Resource:
    mode = "data" if address.startswith("data.") else "managed"
    return Resource(address, address.removeprefix("data.").partition(".")[0], attributes, REGION, HERE, mode)


def document(written: Any) -> Value:
    return written if isinstance(written, str) else {"Version": "2012-10-17", "Statement": value(written)}


def estate(case: Mapping[str, Any]) -> Topology:
    via = "Interface" if case.get("via") == "interface" else "Gateway"
    documents = dict(case)
    if "if" in case:
        documents["endpoint"] = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": case["if"]}]
    policy = {"policy": document(documents["endpoint"])} if "endpoint" in documents else {}
    resources = [
        resource("aws_vpc.main", id="vpc-0a1", cidr_block="10.0.0.0/16"),
        resource("aws_subnet.one", vpc_id=Ref("aws_vpc.main", "id"), cidr_block="10.0.1.0/24"),
        resource(
            "aws_vpc_endpoint.s3",
            id="vpce-0a1",
            vpc_id=Ref("aws_vpc.main", "id"),
            service_name=f"com.amazonaws.{REGION}.s3",
            vpc_endpoint_type=via,
            **policy,
        ),
        resource("aws_s3_bucket.data", bucket="data"),
        resource("aws_s3_bucket.nameless"),
        resource("aws_s3_bucket.unnamed"),
        resource("data.aws_caller_identity.me", **({"account_id": ACCOUNT} if case.get("account", ACCOUNT) else {})),
    ]
    if case.get("accounts"):
        resources += [resource(f"data.aws_caller_identity.{index}", account_id=one) for index, one in enumerate(case["accounts"])]
    if "organization" in case:
        found = {"id": case["organization"]} if case["organization"] else {}
        resources.append(resource("data.aws_organizations_organization.all", **found))
    if "bucket" in documents:
        resources.append(resource("aws_s3_bucket_policy.data", bucket=Ref("aws_s3_bucket.data", "id"), policy=document(documents["bucket"])))
    return convert([Configuration("test.tf", InputKind.TERRAFORM_MODULE, "terraform", tuple(sorted(resources, key=lambda one: one.address)))])


def bucket_of(topology: Topology, name: str) -> Bucket:
    if name.startswith("arn:"):
        return Bucket(name, name, REGION, None, "external", None, BucketKind.ACCESS_POINT)
    if name in {"data", *topology.buckets}:
        return topology.buckets.get(name, topology.buckets["aws_s3_bucket.data"])
    return Directory(topology, {}).of_parts((name,), None, HERE)[0]


def context_of(written: Mapping[str, Any]) -> dict[str, Any]:
    """Condition keys as YAML has them: null, a value, several."""
    return {
        name: None if given is None else tuple(literal(str(one)) for one in (given if isinstance(given, list) else [given]))
        for name, given in written.items()
    }


def question(case: Mapping[str, Any], topology: Topology, terms: Terms) -> Question:
    bucket = bucket_of(topology, case.get("of", "data"))
    workload = Workload("app", "Lambda function", Platform.LAMBDA, REGION, (), HERE, role=f"arn:aws:iam::{ACCOUNT}:role/app")
    client = Client(None, REGION, "url" if case.get("url") else "runtime", follows_redirects=False)
    host = Host("host", REGION, 80 if case.get("http") else 443)
    ways = {
        "nat": (Disposition.VIA_NAT_GATEWAY, directly(None, terms)),
        "transit": (Disposition.VIA_TRANSIT_GATEWAY, unseen(Disposition.VIA_TRANSIT_GATEWAY, "tgw")),
    }
    inside = through_endpoint(topology.endpoints["aws_vpc_endpoint.s3"], topology.subnets["aws_subnet.one"], terms)
    by_endpoint = Disposition.VIA_INTERFACE_ENDPOINT if case.get("via") == "interface" else Disposition.VIA_GATEWAY_ENDPOINT
    disposition, network = ways.get(case.get("via"), (by_endpoint, inside))
    path = Path(host, disposition, (), (), False)
    asked = question_of(Intent(workload, bucket, client, (host,), ()), path, network, terms)
    groups = asked.groups
    if "do" in case:
        wanted = case["do"] if isinstance(case["do"], list) else [case["do"]]
        groups = tuple((ask(action, case.get("key"), bucket, terms),) for action in wanted)
    return Question(asked.caller, {**asked.context, **context_of(case.get("context", {}))}, groups)


def ask(action: str, key: str | None, bucket: Bucket, terms: Terms) -> Ask:
    arn = terms.bucket_arn(bucket)
    if action.startswith("s3:List"):
        return Ask(action, arn)
    objects = (*arn, *literal("/object")) if bucket.kind is BucketKind.ACCESS_POINT else arn
    return on_object(action, objects) if key is None else Ask(action, (*objects, "/", *literal(key)))


def guards_of(case: Mapping[str, Any], topology: Topology) -> list[Guard]:
    endpoint = guard_of(topology.endpoints["aws_vpc_endpoint.s3"]) if case.get("via", "gateway") in {"gateway", "interface"} else ()
    bucket = bucket_of(topology, case.get("of", "data"))
    return [*endpoint, *(guard for policy in topology.bucket_policies if policy.bucket == bucket.id for guard in guard_of(policy))]


def ruled(case: Mapping[str, Any]) -> Ruling | None:
    """None where there is no document to ask."""
    topology = estate(case)
    terms = Terms(topology)
    guards = guards_of(case, topology)
    return rule(guards, question(case, topology, terms), terms) if guards else None


def told(ruling: Ruling | None) -> str:
    if ruling is None:
        return "allowed"
    if isinstance(ruling.truth, Unknown):
        return "unknown"
    return ("in part" if ruling.in_part else "allowed") if ruling.truth else "denied"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_is_the_request_let_through(case):
    ruling = ruled(case)
    assert told(ruling) == case["is"]
    if "by" in case:
        assert ruling is not None
        assert ruling.statement is not None
        assert ruling.statement.name == case["by"]
    if case["is"] == "unknown":
        assert ruling is not None
        assert all(cause.subject and cause.reason for cause in ruling.truth.causes)


def test_are_there_enough_cases_and_is_every_name_its_own():
    names = [case["name"] for case in CASES]
    assert len(names) >= 120
    assert len(set(names)) == len(names)
