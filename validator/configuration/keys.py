"""The settings that there are, as tables: the reader, the schema, the file that ``init`` writes and the documentation are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FAIL_ON = ("error", "warning", "never")
LEVELS = ("error", "warning", "note", "off")


class Kind(StrEnum):
    """What a setting holds."""

    NAMES = "strings"
    POLICIES = "policy ids"
    REGIONS = "Regions"
    FILE = "a file"
    FILES = "files"
    FOLDER = "a folder"
    FOLDERS = "folders"
    FORMATS = "formats"
    FLAG = "true or false"
    FAIL_ON = "error, warning or never"
    STRINGS = "a table of strings"
    BUCKETS = "a table of Regions"
    SEVERITIES = "a table of severities"
    TEXT = "a string"
    DATE = "a date"
    NUMBER = "a number"
    REGION = "a Region"
    SDK = "a client"
    EVIDENCE = "kinds of evidence"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name is that of the option. ``example`` is a TOML value; ``per_path``: a section of a path may hold it too."""

    name: str
    kind: Kind
    about: str
    example: str
    per_path: bool = False
    required: bool = False

    @property
    def is_table(self) -> bool:
        """Whether it is written as ``[name]``."""
        return self.kind in {Kind.STRINGS, Kind.BUCKETS, Kind.SEVERITIES}


KEYS: tuple[Key, ...] = (
    Key("fail-on", Kind.FAIL_ON, "findings from this severity on make the exit code 1", '"error"', per_path=True),
    Key("changed-only", Kind.FLAG, "findings that a plan has nothing to do with do not count", "true"),
    Key("baseline", Kind.FILE, "a file of --write-baseline: its findings do not count", '"s3reach-baseline.json"'),
    Key("format", Kind.FORMATS, "what to write: NAME, or NAME=FILE below the folder of the configuration", '["text", "json=s3reach.json"]'),
    Key("quiet", Kind.FLAG, "findings and the last line only", "true"),
    Key("verbose", Kind.FLAG, "every subnet, public ones too", "true"),
    Key("no-color", Kind.FLAG, "no terminal colours", "true"),
    Key("region", Kind.REGIONS, "of CloudFormation stacks (each is judged), and of Terraform providers that name none", '"eu-west-1"', per_path=True),
    Key("parameters", Kind.FILE, "a file of CloudFormation parameters", '"parameters.json"', per_path=True),
    Key("parameter", Kind.STRINGS, "CloudFormation parameters by name", '{ Environment = "prod" }', per_path=True),
    Key("every-allowed-value", Kind.FLAG, "judge every allowed value of CloudFormation parameters that have none", "true"),
    Key("source", Kind.FOLDER, "the module directory that a plan came from", '"infra"', per_path=True),
    Key("var-file", Kind.FILES, "files of Terraform variables, for module directories", '["prod.tfvars"]', per_path=True),
    Key("var", Kind.STRINGS, "Terraform variables by name; a module takes those that it declares", '{ environment = "prod" }', per_path=True),
    Key("var-env", Kind.FLAG, "take Terraform variables from TF_VAR_NAME too", "true", per_path=True),
    Key("network", Kind.FILE, "a recorded network, see s3reach snapshot", '"network.json"'),
    Key("max-age", Kind.NUMBER, "refuse a recorded network that is older, in days", "7"),
    Key("evidence", Kind.EVIDENCE, "only accesses shown by evidence of these kinds", '["environment", "script", "configuration"]'),
    Key("policies", Kind.FOLDERS, "folders with policies of your own", '["policies"]'),
    Key("pack", Kind.NAMES, "policies that ship and are off unless asked for: dynamodb", '["dynamodb"]'),
    Key("select", Kind.POLICIES, "only these policies", '["s3-unreachable"]', per_path=True),
    Key("ignore", Kind.POLICIES, "not these policies", '["s3-through-nat-gateway"]', per_path=True),
    Key(
        "severity",
        Kind.SEVERITIES,
        "a policy's severity: error, warning, note or off",
        '{ uneven-gateway-endpoint-coverage = "warning" }',
        per_path=True,
    ),
    Key(
        "buckets",
        Kind.BUCKETS,
        "the Region of buckets outside the inputs, by name or glob",
        '{ "logs-*" = "eu-west-1" }',
    ),
)


@dataclass(frozen=True, slots=True)
class Record:
    """Something that a file may hold several of, each under ``[[name]]``."""

    name: str
    about: str
    keys: tuple[Key, ...]


WAIVER = Record(
    "waiver",
    "a finding that is accepted, and does not count",
    (
        Key("policy", Kind.TEXT, "the policy's id, or a glob", '"s3-through-nat-gateway"', required=True),
        Key(
            "workload",
            Kind.TEXT,
            "address of the workload, or of the endpoint, table or VPC that the finding is about; a glob",
            '"aws_instance.etl*"',
        ),
        Key("bucket", Kind.TEXT, "address or name of the bucket; a glob", '"logs-*"'),
        Key("path", Kind.TEXT, "only findings of inputs under this path; a glob from the folder of this file", '"infra/test/**"'),
        Key("reason", Kind.TEXT, "why it is accepted", '"moves with the warehouse"', required=True),
        Key("expires", Kind.DATE, "the last day on which it holds", "2027-01-31"),
    ),
)
ACCESS = Record(
    "access",
    "an access that no input shows",
    (
        Key("workload", Kind.TEXT, "address of the workload; a glob", '"aws_instance.etl*"', required=True),
        Key("bucket", Kind.TEXT, "name of the bucket, or its address in the inputs", '"partner-drop"', required=True),
        Key("client_region", Kind.REGION, "the Region that its client is given", '"eu-west-1"'),
    ),
)
CLIENT = Record(
    "client",
    "the client that workloads use S3 with",
    (
        Key("workload", Kind.TEXT, "address of the workload; a glob", '"aws_ecs_service.*"', required=True),
        Key("sdk", Kind.SDK, "its name: boto3, aws-cli-v2, js-v3, go-v2, java-v2 ...", '"boto3"'),
        Key("region", Kind.REGION, "the Region that it is given, where it is not shown", '"eu-west-1"'),
    ),
)
RECORDS: tuple[Record, ...] = (WAIVER, ACCESS, CLIENT)
BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}
PER_PATH: Mapping[str, Key] = {key.name: key for key in KEYS if key.per_path}
