"""The catalogue: every kind of workload, and where each of its types keeps subnets, environment, scripts and S3 references."""
