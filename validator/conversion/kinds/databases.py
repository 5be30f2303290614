"""Databases and what moves data between them: who reaches S3 is the engine, with the role that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Addresses, Condition, Follower, Kind, Lines, Named, Part, Reference, Unplaced
from validator.model.workloads import Platform

# Without it, COPY and UNLOAD go through the service's network (aws-facts G14).
_ENHANCED = Condition("enhanced_vpc_routing", ("true",))
_TEMPLATE_ENHANCED = Condition("EnhancedVpcRouting", ("true",))
# Of the engines, these reach S3 from their subnets; for Oracle and SQL Server the service does, in its own network (RDS guide, "Amazon S3
# integration"), and MySQL and MariaDB have no such thing outside Aurora.
_POSTGRES = ("postgres",)
_AURORA = ("aurora*",)

KINDS: tuple[Kind, ...] = (
    Kind(
        "Redshift cluster", Platform.SERVICE, addresses=Addresses.ASSIGNED, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_redshift_cluster": Part(
                network=("cluster_subnet_group_name",), groups=("vpc_security_group_ids",), public=("publicly_accessible",), role=("iam_roles",),
                inside=_ENHANCED, references=(Reference("logging.bucket_name", Follower.SERVICE, Named.NAME),),
                named_by=(("aws_redshift_cluster_iam_roles", "cluster_identifier"), ("aws_redshiftdata_statement", "cluster_identifier")),
            ),
            "AWS::Redshift::Cluster": Part(
                network=("ClusterSubnetGroupName",), groups=("VpcSecurityGroupIds",), public=("PubliclyAccessible",), role=("IamRoles",),
                inside=_TEMPLATE_ENHANCED, references=(Reference("LoggingProperties.BucketName", Follower.SERVICE, Named.NAME),),
            ),
        },
    ),
    Kind(
        "Redshift Serverless workgroup", Platform.SERVICE, addresses=Addresses.ASSIGNED, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_redshiftserverless_workgroup": Part(
                subnets=("subnet_ids",), groups=("security_group_ids",), public=("publicly_accessible",), parts=("namespace_name",), inside=_ENHANCED,
                named_by=(("aws_redshiftdata_statement", "workgroup_name"),),
            ),
            "AWS::RedshiftServerless::Workgroup": Part(
                subnets=("SubnetIds",), groups=("SecurityGroupIds",), public=("PubliclyAccessible",), parts=("NamespaceName",),
                inside=_TEMPLATE_ENHANCED,
            ),
        },
    ),
    Kind(
        "RDS instance", Platform.SERVICE, addresses=Addresses.ASSIGNED, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_db_instance": Part(
                network=("db_subnet_group_name",), groups=("vpc_security_group_ids",), public=("publicly_accessible",),
                references=(Reference("s3_import.bucket_name", Follower.SERVICE, Named.NAME),),
                inside=Condition("engine", _POSTGRES), named_by=(("aws_db_instance_role_association", "db_instance_identifier"),),
            ),
            "AWS::RDS::DBInstance": Part(
                network=("DBSubnetGroupName",), groups=("VPCSecurityGroups",), public=("PubliclyAccessible",), role=("AssociatedRoles.RoleArn",),
                inside=Condition("Engine", _POSTGRES),
            ),
        },
    ),
    Kind(
        "Aurora cluster", Platform.SERVICE, addresses=Addresses.ASSIGNED, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_rds_cluster": Part(
                network=("db_subnet_group_name",), groups=("vpc_security_group_ids",), role=("iam_roles",),
                references=(Reference("s3_import.bucket_name", Follower.SERVICE, Named.NAME),),
                inside=Condition("engine", _AURORA), named_by=(("aws_rds_cluster_role_association", "db_cluster_identifier"),),
            ),
            "AWS::RDS::DBCluster": Part(
                network=("DBSubnetGroupName",), groups=("VpcSecurityGroupIds",), public=("PubliclyAccessible",), role=("AssociatedRoles.RoleArn",),
                inside=Condition("Engine", _AURORA),
            ),
        },
    ),
    Kind(
        "Neptune cluster", Platform.SERVICE, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_neptune_cluster": Part(network=("neptune_subnet_group_name",), groups=("vpc_security_group_ids",), role=("iam_roles",)),
            "AWS::Neptune::DBCluster": Part(
                network=("DBSubnetGroupName",), groups=("VpcSecurityGroupIds",), role=("AssociatedRoles.RoleArn",),
            ),
        },
    ),
    Kind(
        "DMS replication instance", Platform.SERVICE, addresses=Addresses.ASSIGNED, unplaced=Unplaced.DEFAULT_VPC,
        types={
            "aws_dms_replication_instance": Part(
                network=("replication_subnet_group_id",), groups=("vpc_security_group_ids",), public=("publicly_accessible",),
                named_by=(("aws_dms_replication_task", "replication_instance_arn"),),
            ),
            # The API's default is a public address (DMS API CreateReplicationInstance); the provider's is none.
            "AWS::DMS::ReplicationInstance": Part(
                network=("ReplicationSubnetGroupIdentifier",), groups=("VpcSecurityGroupIds",), public=("PubliclyAccessible",), public_default=True,
                named_by=(("AWS::DMS::ReplicationTask", "ReplicationInstanceArn"),),
            ),
        },
    ),
    Kind(
        "DMS serverless replication", Platform.SERVICE,
        types={
            "aws_dms_replication_config": Part(
                network=("compute_config.replication_subnet_group_id",), groups=("compute_config.vpc_security_group_ids",),
                parts=("source_endpoint_arn", "target_endpoint_arn"),
            ),
            "AWS::DMS::ReplicationConfig": Part(
                network=("ComputeConfig.ReplicationSubnetGroupId",), groups=("ComputeConfig.VpcSecurityGroupIds",),
                parts=("SourceEndpointArn", "TargetEndpointArn"),
            ),
        },
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_redshift_subnet_group": Part(subnets=("subnet_ids",)),
        "AWS::Redshift::ClusterSubnetGroup": Part(subnets=("SubnetIds",)),
        "aws_redshift_cluster_iam_roles": Part(role=("iam_role_arns",)),
        "aws_redshiftdata_statement": Part(scripts=(Lines("sql", "SQL statement"),)),
        "aws_redshiftserverless_namespace": Part(role=("iam_roles", "default_iam_role_arn")),
        "AWS::RedshiftServerless::Namespace": Part(role=("IamRoles", "DefaultIamRoleArn")),
        "aws_db_subnet_group": Part(subnets=("subnet_ids",)),
        "AWS::RDS::DBSubnetGroup": Part(subnets=("SubnetIds",)),
        "aws_db_instance_role_association": Part(role=("role_arn",)),
        "aws_rds_cluster_role_association": Part(role=("role_arn",)),
        "aws_neptune_subnet_group": Part(subnets=("subnet_ids",)),
        "AWS::Neptune::DBSubnetGroup": Part(subnets=("SubnetIds",)),
        "aws_dms_replication_subnet_group": Part(subnets=("subnet_ids",)),
        "AWS::DMS::ReplicationSubnetGroup": Part(subnets=("SubnetIds",)),
        "aws_dms_replication_task": Part(parts=("source_endpoint_arn", "target_endpoint_arn")),
        "AWS::DMS::ReplicationTask": Part(parts=("SourceEndpointArn", "TargetEndpointArn")),
        # Since 3.4.7 an instance reaches its S3 endpoints from its own subnets (DMS guide, "Configuring VPC endpoints").
        "aws_dms_s3_endpoint": Part(references=(Reference("bucket_name", naming=Named.NAME),), role=("service_access_role_arn",)),
        "aws_dms_endpoint": Part(
            references=(Reference("s3_settings.bucket_name", naming=Named.NAME), Reference("redshift_settings.bucket_name", naming=Named.NAME)),
            role=("s3_settings.service_access_role_arn", "redshift_settings.service_access_role_arn"),
        ),
        "AWS::DMS::Endpoint": Part(
            references=(
                Reference("S3Settings.BucketName", naming=Named.NAME), Reference("RedshiftSettings.BucketName", naming=Named.NAME),
                Reference("NeptuneSettings.S3BucketName", naming=Named.NAME),
            ),
            role=("S3Settings.ServiceAccessRoleArn", "RedshiftSettings.ServiceAccessRoleArn", "NeptuneSettings.ServiceAccessRoleArn"),
        ),
    }
)  # fmt: skip
