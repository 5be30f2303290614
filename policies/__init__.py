"""The shipped policies: one YAML file each."""
