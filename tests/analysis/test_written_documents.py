"""However a document is written in Terraform or in a template, is it read, and read the same?"""

import json

import pytest
import yaml

from tests.analysis.test_admission import BUCKET, LOGS, NAT, REGION, access, document, gateway, statement, template
from validator.options import Options
from validator.pipeline import check

LINE = "\n    "
EVERYBODY = 'principals {\n      type        = "*"\n      identifiers = ["*"]\n    }'


def data(name: str, *statements: str, more: str = "") -> str:
    blocks = "".join(f"  statement {{\n    {one}\n  }}\n" for one in statements)
    return f'data "aws_iam_policy_document" "{name}" {{\n  {more}\n{blocks}}}\n'


def allow(resources: str = '["*"]', more: str = EVERYBODY, sid: str = "") -> str:
    return f'sid = "{sid}"\n    actions = ["s3:*"]\n    resources = {resources}\n    {more}'


def deny(condition: str = "", more: str = EVERYBODY, sid: str = "") -> str:
    return f'sid = "{sid}"\n    effect = "Deny"\n    actions = ["s3:*"]\n    resources = ["*"]\n    {more}\n    {condition}'


def when(test: str, variable: str, values: str) -> str:
    return f'condition {{\n      test     = "{test}"\n      variable = "{variable}"\n      values   = {values}\n    }}'


def principals(kind: str, *names: str) -> str:
    return f'principals {{\n      type        = "{kind}"\n      identifiers = {json.dumps(list(names))}\n    }}'


BY_DATA = "data.aws_iam_policy_document.endpoint.json"
ON_BUCKET = 'resource "aws_s3_bucket_policy" "data" {\n  bucket = aws_s3_bucket.data.id\n  policy = data.aws_iam_policy_document.bucket.json\n}\n'
SAME = "StringNotEquals", "aws:SourceVpce", "[aws_vpc_endpoint.s3.id]"
OTHER = "StringNotEquals", "aws:SourceVpce", '["vpce-0123456789abcdef0"]'


def encoded(resource: str) -> str:
    return f'jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = {resource} }}] }})'


ON_ALL = encoded('"*"')
ON_LOGS = encoded('"arn:aws:s3:::logs*"')


