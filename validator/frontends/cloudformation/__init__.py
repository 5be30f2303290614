"""The reader of CloudFormation templates."""
