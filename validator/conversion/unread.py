"""Resource types that were seen and say something about the network or about S3, but are not modelled.

A type that only AWS reads S3 for, or that has subnets for its clients only, is understood, and not among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from validator.model.topology import Unread
from validator.resource import Configuration, Resource

_PLACED = "runs in subnets, and is not modelled"
_UNTIED = "runs on nodes or hosts that nothing in the inputs ties it to"
_UNTOLD = "reaches S3 in a way that AWS does not document"
_OTHER = "has hosts and endpoints of its own, which are not judged"
_BEYOND = "networks behind a gateway are not followed"

# Kinds of workload that the catalogue has no entry for.
_PLACED_TYPES = """
aws_appstream_fleet aws_appstream_image_builder AWS::AppStream::Fleet AWS::AppStream::ImageBuilder AWS::AppStream::AppBlockBuilder
aws_bedrock_custom_model aws_comprehend_document_classifier aws_comprehend_entity_recognizer AWS::Comprehend::DocumentClassifier
AWS::Comprehend::EntityRecognizer AWS::Comprehend::Flywheel aws_bedrockagentcore_agent_runtime aws_bedrockagentcore_code_interpreter
aws_bedrockagentcore_browser AWS::BedrockAgentCore::Runtime AWS::BedrockAgentCore::CodeInterpreterCustom
AWS::BedrockAgentCore::BrowserCustom AWS::BedrockAgentCore::Harness AWS::BedrockAgentCore::CapacityProvider AWS::Omics::Configuration
AWS::QBusiness::DataSource AWS::Lambda::NetworkConnector AWS::Lambda::CapacityProvider aws_lambda_capacity_provider
aws_cloud9_environment_ec2 AWS::Cloud9::EnvironmentEC2 aws_codebuild_fleet AWS::CodeBuild::Fleet aws_gamelift_game_server_group
AWS::GameLift::GameServerGroup AWS::PCS::ComputeNodeGroup aws_drs_replication_configuration_template
AWS::DRS::ReplicationConfigurationTemplate aws_glue_dev_endpoint AWS::Glue::DevEndpoint aws_medialive_channel AWS::MediaLive::Channel
AWS::DataPipeline::Pipeline aws_datapipeline_pipeline_definition aws_osis_pipeline AWS::OSIS::Pipeline
AWS::MWAAServerless::Workflow aws_devicefarm_test_grid_project AWS::DeviceFarm::TestGridProject AWS::DeviceFarm::Project
aws_finspace_kx_cluster aws_m2_environment AWS::M2::Environment AWS::WorkspacesInstances::WorkspaceInstance aws_workspaces_directory
AWS::WorkSpaces::Directory
"""
_UNTIED_TYPES = """
aws_emrcontainers_job_template AWS::EMRContainers::JobTemplate aws_storagegateway_nfs_file_share aws_storagegateway_smb_file_share
AWS::StorageGateway::NFSFileShare AWS::StorageGateway::SMBFileShare aws_datasync_location_object_storage
AWS::DataSync::LocationObjectStorage aws_ssm_maintenance_window_task AWS::SSM::MaintenanceWindowTask
kubernetes_deployment kubernetes_deployment_v1 kubernetes_stateful_set kubernetes_stateful_set_v1 kubernetes_daemonset
kubernetes_daemon_set_v1 kubernetes_job kubernetes_job_v1 kubernetes_cron_job kubernetes_cron_job_v1 kubernetes_manifest kubectl_manifest
helm_release
"""
_UNTOLD_TYPES = """
aws_sagemaker_endpoint_configuration AWS::SageMaker::EndpointConfig aws_rds_custom_db_engine_version AWS::RDS::CustomDBEngineVersion
AWS::DMS::MigrationProject AWS::DMS::InstanceProfile aws_sagemaker_mlflow_tracking_server AWS::SageMaker::MlflowTrackingServer
AWS::DataZone::Connection AWS::APS::Scraper aws_prometheus_scraper AWS::SecurityAgent::AgentSpace AWS::SecurityAgent::Pentest
AWS::GroundStation::DataflowEndpointGroup
"""
_OTHER_TYPES = """
aws_s3tables_table_bucket aws_s3vectors_vector_bucket AWS::S3Tables::TableBucket AWS::S3Vectors::VectorBucket
aws_s3control_object_lambda_access_point AWS::S3ObjectLambda::AccessPoint aws_s3control_bucket AWS::S3Outposts::Bucket
"""
NOT_MODELLED: Mapping[str, str] = MappingProxyType(
    {
        "AWS::CloudFormation::Macro": "macros are not run",
        **dict.fromkeys(_PLACED_TYPES.split(), _PLACED), **dict.fromkeys(_UNTIED_TYPES.split(), _UNTIED),
        **dict.fromkeys(_UNTOLD_TYPES.split(), _UNTOLD), **dict.fromkeys(_OTHER_TYPES.split(), _OTHER),
    }
)  # fmt: skip
# Types that say something about S3 only where they have this attribute.
_ONLY_WITH: Mapping[str, str] = MappingProxyType(
    {"aws_sagemaker_endpoint_configuration": "data_capture_config", "AWS::SageMaker::EndpointConfig": "DataCaptureConfig"}
)


def unread(configurations: Sequence[Configuration]) -> tuple[Unread, ...]:
    """How many resources of each such type there are, sorted by type."""
    counts = Counter(resource.type for one in configurations for resource in one.resources if _counts(resource))
    return tuple(Unread(name, count, NOT_MODELLED[name]) for name, count in sorted(counts.items()))


def _counts(resource: Resource) -> bool:
    needed = _ONLY_WITH.get(resource.type)
    return resource.type in NOT_MODELLED and (needed is None or resource.attributes.get(needed) not in (None, ()))
