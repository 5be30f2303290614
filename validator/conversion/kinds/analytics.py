"""EMR, Glue, Airflow, Kafka connectors and Flink."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Addresses, Coding, Condition, Follower, Kind, Lines, Named, Part, Reference, Variables
from validator.model.workloads import Need, Platform

_STEP = "step"
_REPOSITORY = Need("repo.{region}.emr.amazonaws.com", "its nodes install their packages from it")
# Glue fetches scripts and libraries over its own network, unless a job argument sends that through the subnet (Glue guide, "Connecting
# to data stores in a VPC"); what a job reads and writes leaves from the subnet.
_LIBRARIES = ("--extra-py-files", "--extra-jars", "--extra-files", "--additional-python-modules")
_OWN = ("--TempDir", "--spark-event-logs-path")
_SETTINGS = (*_LIBRARIES, *_OWN, "--disable-proxy-v2", "--disable-proxy")
_WITH_CONNECTION = Condition("connection_name", ("*",))
_WITH_TEMPLATE_CONNECTION = Condition("ConnectionName", ("*",))


def _through_subnet(arguments: str) -> Condition:
    return Condition(f"/{arguments}.--disable-proxy-v2", ("true",))


def _job_references(script: str, arguments: str) -> tuple[Reference, ...]:
    only = _through_subnet(arguments)
    return (
        Reference(script, only=only),
        *(Reference(f"{arguments}.{name}", only=only) for name in _LIBRARIES),
        *(Reference(f"{arguments}.{name}") for name in _OWN),
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        "EMR cluster", Platform.EMR, addresses=Addresses.AS_INSTANCES,
        types={
            "aws_emr_cluster": Part(
                subnets=("ec2_attributes.subnet_id", "ec2_attributes.subnet_ids"),
                groups=(
                    "ec2_attributes.emr_managed_master_security_group", "ec2_attributes.emr_managed_slave_security_group",
                    "ec2_attributes.additional_master_security_groups", "ec2_attributes.additional_slave_security_groups",
                ),
                environment=(Variables("configurations_json|json.**.Properties"),),
                scripts=(
                    Lines("bootstrap_action.args", "bootstrap action", Coding.WORDS), Lines("step.hadoop_jar_step.args", _STEP, Coding.WORDS),
                ),
                # The log pusher runs on the nodes.
                references=(Reference("bootstrap_action.path"), Reference("step.hadoop_jar_step.jar"), Reference("log_uri")),
                profile=("ec2_attributes.instance_profile",), needs=(_REPOSITORY,),
            ),
            "AWS::EMR::Cluster": Part(
                subnets=("Instances.Ec2SubnetId", "Instances.Ec2SubnetIds"),
                groups=(
                    "Instances.EmrManagedMasterSecurityGroup", "Instances.EmrManagedSlaveSecurityGroup",
                    "Instances.AdditionalMasterSecurityGroups", "Instances.AdditionalSlaveSecurityGroups",
                ),
                environment=(Variables("Configurations.**.ConfigurationProperties"),),
                scripts=(
                    Lines("BootstrapActions.ScriptBootstrapAction.Args", "bootstrap action", Coding.WORDS),
                    Lines("Steps.HadoopJarStep.Args", _STEP, Coding.WORDS),
                ),
                references=(
                    Reference("BootstrapActions.ScriptBootstrapAction.Path"), Reference("Steps.HadoopJarStep.Jar"), Reference("LogUri"),
                ),
                profile=("JobFlowRole",), named_by=(("AWS::EMR::Step", "JobFlowId"),), needs=(_REPOSITORY,),
            ),
        },
    ),
    Kind(
        "EMR Serverless application", Platform.EMR,
        types={
            "aws_emrserverless_application": Part(
                subnets=("network_configuration.subnet_ids",), groups=("network_configuration.security_group_ids",),
                environment=(Variables("runtime_configuration.properties"),),
                references=(Reference("monitoring_configuration.s3_monitoring_configuration.log_uri"),),
            ),
            "AWS::EMRServerless::Application": Part(
                subnets=("NetworkConfiguration.SubnetIds",), groups=("NetworkConfiguration.SecurityGroupIds",),
                environment=(Variables("RuntimeConfiguration.Properties"),),
                references=(Reference("MonitoringConfiguration.S3MonitoringConfiguration.LogUri"),),
            ),
        },
    ),
    Kind(
        "EMR Studio", Platform.EMR,
        types={
            "aws_emr_studio": Part(subnets=("subnet_ids",), groups=("workspace_security_group_id",), references=(Reference("default_s3_location"),)),
            "AWS::EMR::Studio": Part(subnets=("SubnetIds",), groups=("WorkspaceSecurityGroupId",), references=(Reference("DefaultS3Location"),)),
        },
    ),
    Kind(
        "Glue job", Platform.GLUE,
        types={
            "aws_glue_job": Part(
                network=("connections",), role=("role_arn",),
                environment=(Variables("default_arguments", omit=_SETTINGS), Variables("non_overridable_arguments", omit=_SETTINGS)),
                references=_job_references("command.script_location", "default_arguments"), named_by=(("aws_glue_trigger", "actions.job_name"),),
            ),
            "AWS::Glue::Job": Part(
                network=("Connections.Connections",), role=("Role",),
                environment=(Variables("DefaultArguments", omit=_SETTINGS), Variables("NonOverridableArguments", omit=_SETTINGS)),
                references=(*_job_references("Command.ScriptLocation", "DefaultArguments"), Reference("LogUri", Follower.SERVICE)),
                named_by=(("AWS::Glue::Trigger", "Actions.JobName"),),
            ),
        },
    ),
    Kind(
        "Glue crawler", Platform.GLUE,
        types={
            "aws_glue_crawler": Part(
                network=(
                    "s3_target.connection_name", "jdbc_target.connection_name", "catalog_target.connection_name", "delta_target.connection_name",
                    "iceberg_target.connection_name", "hudi_target.connection_name",
                ),
                role=("role",),
                references=(
                    Reference("s3_target.path", only=_WITH_CONNECTION), Reference("delta_target.delta_tables", only=_WITH_CONNECTION),
                    Reference("iceberg_target.paths", only=_WITH_CONNECTION), Reference("hudi_target.paths", only=_WITH_CONNECTION),
                ),
            ),
            "AWS::Glue::Crawler": Part(
                network=(
                    "Targets.S3Targets.ConnectionName", "Targets.JdbcTargets.ConnectionName", "Targets.CatalogTargets.ConnectionName",
                    "Targets.DeltaTargets.ConnectionName", "Targets.IcebergTargets.ConnectionName", "Targets.HudiTargets.ConnectionName",
                ),
                role=("Role",),
                references=(
                    Reference("Targets.S3Targets.Path", only=_WITH_TEMPLATE_CONNECTION),
                    Reference("Targets.DeltaTargets.DeltaTables", only=_WITH_TEMPLATE_CONNECTION),
                    Reference("Targets.IcebergTargets.Paths", only=_WITH_TEMPLATE_CONNECTION),
                    Reference("Targets.HudiTargets.Paths", only=_WITH_TEMPLATE_CONNECTION),
                ),
            ),
        },
    ),
    Kind(
        "Airflow environment", Platform.MWAA,
        types={
            "aws_mwaa_environment": Part(
                subnets=("network_configuration.subnet_ids",), groups=("network_configuration.security_group_ids",),
                environment=(Variables("airflow_configuration_options"),), role=("execution_role_arn",),
                # Schedulers and workers in the VPC fetch the DAGs (MWAA guide, VPC endpoint policies).
                references=(Reference("source_bucket_arn"),),
            ),
            "AWS::MWAA::Environment": Part(
                subnets=("NetworkConfiguration.SubnetIds",), groups=("NetworkConfiguration.SecurityGroupIds",),
                environment=(Variables("AirflowConfigurationOptions"),), role=("ExecutionRoleArn",), references=(Reference("SourceBucketArn"),),
            ),
        },
    ),
    Kind(
        "MSK connector", Platform.MSK_CONNECT,
        types={
            "aws_mskconnect_connector": Part(
                subnets=("kafka_cluster.apache_kafka_cluster.vpc.subnets",), groups=("kafka_cluster.apache_kafka_cluster.vpc.security_groups",),
                environment=(Variables("connector_configuration"),), role=("service_execution_role_arn",), asides=("plugin.custom_plugin.arn",),
                references=(Reference("log_delivery.worker_log_delivery.s3.bucket", Follower.SERVICE, Named.NAME),),
            ),
            "AWS::KafkaConnect::Connector": Part(
                subnets=("KafkaCluster.ApacheKafkaCluster.Vpc.Subnets",), groups=("KafkaCluster.ApacheKafkaCluster.Vpc.SecurityGroups",),
                environment=(Variables("ConnectorConfiguration"),), role=("ServiceExecutionRoleArn",),
                asides=("Plugins.CustomPlugin.CustomPluginArn",),
                references=(Reference("LogDelivery.WorkerLogDelivery.S3.Bucket", Follower.SERVICE, Named.NAME),),
            ),
        },
    ),
    Kind(
        "Flink application", Platform.FLINK,
        types={
            "aws_kinesisanalyticsv2_application": Part(
                subnets=("application_configuration.vpc_configuration.subnet_ids",),
                groups=("application_configuration.vpc_configuration.security_group_ids",), role=("service_execution_role",),
                environment=(Variables("application_configuration.environment_properties.property_group.property_map"),),
                references=(
                    Reference(
                        "application_configuration.application_code_configuration.code_content.s3_content_location.bucket_arn", Follower.SERVICE
                    ),
                    Reference(
                        "application_configuration.sql_application_configuration.reference_data_source.s3_reference_data_source.bucket_arn",
                        Follower.SERVICE,
                    ),
                ),
            ),
            "AWS::KinesisAnalyticsV2::Application": Part(
                subnets=("ApplicationConfiguration.VpcConfigurations.SubnetIds",),
                groups=("ApplicationConfiguration.VpcConfigurations.SecurityGroupIds",), role=("ServiceExecutionRole",),
                environment=(Variables("ApplicationConfiguration.EnvironmentProperties.PropertyGroups.PropertyMap"),),
                references=(
                    Reference("ApplicationConfiguration.ApplicationCodeConfiguration.CodeContent.S3ContentLocation.BucketARN", Follower.SERVICE),
                ),
            ),
        },
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "AWS::EMR::Step": Part(scripts=(Lines("HadoopJarStep.Args", _STEP, Coding.WORDS),), references=(Reference("HadoopJarStep.Jar"),)),
        "aws_glue_connection": Part(
            subnets=("physical_connection_requirements.subnet_id",), groups=("physical_connection_requirements.security_group_id_list",),
            environment=(Variables("connection_properties"),),
        ),
        "AWS::Glue::Connection": Part(
            subnets=("ConnectionInput.PhysicalConnectionRequirements.SubnetId",),
            groups=("ConnectionInput.PhysicalConnectionRequirements.SecurityGroupIdList",),
            environment=(Variables("ConnectionInput.ConnectionProperties"),),
        ),
        "aws_glue_trigger": Part(environment=(Variables("actions.arguments", omit=_SETTINGS),)),
        "AWS::Glue::Trigger": Part(environment=(Variables("Actions.Arguments", omit=_SETTINGS),)),
        "aws_mskconnect_custom_plugin": Part(references=(Reference("location.s3.bucket_arn", Follower.SERVICE),)),
        "AWS::KafkaConnect::CustomPlugin": Part(references=(Reference("Location.S3Location.BucketArn", Follower.SERVICE),)),
    }
)  # fmt: skip