@pytest.mark.parametrize(
    ("blocks", "disposition"),
    [
        # Blocks for the same kind of principal, or the same operator and key, are one list (the provider's source, policy_model.go).
        ([gateway(), data("bucket", deny(more=principals("AWS", "arn:aws:iam::111122223333:role/app") + LINE + principals("AWS", "arn:aws:iam::111122223333:role/z"))), ON_BUCKET],
         "bucket-policy-denies"),
        ([gateway(), data("bucket", deny(more=principals("AWS", "arn:aws:iam::111122223333:role/z") + LINE + principals("AWS", "arn:aws:iam::111122223333:role/app"))), ON_BUCKET],
         "bucket-policy-denies"),
        ([gateway(), data("bucket", deny(more=principals("Service", "cloudtrail.amazonaws.com") + LINE + EVERYBODY)), ON_BUCKET], "bucket-policy-denies"),
        ([gateway(), data("bucket", deny(when(*SAME) + LINE + when(*OTHER))), ON_BUCKET], "via-gateway-endpoint"),
        ([gateway(), data("bucket", deny(when(*OTHER) + LINE + when(*SAME))), ON_BUCKET], "via-gateway-endpoint"),
        # A module does not say whether this endpoint has that id already.
        ([gateway(), data("bucket", deny(when(*OTHER))), ON_BUCKET], "unknown"),
        ([NAT, data("bucket", deny(when("StringNotEquals", "aws:SourceVpce", '["vpce-0123456789abcdef0"]'))), ON_BUCKET], "bucket-policy-denies"),
        # Of overriding documents the last counts.
        ([gateway(BY_DATA), data("endpoint", allow(sid="A"), more="override_policy_documents = [data.aws_iam_policy_document.no.json, data.aws_iam_policy_document.yes.json]"),
          data("no", deny(sid="A")), data("yes", allow(sid="A"))], "via-gateway-endpoint"),
        ([gateway(BY_DATA), data("endpoint", allow(sid="A"), more="override_policy_documents = [data.aws_iam_policy_document.yes.json, data.aws_iam_policy_document.no.json]"),
          data("no", deny(sid="A")), data("yes", allow(sid="A"))], "endpoint-policy-denies"),
        # Documents with references in them can be built on.
        ([gateway(BY_DATA), data("endpoint", more="source_policy_documents = [data.aws_iam_policy_document.own.json]"),
          data("own", allow('[aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]'))], "via-gateway-endpoint"),
        ([gateway(BY_DATA), data("endpoint", more='source_policy_documents = compact([data.aws_iam_policy_document.own.json, ""])'), LOGS,
          data("own", allow('[aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]'))], "endpoint-policy-denies"),
        ([gateway(BY_DATA), data("endpoint", more=f"source_policy_documents = [{ON_ALL}, var.none]"), 'variable "none" {\n  default = null\n}\n'],
         "via-gateway-endpoint"),
        ([gateway(BY_DATA), data("endpoint", allow(), more="source_policy_documents = [var.some]"), 'variable "some" {}\n'], "unknown"),
        # Statements of a list.
        ([gateway(BY_DATA), 'data "aws_iam_policy_document" "endpoint" {\n  dynamic "statement" {\n    for_each = ["data", "logs"]\n    content {\n'
          '      actions = ["s3:*"]\n      resources = ["arn:aws:s3:::${statement.value}", "arn:aws:s3:::${statement.value}/*"]\n      ' + EVERYBODY + "\n    }\n  }\n}\n"],
         "via-gateway-endpoint"),
        ([gateway(BY_DATA), 'data "aws_iam_policy_document" "endpoint" {\n  dynamic "statement" {\n    for_each = var.names\n    content {\n'
          '      actions = ["s3:*"]\n      resources = ["arn:aws:s3:::${statement.value}"]\n      ' + EVERYBODY + "\n    }\n  }\n}\n", 'variable "names" {}\n'],
         "unknown"),
        # Text in other ways.
        ([gateway('<<-EOT\n    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "${aws_s3_bucket.data.arn}*"}]}\n  EOT\n')],
         "via-gateway-endpoint"),
        ([gateway('<<EOT\n{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:*"], "Resource": "arn:aws:s3:::logs*"}}\nEOT\n')], "endpoint-policy-denies"),
        ([gateway('jsonencode(merge({ Version = "2012-10-17" }, { Statement = { Effect = "Allow", Principal = "*", Action = "*", Resource = "*" } }))')], "via-gateway-endpoint"),
        ([gateway('jsonencode({ Version = "2012-10-17", Statement = concat([for name in ["data", "logs"] : { Effect = "Allow", Principal = "*", Action = "s3:*",'
                  ' Resource = ["arn:aws:s3:::${name}", "arn:aws:s3:::${name}/*"] }], []) })')], "via-gateway-endpoint"),
        ([gateway('jsonencode({ Version = "2012-10-17", Statement = [for name in ["logs"] : { Effect = "Allow", Principal = "*", Action = "s3:*",'
                  ' Resource = ["arn:aws:s3:::${name}", "arn:aws:s3:::${name}/*"] }] })')], "endpoint-policy-denies"),
        ([gateway(encoded('"arn:aws:s3:::$${aws:PrincipalAccount}"'))], "endpoint-policy-denies"),
        ([gateway(f'replace({ON_LOGS}, "logs", "data")')], "via-gateway-endpoint"),
        ([gateway("local.policy"), f"locals {{\n  policy = {ON_LOGS}\n}}\n"], "endpoint-policy-denies"),
        ([gateway("aws_iam_policy.shared.policy"), f'resource "aws_iam_policy" "shared" {{\n  policy = {ON_LOGS}\n}}\n'], "endpoint-policy-denies"),
        ([gateway(f"var.open ? null : {ON_LOGS}"), 'variable "open" {\n  default = false\n}\n'], "endpoint-policy-denies"),
        ([gateway(f"var.open ? null : {ON_LOGS}"), 'variable "open" {}\n'], "unknown"),
        ([gateway('templatefile("policy.json.tftpl", { bucket = aws_s3_bucket.data.arn })')], "via-gateway-endpoint"),
        ([gateway('templatefile("policy.json.tftpl", { bucket = "arn:aws:s3:::logs" })')], "endpoint-policy-denies"),
        ([gateway('file("policy.json")')], "endpoint-policy-denies"),
        ([gateway('file("missing.json")')], "unknown"),
        ([gateway('base64decode("eyJTdGF0ZW1lbnQiOltdfQ==")')], "endpoint-policy-denies"),
    ],
)  # fmt: skip
def test_is_a_document_read_however_a_module_writes_it(tmp_path, blocks, disposition):
    (tmp_path / "policy.json.tftpl").write_text(
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ${jsonencode([bucket, "${bucket}/*"])}}]}'
    )
    (tmp_path / "policy.json").write_text(json.dumps(document(statement("Allow", "arn:aws:s3:::logs*"))))
    assert access(tmp_path, BUCKET, *blocks).disposition.value == disposition


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


