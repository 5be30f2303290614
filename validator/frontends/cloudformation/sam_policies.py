"""The role that SAM makes of a function's ``Policies``: names of managed policies, documents, and SAM's policy templates about S3.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html. Templates
about other services grant nothing in S3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

_READ = ("s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObjectVersion", "s3:GetLifecycleConfiguration")
_WRITE = ("s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration")
_TEMPLATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "S3ReadPolicy": _READ,
        "S3WritePolicy": _WRITE,
        "S3CrudPolicy": (*_READ, *_WRITE, "s3:DeleteObject"),
        "S3FullAccessPolicy": (*_READ, *_WRITE, "s3:DeleteObject", "s3:GetObjectTagging", "s3:PutObjectTagging"),
    }
)


def role_of(policies: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """The role's resource, with the policies that are named."""
    listed = policies if isinstance(policies, list) else [policies]
    documents = [{"PolicyName": f"policy-{number}", "PolicyDocument": one} for number, one in enumerate(_documents(listed), 1)]
    return {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": list(_managed(listed)), "Policies": documents}}


def _managed(listed: list[Any]) -> Iterator[Any]:
    for one in listed:
        if isinstance(one, str):
            yield one if one.startswith("arn:") else {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{one}"}
        elif isinstance(one, dict) and len(one) == 1 and str(next(iter(one))).startswith(("Ref", "Fn::")):
            yield one


def _documents(listed: list[Any]) -> Iterator[Any]:
    for one in listed:
        if not isinstance(one, dict):
            continue
        if "Statement" in one:
            yield one
        for name, parameters in one.items():
            if name in _TEMPLATES and isinstance(parameters, dict) and "BucketName" in parameters:
                yield _of_template(_TEMPLATES[name], parameters["BucketName"])


def _of_template(actions: tuple[str, ...], bucket: Any) -> Mapping[str, Any]:  # noqa: ANN401
    arns = [{"Fn::Sub": [f"arn:${{AWS::Partition}}:s3:::${{bucketName}}{rest}", {"bucketName": bucket}]} for rest in ("", "/*")]
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": arns}]}
