"""Does every path of the catalogue exist, and does nobody take what AWS follows for traffic from a subnet?"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import botocore.session
import pytest

from tests.conversion.schemas import in_cloudformation, in_terraform
from validator.analysis.aws_owned import aws_owned
from validator.analysis.intents import find_intents
from validator.conversion.convert import convert
from validator.conversion.kinds.catalogue import KINDS, PARTS
from validator.conversion.kinds.entry import Follower, Part
from validator.conversion.kinds.service_side import SERVICE_SIDE
from validator.conversion.unread import _ONLY_WITH, _OTHER_TYPES, _PLACED_TYPES, _UNTIED_TYPES, _UNTOLD_TYPES
from validator.conversion.vocabulary import ACCESS_POINT, BUCKET, BUCKET_ASPECTS, MULTI_REGION_ACCESS_POINT, REPLICATION
from validator.frontends.reading import read
from validator.model.topology import Topology
from validator.options import Options
from validator.pipeline import check
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Ref

TYPES: list[tuple[str, Part]] = [*((name, part) for kind in KINDS for name, part in kind.types.items()), *PARTS.items()]
PART: dict[str, Part] = dict(reversed(TYPES))
ATTRIBUTES = frozenset({"AWS::CloudFormation::Init", "AWS::CloudFormation::Authentication"})


def paths(part: Part) -> Iterator[str]:
    yield from (*part.subnets, *part.groups, *part.public, *part.role, *part.profile, *part.host_role, *part.images)
    yield from (*part.templates, *part.parts, *part.asides, *part.network, *part.hosts, *part.interfaces, *part.group_names)
    yield from filter(None, (part.runtime, part.launch, part.providers, part.compatible))
    if part.inside:
        yield part.inside.path
    for one in (*part.environment, *part.scripts):
        yield one.path
    for reference in part.references:
        yield reference.path
        if reference.only and reference.only.path[0] == "/":
            yield reference.only.path
        elif reference.only and reference.only.path[0] == "<":
            yield f"{reference.path.rpartition('.')[0].rpartition('.')[0]}.{reference.only.path[1:]}".lstrip(".")
        elif reference.only and reference.only.path[0] != "^":
            yield f"{reference.path.rpartition('.')[0]}.{reference.only.path}".lstrip(".")
    for program in part.programs:
        yield program.path
        inner = [*program.environment, *program.scripts, *program.references]
        yield from (f"{program.path}.{one.path}" for one in inner)
        if program.image:
            yield f"{program.path}.{program.image}"


def used() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, part in TYPES:
        if not name.endswith("*"):
            found[name].update(path for path in paths(part) if path.partition(".")[0] not in ATTRIBUTES)
        for other, path in part.named_by:
            if not other.endswith("*"):
                found[other].add(path)
    for name, references in SERVICE_SIDE.items():
        found[name].update(references)
    for vocabulary in (BUCKET, ACCESS_POINT, MULTI_REGION_ACCESS_POINT, REPLICATION, BUCKET_ASPECTS):
        for name, terms in vocabulary.items():
            found[name].update(path for term, path in terms.items() if path and term != "alias")
    for name in chain.from_iterable(types.split() for types in (_PLACED_TYPES, _UNTIED_TYPES, _UNTOLD_TYPES, _OTHER_TYPES)):
        if name.startswith(("aws_", "AWS::")):
            found[name].update([_ONLY_WITH[name]] if name in _ONLY_WITH else [])
    return found


USED = used()


@pytest.mark.parametrize("name", sorted(USED))
def test_does_every_path_of_a_type_exist_in_its_schema(name):
    exists = in_cloudformation if name.startswith("AWS::") else in_terraform
    assert exists(name, "")
    assert [path for path in sorted(USED[name]) if not exists(name, path)] == []


@pytest.mark.parametrize("path", ["VpcConfig.SubnetId", "VpcConfig.Subnets.Id", "Vpc_Config"])
def test_is_a_misspelt_path_missed_in_a_schema(path):
    assert in_cloudformation("AWS::Lambda::Function", "VpcConfig.SubnetIds")
    assert not in_cloudformation("AWS::Lambda::Function", path)
    assert not in_terraform("aws_lambda_function", path)


def test_is_every_type_in_the_vocabulary_of_one_kind_or_part_only_once():
    names = list(chain.from_iterable(kind.types for kind in KINDS))
    assert len(names) == len(set(names))


NAME = "s3reach-only-aws-reads-it"
REGION = "eu-west-1"


def nested(path: str, value: object) -> dict[str, object]:
    """A resource's attributes with ``value`` at ``path``."""
    name, _, rest = path.removeprefix("/").replace("**.", "").replace("|json", "").partition(".")
    return {name: nested(rest, value) if rest else value}


