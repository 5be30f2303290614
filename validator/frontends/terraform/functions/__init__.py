"""The functions of the Terraform language.

Source: https://developer.hashicorp.com/terraform/language/functions
"""
