"""s3reach: proves, before anything is deployed, that private workloads reach their S3 buckets inside their own Region."""

__version__ = "0.1.0"