def merged(left: dict, right: dict) -> dict:
    found = dict(left)
    for name, value in right.items():
        found[name] = merged(found[name], value) if isinstance(found.get(name), dict) and isinstance(value, dict) else value
    return found


def resource(address: str, kind: str, attributes: dict) -> Resource:
    return Resource(address, kind, attributes, REGION, SourceLocation("input", 1, 1, address))


def placed(name: str, part: Part) -> tuple[dict, list[Resource]]:
    """Attributes that put a resource into a subnet, and what else they need."""
    attributes: dict = {}
    others = []
    for path in part.subnets[:1]:
        attributes = merged(attributes, nested(path, ("subnet-1",)))
    for path in part.network[:1]:
        holder = next(
            other for other, of in PARTS.items() if of.subnets and "?" not in of.subnets[0] and other.startswith("AWS::") == name.startswith("AWS::")
        )
        others = [resource("network", holder, nested(PARTS[holder].subnets[0], ("subnet-1",)))]
        attributes = merged(attributes, nested(path, Ref("network", "id")))
    if part.inside:
        attributes = merged(attributes, nested(part.inside.path, part.inside.values[0].replace("*", "-mysql")))
    return attributes, others


def intents(resources: list[Resource]) -> tuple[Topology, list[str]]:
    configuration = Configuration("input", InputKind.CLOUDFORMATION_TEMPLATE, "cloudformation", tuple(resources), region=REGION)
    topology = convert((configuration,))
    return topology, [one.bucket.id for one in find_intents(topology, {})]


def written() -> Iterator[object]:
    """A bucket, in every way to name one."""
    yield Ref("data", "arn")
    yield Ref("data", "bucket")
    yield from (NAME, f"{NAME}/key", f"arn:aws:s3:::{NAME}", f"s3://{NAME}/key", f"https://{NAME}.s3.{REGION}.amazonaws.com/key")


OF_PARTS = [(name, reference) for name, part in TYPES for reference in part.references]


@pytest.mark.parametrize(("name", "path"), [(name, one.path) for name, one in OF_PARTS if one.by is Follower.SERVICE])
def test_is_what_the_service_follows_for_a_workload_no_access_of_it(name, path):
    part = PART[name]
    attributes, others = placed(name, part)
    kinds = {kind: one for one in KINDS for kind in one.types}
    for value in written():
        made = resource("it", name, merged(attributes, nested(path, value)))
        topology, found = intents([made, *others, resource("data", "AWS::S3::Bucket", {"BucketName": NAME})])
        assert ("it" in topology.workloads) is (name in kinds)
        assert not [bucket for bucket in found if bucket in {NAME, "data"}]


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in SERVICE_SIDE.items() for path in paths])
def test_is_a_type_that_only_aws_reads_from_no_workload(name, path):
    for value in written():
        topology, found = intents([resource("it", name, nested(path, value)), resource("data", "AWS::S3::Bucket", {"BucketName": NAME})])
        assert (dict(topology.workloads), found) == ({}, [])


@pytest.mark.parametrize(("name", "path"), [(name, one.path) for name, one in OF_PARTS if one.by is Follower.SUBNET and "**" not in one.path])
def test_is_what_a_workload_follows_itself_an_access_of_it(name, path):
    kinds = {kind for one in KINDS for kind in one.types}
    if name not in kinds:
        pytest.skip("is read where something names it")
    part = PART[name]
    attributes, others = placed(name, part)
    reference = next(one for one in part.references if one.path == path)
    if reference.only:
        block = "" if reference.only.path[0] == "/" else path.rpartition(".")[0]
        attributes = merged(attributes, nested(f"{block}.{reference.only.path.lstrip('/')}".lstrip("."), reference.only.values[0]))
    if reference.only and reference.only.values == ("*",):
        pytest.skip("needs the connection that it names")
    made = resource("it", name, merged(attributes, nested(path.replace("*", "one"), Ref("data", "arn"))))
    _, found = intents([made, *others, resource("data", "AWS::S3::Bucket", {"BucketName": NAME})])
    assert "data" in found


