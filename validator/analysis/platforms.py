"""Which Region a platform gives the clients of what it runs (aws-facts D). What AWS does not document stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.analysis.access import Client
from validator.analysis.clients import Sdk, client_of
from validator.model.workloads import Platform, Workload
from validator.values import Unknown, unite, unknown

# Why the Region in the environment is not known, where it is not the workload's own.
_DOUBTS: Mapping[Platform, str] = MappingProxyType(
    {
        Platform.ECS_EC2: "is set by newer versions of the ECS agent only",
        Platform.EKS: "is given to pods whose service account has a role, and to no others",
        Platform.GLUE: "is not documented to be given by Glue",
        Platform.MWAA: "is not documented to be given by Airflow environments",
        Platform.SAGEMAKER: "is given by Studio, and not by every job and endpoint",
        Platform.APP_RUNNER: "is not documented to be given by App Runner",
        Platform.FLINK: "is not documented to be given by Flink applications",
        Platform.MSK_CONNECT: "is a setting of the connector, and each connector has its own default",
        Platform.SERVICE: "is given in the statement that names the bucket",
    }
)


def platform_client(workload: Workload, sdk: Sdk | None, given: Mapping[str, object]) -> Client:
    """The client with the Region that its platform gives it. ``given``: the variables that the configuration sets."""
    match workload.platform:
        case Platform.LAMBDA:
            # Both variables are reserved: nobody can set them to anything else.
            return client_of(sdk, workload.region, "runtime")
        case Platform.FARGATE | Platform.CODEBUILD:
            return _from_variables(sdk, given, workload.region)
        case Platform.EMR:
            # EMR's own file system takes the bucket's Region, wherever it is.
            return client_of(sdk, workload.region, "runtime")
        case Platform.EC2:
            return client_of(sdk, unknown("is not shown: nothing says by which client", f"the client of {workload.id}"), "none")
        case Unknown() as platform:
            return client_of(sdk, Unknown(platform.causes), "runtime")
        case platform:
            return _from_variables(sdk, given, unknown(_DOUBTS[platform], f"the Region in the environment of {workload.id}"))


def _from_variables(sdk: Sdk | None, given: Mapping[str, object], platform: str | Unknown) -> Client:
    reads = sdk.reads if sdk and sdk.reads else ("AWS_REGION", "AWS_DEFAULT_REGION")
    values = [_region_value(given.get(name), name) for name in reads]
    found = [platform if value is None else value for value in values]
    if any(value is not None for value in values):
        source = "environment"
        if len(set(map(str, found))) == 1:
            return client_of(sdk, found[0], source)
        if sdk and sdk.reads:
            return client_of(sdk, next(value for value in values if value is not None), source)
        open_ones = [one for one in found if isinstance(one, Unknown)]
        cause = unknown("differs between AWS_REGION and AWS_DEFAULT_REGION, and nothing says which the client reads", "the client's Region")
        return client_of(sdk, unite([cause, *open_ones]), source)
    return client_of(sdk, platform, "runtime")


def _region_value(value: object, name: str) -> str | Unknown | None:
    if value is None or isinstance(value, str):
        return value or None
    return Unknown(value.causes) if isinstance(value, Unknown) else unknown("is known only after deployment", name)
