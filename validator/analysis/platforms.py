"""Which Region a client gets: from the variables that it reads, from its platform (aws-facts C.1, D). What AWS does not document stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.analysis.access import Client, RegionSource
from validator.analysis.clients import client_of
from validator.analysis.matrix import Sdk, members_of, region_given
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
# Clients have the instance's metadata at hand here, and nothing in their environment (aws-facts D).
_MACHINES = frozenset({Platform.EC2, Platform.EMR})
_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
_IGNORED = {
    "AWS_REGION": "if this is boto3 or AWS CLI 1, AWS_REGION alone is ignored",
    "AWS_DEFAULT_REGION": "if this is an SDK for JavaScript, Java or .NET, AWS_DEFAULT_REGION alone is ignored",
}


def injected(workload: Workload) -> str | Unknown | None:
    """The Region that the platform puts into the environment; None: it puts none there."""
    match workload.platform:
        case Unknown() as platform:
            return Unknown(platform.causes)
        case Platform.LAMBDA | Platform.FARGATE | Platform.CODEBUILD:
            return workload.region
        case platform if platform in _MACHINES:
            return None
        case platform:
            return unknown(_DOUBTS[platform], f"the Region in the environment of {workload.id}")


def platform_client(workload: Workload, sdk: Sdk | None, given: Mapping[str, object], note: str | None = None) -> Client:
    """The client with the Region that it gets where nothing in its own command or code names one.

    ``given``: the variables that the configuration or the script sets.
    """
    given = {name: value for name, value in given.items() if value not in (None, "")}
    if workload.platform is Platform.LAMBDA:
        # Both variables are reserved: nobody can set them to anything else.
        return client_of(sdk, workload.region, "runtime", note)
    if sdk is None:
        return _of_unknown_client(workload, given, note)
    answers = [_answer(workload, member, given) for member in members_of(sdk)]
    if all(answer == answers[0] for answer in answers):
        return client_of(sdk, *answers[0], note)
    if not any(name in given for name in _VARIABLES) and injected(workload) is None:
        # Nothing names a Region; that some version of the client would ask the instance is the note's to tell.
        return client_of(sdk, None, "none", note)
    named = next((name for name in _VARIABLES if name in given), "the Region in the environment")
    doubt = unknown(f"is read by some versions of {sdk.name} only", named)
    return client_of(sdk, unite([doubt, *(region for region, _ in answers if isinstance(region, Unknown))]), "environment", note)


def _answer(workload: Workload, sdk: Sdk, given: Mapping[str, object]) -> tuple[str | Unknown | None, RegionSource]:
    """The Region of one client that is known, and what it comes from."""
    if (value := region_given(sdk, given)) is not None:
        return _region_value(value, sdk.reads[0]), "environment"
    if workload.platform is Platform.EMR and sdk.name == "emrfs":
        return workload.region, "runtime"
    if workload.platform is Platform.EMR and sdk.name == "hadoop-s3a":
        return unknown("is not documented to be set by EMR", "the Region of S3A"), "none"
    platform = injected(workload)
    if platform is not None:
        return (platform, "runtime") if sdk.reads else (None, "none")
    if sdk.metadata is None:
        return unknown("is asked of the instance, or not: nothing documents it", f"the Region of {sdk.name}"), "runtime"
    return (workload.region, "runtime") if sdk.metadata else (None, "none")


def _of_unknown_client(workload: Workload, given: Mapping[str, object], note: str | None) -> Client:
    """Nothing says which client it is: what all of them agree on, else the pessimist's answer."""
    values = {name: _region_value(given[name], name) for name in _VARIABLES if name in given}
    platform = injected(workload)
    if not values:
        if workload.platform is Platform.EMR:
            # EMR's own file system works in the cluster's Region.
            return client_of(None, workload.region, "runtime", note)
        if platform is None:
            hidden = unknown("is not shown: nothing says by which client", f"the client of {workload.id}")
            return client_of(None, hidden, "none", note)
        return client_of(None, platform, "runtime", note)
    found = [values.get(name, platform) for name in _VARIABLES]
    if found[0] == found[1]:
        return client_of(None, found[0], "environment", note)
    ignored = _IGNORED[next(iter(values))] if len(values) == 1 else None
    cause = unknown("differs between AWS_REGION and AWS_DEFAULT_REGION, and nothing says which the client reads", "the client's Region")
    return client_of(None, unite([cause, *(one for one in found if isinstance(one, Unknown))]), "environment", note or ignored)


def _region_value(value: object, name: str) -> str | Unknown | None:
    if value is None or isinstance(value, str):
        return value or None
    return value if isinstance(value, Unknown) else unknown("is known only after deployment", name)