# The API's names for what Terraform keeps as JSON: botocore has them.
IN_JSON = {
    ("aws_ecs_task_definition", "container_definitions"): ("ecs", "ContainerDefinition"),
    ("aws_batch_job_definition", "container_properties"): ("batch", "ContainerProperties"),
    ("aws_batch_job_definition", "ecs_properties"): ("batch", "EcsProperties"),
    ("aws_batch_job_definition", "node_properties"): ("batch", "NodeProperties"),
}


@pytest.mark.parametrize(("name", "attribute"), IN_JSON)
def test_does_every_path_into_a_json_attribute_exist_in_the_api(name, attribute):
    service, shape = IN_JSON[name, attribute]
    model = botocore.session.Session().get_service_model(service)
    inner = [path.partition("|json.")[2] for path in paths(PART[name]) if path.startswith(f"{attribute}|json.")]
    assert inner
    for path in inner:
        found = model.shape_for(shape)
        for step in path.split("."):
            found = found.member if found.type_name == "list" else found
            if found.type_name == "map":
                break  # its keys are everybody's own
            assert step in found.members, path
            found = found.members[step]


@pytest.mark.parametrize("need", sorted({need.bucket for _, part in TYPES for need in part.needs}))
def test_is_a_bucket_that_a_kind_needs_one_of_aws(need):
    assert aws_owned(need.format(region=REGION, compact=REGION.replace("-", ""))).region == REGION


CONDITIONED = [(name, one) for name, one in OF_PARTS if one.only and not one.only.default and one.only.values != ("*",)]


@pytest.mark.parametrize(("name", "path"), [(name, one.path) for name, one in CONDITIONED])
def test_is_a_reference_whose_condition_does_not_hold_no_access(name, path):
    attributes, others = placed(name, PART[name])
    made = resource("it", name, merged(attributes, nested(path, Ref("data", "arn"))))
    _, found = intents([made, *others, resource("data", "AWS::S3::Bucket", {"BucketName": NAME})])
    assert "data" not in found


TEMPLATE = """
Resources:
  Main: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Main, CidrBlock: 10.0.1.0/24}}
"""
INIT = """
  Server:
    Type: AWS::EC2::Instance
    Metadata:
      AWS::CloudFormation::Init:
        config:
          files:
            /etc/app.conf: {source: !Sub "https://of-files.s3.${AWS::Region}.amazonaws.com/app.conf"}
            /opt/run.sh: {content: aws s3 cp s3://of-content/x . --region eu-west-1}
          sources: {/opt/app: "https://of-sources.s3.eu-west-1.amazonaws.com/app.zip"}
          commands:
            one: {command: aws s3 ls s3://of-commands --region eu-west-1}
            two: {command: [aws, s3, ls, "s3://of-words", --region, eu-west-1]}
      AWS::CloudFormation::Authentication:
        role: {type: S3, buckets: [of-authentication], roleName: app}
    Properties: {SubnetId: !Ref Private}
"""
RESPONDER = """
  Responder:
    Type: AWS::Lambda::Function
    Properties: {Code: {ZipFile: pass}, Role: "arn:aws:iam::123456789012:role/x", VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: []}}
  Asked: {Type: %s, Properties: {ServiceToken: !GetAtt Responder.Arn}}
"""


def of_template(folder: Path, text: str) -> list[str]:
    (folder / "template.yaml").write_text(TEMPLATE + text)
    report = check(Options((str(folder / "template.yaml"),), regions=(REGION,)))
    return sorted({one.bucket.id for one in report.analysis.accesses})


def test_are_the_files_sources_and_commands_of_cfn_init_read(tmp_path):
    assert of_template(tmp_path, INIT) == ["of-authentication", "of-commands", "of-content", "of-files", "of-sources", "of-words"]


