"""Do we read of a template what another implementation makes of it? moto deploys it, and its describe calls say what is there.

``python -m tests.frontends.test_against_moto FOLDER`` asks that of the networks in all templates of a folder.
"""

import json
import re
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws
from moto.ec2.models import ec2_backends

from validator.conversion.convert import convert
from validator.errors import InputError
from validator.frontends.cloudformation.parse import parse
from validator.frontends.reading import read
from validator.options import Options
from validator.values import Unknown

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse")  # of filters and the like, which moto leaves out

SAMPLES = Path(__file__).parent.parent.parent / "samples"
STACKS = Path(__file__).parent / "stacks"

# Others have physical ids that moto takes from what they join.
NAMED = {"AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::VPCEndpoint", "AWS::EC2::Instance", "AWS::Lambda::Function"}

TRUST = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'

# What moto 5 cannot deploy, so that only the networks of these templates are compared, without what runs in them. Outputs of nested
# stacks are a further gap: its stacks have no attributes.
GAPS = {
    "access-point": "access points",
    "access-point-of-another-vpc": "access points",
    "batch-jobs": "a job definition without a retry strategy",
    "bucket-policy-behind-an-access-point": "access points",
    "central-egress-behind-an-acl": "a transit gateway without a Description",
    "central-egress-vpc": "a transit gateway without a Description",
    "central-egress-without-a-way-back": "a transit gateway without a Description",
    "central-egress-without-nat": "a transit gateway without a Description",
    "firewall-before-nat": "firewalls of Network Firewall",
    "firewall-with-a-list-of-domains": "firewalls of Network Firewall",
    "firewall-without-nat": "firewalls of Network Firewall",
    "group-attached-to-an-interface": "an instance whose interface is a resource of its own",
    "multi-region-access-point": "multi-Region access points",
    "peering-does-not-carry": "a peering connection to a VPC that it did not make",
    "private-nat-gateway": "a NAT gateway without an AllocationId",
    "private-zone-with-wildcard": "the attributes of endpoints",
    "private-zone-without-wildcard": "the attributes of endpoints",
    "service-on-instances": "an ECS service without a Cluster",
    "spot-fleet": "a Spot Fleet without an allocation strategy",
    "transit-gateway-egress": "a transit gateway without a Description",
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")


def deployed(templates: dict[str, str], region: str, parameters: dict[str, str]) -> dict[tuple[str, str], set[str]]:
    """What moto says after it has made stacks of templates by name, those nested in them too, in logical ids."""
    session = boto3.Session(region_name=region)
    stacks, ec2, functions = session.client("cloudformation"), session.client("ec2"), session.client("lambda")
    make_roles(session, "".join(templates.values()))
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    for name, template in templates.items():
        stacks.create_stack(StackName=name, TemplateBody=template, Parameters=given, Capabilities=["CAPABILITY_IAM"])
    names: dict[str, str] = {}
    for stack in stacks.describe_stacks()["Stacks"]:
        made = stacks.describe_stack_resources(StackName=stack["StackId"])["StackResources"]
        names |= {one["PhysicalResourceId"]: one["LogicalResourceId"] for one in made if one.get("ResourceType") in NAMED}
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    # A gap of moto: its tables do not list the associations of a stack, so its own store is asked.
    for association in ec2_backends["123456789012"][region].subnet_associations.values():
        found["subnet", names[association.subnet_id]].add(names[association.route_table_id])
    for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        name = names[endpoint["VpcEndpointId"]]
        found["vpc", name].add(names.get(endpoint["VpcId"], endpoint["VpcId"]))
        found["service", name].add(endpoint["ServiceName"])
        if endpoint.get("RouteTableIds"):
            found["endpoint", name] |= {names.get(one, one) for one in endpoint["RouteTableIds"]}
    for subnet in ec2.describe_subnets()["Subnets"]:
        if subnet["SubnetId"] in names:
            found["vpc", names[subnet["SubnetId"]]].add(names[subnet["VpcId"]])
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["InstanceId"] not in names:
                # Of an Auto Scaling group, which is the workload.
                continue
            found["workload", names[instance["InstanceId"]]].add(names.get(instance["SubnetId"], instance["SubnetId"]))
    for function in functions.list_functions()["Functions"]:
        subnets = function.get("VpcConfig", {}).get("SubnetIds", [])
        if subnets:
            found["workload", names[function["FunctionName"]]] |= {names.get(one, one) for one in subnets}
    return dict(found)


def make_roles(session: boto3.Session, text: str) -> None:
    """Make the roles outside the templates that they name."""
    for role in sorted(set(re.findall(r"Role: arn:aws:iam::\d{12}:role/([\w-]+)", text))):
        session.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)


def ours(paths: list[Path], region: str, parameters: dict[str, str]) -> dict[tuple[str, str], set[str]]:
    """The same of our topology."""
    options = Options(tuple(map(str, paths)), parameters=parameters)
    topology = convert([one for path in paths for one in read(str(path), options, region=region)])
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in topology.associations:
        found["subnet", str(one.subnet)].add(str(one.table))
    for endpoint in topology.endpoints.values():
        if endpoint.exists is True:
            found["vpc", endpoint.id].add(str(endpoint.vpc))
            found["service", endpoint.id].add(str(endpoint.service_name))
    for one in topology.endpoint_associations:
        if one.exists is True:
            found["endpoint", str(one.endpoint)].add(str(one.table))
    for subnet in topology.subnets.values():
        if subnet.closed:
            found["vpc", subnet.id].add(str(subnet.vpc))
    for workload in topology.workloads.values():
        if workload.kind in {"EC2 instance", "Lambda function"} and not isinstance(workload.placements, Unknown):
            found["workload", workload.id] |= {str(one.subnet) for one in workload.placements}
    return {(kind, _logical(name)): {_logical(one) for one in members} for (kind, name), members in found.items()}


