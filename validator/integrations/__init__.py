"""What hangs on the side: s3reach inside other tools. Each module is imported by the tool that it is for."""