@pytest.mark.parametrize("kind", ["AWS::CloudFormation::CustomResource", "Custom::Thing"])
def test_does_the_function_behind_a_custom_resource_need_the_bucket_that_it_answers_to(tmp_path, kind):
    assert of_template(tmp_path, RESPONDER % kind) == ["cloudformation-custom-resource-response-euwest1"]


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("prod-us-east-1-starport-layer-bucket", "us-east-1"), ("cloudformation-custom-resource-response-euwest1", "eu-west-1"),
        ("elasticbeanstalk-platform-assets-me-central-1-f08b818c", "me-central-1"), ("ec2-downloads-windows", "us-east-1"),
        ("ec2-linux-nvidia-drivers", "us-east-1"), ("amazon-eks", None), ("eu-west-1.elasticmapreduce", "eu-west-1"),
    ],
)  # fmt: skip
def test_is_a_bucket_of_aws_known_with_its_region(name, region):
    assert aws_owned(name).region == region


@pytest.mark.parametrize("name", ["prod-starport-layer-bucket", "my-amazon-eks", "aws-ssm", "amazoncloudwatch-agent-backup"])
def test_is_a_bucket_of_somebody_else_not_taken_for_one_of_aws(name):
    assert aws_owned(name) is None


PIPELINE = """
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: arn:aws:iam::123456789012:role/build
      Artifacts: {Type: CODEPIPELINE}
      Source: {Type: CODEPIPELINE}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: "aws/codebuild/standard:7.0"}
      VpcConfig: {VpcId: !Ref Main, Subnets: [!Ref Private], SecurityGroupIds: []}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStores:
        - {Region: eu-west-1, ArtifactStore: {Type: S3, Location: of-this-region}}
        - {Region: us-east-1, ArtifactStore: {Type: S3, Location: of-another}}
      Stages: [{Name: Build, Actions: [{Name: Build, Configuration: {ProjectName: !Ref Build}}]}]
"""


def test_does_a_build_of_a_pipeline_use_the_store_of_its_own_region(tmp_path):
    assert of_template(tmp_path, PIPELINE) == ["of-this-region"]


ADDRESS = """
  Interface: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: !Ref Private}}
  Address: {Type: AWS::EC2::EIP}
  Assigned: {Type: AWS::EC2::EIPAssociation, Properties: {AllocationId: !GetAtt Address.AllocationId, NetworkInterfaceId: !Ref Interface}}
  Server:
    Type: AWS::EC2::Instance
    Properties: {NetworkInterfaces: [{DeviceIndex: "0", NetworkInterfaceId: !Ref Interface}]}
"""


def test_does_an_address_of_an_interface_make_its_instance_public(tmp_path):
    (tmp_path / "template.yaml").write_text(TEMPLATE + ADDRESS)
    options = Options((str(tmp_path / "template.yaml"),), regions=(REGION,))
    topology = convert(read(str(tmp_path / "template.yaml"), options, region=REGION))
    [placement] = topology.workloads["template/Server"].placements
    assert (placement.subnet, placement.public_address) == ("template/Private", True)


WAITING = """
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Server:
    Type: AWS::EC2::Instance
    Properties: {SubnetId: !Ref Private, UserData: {"Fn::Base64": !Sub "curl -X PUT --data-binary @done ${Handle}"}}
"""


def test_does_who_signals_a_wait_condition_need_the_bucket_of_its_handle(tmp_path):
    assert of_template(tmp_path, WAITING) == ["cloudformation-waitcondition-eu-west-1"]


TOLD = """
  Told: {Type: AWS::SSM::Parameter, Properties: {Name: /app/bucket, Type: String, Value: told-by-a-parameter}}
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Code: {ZipFile: pass}
      Role: arn:aws:iam::123456789012:role/x
      Environment: {Variables: {DATA_BUCKET: %s}}
      VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: []}
"""


@pytest.mark.parametrize("value", ["!Ref Told", "/app/bucket"])
def test_is_the_bucket_read_that_a_parameter_holds(tmp_path, value):
    assert of_template(tmp_path, TOLD % value) == ["told-by-a-parameter"]
