"""Terraform sources: files to declarations, declarations to values."""