ENCODED = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["%s", "%s/*"]}]}'
PARAMETER = {"Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "arn:aws:s3:::logs,arn:aws:s3:::logs/*"}}}


@pytest.mark.parametrize(
    ("endpoint", "sections", "disposition"),
    [
        (sub(ENCODED % ("${Data.Arn}", "${Data.Arn}")), {}, "via-gateway-endpoint"),
        (sub(ENCODED % ("arn:${AWS::Partition}:s3:::${Data}", "arn:${AWS::Partition}:s3:::${Data}")), {}, "via-gateway-endpoint"),
        (sub(ENCODED % ("arn:${AWS::Partition}:s3:::logs", "arn:${AWS::Partition}:s3:::logs")), {}, "endpoint-policy-denies"),
        ({"Fn::Sub": [ENCODED % ("${Of}", "${Of}"), {"Of": {"Fn::GetAtt": ["Data", "Arn"]}}]}, {}, "via-gateway-endpoint"),
        ({"Fn::Join": ["", ['{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "', {"Fn::GetAtt": ["Data", "Arn"]}, '*"}]}']]}, {},
         "via-gateway-endpoint"),
        (document(statement("Allow", [{"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Data"}]]}, {"Fn::Join": ["/", [{"Fn::GetAtt": "Data.Arn"}, "*"]]}])), {}, "via-gateway-endpoint"),
        (document(statement("Allow", {"Ref": "Names"})), PARAMETER, "endpoint-policy-denies"),
        (document(statement("Allow", {"Fn::Split": [",", "arn:aws:s3:::logs,arn:aws:s3:::data-*"]})), {}, "via-gateway-endpoint"),
        (document(statement("Allow", "*", Principal={"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")})), {}, "endpoint-policy-denies"),
        (document(statement("Allow", "*", Condition={"StringEquals": {"aws:PrincipalAccount": sub("${AWS::AccountId}")}})), {}, "via-gateway-endpoint"),
        (document(statement("Allow", "*"), statement("Deny", "*", Condition={"StringNotEquals": {"aws:ResourceAccount": [{"Ref": "AWS::AccountId"}]}})), {}, "via-gateway-endpoint"),
        (document(statement("Allow", sub("arn:${AWS::Partition}:s3:::prod-${AWS::Region}-starport-layer-bucket/*"))), {}, "endpoint-policy-denies"),
        (document(statement("Allow", {"Fn::If": ["All", "*", {"Ref": "Names"}]})), {**PARAMETER, "Conditions": {"All": {"Fn::Equals": ["a", "b"]}}}, "endpoint-policy-denies"),
        (document(statement("Allow", sub("arn:aws:s3:::${!aws:PrincipalAccount}-*"))), {}, "endpoint-policy-denies"),
        ({"Statement": statement("Allow", "*")}, {}, "via-gateway-endpoint"),
        ({"Version": "2012-10-17"}, {}, "unknown"),
        (document(statement("Allow", {"Fn::ImportValue": "elsewhere"})), {}, "unknown"),
    ],
)  # fmt: skip
def test_is_a_document_read_however_a_template_writes_it(tmp_path, endpoint, sections, disposition):
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(template(endpoint, **sections)))
    (found,) = check(Options((str(path),), regions=(REGION,))).analysis.accesses
    assert found.disposition.value == disposition


POINT = {
    "Ap": {"Type": "AWS::S3::AccessPoint", "Properties": {"Bucket": {"Ref": "Data"}, "Policy": document(statement("Deny", "*"))}},
    "Mr": {"Type": "AWS::S3::MultiRegionAccessPoint", "Properties": {"Regions": [{"Bucket": {"Ref": "Data"}}]}},
    "OnMr": {"Type": "AWS::S3::MultiRegionAccessPointPolicy", "Properties": {"MrapName": {"Ref": "Mr"}, "Policy": document(statement("Deny", "*"))}},
}


@pytest.mark.parametrize(
    ("named", "disposition"),
    [
        ({"Fn::GetAtt": ["Ap", "Arn"]}, "bucket-policy-denies"),
        ({"Ref": "Data"}, "via-gateway-endpoint"),
        ({"Fn::GetAtt": ["Ap", "Alias"]}, "bucket-policy-denies"),
    ],
)
def test_are_access_points_of_a_template_asked_for_their_policies(tmp_path, named, disposition):
    stack = template()
    stack["Resources"]["Function"]["Properties"]["Environment"]["Variables"]["DATA_BUCKET"] = named
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump({**stack, "Resources": {**stack["Resources"], **POINT}}))
    (found,) = check(Options((str(path),), regions=(REGION,))).analysis.accesses
    assert found.disposition.value == disposition
