"""A run task of HCP Terraform and Terraform Enterprise: the platform asks about a plan, and is told what s3reach finds in it."""
