"""EC2 instances and what launches them; Lambda functions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Addresses, Coding, Kind, Lines, Part, Unplaced, Variables
from validator.model.workloads import Platform

_USER_DATA = "user data"

KINDS: tuple[Kind, ...] = (
    Kind(
        "EC2 instance", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_instance": Part(
                subnets=("subnet_id",), groups=("vpc_security_group_ids",), public=("associate_public_ip_address",), interfaces="network_interface",
                scripts=(Lines("user_data", _USER_DATA, Coding.BASE64), Lines("user_data_base64", _USER_DATA, Coding.BASE64)),
                profile=("iam_instance_profile",), templates=("launch_template.id", "launch_template.name"),
            ),
            "AWS::EC2::Instance": Part(
                subnets=("SubnetId",), groups=("SecurityGroupIds",), interfaces="NetworkInterfaces",
                scripts=(Lines("UserData", _USER_DATA, Coding.BASE64),),
                profile=("IamInstanceProfile",), templates=("LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"),
            ),
        },
    ),
    Kind(
        "Auto Scaling group", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_autoscaling_group": Part(
                subnets=("vpc_zone_identifier",),
                templates=(
                    "launch_template.id", "launch_template.name", "launch_configuration",
                    "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
                    "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
                ),
            ),
            "AWS::AutoScaling::AutoScalingGroup": Part(
                subnets=("VPCZoneIdentifier",),
                templates=(
                    "LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName", "LaunchConfigurationName",
                    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
                    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName",
                ),
            ),
        },
    ),
    Kind(
        "Lambda function", Platform.LAMBDA,
        types={
            "aws_lambda_function": Part(
                subnets=("vpc_config.subnet_ids",), groups=("vpc_config.security_group_ids",),
                environment=(Variables("environment.variables"),), runtime="runtime", role=("role",),
            ),
            "AWS::Lambda::Function": Part(
                subnets=("VpcConfig.SubnetIds",), groups=("VpcConfig.SecurityGroupIds",),
                environment=(Variables("Environment.Variables"),), runtime="Runtime", role=("Role",),
            ),
        },
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_launch_template": Part(
            groups=("vpc_security_group_ids",), interfaces="network_interfaces", scripts=(Lines("user_data", _USER_DATA, Coding.BASE64),),
            profile=("iam_instance_profile.arn", "iam_instance_profile.name"),
        ),
        "AWS::EC2::LaunchTemplate": Part(
            groups=("LaunchTemplateData.SecurityGroupIds",), interfaces="LaunchTemplateData.NetworkInterfaces",
            scripts=(Lines("LaunchTemplateData.UserData", _USER_DATA, Coding.BASE64),),
            profile=("LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name"),
        ),
        "aws_launch_configuration": Part(
            groups=("security_groups",), public=("associate_public_ip_address",),
            scripts=(Lines("user_data", _USER_DATA, Coding.BASE64), Lines("user_data_base64", _USER_DATA, Coding.BASE64)),
            profile=("iam_instance_profile",),
        ),
        "AWS::AutoScaling::LaunchConfiguration": Part(
            groups=("SecurityGroups",), public=("AssociatePublicIpAddress",), scripts=(Lines("UserData", _USER_DATA, Coding.BASE64),),
            profile=("IamInstanceProfile",),
        ),
    }
)  # fmt: skip
