"""From the Topology to accesses: who asks which S3 host, and how the path ends."""
