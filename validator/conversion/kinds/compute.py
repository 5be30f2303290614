"""EC2 instances and what launches or builds them, Elastic Beanstalk, and Lambda functions with what runs like them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Addresses, Coding, Follower, Form, Kind, Lines, Named, Part, Program, Reference, Unplaced, Variables
from validator.model.workloads import PROGRAM, Need, Platform

_USER_DATA = "user data"
_INIT = "AWS::CloudFormation::Init"
_BEANSTALK = "aws:elasticbeanstalk:application:environment"
_LAUNCH = "aws:autoscaling:launchconfiguration"
_INSTANCE = Part(
    subnets=("subnet_id",), groups=("vpc_security_group_ids",), group_names=("security_groups",),
    public=("associate_public_ip_address",), interfaces=("primary_network_interface", "network_interface"),
    scripts=(Lines("user_data", _USER_DATA, Coding.BASE64), Lines("user_data_base64", _USER_DATA, Coding.BASE64)),
    profile=("iam_instance_profile",), templates=("launch_template.id", "launch_template.name"),
    named_by=(("aws_ssm_association", "instance_id"), ("aws_ssm_association", "targets.values")),
)  # fmt: skip
# cfn-init on the instance fetches the files and sources that its metadata names, and runs the commands there.
_INIT_SCRIPTS = (
    Lines(f"{_INIT}.**.content", "cfn-init file"), Lines(f"{_INIT}.**.packages.yum", "cfn-init packages", Coding.PACKAGES),
)  # fmt: skip
_INIT_COMMANDS = (
    Program(f"{_INIT}.**.commands.*", (Variables("env"),), (Lines("command", "cfn-init command", Coding.WORDS),)),
)  # fmt: skip
_INIT_REFERENCES = (
    Reference(f"{_INIT}.**.source"),
    Reference(f"{_INIT}.**.sources.*"),
    Reference(f"{_INIT}.**.packages.rpm.*"),
    Reference("AWS::CloudFormation::Authentication.**.buckets", naming=Named.NAME),
)
_BUNDLE_NEED = Need("elasticbeanstalk-platform-assets-{region}", "its instances fetch their platform from it")
_BUILD_NEED = Need("ec2imagebuilder-toe-{region}-prod", "the build instance fetches the component runner from it")

KINDS: tuple[Kind, ...] = (
    Kind(
        "EC2 instance", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_instance": _INSTANCE,
            "aws_spot_instance_request": _INSTANCE,
            "AWS::EC2::Instance": Part(
                subnets=("SubnetId",), groups=("SecurityGroupIds",), group_names=("SecurityGroups",), interfaces=("NetworkInterfaces",),
                scripts=(
                    Lines("UserData", _USER_DATA, Coding.BASE64),
                    Lines("SsmAssociations.AssociationParameters.Value", "SSM association", Coding.LINES), *_INIT_SCRIPTS,
                ),
                references=_INIT_REFERENCES, programs=_INIT_COMMANDS, profile=("IamInstanceProfile",), asides=("SsmAssociations.DocumentName",),
                templates=("LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"),
                named_by=(("AWS::SSM::Association", "InstanceId"), ("AWS::SSM::Association", "Targets.Values")),
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
                subnets=("VPCZoneIdentifier",), scripts=_INIT_SCRIPTS, references=_INIT_REFERENCES, programs=_INIT_COMMANDS,
                templates=(
                    "LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName", "LaunchConfigurationName",
                    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
                    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName", "InstanceId",
                ),
                named_by=(("AWS::CodeDeploy::DeploymentGroup", "AutoScalingGroups"),),
            ),
        },
    ),
    Kind(
        "EC2 Fleet", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_ec2_fleet": Part(
                subnets=("launch_template_config.override.subnet_id",),
                templates=(
                    "launch_template_config.launch_template_specification.launch_template_id",
                    "launch_template_config.launch_template_specification.launch_template_name",
                ),
            ),
            "AWS::EC2::EC2Fleet": Part(
                subnets=("LaunchTemplateConfigs.Overrides.SubnetId", "LaunchTemplateConfigs.Overrides.NetworkInterfaces.SubnetId"),
                scripts=(Lines("LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateSpecificationUserData", _USER_DATA, Coding.BASE64),),
                templates=(
                    "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId",
                    "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateName",
                ),
            ),
        },
    ),
    Kind(
        "Spot Fleet", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_spot_fleet_request": Part(
                subnets=("launch_specification.subnet_id", "launch_template_config.overrides.subnet_id"),
                groups=("launch_specification.vpc_security_group_ids",), public=("launch_specification.associate_public_ip_address",),
                scripts=(Lines("launch_specification.user_data", _USER_DATA, Coding.BASE64),),
                profile=("launch_specification.iam_instance_profile", "launch_specification.iam_instance_profile_arn"),
                templates=(
                    "launch_template_config.launch_template_specification.id", "launch_template_config.launch_template_specification.name",
                ),
            ),
            "AWS::EC2::SpotFleet": Part(
                subnets=(
                    "SpotFleetRequestConfigData.LaunchSpecifications.SubnetId",
                    "SpotFleetRequestConfigData.LaunchSpecifications.NetworkInterfaces.SubnetId",
                    "SpotFleetRequestConfigData.LaunchTemplateConfigs.Overrides.SubnetId",
                ),
                groups=(
                    "SpotFleetRequestConfigData.LaunchSpecifications.SecurityGroups.GroupId",
                    "SpotFleetRequestConfigData.LaunchSpecifications.NetworkInterfaces.Groups",
                ),
                public=("SpotFleetRequestConfigData.LaunchSpecifications.NetworkInterfaces.AssociatePublicIpAddress",),
                scripts=(Lines("SpotFleetRequestConfigData.LaunchSpecifications.UserData", _USER_DATA, Coding.BASE64),),
                profile=("SpotFleetRequestConfigData.LaunchSpecifications.IamInstanceProfile.Arn",),
                templates=(
                    "SpotFleetRequestConfigData.LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId",
                    "SpotFleetRequestConfigData.LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateName",
                ),
            ),
        },
    ),
    Kind(
        "Elastic Beanstalk environment", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_elastic_beanstalk_environment": Part(
                subnets=("setting?aws:ec2:vpc/Subnets.value",), groups=(f"setting?{_LAUNCH}/SecurityGroups.value",),
                public=("setting?aws:ec2:vpc/AssociatePublicIpAddress.value",), environment=(Variables(f"setting?{_BEANSTALK}", Form.PAIRS),),
                profile=(f"setting?{_LAUNCH}/IamInstanceProfile.value",), parts=("version_label",), templates=("template_name",),
                needs=(_BUNDLE_NEED,),
            ),
            "AWS::ElasticBeanstalk::Environment": Part(
                subnets=("OptionSettings?aws:ec2:vpc/Subnets.Value",), groups=(f"OptionSettings?{_LAUNCH}/SecurityGroups.Value",),
                public=("OptionSettings?aws:ec2:vpc/AssociatePublicIpAddress.Value",),
                environment=(Variables(f"OptionSettings?{_BEANSTALK}", Form.PAIRS),),
                profile=(f"OptionSettings?{_LAUNCH}/IamInstanceProfile.Value",), parts=("VersionLabel",), templates=("TemplateName",),
                needs=(_BUNDLE_NEED,),
            ),
        },
    ),
    Kind(
        "Image Builder build", Platform.EC2, addresses=Addresses.AS_INSTANCES, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_imagebuilder_infrastructure_configuration": Part(
                subnets=("subnet_id",), groups=("security_group_ids",), profile=("instance_profile_name",),
                references=(Reference("logging.s3_logs.s3_bucket_name", naming=Named.NAME),),
                named_by=(
                    ("aws_imagebuilder_image_pipeline", "infrastructure_configuration_arn"),
                    ("aws_imagebuilder_image", "infrastructure_configuration_arn"),
                ),
                needs=(_BUILD_NEED,),
            ),
            "AWS::ImageBuilder::InfrastructureConfiguration": Part(
                subnets=("SubnetId",), groups=("SecurityGroupIds",), profile=("InstanceProfileName",),
                references=(Reference("Logging.S3Logs.S3BucketName", naming=Named.NAME),),
                named_by=(
                    ("AWS::ImageBuilder::ImagePipeline", "InfrastructureConfigurationArn"),
                    ("AWS::ImageBuilder::Image", "InfrastructureConfigurationArn"),
                ),
                needs=(_BUILD_NEED,),
            ),
        },
    ),
    Kind(
        "Lambda function", Platform.LAMBDA,
        types={
            "aws_lambda_function": Part(
                subnets=("vpc_config.subnet_ids",), groups=("vpc_config.security_group_ids",),
                environment=(Variables("environment.variables"),), scripts=(Lines("image_config.command", "command", Coding.WORDS),),
                references=(Reference("s3_bucket", Follower.SERVICE, Named.NAME),), images=("image_uri",), runtime="runtime", role=("role",),
            ),
            "AWS::Lambda::Function": Part(
                subnets=("VpcConfig.SubnetIds",), groups=("VpcConfig.SecurityGroupIds",),
                environment=(Variables("Environment.Variables"),),
                scripts=(Lines("Code.ZipFile", PROGRAM), Lines("ImageConfig.Command", "command", Coding.WORDS)),
                references=(Reference("Code.S3Bucket", Follower.SERVICE, Named.NAME),), images=("Code.ImageUri",), runtime="Runtime", role=("Role",),
                named_by=(("AWS::CloudFormation::CustomResource", "ServiceToken"), ("Custom::*", "ServiceToken")),
            ),
        },
    ),
    Kind(
        "Synthetics canary", Platform.LAMBDA,
        types={
            "aws_synthetics_canary": Part(
                subnets=("vpc_config.subnet_ids",), groups=("vpc_config.security_group_ids",), role=("execution_role_arn",),
                environment=(Variables("run_config.environment_variables"),),
                references=(Reference("artifact_s3_location"), Reference("s3_bucket", Follower.SERVICE, Named.NAME)),
            ),
            "AWS::Synthetics::Canary": Part(
                subnets=("VPCConfig.SubnetIds",), groups=("VPCConfig.SecurityGroupIds",), role=("ExecutionRoleArn",),
                environment=(Variables("RunConfig.EnvironmentVariables"),), scripts=(Lines("Code.Script", PROGRAM),),
                references=(Reference("ArtifactS3Location"), Reference("Code.S3Bucket", Follower.SERVICE, Named.NAME)),
            ),
        },
    ),
)  # fmt: skip

_RESPONSE = Part(needs=(Need("cloudformation-custom-resource-response-{compact}", "it answers CloudFormation there, as a custom resource"),))
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_launch_template": Part(
            groups=("vpc_security_group_ids",), group_names=("security_group_names",), interfaces=("network_interfaces",),
            scripts=(Lines("user_data", _USER_DATA, Coding.BASE64),),
            profile=("iam_instance_profile.arn", "iam_instance_profile.name"),
        ),
        "AWS::EC2::LaunchTemplate": Part(
            groups=("LaunchTemplateData.SecurityGroupIds",), group_names=("LaunchTemplateData.SecurityGroups",),
            interfaces=("LaunchTemplateData.NetworkInterfaces",),
            scripts=(Lines("LaunchTemplateData.UserData", _USER_DATA, Coding.BASE64), *_INIT_SCRIPTS),
            references=_INIT_REFERENCES, programs=_INIT_COMMANDS,
            profile=("LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name"),
        ),
        "aws_launch_configuration": Part(
            groups=("security_groups",), public=("associate_public_ip_address",),
            scripts=(Lines("user_data", _USER_DATA, Coding.BASE64), Lines("user_data_base64", _USER_DATA, Coding.BASE64)),
            profile=("iam_instance_profile",),
        ),
        "AWS::AutoScaling::LaunchConfiguration": Part(
            groups=("SecurityGroups",), public=("AssociatePublicIpAddress",),
            scripts=(Lines("UserData", _USER_DATA, Coding.BASE64), *_INIT_SCRIPTS),
            references=_INIT_REFERENCES, programs=_INIT_COMMANDS, profile=("IamInstanceProfile",),
        ),
        # A group may be made after the image of an instance; its launch settings are then the instance's.
        "AWS::EC2::Instance": Part(
            scripts=(Lines("UserData", _USER_DATA, Coding.BASE64),), groups=("SecurityGroupIds",), profile=("IamInstanceProfile",),
        ),
        # The agent on the instance runs the document, and uploads what it prints with the instance's role.
        "aws_ssm_association": Part(
            scripts=(Lines("parameters.commands", "SSM association"), Lines("parameters.sourceInfo", "SSM association")),
            references=(Reference("output_location.s3_bucket_name", naming=Named.NAME),), asides=("name",),
        ),
        "AWS::SSM::Association": Part(
            scripts=(
                Lines("Parameters.commands", "SSM association", Coding.LINES), Lines("Parameters.sourceInfo", "SSM association", Coding.LINES),
            ),
            references=(Reference("OutputLocation.S3Location.OutputS3BucketName", naming=Named.NAME),), asides=("Name",),
        ),
        "aws_ssm_document": Part(scripts=(Lines("content", "SSM document"),)),
        "AWS::SSM::Document": Part(
            scripts=(Lines("Content", "SSM document"), Lines("Content.mainSteps.inputs.runCommand", "SSM document", Coding.LINES)),
        ),
        # The agent on the instances fetches the revision.
        "AWS::CodeDeploy::DeploymentGroup": Part(references=(Reference("Deployment.Revision.S3Location.Bucket", naming=Named.NAME),)),
        # The instances fetch the bundle.
        "aws_elastic_beanstalk_application_version": Part(references=(Reference("bucket", naming=Named.NAME),)),
        "AWS::ElasticBeanstalk::ApplicationVersion": Part(references=(Reference("SourceBundle.S3Bucket", naming=Named.NAME),)),
        "aws_elastic_beanstalk_configuration_template": Part(
            subnets=("setting?aws:ec2:vpc/Subnets.value",), environment=(Variables(f"setting?{_BEANSTALK}", Form.PAIRS),),
            profile=(f"setting?{_LAUNCH}/IamInstanceProfile.value",),
        ),
        "AWS::ElasticBeanstalk::ConfigurationTemplate": Part(
            subnets=("OptionSettings?aws:ec2:vpc/Subnets.Value",), environment=(Variables(f"OptionSettings?{_BEANSTALK}", Form.PAIRS),),
            profile=(f"OptionSettings?{_LAUNCH}/IamInstanceProfile.Value",),
        ),
        "aws_imagebuilder_image_pipeline": Part(parts=("image_recipe_arn", "container_recipe_arn")),
        "AWS::ImageBuilder::ImagePipeline": Part(parts=("ImageRecipeArn", "ContainerRecipeArn")),
        "aws_imagebuilder_image": Part(parts=("image_recipe_arn", "container_recipe_arn")),
        "AWS::ImageBuilder::Image": Part(parts=("ImageRecipeArn", "ContainerRecipeArn")),
        "aws_imagebuilder_image_recipe": Part(scripts=(Lines("user_data_base64", _USER_DATA, Coding.BASE64),), asides=("component.component_arn",)),
        "AWS::ImageBuilder::ImageRecipe": Part(
            scripts=(Lines("AdditionalInstanceConfiguration.UserDataOverride", _USER_DATA, Coding.BASE64),), asides=("Components.ComponentArn",),
        ),
        "aws_imagebuilder_container_recipe": Part(
            references=(Reference("dockerfile_template_uri", Follower.SERVICE),), asides=("component.component_arn",),
        ),
        "AWS::ImageBuilder::ContainerRecipe": Part(
            references=(Reference("DockerfileTemplateUri", Follower.SERVICE),), asides=("Components.ComponentArn",),
        ),
        "aws_imagebuilder_component": Part(scripts=(Lines("data", "component"),), references=(Reference("uri", Follower.SERVICE),)),
        "AWS::ImageBuilder::Component": Part(scripts=(Lines("Data", "component"),), references=(Reference("Uri", Follower.SERVICE),)),
        "AWS::CloudFormation::CustomResource": _RESPONSE,
        "Custom::*": _RESPONSE,
    }
)  # fmt: skip