def _logical(name: str) -> str:
    return name.rpartition("/")[2]


def cases():
    for folder in sorted(SAMPLES.iterdir()):
        if folder.is_dir():
            text = (folder / "template.yaml").read_text()
            allowed = re.search(r"^  (\w+):\n    Type: String\n    AllowedValues: (\[.*\])", text, re.MULTILINE)
            for value in yaml.safe_load(allowed[2]) if allowed else [None]:
                yield pytest.param(folder, {allowed[1]: value} if allowed else {}, id=folder.name + (f"-{value}" if value else ""))


@pytest.mark.parametrize(("folder", "parameters"), list(cases()))
def test_is_the_network_the_one_that_moto_makes(folder, parameters, tmp_path):
    if folder.name == "ipv6-only-subnet":
        pytest.skip("moto makes no VPC with IPv6 blocks from a template, nor subnets of them")
    if folder.name in GAPS:
        assert differences(folder / "template.yaml", tmp_path) == ["same"], f"without {GAPS[folder.name]}"
        return
    region = str(yaml.safe_load((folder / "expected.yaml").read_text())["region"])
    with mock_aws():
        theirs = deployed({"template": (folder / "template.yaml").read_text()}, region, parameters)
    assert ours([folder / "template.yaml"], region, parameters) == theirs


def test_are_exports_joined_as_moto_joins_them():
    with mock_aws():
        theirs = deployed({name: (STACKS / f"{name}.yaml").read_text() for name in ("network", "app")}, "eu-west-1", {})
    assert theirs["workload", "Everywhere"] == {"Covered", "Forgotten"}
    assert ours([STACKS / "network.yaml", STACKS / "app.yaml"], "eu-west-1", {}) == theirs


NETWORK = {"VPC", "Subnet", "RouteTable", "SubnetRouteTableAssociation", "InternetGateway", "VPCGatewayAttachment", "VPCEndpoint", "SecurityGroup"}
MADE_UP = {"AWS::EC2::VPC::Id": "vpc-0123456789abcdef0", "Number": "1"}


def network_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a template that makes its network: what refers to nothing else."""
    resources = {str(name): body for name, body in template["Resources"].items() if str(body["Type"]).removeprefix("AWS::EC2::") in NETWORK}
    while True:
        # A name in quotes is a reference to it, or does no harm.
        gone = [re.escape(str(name)) for name in template["Resources"] if str(name) not in resources]
        mentions = re.compile(r"[\"{](?:" + "|".join(gone) + r")[\".}]") if gone else None
        kept = {
            name: {part: content for part, content in body.items() if part in {"Type", "Properties", "Condition"}}
            for name, body in resources.items()
            if mentions is None or not mentions.search(json.dumps(body.get("Properties")))
        }
        if len(kept) == len(resources):
            sections = {name: template[name] for name in ("Parameters", "Mappings", "Conditions") if name in template}
            return json.loads(json.dumps({**sections, "Resources": kept}))
        resources = kept


def made_up(template: Mapping[str, Any]) -> dict[str, str]:
    """A value for each parameter that has none."""
    found: dict[str, str] = {}
    for name, body in template.get("Parameters", {}).items():
        if "Default" not in body:
            found[name] = str(body.get("AllowedValues", [MADE_UP.get(str(body.get("Type")), "10.0.0.0/16" if "idr" in name.lower() else "x-1")])[0])
        elif str(body.get("Type")).startswith("AWS::SSM"):
            body["Type"] = "String"
    return found


def differences(path: Path, folder: Path) -> list[str]:
    """Where moto's network of a template is another than ours. Raises whatever moto does where it cannot deploy it."""
    whole = parse(str(path), path.read_bytes())
    template = network_of(whole)
    if not any(one["Type"].endswith(("RouteTableAssociation", "VPCEndpoint")) for one in template["Resources"].values()):
        return []
    parameters = made_up(template)
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    with mock_aws():
        theirs = deployed({"template": file.read_text()}, "us-east-1", parameters)
    mine = ours([file], "us-east-1", parameters)
    return [
        f"{path}: {key}: moto {theirs.get(key)}, ours {mine.get(key)}" for key in sorted({*mine, *theirs}) if mine.get(key) != theirs.get(key)
    ] or ["same"]


def main(folder: str, place: Path) -> None:
    """Ask of every template below a folder."""
    warnings.simplefilter("ignore")
    outcomes: Counter[str] = Counter()
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in {".yaml", ".yml", ".json", ".template"} and b"AWS::EC2::" in path.read_bytes():
            try:
                found = differences(path, place)
            except InputError:
                continue
            except Exception as error:  # noqa: BLE001  # whatever moto raises is a template that it does not deploy
                outcomes[f"not deployed by moto: {type(error).__name__} {str(error)[:90]}"] += 1
                continue
            outcomes["no network" if not found else "the same" if found == ["same"] else "otherwise"] += 1
            print("\n".join(line for line in found if line != "same"), end="\n" if found and found != ["same"] else "")
    for outcome, count in outcomes.most_common():
        print(f"{count:6}  {outcome}")


if __name__ == "__main__":
    import os
    import tempfile

    os.environ |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "testing")
    with tempfile.TemporaryDirectory() as temporary:
        main(sys.argv[1], Path(temporary))
