#!/usr/bin/env bash
# Judge the plan of a run of HCP Terraform or Terraform Enterprise: hcp-post-plan.sh RUN_ID [ARGUMENT...]
# TFC_TOKEN is a token that may read the run; TFC_ADDRESS is the platform, where it is not app.terraform.io.
set -euo pipefail
run=$1
shift
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
# From a file, so that the token does not show in the list of processes.
curl --fail --silent --show-error --location --config - --output "$plan" \
  "${TFC_ADDRESS:-https://app.terraform.io}/api/v2/runs/$run/plan/json-output" <<< "header = \"Authorization: Bearer $TFC_TOKEN\""
s3reach check "$plan" "$@"
