"""The role that SAM makes for a function or state machine, and what connectors allow it, as far as S3 goes.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html and the transform
(github.com/aws/serverless-application-model, policy_templates.json and connectors.json).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

_READ = ("s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObjectVersion", "s3:GetLifecycleConfiguration")
_OBJECTS = (
    "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersionTagging", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging",
)  # fmt: skip
_BUCKET, _CONTENT = "arn:${AWS::Partition}:s3:::${bucketName}", "arn:${AWS::Partition}:s3:::${bucketName}/*"
# The policy templates that allow anything on S3, each as actions and the resources that they are allowed on; the others allow nothing there.
_TEMPLATES: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = MappingProxyType(
    {
        "S3ReadPolicy": ((_READ, (_BUCKET, _CONTENT)),),
        "S3WritePolicy": ((("s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"), (_BUCKET, _CONTENT)),),
        "S3CrudPolicy": (
            ((*_READ[:4], "s3:PutObject", "s3:PutObjectAcl", _READ[4], "s3:PutLifecycleConfiguration", "s3:DeleteObject"), (_BUCKET, _CONTENT)),
        ),
        "S3FullAccessPolicy": (
            (_OBJECTS, (_CONTENT,)),
            (("s3:ListBucket", "s3:GetBucketLocation", "s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration"), (_BUCKET,)),
        ),
    }
)
# What a connector to a bucket allows, by its permissions.
_CONNECTOR = MappingProxyType(
    {
        "Read": (
            "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectTorrent", "s3:GetObjectVersion",
            "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTorrent", "s3:ListBucket",
            "s3:ListBucketMultipartUploads", "s3:ListBucketVersions", "s3:ListMultipartUploadParts",
        ),
        "Write": (
            "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectLegalHold",
            "s3:PutObjectRetention", "s3:RestoreObject",
        ),
    }
)  # fmt: skip
_OF_SERVICES = frozenset(
    "AWSLambdaBasicExecutionRole AWSLambdaVPCAccessExecutionRole AWSLambdaRole AWSLambdaENIManagementAccess AWSLambdaSQSQueueExecutionRole"
    " AWSLambdaKinesisExecutionRole AWSLambdaDynamoDBExecutionRole AWSLambdaMSKExecutionRole AWSLambdaBasicDurableExecutionRolePolicy".split()
)
_NOTHING: Mapping[str, Any] = MappingProxyType({"Ref": "AWS::NoValue"})


def role(name: str, properties: Mapping[str, Any], principal: str) -> dict[str, Any]:
    """The properties of the role of the resource ``name``, which the service ``principal`` takes."""
    policies = properties.get("Policies", [])
    managed, inline = [], []
    for index, policy in enumerate(policies if isinstance(policies, list) else [policies]):
        by_arn, by_document = _parts(policy, f"{name}RolePolicy{index}")
        managed += [by_arn] if by_arn is not None else []
        inline += [by_document] if by_document is not None else []
    own = list(_own_policies(properties)) if principal.startswith("lambda.") else []
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": [principal]}}]}
    made = {"AssumeRolePolicyDocument": properties.get("AssumeRolePolicyDocument", trust), "ManagedPolicyArns": [*own, *managed], "Policies": inline}
    return made | {key: properties[key] for key in ("PermissionsBoundary",) if key in properties}


def _own_policies(properties: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    yield _managed("AWSLambdaBasicDurableExecutionRolePolicy" if "DurableConfig" in properties else "AWSLambdaBasicExecutionRole")
    if "Tracing" in properties:
        yield _managed("AWSXrayWriteOnlyAccess")
    if "VpcConfig" in properties:
        yield _managed("AWSLambdaVPCAccessExecutionRole")


def _managed(name: str) -> dict[str, str]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{'service-role/' if name in _OF_SERVICES else ''}{name}"}


def _parts(policy: Any, name: str) -> tuple[Any, Any]:  # noqa: ANN401
    """A policy as the ARN of a managed one and as one written out; None for what it is not."""
    if isinstance(policy, str):
        return (policy if policy.startswith("arn:") else _managed(str(policy))), None
    if not isinstance(policy, dict):
        return None, None
    if "Statement" in policy:
        return None, {"PolicyName": name, "PolicyDocument": policy}
    if len(policy) != 1:
        return None, None
    ((key, content),) = policy.items()
    if key == "Fn::If" and isinstance(content, list) and len(content) == 3:  # noqa: PLR2004 - a condition and two branches
        branches = [_parts(branch, name) for branch in content[1:]]
        arn, document = (_either(content[0], [branch[which] for branch in branches]) for which in (0, 1))
        return arn, document
    if key == "Ref" or str(key).startswith("Fn::"):
        return (None if policy == _NOTHING else policy), None
    statements = [_statement(actions, allowed, content) for actions, allowed in _TEMPLATES.get(str(key), ())]
    return None, ({"PolicyName": name, "PolicyDocument": {"Statement": statements}} if statements else None)


def _either(condition: Any, branches: list[Any]) -> Any:  # noqa: ANN401
    """The choice between two parts of which one may be none."""
    return {"Fn::If": [condition, *(_NOTHING if one is None else one for one in branches)]} if any(one is not None for one in branches) else None


def _statement(actions: tuple[str, ...], resources: tuple[str, ...], content: Any) -> dict[str, Any]:  # noqa: ANN401
    bucket = content.get("BucketName", _NOTHING) if isinstance(content, dict) else _NOTHING
    listed = [{"Fn::Sub": [one, {"bucketName": bucket}]} for one in resources]
    return {"Effect": "Allow", "Action": list(actions), "Resource": listed}


def connected(connector: Mapping[str, Any], buckets: Collection[str]) -> dict[str, Any] | None:
    """The policy document of a connector to buckets of the template; None where it leads to none."""
    given = connector.get("Destination")
    ends = [str(one.get("Id")) for one in (given if isinstance(given, list) else [given]) if isinstance(one, dict)]
    wanted = connector.get("Permissions")
    permissions = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    statements = [
        {"Effect": "Allow", "Action": list(_CONNECTOR[permission]), "Resource": [{"Fn::GetAtt": [end, "Arn"]}, {"Fn::Sub": f"${{{end}.Arn}}/*"}]}
        for end in ends
        if end in buckets
        for permission in permissions
        if permission in _CONNECTOR
    ]
    return {"Version": "2012-10-17", "Statement": statements} if statements else None
