"""Containers: on ECS, by whatever starts the task; on Batch; the nodes of EKS."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import (
    Addresses,
    Coding,
    Condition,
    Follower,
    Form,
    Kind,
    Lines,
    Named,
    Part,
    Program,
    Reference,
    Unplaced,
    Variables,
)
from validator.model.workloads import LOG_OPTIONS, Need, Platform

_COMMAND = "command"
# FireLens makes an output of the log router's of them, whose container calls S3 by itself.
_OPTIONS = Lines("logConfiguration.options", LOG_OPTIONS, Coding.SETTINGS)
_TEMPLATE_OPTIONS = Lines("LogConfiguration.Options", LOG_OPTIONS, Coding.SETTINGS)


def _containers(path: str) -> Program:
    """Containers as the API spells them, and Terraform keeps them in JSON."""
    return Program(
        path,
        environment=(Variables("environment", Form.PAIRS), Variables("secrets", Form.PARAMETERS)),
        scripts=(Lines("command", _COMMAND, Coding.WORDS), Lines("entryPoint", _COMMAND, Coding.WORDS), _OPTIONS),
        # ECS reads these on the task's interface on Fargate; on EC2 the host's agent does.
        references=(
            Reference("environmentFiles.value", Follower.TASK),
            Reference("credentialSpecs", Follower.TASK),
            Reference("firelensConfiguration.options.config-file-value", Follower.TASK),
        ),
        image="image",
    )


def _job_containers(path: str) -> Program:
    """Containers of a job: without entry points and environment files."""
    return Program(
        path,
        environment=(Variables("environment", Form.PAIRS), Variables("secrets", Form.PARAMETERS)),
        scripts=(Lines("command", _COMMAND, Coding.WORDS), _OPTIONS),
        image="image",
    )


def _template_job_containers(path: str) -> Program:
    return Program(
        path,
        environment=(Variables("Environment", Form.PAIRS), Variables("Secrets", Form.PARAMETERS)),
        scripts=(Lines("Command", _COMMAND, Coding.WORDS), _TEMPLATE_OPTIONS),
        image="Image",
    )


def _template_containers(path: str) -> Program:
    """Containers as CloudFormation spells them."""
    return Program(
        path,
        environment=(Variables("Environment", Form.PAIRS), Variables("Secrets", Form.PARAMETERS)),
        scripts=(Lines("Command", _COMMAND, Coding.WORDS), Lines("EntryPoint", _COMMAND, Coding.WORDS), _TEMPLATE_OPTIONS),
        references=(
            Reference("EnvironmentFiles.Value", Follower.TASK),
            Reference("CredentialSpecs", Follower.TASK),
            Reference("FirelensConfiguration.Options.config-file-value", Follower.TASK),
        ),
        image="Image",
    )


def _overrides(path: str) -> Program:
    """What a started task is given besides its definition."""
    return Program(f"{path}.containerOverrides", (Variables("environment", Form.PAIRS),), (Lines("command", _COMMAND, Coding.WORDS),))


def _template_overrides(path: str) -> Program:
    return Program(
        f"{path}.ContainerOverrides", (Variables("Environment", Form.PAIRS),), (Lines("Command", _COMMAND, Coding.WORDS),),
        (Reference("EnvironmentFiles.Value", Follower.TASK),),
    )  # fmt: skip


_LAYERS = Need("prod-{region}-starport-layer-bucket", "nodes pull the images of the cluster's own components from ECR")
_RUN_TASK = "**.AwsvpcConfiguration"

KINDS: tuple[Kind, ...] = (
    Kind(
        "ECS service", Platform.ECS_EC2, addresses=Addresses.ASSIGNED, unplaced=Unplaced.HOSTS, pulls_images=Follower.TASK,
        types={
            "aws_ecs_service": Part(
                subnets=("network_configuration.subnets",), groups=("network_configuration.security_groups",),
                public=("network_configuration.assign_public_ip",), templates=("task_definition",), launch="launch_type",
                providers="capacity_provider_strategy.capacity_provider", asides=("cluster", "capacity_provider_strategy.capacity_provider"),
            ),
            "AWS::ECS::Service": Part(
                subnets=("NetworkConfiguration.AwsvpcConfiguration.Subnets",),
                groups=("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",),
                public=("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",), templates=("TaskDefinition",), launch="LaunchType",
                providers="CapacityProviderStrategy.CapacityProvider", asides=("Cluster", "CapacityProviderStrategy.CapacityProvider"),
            ),
        },
    ),
    Kind(
        "ECS task set", Platform.ECS_EC2, addresses=Addresses.ASSIGNED, unplaced=Unplaced.HOSTS, pulls_images=Follower.TASK,
        types={
            "aws_ecs_task_set": Part(
                subnets=("network_configuration.subnets",), groups=("network_configuration.security_groups",),
                public=("network_configuration.assign_public_ip",), templates=("task_definition",), launch="launch_type",
                providers="capacity_provider_strategy.capacity_provider",
            ),
            "AWS::ECS::TaskSet": Part(
                subnets=("NetworkConfiguration.AwsVpcConfiguration.Subnets",),
                groups=("NetworkConfiguration.AwsVpcConfiguration.SecurityGroups",),
                public=("NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp",), templates=("TaskDefinition",), launch="LaunchType",
                providers="CapacityProviderStrategy.CapacityProvider",
            ),
        },
    ),
    Kind(
        "ECS express service", Platform.FARGATE, addresses=Addresses.ASSIGNED, pulls_images=Follower.TASK,
        types={
            "aws_ecs_express_gateway_service": Part(
                subnets=("network_configuration.subnets",), groups=("network_configuration.security_groups",), role=("task_role_arn",),
                programs=(
                    Program(
                        "primary_container", (Variables("environment", Form.PAIRS),), (Lines("command", _COMMAND, Coding.WORDS),), image="image",
                    ),
                ),
            ),
            "AWS::ECS::ExpressGatewayService": Part(
                subnets=("NetworkConfiguration.Subnets",), groups=("NetworkConfiguration.SecurityGroups",), role=("TaskRoleArn",),
                programs=(
                    Program(
                        "PrimaryContainer", (Variables("Environment", Form.PAIRS),), (Lines("Command", _COMMAND, Coding.WORDS),), image="Image",
                    ),
                ),
            ),
        },
    ),
    Kind(
        "scheduled ECS task", Platform.ECS_EC2, addresses=Addresses.ASSIGNED, pulls_images=Follower.TASK,
        types={
            "aws_cloudwatch_event_target": Part(
                subnets=("ecs_target.network_configuration.subnets",), groups=("ecs_target.network_configuration.security_groups",),
                public=("ecs_target.network_configuration.assign_public_ip",), templates=("ecs_target.task_definition_arn",),
                launch="ecs_target.launch_type", providers="ecs_target.capacity_provider_strategy.capacity_provider",
                programs=(_overrides("input|json"),),
            ),
            "AWS::Events::Rule": Part(
                subnets=("Targets.EcsParameters.NetworkConfiguration.AwsVpcConfiguration.Subnets",),
                groups=("Targets.EcsParameters.NetworkConfiguration.AwsVpcConfiguration.SecurityGroups",),
                public=("Targets.EcsParameters.NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp",),
                templates=("Targets.EcsParameters.TaskDefinitionArn",), launch="Targets.EcsParameters.LaunchType",
                providers="Targets.EcsParameters.CapacityProviderStrategy.CapacityProvider", programs=(_overrides("Targets.Input|json"),),
            ),
            "aws_scheduler_schedule": Part(
                subnets=("target.ecs_parameters.network_configuration.subnets",),
                groups=("target.ecs_parameters.network_configuration.security_groups",),
                public=("target.ecs_parameters.network_configuration.assign_public_ip",), templates=("target.ecs_parameters.task_definition_arn",),
                launch="target.ecs_parameters.launch_type", providers="target.ecs_parameters.capacity_provider_strategy.capacity_provider",
                programs=(_overrides("target.input|json"),),
            ),
            "AWS::Scheduler::Schedule": Part(
                subnets=("Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.Subnets",),
                groups=("Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",),
                public=("Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",),
                templates=("Target.EcsParameters.TaskDefinitionArn",), launch="Target.EcsParameters.LaunchType",
                providers="Target.EcsParameters.CapacityProviderStrategy.CapacityProvider", programs=(_overrides("Target.Input|json"),),
            ),
            "aws_pipes_pipe": Part(
                subnets=("target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration.subnets",),
                groups=("target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration.security_groups",),
                public=("target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration.assign_public_ip",),
                templates=("target_parameters.ecs_task_parameters.task_definition_arn",),
                launch="target_parameters.ecs_task_parameters.launch_type",
                providers="target_parameters.ecs_task_parameters.capacity_provider_strategy.capacity_provider",
                references=(Reference("log_configuration.s3_log_destination.bucket_name", Follower.SERVICE, Named.NAME),),
                programs=(
                    Program(
                        "target_parameters.ecs_task_parameters.overrides.container_override", (Variables("environment", Form.PAIRS),),
                        (Lines("command", _COMMAND, Coding.WORDS),), (Reference("environment_file.value", Follower.TASK),),
                    ),
                ),
            ),
            "AWS::Pipes::Pipe": Part(
                subnets=("TargetParameters.EcsTaskParameters.NetworkConfiguration.AwsvpcConfiguration.Subnets",),
                groups=("TargetParameters.EcsTaskParameters.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",),
                public=("TargetParameters.EcsTaskParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",),
                templates=("TargetParameters.EcsTaskParameters.TaskDefinitionArn",), launch="TargetParameters.EcsTaskParameters.LaunchType",
                providers="TargetParameters.EcsTaskParameters.CapacityProviderStrategy.CapacityProvider",
                references=(Reference("LogConfiguration.S3LogDestination.BucketName", Follower.SERVICE, Named.NAME),),
                programs=(_template_overrides("TargetParameters.EcsTaskParameters.Overrides"),),
            ),
            "aws_ecs_task_execution": Part(
                data=True, subnets=("network_configuration.subnets",), groups=("network_configuration.security_groups",),
                public=("network_configuration.assign_public_ip",), templates=("task_definition",), launch="launch_type",
                providers="capacity_provider_strategy.capacity_provider",
                programs=(
                    Program(
                        "overrides.container_overrides", (Variables("environment", Form.PAIRS),), (Lines("command", _COMMAND, Coding.WORDS),),
                    ),
                ),
            ),
        },
    ),
    Kind(
        "ECS task of a state machine", Platform.ECS_EC2, addresses=Addresses.ASSIGNED, pulls_images=Follower.TASK,
        types={
            "aws_sfn_state_machine": Part(
                subnets=(f"definition|json.{_RUN_TASK}.Subnets",), groups=(f"definition|json.{_RUN_TASK}.SecurityGroups",),
                public=(f"definition|json.{_RUN_TASK}.AssignPublicIp",), templates=("definition|json.**.TaskDefinition",),
                launch="definition|json.**.LaunchType", providers="definition|json.**.CapacityProviderStrategy.CapacityProvider",
                programs=(_template_overrides("definition|json.**.Overrides"),),
            ),
            "AWS::StepFunctions::StateMachine": Part(
                subnets=(f"DefinitionString|json.{_RUN_TASK}.Subnets", f"Definition.{_RUN_TASK}.Subnets"),
                groups=(f"DefinitionString|json.{_RUN_TASK}.SecurityGroups", f"Definition.{_RUN_TASK}.SecurityGroups"),
                public=(f"DefinitionString|json.{_RUN_TASK}.AssignPublicIp", f"Definition.{_RUN_TASK}.AssignPublicIp"),
                templates=("DefinitionString|json.**.TaskDefinition", "Definition.**.TaskDefinition"), launch="DefinitionString|json.**.LaunchType",
                providers="DefinitionString|json.**.CapacityProviderStrategy.CapacityProvider",
                references=(Reference("DefinitionS3Location.Bucket", Follower.SERVICE, Named.NAME),),
                programs=(_template_overrides("DefinitionString|json.**.Overrides"), _template_overrides("Definition.**.Overrides")),
            ),
        },
    ),
    Kind(
        "Batch compute environment", Platform.ECS_EC2, addresses=Addresses.AS_INSTANCES, pulls_images=Follower.SUBNET,
        types={
            "aws_batch_compute_environment": Part(
                subnets=("compute_resources.subnets",), groups=("compute_resources.security_group_ids",), launch="compute_resources.type",
                templates=("compute_resources.launch_template.launch_template_id", "compute_resources.launch_template.launch_template_name"),
                host_role=("compute_resources.instance_role",), runs_all=("aws_batch_job_definition",),
            ),
            "AWS::Batch::ComputeEnvironment": Part(
                subnets=("ComputeResources.Subnets",), groups=("ComputeResources.SecurityGroupIds",), launch="ComputeResources.Type",
                templates=("ComputeResources.LaunchTemplate.LaunchTemplateId", "ComputeResources.LaunchTemplate.LaunchTemplateName"),
                host_role=("ComputeResources.InstanceRole",), runs_all=("AWS::Batch::JobDefinition",),
            ),
        },
    ),
    Kind(
        "EKS node group", Platform.EKS, addresses=Addresses.AS_INSTANCES,
        types={
            "aws_eks_node_group": Part(
                subnets=("subnet_ids",), role=("node_role_arn",), templates=("launch_template.id", "launch_template.name"), needs=(_LAYERS,),
            ),
            "AWS::EKS::Nodegroup": Part(
                subnets=("Subnets",), role=("NodeRole",), templates=("LaunchTemplate.Id", "LaunchTemplate.Name"), needs=(_LAYERS,),
            ),
        },
    ),
    Kind(
        "EKS Auto Mode cluster", Platform.EKS, addresses=Addresses.AS_INSTANCES,
        types={
            "aws_eks_cluster": Part(
                subnets=("vpc_config.subnet_ids",), role=("compute_config.node_role_arn",),
                inside=Condition("compute_config.enabled", ("true",)), needs=(_LAYERS,),
            ),
            "AWS::EKS::Cluster": Part(
                subnets=("ResourcesVpcConfig.SubnetIds",), role=("ComputeConfig.NodeRoleArn",),
                inside=Condition("ComputeConfig.Enabled", ("true",)), needs=(_LAYERS,),
            ),
        },
    ),
    Kind(
        "EKS Fargate profile", Platform.EKS,
        types={
            "aws_eks_fargate_profile": Part(subnets=("subnet_ids",), needs=(_LAYERS,)),
            "AWS::EKS::FargateProfile": Part(subnets=("Subnets",), needs=(_LAYERS,)),
        },
    ),
)  # fmt: skip

# A job has one container, several, or several on each of its nodes.
_JOB_PROGRAMS = (
    _job_containers("container_properties|json"),
    _job_containers("ecs_properties|json.taskProperties.containers"),
    _job_containers("node_properties|json.nodeRangeProperties.container"),
    _job_containers("node_properties|json.nodeRangeProperties.ecsProperties.taskProperties.containers"),
    Program(
        "eks_properties.pod_properties.containers",
        (Variables("env", Form.PAIRS),),
        (Lines("command", _COMMAND, Coding.WORDS), Lines("args", _COMMAND, Coding.WORDS)),
        image="image",
    ),
)
_TEMPLATE_JOB_PROGRAMS = (
    _template_job_containers("ContainerProperties"),
    _template_job_containers("EcsProperties.TaskProperties.Containers"),
    _template_job_containers("NodeProperties.NodeRangeProperties.Container"),
    _template_job_containers("NodeProperties.NodeRangeProperties.EcsProperties.TaskProperties.Containers"),
    Program(
        "EksProperties.PodProperties.Containers",
        (Variables("Env", Form.PAIRS),),
        (Lines("Command", _COMMAND, Coding.WORDS), Lines("Args", _COMMAND, Coding.WORDS)),
        image="Image",
    ),
)
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_ecs_task_definition": Part(
            programs=(_containers("container_definitions|json"),), role=("task_role_arn",), compatible="requires_compatibilities",
        ),
        "AWS::ECS::TaskDefinition": Part(
            programs=(_template_containers("ContainerDefinitions"),), role=("TaskRoleArn",), compatible="RequiresCompatibilities",
        ),
        # The agent in the container uploads the session's log with the task's role (ECS guide, ECS Exec).
        "aws_ecs_cluster": Part(
            references=(
                Reference(
                    "configuration.execute_command_configuration.log_configuration.s3_bucket_name", naming=Named.NAME,
                    only=Condition("^enable_execute_command", ("true",)),
                ),
            ),
            named_by=(("aws_ecs_cluster_capacity_providers", "cluster_name"),),
        ),
        "aws_ecs_cluster_capacity_providers": Part(asides=("capacity_providers",)),
        "aws_ecs_capacity_provider": Part(
            subnets=("managed_instances_provider.instance_launch_template.network_configuration.subnets",),
            hosts=("auto_scaling_group_provider.auto_scaling_group_arn",),
        ),
        "AWS::ECS::Cluster": Part(
            references=(
                Reference(
                    "Configuration.ExecuteCommandConfiguration.LogConfiguration.S3BucketName", naming=Named.NAME,
                    only=Condition("^EnableExecuteCommand", ("true",)),
                ),
            ),
            asides=("CapacityProviders",), named_by=(("AWS::ECS::ClusterCapacityProviderAssociations", "Cluster"),),
        ),
        "AWS::ECS::ClusterCapacityProviderAssociations": Part(asides=("CapacityProviders",)),
        "AWS::ECS::CapacityProvider": Part(
            subnets=("ManagedInstancesProvider.InstanceLaunchTemplate.NetworkConfiguration.Subnets",),
            hosts=("AutoScalingGroupProvider.AutoScalingGroupArn",),
        ),
        "aws_batch_job_definition": Part(
            environment=(Variables("parameters"),), programs=_JOB_PROGRAMS, compatible="platform_capabilities",
            role=("container_properties|json.jobRoleArn", "ecs_properties|json.taskProperties.taskRoleArn"),
            public=("container_properties|json.networkConfiguration.assignPublicIp",),
        ),
        "AWS::Batch::JobDefinition": Part(
            environment=(Variables("Parameters"),), programs=_TEMPLATE_JOB_PROGRAMS, compatible="PlatformCapabilities",
            role=("ContainerProperties.JobRoleArn", "EcsProperties.TaskProperties.TaskRoleArn"),
            public=("ContainerProperties.NetworkConfiguration.AssignPublicIp", "EcsProperties.TaskProperties.NetworkConfiguration.AssignPublicIp"),
        ),
    }
)  # fmt: skip
