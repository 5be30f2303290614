"""Scripts and settings read for what they use of S3: no shell, no interpreter, nothing is run."""
