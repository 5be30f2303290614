"""Builds and applications that AWS runs: CodeBuild, App Runner."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Condition, Form, Kind, Lines, Named, Part, Reference, Variables
from validator.model.workloads import Platform

_SPECIFICATION = "build specification"
_IN_S3 = Condition("type", ("s3",))
_TEMPLATE_IN_S3 = Condition("Type", ("s3",))
_EGRESS = "network_configuration.egress_configuration"
_TEMPLATE_EGRESS = "NetworkConfiguration.EgressConfiguration"

KINDS: tuple[Kind, ...] = (
    Kind(
        "CodeBuild project", Platform.CODEBUILD,
        types={
            "aws_codebuild_project": Part(
                subnets=("vpc_config.subnets",), groups=("vpc_config.security_group_ids",), role=("service_role",), images=("environment.image",),
                environment=(Variables("environment.environment_variable", Form.PAIRS),),
                scripts=(Lines("source.buildspec", _SPECIFICATION), Lines("secondary_sources.buildspec", _SPECIFICATION)),
                # The build container fetches sources and stores artifacts, caches and logs (CodeBuild guide, "Use VPC endpoints").
                references=(
                    Reference("source.location", naming=Named.NAME, only=_IN_S3),
                    Reference("secondary_sources.location", naming=Named.NAME, only=_IN_S3),
                    Reference("artifacts.location", naming=Named.NAME, only=_IN_S3),
                    Reference("secondary_artifacts.location", naming=Named.NAME, only=_IN_S3),
                    Reference("cache.location", naming=Named.NAME, only=_IN_S3),
                    Reference("logs_config.s3_logs.location", naming=Named.NAME, only=Condition("status", ("enabled",))),
                ),
                named_by=(("aws_codepipeline", "stage.action.configuration.ProjectName"),),
            ),
            "AWS::CodeBuild::Project": Part(
                subnets=("VpcConfig.Subnets",), groups=("VpcConfig.SecurityGroupIds",), role=("ServiceRole",), images=("Environment.Image",),
                environment=(Variables("Environment.EnvironmentVariables", Form.PAIRS),),
                scripts=(Lines("Source.BuildSpec", _SPECIFICATION), Lines("SecondarySources.BuildSpec", _SPECIFICATION)),
                references=(
                    Reference("Source.Location", naming=Named.NAME, only=_TEMPLATE_IN_S3),
                    Reference("SecondarySources.Location", naming=Named.NAME, only=_TEMPLATE_IN_S3),
                    Reference("Artifacts.Location", naming=Named.NAME, only=_TEMPLATE_IN_S3),
                    Reference("SecondaryArtifacts.Location", naming=Named.NAME, only=_TEMPLATE_IN_S3),
                    Reference("Cache.Location", naming=Named.NAME, only=_TEMPLATE_IN_S3),
                    Reference("LogsConfig.S3Logs.Location", naming=Named.NAME, only=Condition("Status", ("enabled",))),
                ),
                named_by=(("AWS::CodePipeline::Pipeline", "Stages.Actions.Configuration.ProjectName"),),
            ),
        },
    ),
    Kind(
        "App Runner service", Platform.APP_RUNNER,
        types={
            "aws_apprunner_service": Part(
                network=(f"{_EGRESS}.vpc_connector_arn",), inside=Condition(f"{_EGRESS}.egress_type", ("vpc",)),
                role=("instance_configuration.instance_role_arn",), images=("source_configuration.image_repository.image_identifier",),
                environment=(
                    Variables("source_configuration.image_repository.image_configuration.runtime_environment_variables"),
                    Variables(
                        "source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables"
                    ),
                ),
                scripts=(
                    Lines("source_configuration.image_repository.image_configuration.start_command", "command"),
                    Lines("source_configuration.code_repository.code_configuration.code_configuration_values.start_command", "command"),
                ),
            ),
            "AWS::AppRunner::Service": Part(
                network=(f"{_TEMPLATE_EGRESS}.VpcConnectorArn",), inside=Condition(f"{_TEMPLATE_EGRESS}.EgressType", ("vpc",)),
                role=("InstanceConfiguration.InstanceRoleArn",), images=("SourceConfiguration.ImageRepository.ImageIdentifier",),
                environment=(
                    Variables("SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables", Form.PAIRS),
                    Variables(
                        "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables", Form.PAIRS
                    ),
                ),
                scripts=(
                    Lines("SourceConfiguration.ImageRepository.ImageConfiguration.StartCommand", "command"),
                    Lines("SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.StartCommand", "command"),
                ),
            ),
        },
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        # The build in the VPC fetches and stores the pipeline's artifacts, in the store of its own Region.
        "aws_codepipeline": Part(
            references=(Reference("artifact_store.location", naming=Named.NAME, only=Condition("region", ("{region}",), default=True)),)
        ),
        "AWS::CodePipeline::Pipeline": Part(
            references=(
                Reference("ArtifactStore.Location", naming=Named.NAME),
                Reference("ArtifactStores.ArtifactStore.Location", naming=Named.NAME, only=Condition("<Region", ("{region}",), default=True)),
            )
        ),
        "aws_apprunner_vpc_connector": Part(subnets=("subnets",), groups=("security_groups",)),
        "AWS::AppRunner::VpcConnector": Part(subnets=("Subnets",), groups=("SecurityGroups",)),
    }
)
