"""SageMaker: notebooks, domains, models, jobs and pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Coding, Condition, Follower, Kind, Lines, Named, Part, Program, Reference, Variables
from validator.model.workloads import Platform

_SCRIPT = "lifecycle script"
# With direct internet access, which is the default, S3 is reached over SageMaker's own network (SageMaker guide, "Connect a notebook
# instance in a VPC to external resources"); of Studio only the file system is then in the subnets.
_DIRECT = Condition("direct_internet_access", ("disabled",))
_TEMPLATE_DIRECT = Condition("DirectInternetAccess", ("disabled",))
_VPC_ONLY = Condition("app_network_access_type", ("vpconly",))
_TEMPLATE_VPC_ONLY = Condition("AppNetworkAccessType", ("vpconly",))


def _model(path: str) -> Program:
    return Program(
        path,
        environment=(Variables("environment"),),
        references=(
            Reference("model_data_url"),
            Reference("model_data_source.s3_data_source.s3_uri"),
            Reference("additional_model_data_source.s3_data_source.s3_uri"),
        ),
        image="image",
    )


def _template_model(path: str) -> Program:
    return Program(
        path,
        environment=(Variables("Environment"),),
        references=(Reference("ModelDataUrl"), Reference("ModelDataSource.S3DataSource.S3Uri")),
        image="Image",
    )


def _monitoring(kind: str) -> tuple[Reference, ...]:
    return (
        Reference(f"{kind}JobInput.EndpointInput.S3Uri"),
        Reference(f"{kind}JobOutputConfig.MonitoringOutputs.S3Output.S3Uri"),
        Reference(f"{kind}BaselineConfig.ConstraintsResource.S3Uri"),
    )


def _definition(kind: str) -> Part:
    """A job definition of a model monitor."""
    return Part(
        subnets=("NetworkConfig.VpcConfig.Subnets",),
        groups=("NetworkConfig.VpcConfig.SecurityGroupIds",),
        role=("RoleArn",),
        references=_monitoring(kind)[1:],
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        "SageMaker notebook", Platform.SAGEMAKER,
        types={
            "aws_sagemaker_notebook_instance": Part(
                subnets=("subnet_id",), groups=("security_groups",), role=("role_arn",), parts=("lifecycle_config_name",), inside=_DIRECT,
            ),
            "AWS::SageMaker::NotebookInstance": Part(
                subnets=("SubnetId",), groups=("SecurityGroupIds",), role=("RoleArn",), parts=("LifecycleConfigName",), inside=_TEMPLATE_DIRECT,
            ),
        },
    ),
    Kind(
        "SageMaker domain", Platform.SAGEMAKER,
        types={
            "aws_sagemaker_domain": Part(
                subnets=("subnet_ids",), groups=("default_user_settings.security_groups",), role=("default_user_settings.execution_role",),
                inside=_VPC_ONLY,
                references=(
                    Reference("default_user_settings.sharing_settings.s3_output_path"),
                    Reference("default_user_settings.canvas_app_settings.workspace_settings.s3_artifact_path"),
                ),
            ),
            "AWS::SageMaker::Domain": Part(
                subnets=("SubnetIds",), groups=("DefaultUserSettings.SecurityGroups",), role=("DefaultUserSettings.ExecutionRole",),
                inside=_TEMPLATE_VPC_ONLY, references=(Reference("DefaultUserSettings.SharingSettings.S3OutputPath"),),
            ),
        },
    ),
    Kind(
        "SageMaker model", Platform.SAGEMAKER,
        types={
            "aws_sagemaker_model": Part(
                subnets=("vpc_config.subnets",), groups=("vpc_config.security_group_ids",), role=("execution_role_arn",),
                programs=(_model("primary_container"), _model("container")),
            ),
            "AWS::SageMaker::Model": Part(
                subnets=("VpcConfig.Subnets",), groups=("VpcConfig.SecurityGroupIds",), role=("ExecutionRoleArn",),
                programs=(_template_model("PrimaryContainer"), _template_model("Containers")),
            ),
        },
    ),
    Kind(
        "SageMaker job", Platform.SAGEMAKER,
        types={
            "aws_sagemaker_data_quality_job_definition": Part(
                subnets=("network_config.vpc_config.subnets",), groups=("network_config.vpc_config.security_group_ids",), role=("role_arn",),
                references=(Reference("data_quality_job_output_config.monitoring_outputs.s3_output.s3_uri"),),
            ),
            "AWS::SageMaker::DataQualityJobDefinition": _definition("DataQuality"),
            "AWS::SageMaker::ModelQualityJobDefinition": _definition("ModelQuality"),
            "AWS::SageMaker::ModelBiasJobDefinition": _definition("ModelBias"),
            "AWS::SageMaker::ModelExplainabilityJobDefinition": _definition("ModelExplainability"),
            "AWS::SageMaker::MonitoringSchedule": Part(
                subnets=("MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig.Subnets",),
                groups=("MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig.SecurityGroupIds",),
                role=("MonitoringScheduleConfig.MonitoringJobDefinition.RoleArn",),
                environment=(Variables("MonitoringScheduleConfig.MonitoringJobDefinition.Environment"),),
                references=(
                    Reference("MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig.MonitoringOutputs.S3Output.S3Uri"),
                ),
            ),
            "AWS::SageMaker::ProcessingJob": Part(
                subnets=("NetworkConfig.VpcConfig.Subnets",), groups=("NetworkConfig.VpcConfig.SecurityGroupIds",), role=("RoleArn",),
                environment=(Variables("Environment"),),
                scripts=(
                    Lines("AppSpecification.ContainerEntrypoint", "command", Coding.WORDS),
                    Lines("AppSpecification.ContainerArguments", "command", Coding.WORDS),
                ),
                references=(Reference("ProcessingInputs.S3Input.S3Uri"), Reference("ProcessingOutputConfig.Outputs.S3Output.S3Uri")),
            ),
        },
    ),
    Kind(
        "SageMaker pipeline", Platform.SAGEMAKER,
        types={
            "aws_sagemaker_pipeline": Part(
                subnets=("pipeline_definition|json.**.VpcConfig.Subnets",), groups=("pipeline_definition|json.**.VpcConfig.SecurityGroupIds",),
                role=("role_arn",), environment=(Variables("pipeline_definition|json.**.Environment"),),
                references=(
                    Reference("pipeline_definition|json.**.S3Uri"), Reference("pipeline_definition|json.**.S3OutputPath"),
                    Reference("pipeline_definition_s3_location.bucket", Follower.SERVICE, Named.NAME),
                ),
            ),
            "AWS::SageMaker::Pipeline": Part(
                subnets=("PipelineDefinition.PipelineDefinitionBody|json.**.VpcConfig.Subnets",),
                groups=("PipelineDefinition.PipelineDefinitionBody|json.**.VpcConfig.SecurityGroupIds",), role=("RoleArn",),
                environment=(Variables("PipelineDefinition.PipelineDefinitionBody|json.**.Environment"),),
                references=(
                    Reference("PipelineDefinition.PipelineDefinitionBody|json.**.S3Uri"),
                    Reference("PipelineDefinition.PipelineDefinitionBody|json.**.S3OutputPath"),
                    Reference("PipelineDefinition.PipelineDefinitionS3Location.Bucket", Follower.SERVICE, Named.NAME),
                ),
            ),
        },
    ),
    Kind(
        "SageMaker HyperPod cluster", Platform.SAGEMAKER,
        types={
            "AWS::SageMaker::Cluster": Part(
                subnets=("VpcConfig.Subnets", "InstanceGroups.OverrideVpcConfig.Subnets"), groups=("VpcConfig.SecurityGroupIds",),
                role=("InstanceGroups.ExecutionRole",), references=(Reference("InstanceGroups.LifeCycleConfig.SourceS3Uri"),),
            ),
        },
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_sagemaker_notebook_instance_lifecycle_configuration": Part(
            scripts=(Lines("on_create", _SCRIPT, Coding.BASE64), Lines("on_start", _SCRIPT, Coding.BASE64))
        ),
        "AWS::SageMaker::NotebookInstanceLifecycleConfig": Part(
            scripts=(Lines("OnCreate.Content", _SCRIPT, Coding.BASE64), Lines("OnStart.Content", _SCRIPT, Coding.BASE64))
        ),
    }
)
