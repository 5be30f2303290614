"""Resource types that were seen and say something about the network or about S3, but are not modelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from validator.model.topology import Unread
from validator.resource import Configuration

_POLICIES = "policy documents are not judged"
_PLACED = "runs in subnets, and is not read yet"
_NAMES = "private zones and resolver rules are not followed"
_BEYOND = "networks behind a gateway are not followed"

_WHY: Mapping[str, str] = MappingProxyType(
    {
        "aws_iam_role_policy": _POLICIES, "aws_iam_policy": _POLICIES, "AWS::IAM::Policy": _POLICIES, "AWS::IAM::Role": _POLICIES,
        "aws_route53_zone": _NAMES, "AWS::Route53::HostedZone": _NAMES, "aws_route53_resolver_rule": _NAMES,
        "AWS::Route53Resolver::ResolverRule": _NAMES,
        "aws_networkmanager_core_network_policy_attachment": _BEYOND, "aws_networkmanager_vpc_attachment": _BEYOND,
        "AWS::NetworkManager::VpcAttachment": _BEYOND,
        "aws_batch_compute_environment": _PLACED, "AWS::Batch::ComputeEnvironment": _PLACED,
        "aws_codebuild_project": _PLACED, "AWS::CodeBuild::Project": _PLACED,
        "aws_eks_node_group": _PLACED, "AWS::EKS::Nodegroup": _PLACED, "aws_eks_fargate_profile": _PLACED, "AWS::EKS::FargateProfile": _PLACED,
        "aws_emr_cluster": _PLACED, "AWS::EMR::Cluster": _PLACED, "aws_emrserverless_application": _PLACED,
        "AWS::EMRServerless::Application": _PLACED, "aws_glue_job": _PLACED, "AWS::Glue::Job": _PLACED,
        "aws_sagemaker_notebook_instance": _PLACED, "AWS::SageMaker::NotebookInstance": _PLACED,
        "aws_mwaa_environment": _PLACED, "AWS::MWAA::Environment": _PLACED, "AWS::Serverless::Function": _PLACED,
        "aws_elastic_beanstalk_environment": _PLACED, "AWS::ElasticBeanstalk::Environment": _PLACED,
        "aws_spot_fleet_request": _PLACED, "AWS::EC2::SpotFleet": _PLACED, "aws_spot_instance_request": _PLACED,
        "aws_apprunner_vpc_connector": _PLACED, "AWS::AppRunner::VpcConnector": _PLACED,
        "AWS::CloudFormation::Macro": "macros are not run",
    }
)  # fmt: skip


def unread(configurations: Sequence[Configuration]) -> tuple[Unread, ...]:
    """How many resources of each such type there are, sorted by type."""
    counts = Counter(resource.type for one in configurations for resource in one.resources if resource.type in _WHY)
    return tuple(Unread(name, count, _WHY[name]) for name, count in sorted(counts.items()))
