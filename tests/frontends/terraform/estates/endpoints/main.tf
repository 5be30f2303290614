# An endpoints submodule whose route tables come through flatten, locals, merge, try and lookup.
provider "aws" {
  region = "eu-central-1"
}

variable "tiers" {
  type = map(object({
    newbits   = optional(number, 4)
    offset    = number
    endpoints = optional(bool, true)
  }))
  default = {
    app  = { offset = 0 }
    data = { offset = 4, endpoints = true }
    lost = { offset = 8, endpoints = false }
  }
}

locals {
  zones = ["eu-central-1a", "eu-central-1b"]
}

module "network" {
  source = "./modules/network"
  cidr   = "10.20.0.0/16"
  zones  = local.zones
  tiers  = var.tiers
}

module "endpoints" {
  source = "./modules/endpoints"
  vpc_id = module.network.vpc_id
  defaults = {
    subnet_ids = module.network.subnets_by_tier["app"]
  }
  endpoints = merge(
    {
      s3 = {
        service         = "s3"
        service_type    = "Gateway"
        route_table_ids = flatten([for tier, tables in module.network.tables_by_tier : tables if lookup(var.tiers[tier], "endpoints", false)])
      }
    },
    {
      logs = {
        service             = "logs"
        private_dns_enabled = true
      }
    },
    { for name in [] : name => {} },
  )
}

resource "aws_s3_bucket" "data" {
  bucket = "estate-endpoints-data"
}

resource "aws_lambda_function" "reader" {
  for_each      = { for tier, ids in module.network.subnets_by_tier : tier => ids if tier != "data" }
  function_name = "reader-${each.key}"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = {
      DATA_BUCKET = aws_s3_bucket.data.bucket
    }
  }

  dynamic "vpc_config" {
    for_each = length(each.value) > 0 ? [each.value] : []
    content {
      subnet_ids         = vpc_config.value
      security_group_ids = []
    }
  }
}
