"""AWS's own managed policies that are often attached, as far as they speak of S3.

Source: the policy pages of https://docs.aws.amazon.com/aws-managed-policy/latest/reference/. A policy in neither table is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ALL = ("*",)
_READ = ("s3:Get*", "s3:List*", "s3:Describe*")

# Actions and resources of S3.
MANAGED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "AdministratorAccess": (_ALL, _ALL),
        "PowerUserAccess": (("s3:*",), _ALL),
        "AmazonS3FullAccess": (("s3:*",), _ALL),
        "AmazonS3ReadOnlyAccess": (_READ, _ALL),
        "ReadOnlyAccess": (_READ, _ALL),
        "AmazonElasticMapReduceforEC2Role": (("s3:*",), _ALL),
        "AmazonElasticMapReduceRole": (("s3:CreateBucket", "s3:Get*", "s3:List*"), _ALL),
        "AWSGlueServiceRole": (("s3:GetObject", "s3:PutObject"), ("arn:aws:s3:::aws-glue-*/*", "arn:aws:s3:::*/*aws-glue-*/*")),
        "AWSElasticBeanstalkWebTier": (("s3:Get*", "s3:List*", "s3:PutObject"), ("arn:aws:s3:::elasticbeanstalk-*",)),
        "AWSElasticBeanstalkWorkerTier": (("s3:Get*", "s3:List*", "s3:PutObject"), ("arn:aws:s3:::elasticbeanstalk-*",)),
        "AmazonSageMakerFullAccess": (("s3:GetObject", "s3:PutObject", "s3:DeleteObject"), ("arn:aws:s3:::*sagemaker*",)),
        "AmazonEC2RoleforAWSCodeDeploy": (("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"), _ALL),
        "AmazonEC2RoleforSSM": (("s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"), _ALL),
        "AmazonRedshiftAllCommandsFullAccess": (("s3:GetObject", "s3:PutObject", "s3:ListBucket"), ("arn:aws:s3:::*redshift*",)),
        "AmazonDMSRedshiftS3Role": (("s3:GetObject", "s3:PutObject", "s3:ListBucket"), ("arn:aws:s3:::dms-*",)),
    }
)
# Nothing in them is of S3.
WITHOUT_S3 = frozenset(
    """
    AWSLambdaBasicExecutionRole AWSLambdaVPCAccessExecutionRole AWSLambdaSQSQueueExecutionRole AWSLambdaDynamoDBExecutionRole
    AWSLambdaKinesisExecutionRole AWSLambdaMSKExecutionRole AWSXRayDaemonWriteAccess AWSXrayWriteOnlyAccess CloudWatchAgentServerPolicy
    CloudWatchLogsFullAccess AmazonECSTaskExecutionRolePolicy AmazonEC2ContainerServiceforEC2Role AmazonEC2ContainerRegistryReadOnly
    AmazonEC2ContainerRegistryPullOnly AmazonEC2ContainerRegistryPowerUser AmazonEC2ContainerRegistryFullAccess AmazonEKSWorkerNodePolicy
    AmazonEKSWorkerNodeMinimalPolicy AmazonEKS_CNI_Policy AmazonEKSClusterPolicy AmazonEKSServicePolicy AmazonEKSFargatePodExecutionRolePolicy
    AmazonEKSVPCResourceController AmazonSSMManagedInstanceCore AmazonSQSFullAccess AmazonSNSFullAccess AmazonDynamoDBFullAccess
    AmazonDynamoDBReadOnlyAccess AmazonKinesisFullAccess AmazonRDSFullAccess AmazonVPCFullAccess AmazonEC2FullAccess AmazonEC2ReadOnlyAccess
    AmazonElasticFileSystemClientFullAccess AmazonElasticFileSystemClientReadWriteAccess AWSBatchServiceRole AWSStepFunctionsFullAccess
    AmazonEventBridgeFullAccess AmazonCognitoPowerUser AmazonSESFullAccess AmazonRDSEnhancedMonitoringRole
    AmazonPrometheusRemoteWriteAccess AmazonEBSCSIDriverPolicy
    """.split()
)
