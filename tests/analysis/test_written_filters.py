"""However rules of security groups and network ACLs are written, in Terraform or in a template, do they let through what they say?"""

import pytest
import yaml

from validator.analysis.access import Access
from validator.options import Options
from validator.pipeline import check

REGION = "eu-west-1"
NETWORK = """
provider "aws" {
  region = "eu-west-1"
}
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "ends" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
resource "aws_s3_bucket" "data" {
  bucket = "data-of-the-filters"
}
resource "aws_instance" "app" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = GROUPS
  user_data              = "aws s3 cp s3://data-of-the-filters/a . --region eu-west-1"
}
"""
GATEWAY = """
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.app.id]
}
"""
INTERFACE = """
resource "aws_vpc_endpoint" "s3" {
  vpc_id              = aws_vpc.main.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.eu-west-1.s3"
  subnet_ids          = [aws_subnet.ends.id]
  security_group_ids  = [aws_security_group.ends.id]
  private_dns_enabled = true
  dns_options {
    private_dns_only_for_inbound_resolver_endpoint = false
  }
}
"""
OPEN = ["via-gateway-endpoint", None]
ENTERED = ["via-interface-endpoint", None]
SHUT = ["security-group-denies", None]
DOUBT = ["unknown", "security-group-denies"]
CUT = ["network-acl-denies", None]
CUT_DOUBT = ["unknown", "network-acl-denies"]


def block(kind: str, label: str, /, **attributes: str) -> str:
    lines = "\n".join(f"  {key} = {value}" for key, value in attributes.items())
    return f'resource "{kind}" "{label}" {{\n{lines}\n}}\n'


def group(*rules: str, name: str = "app") -> str:
    return f'resource "aws_security_group" "{name}" {{\n  vpc_id = aws_vpc.main.id\n' + "".join(rules) + "}\n"


def inline(direction: str = "egress", protocol: str = '"tcp"', first: int = 443, last: int = 443, **peers: str) -> str:
    named = "\n".join(f"    {key} = {value}" for key, value in peers.items())
    return f"  {direction} {{\n    protocol = {protocol}\n    from_port = {first}\n    to_port = {last}\n{named}\n  }}\n"


ALL = '["0.0.0.0/0"]'
OUT = inline(cidr_blocks=ALL)
IN_VPC = inline("ingress", cidr_blocks='["10.0.0.0/16"]')


def rule(
    name: str = "out", direction: str = "egress", owner: str = "app", protocol: str = '"tcp"', ports: tuple[int, int] = (443, 443), **peers: str
) -> str:
    return block(
        "aws_security_group_rule", name, type=f'"{direction}"', security_group_id=f"aws_security_group.{owner}.id", protocol=protocol,
        from_port=str(ports[0]), to_port=str(ports[1]), **peers,
    )  # fmt: skip


def newer(
    name: str = "out",
    direction: str = "egress",
    owner: str = "app",
    protocol: str = '"tcp"',
    ports: tuple[int, int] | None = (443, 443),
    **peers: str,
) -> str:
    between = {} if ports is None else {"from_port": str(ports[0]), "to_port": str(ports[1])}
    return block(
        f"aws_vpc_security_group_{direction}_rule", name, security_group_id=f"aws_security_group.{owner}.id", ip_protocol=protocol, **between, **peers
    )


def only(*rules: str) -> str:
    listed = f"[{', '.join(rules)}]"
    return block(
        "aws_vpc_security_group_rules_exclusive", "all", security_group_id="aws_security_group.app.id", egress_rule_ids=listed, ingress_rule_ids="[]"
    )


def managed(kind: str = "aws_ec2_managed_prefix_list", how: str = 'name = "com.amazonaws.eu-west-1.s3"', name: str = "list") -> str:
    return f'data "{kind}" "{name}" {{\n  {how}\n}}\n'


def by_filter(value: str) -> str:
    return f'filter {{\n    name   = "prefix-list-name"\n    values = ["{value}"]\n  }}'


OWN_LIST = block("aws_ec2_managed_prefix_list", "own", name='"own"', address_family='"IPv4"', max_entries="5")


def listed(cidr: str, name: str = "a") -> str:
    return block("aws_ec2_managed_prefix_list_entry", name, prefix_list_id="aws_ec2_managed_prefix_list.own.id", cidr=f'"{cidr}"')


TO_OWN = newer(prefix_list_id="aws_ec2_managed_prefix_list.own.id")

GROUPS = [
    # --- protocols and ports ----------------------------------------------------------------------------------------------------------
    ("tcp 443 to everywhere", [GATEWAY, group(OUT)], OPEN),
    ("protocol by its number", [GATEWAY, group(inline(protocol='"6"', cidr_blocks=ALL))], OPEN),
    ("protocol by its number, unquoted", [GATEWAY, group(inline(protocol="6", cidr_blocks=ALL))], OPEN),
    ("protocol in capitals", [GATEWAY, group(inline(protocol='"TCP"', cidr_blocks=ALL))], OPEN),
    ("every protocol", [GATEWAY, group(inline(protocol='"-1"', first=0, last=0, cidr_blocks=ALL))], OPEN),
    ("every protocol, by name", [GATEWAY, group(inline(protocol='"all"', first=0, last=0, cidr_blocks=ALL))], OPEN),
    ("port 0 of tcp", [GATEWAY, group(inline(first=0, last=0, cidr_blocks=ALL))], SHUT),
    ("every port of tcp", [GATEWAY, group(inline(first=0, last=65535, cidr_blocks=ALL))], OPEN),
    ("ports from 444", [GATEWAY, group(inline(first=444, last=65535, cidr_blocks=ALL))], SHUT),
    ("udp", [GATEWAY, group(inline(protocol='"udp"', cidr_blocks=ALL))], SHUT),
    ("icmp only", [GATEWAY, group(inline(protocol='"icmp"', first=-1, last=-1, cidr_blocks=ALL))], SHUT),
    ("IPv6 only", [GATEWAY, group(inline(ipv6_cidr_blocks='["::/0"]'))], SHUT),
    ("no rule at all", [GATEWAY, group()], SHUT),
    ("an empty list of rules", [GATEWAY, group("  egress = []\n")], SHUT),
    ("rules for ingress only", [GATEWAY, group(IN_VPC)], SHUT),
    ("rules as attributes", [GATEWAY, group('  egress = [{ description = "", protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = ["0.0.0.0/0"], '
     "ipv6_cidr_blocks = [], prefix_list_ids = [], security_groups = [], self = false }]\n")], OPEN),
    ("rules by dynamic blocks", [GATEWAY, group('  dynamic "egress" {\n    for_each = [80, 443]\n    content {\n      protocol = "tcp"\n      from_port = egress.value\n'
     '      to_port = egress.value\n      cidr_blocks = ["0.0.0.0/0"]\n    }\n  }\n')], OPEN),
    # --- separate rules ---------------------------------------------------------------------------------------------------------------
    ("a separate rule", [GATEWAY, group(), rule(cidr_blocks=ALL)], OPEN),
    ("a separate rule for ingress", [GATEWAY, group(), rule(direction="ingress", cidr_blocks=ALL)], SHUT),
    ("a separate rule of another group", [GATEWAY, group(), group(name="other"), rule(owner="other", cidr_blocks=ALL)], SHUT),
    ("a newer rule", [GATEWAY, group(), newer(cidr_ipv4='"0.0.0.0/0"')], OPEN),
    ("a newer rule for every protocol, without ports", [GATEWAY, group(), newer(protocol='"-1"', ports=None, cidr_ipv4='"0.0.0.0/0"')], OPEN),
    ("a newer rule for IPv6", [GATEWAY, group(), newer(cidr_ipv6='"::/0"')], SHUT),
    ("a newer rule for ingress", [GATEWAY, group(), newer(direction="ingress", cidr_ipv4='"0.0.0.0/0"')], SHUT),
    ("two halves of the address space", [GATEWAY, group(), newer(cidr_ipv4='"0.0.0.0/1"'), newer("more", cidr_ipv4='"128.0.0.0/1"')], OPEN),
    ("the only rule of the group", [GATEWAY, group(), newer(cidr_ipv4='"0.0.0.0/0"'), only("aws_vpc_security_group_egress_rule.out.id")], OPEN),
    ("a rule that the list of all rules leaves out", [GATEWAY, group(), newer(cidr_ipv4='"0.0.0.0/0"'), only()], SHUT),
    ("a rule inside that the list of all rules leaves out", [GATEWAY, group(OUT), only()], SHUT),
    ("a list of all rules that is not known", [GATEWAY, group(), newer(cidr_ipv4='"0.0.0.0/0"'), 'variable "rules" {}\n', only("var.rules")], DOUBT),
    ("a list of all rules that may not be there", [GATEWAY, group(OUT), 'variable "strict" {}\n', only().replace("{\n", "{\n  count = var.strict ? 1 : 0\n", 1)], DOUBT),
    # --- prefix lists -----------------------------------------------------------------------------------------------------------------
    ("AWS's list by name", [GATEWAY, managed(), group(), newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id")], OPEN),
    ("AWS's list by the older source", [GATEWAY, managed("aws_prefix_list"), group(inline(prefix_list_ids="[data.aws_prefix_list.list.id]"))], OPEN),
    ("AWS's list by filter", [GATEWAY, managed("aws_prefix_list", by_filter("com.amazonaws.eu-west-1.s3")), group(inline(prefix_list_ids="[data.aws_prefix_list.list.id]"))],
     OPEN),
    ("AWS's newer list by filter", [GATEWAY, managed(how=by_filter("com.amazonaws.eu-west-1.s3")), group(), newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id")],
     OPEN),
    ("AWS's list of another Region by filter", [GATEWAY, managed(how=by_filter("com.amazonaws.us-east-1.s3")), group(),
     newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id")], SHUT),
    ("AWS's list of DynamoDB", [GATEWAY, managed(how='name = "com.amazonaws.eu-west-1.dynamodb"'), group(),
     newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id")], SHUT),
    ("the list of the endpoint", [GATEWAY, group(), newer(prefix_list_id="aws_vpc_endpoint.s3.prefix_list_id")], OPEN),
    ("the list of the endpoint by a source", [GATEWAY, managed("aws_prefix_list", "prefix_list_id = aws_vpc_endpoint.s3.prefix_list_id"), group(),
     rule(prefix_list_ids="[data.aws_prefix_list.list.id]")], OPEN),
    ("the blocks of AWS's list", [GATEWAY, managed("aws_prefix_list"), group(), rule(cidr_blocks="data.aws_prefix_list.list.cidr_blocks")], OPEN),
    ("the blocks of the endpoint", [GATEWAY, group(), rule(cidr_blocks="aws_vpc_endpoint.s3.cidr_blocks")], OPEN),
    ("AWS's list by its id", [GATEWAY, group(), newer(prefix_list_id='"pl-6da54004"')], OPEN),
    ("AWS's list of another Region by its id", [GATEWAY, group(), newer(prefix_list_id='"pl-63a5400a"')], SHUT),
    ("a list outside the input", [GATEWAY, group(), newer(prefix_list_id='"pl-0123456789abcdef0"')], DOUBT),
    ("an own list, looked up by name", [GATEWAY, managed(how='name = "corp-egress"'), group(), newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id")], DOUBT),
    ("an own list, looked up by id", [GATEWAY, managed(how='id = "pl-0123456789abcdef0"'), group(), newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id")], DOUBT),
    ("an own list of nothing", [GATEWAY, OWN_LIST, group(), TO_OWN], SHUT),
    ("an own list of everything, by entries of their own", [GATEWAY, OWN_LIST, listed("0.0.0.0/0"), group(), TO_OWN], OPEN),
    ("an own list of some public addresses, by entries of their own", [GATEWAY, OWN_LIST, listed("52.218.0.0/17"), listed("3.5.64.0/21", "b"), group(), TO_OWN], DOUBT),
    ("an own list of private addresses, by entries of their own", [GATEWAY, OWN_LIST, listed("10.0.0.0/8"), group(), TO_OWN], SHUT),
    ("an own list of private addresses, inside", [GATEWAY, OWN_LIST.replace("\n}", '\n  entry {\n    cidr = "10.0.0.0/8"\n  }\n}'), group(), TO_OWN], SHUT),
    ("an own list of everything, inside", [GATEWAY, OWN_LIST.replace("\n}", '\n  entry {\n    cidr = "0.0.0.0/0"\n  }\n}'), group(), TO_OWN], OPEN),
    ("an entry of a list that is not known", [GATEWAY, OWN_LIST, listed("0.0.0.0/0").replace("aws_ec2_managed_prefix_list.own.id", "var.of"), 'variable "of" {}\n', group(), TO_OWN],
     DOUBT),
    # --- the default group ------------------------------------------------------------------------------------------------------------
    ("the default group, adopted and emptied", [GATEWAY, block("aws_default_security_group", "app", vpc_id="aws_vpc.main.id")], SHUT),
    ("the default group, adopted with a rule", [GATEWAY, 'resource "aws_default_security_group" "app" {\n  vpc_id = aws_vpc.main.id\n' + OUT + "}\n"], OPEN),
    # --- an interface endpoint --------------------------------------------------------------------------------------------------------
    ("both ends open", [INTERFACE, group(OUT), group(IN_VPC, name="ends")], ENTERED),
    ("the endpoint lets nobody in", [INTERFACE, group(OUT), group(name="ends")], SHUT),
    ("the endpoint lets the group in", [INTERFACE, group(OUT), group(inline("ingress", security_groups="[aws_security_group.app.id]"), name="ends")], ENTERED),
    ("the endpoint lets another group in", [INTERFACE, group(OUT), group(name="other"), group(inline("ingress", security_groups="[aws_security_group.other.id]"), name="ends")],
     SHUT),
    ("the endpoint lets itself in", [INTERFACE, group(OUT), group(inline("ingress", self="true"), name="ends")], SHUT),
    ("the endpoint lets the subnet in", [INTERFACE, group(OUT), group(inline("ingress", cidr_blocks="[aws_subnet.app.cidr_block]"), name="ends")], ENTERED),
    ("the endpoint lets another subnet in", [INTERFACE, group(OUT), group(inline("ingress", cidr_blocks="[aws_subnet.ends.cidr_block]"), name="ends")], SHUT),
    ("the endpoint lets half of the subnet in", [INTERFACE, group(OUT), group(inline("ingress", cidr_blocks='["10.0.1.0/25"]'), name="ends")], DOUBT),
    ("the endpoint lets both halves of the subnet in", [INTERFACE, group(OUT), group(inline("ingress", cidr_blocks='["10.0.1.0/25", "10.0.1.128/25"]'), name="ends")], ENTERED),
    ("out to the endpoint's group", [INTERFACE, group(), group(IN_VPC, name="ends"), newer(referenced_security_group_id="aws_security_group.ends.id")], ENTERED),
    ("out to its own group, which the endpoint is not in", [INTERFACE, group(inline(self="true")), group(IN_VPC, name="ends")], SHUT),
    ("out to the S3 prefix list only", [INTERFACE, managed(), group(), newer(prefix_list_id="data.aws_ec2_managed_prefix_list.list.id"), group(IN_VPC, name="ends")], SHUT),
    ("out to the VPC only", [INTERFACE, group(inline(cidr_blocks="[aws_vpc.main.cidr_block]")), group(IN_VPC, name="ends")], ENTERED),
    ("the endpoint lets in on port 80 only", [INTERFACE, group(OUT), group(inline("ingress", first=80, last=80, cidr_blocks=ALL), name="ends")], SHUT),
    ("the endpoint lets in through a list of blocks", [INTERFACE, OWN_LIST, listed("10.0.0.0/16"), group(OUT), group(name="ends"),
     newer("in", "ingress", "ends", prefix_list_id="aws_ec2_managed_prefix_list.own.id")], ENTERED),
    ("a separate rule that both name", [INTERFACE, group(), group(name="ends"), rule(source_security_group_id="aws_security_group.ends.id"),
     rule("in", "ingress", "ends", source_security_group_id="aws_security_group.app.id")], ENTERED),
]  # fmt: skip


def accessed(tmp_path, *blocks: str) -> Access:
    written = NETWORK.replace(
        "GROUPS", "[aws_default_security_group.app.id]" if "aws_default_security_group" in "".join(blocks) else "[aws_security_group.app.id]"
    )
    (tmp_path / "main.tf").write_text("\n".join([written, *blocks]))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    return found


@pytest.mark.parametrize(("blocks", "ends"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS])
def test_do_groups_let_through_what_they_say(tmp_path, blocks, ends):
    found = accessed(tmp_path, *blocks)
    assert [found.disposition.value, found.doubt and found.doubt.value] == ends


def acl(*entries: str, name: str = "app", subnets: str = "[aws_subnet.app.id]") -> str:
    return f'resource "aws_network_acl" "{name}" {{\n  vpc_id     = aws_vpc.main.id\n  subnet_ids = {subnets}\n' + "".join(entries) + "}\n"


def entry(
    number: int, direction: str, action: str = "allow", protocol: str = '"tcp"', first: int = 443, last: int = 443, to: str = '"0.0.0.0/0"'
) -> str:
    return (
        f'  {direction} {{\n    rule_no = {number}\n    action = "{action}"\n    protocol = {protocol}\n    from_port = {first}\n    to_port = {last}\n'
        f"    {'ipv6_' if ':' in to else ''}cidr_block = {to}\n  }}\n"
    )


def separate(
    name: str,
    number: int,
    egress: str,
    action: str = "allow",
    ports: tuple[int, int] = (443, 443),
    to: str = '"0.0.0.0/0"',
    of: str = "aws_network_acl.app.id",
) -> str:
    return block(
        "aws_network_acl_rule", name, network_acl_id=of, rule_number=str(number), egress=egress, rule_action=f'"{action}"', protocol='"tcp"',
        from_port=str(ports[0]), to_port=str(ports[1]), cidr_block=to,
    )  # fmt: skip


REQUEST = entry(100, "egress")
REPLY = entry(100, "ingress", first=1024, last=65535)
EVERYTHING = entry(100, "egress", protocol='"-1"', first=0, last=0) + entry(100, "ingress", protocol='"-1"', first=0, last=0)
MOVED = block("aws_network_acl_association", "app", network_acl_id="aws_network_acl.app.id", subnet_id="aws_subnet.app.id")
BY_DEFAULT = 'resource "aws_default_network_acl" "app" {\n  default_network_acl_id = aws_vpc.main.default_network_acl_id\n'

ACLS = [
    ("everything", [acl(EVERYTHING)], OPEN),
    ("nothing", [acl()], CUT),
    ("the request and its reply", [acl(REQUEST, REPLY)], OPEN),
    ("the request only", [acl(REQUEST)], CUT),
    ("the reply only", [acl(REPLY)], CUT),
    ("the protocol by its number", [acl(entry(1, "egress", protocol='"6"'), REPLY)], OPEN),
    ("the protocol by its number, unquoted", [acl(entry(1, "egress", protocol="6"), REPLY)], OPEN),
    ("another protocol", [acl(entry(1, "egress", protocol='"17"'), REPLY)], CUT),
    ("replies of Linux", [acl(REQUEST, entry(1, "ingress", first=32768, last=65535))], OPEN),
    # Windows takes its ports from 49152 on (VPC guide, "Ephemeral ports"), and nothing says which the machine runs.
    ("replies of the kernel's usual ports", [acl(REQUEST, entry(1, "ingress", first=32768, last=61000))], CUT_DOUBT),
    ("replies to two ranges", [acl(REQUEST, entry(1, "ingress", first=1024, last=40000), entry(2, "ingress", first=40001, last=65535))], OPEN),
    ("a range with a hole", [acl(REQUEST, entry(1, "ingress", first=1024, last=40000), entry(2, "ingress", first=40002, last=65535))], CUT_DOUBT),
    ("replies to port 443", [acl(REQUEST, entry(1, "ingress"))], CUT),
    ("deny before allow", [acl(entry(50, "egress", "deny"), REQUEST, REPLY)], CUT),
    ("allow before deny", [acl(REQUEST, entry(150, "egress", "deny"), REPLY)], OPEN),
    ("a deny of another port", [acl(entry(50, "egress", "deny", first=22, last=22), REQUEST, REPLY)], OPEN),
    ("a deny of some replies", [acl(REQUEST, entry(50, "ingress", "deny", first=3389, last=3389), REPLY)], OPEN),
    ("a deny of a port among the replies", [acl(REQUEST, entry(50, "ingress", "deny", first=50000, last=50000), REPLY)], CUT_DOUBT),
    ("a deny of private addresses", [acl(entry(50, "egress", "deny", to='"10.0.0.0/8"'), REQUEST, REPLY)], OPEN),
    ("a deny of some public addresses", [acl(entry(50, "egress", "deny", to='"52.0.0.0/8"'), REQUEST, REPLY)], CUT_DOUBT),
    ("two halves of the address space", [acl(entry(1, "egress", to='"0.0.0.0/1"'), entry(2, "egress", to='"128.0.0.0/1"'), REPLY)], OPEN),
    ("half of the address space", [acl(entry(1, "egress", to='"0.0.0.0/1"'), REPLY)], CUT_DOUBT),
    ("IPv6 only", [acl(entry(1, "egress", to='"::/0"'), REPLY)], CUT),
    ("the VPC only", [acl(entry(1, "egress", to='"10.0.0.0/16"'), REPLY)], CUT),
    ("entries of their own", [acl(), separate("out", 1, "true"), separate("in", 1, "false", ports=(1024, 65535))], OPEN),
    ("entries of their own, the request only", [acl(), separate("out", 1, "true")], CUT),
    ("an entry that does not say for which way", [acl(), separate("in", 1, "false", ports=(1024, 65535)), separate("out", 1, "null")], CUT),
    ("an ACL of another subnet", [acl(subnets="[aws_subnet.ends.id]")], OPEN),
    ("an ACL of no subnet", [acl(subnets="[]")], OPEN),
    ("an ACL by an association", [acl(subnets="[]"), MOVED], CUT),
    ("an ACL that may be the subnet's", [acl(subnets="[]"), 'variable "of" {}\n', MOVED.replace("aws_subnet.app.id", "var.of")], CUT_DOUBT),
    # A subnet has one ACL: what is applied last counts, and that is not in the input.
    ("two ACLs for one subnet", [acl(EVERYTHING), acl(name="other")], CUT_DOUBT),
    ("two ACLs for one subnet, which agree", [acl(EVERYTHING), acl(EVERYTHING, name="other")], OPEN),
    ("an association against a list", [acl(subnets="[]"), acl(EVERYTHING, name="other"), MOVED], CUT_DOUBT),
    ("the default ACL, adopted and emptied", [BY_DEFAULT + "}\n"], CUT),
    ("the default ACL, adopted with entries", [BY_DEFAULT + EVERYTHING + "}\n"], OPEN),
    ("an entry of the default ACL that denies first", [separate("no", 50, "true", "deny", of="aws_vpc.main.default_network_acl_id")], CUT),
    ("an entry of the default ACL that comes too late", [separate("no", 150, "true", "deny", of="aws_vpc.main.default_network_acl_id")], OPEN),
    ("an entry of the default ACL for IPv6", [separate("no", 50, "true", "deny", of="aws_vpc.main.default_network_acl_id", to='"::/0"').replace("cidr_block", "ipv6_cidr_block")], OPEN),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "ends"), [row[1:] for row in ACLS], ids=[row[0] for row in ACLS])
def test_do_acls_let_through_what_they_say(tmp_path, blocks, ends):
    found = accessed(tmp_path, GATEWAY, group(OUT), *blocks)
    assert [found.disposition.value, found.doubt and found.doubt.value] == ends


BETWEEN = [
    ("nothing into the endpoint's subnet", [acl(subnets="[aws_subnet.ends.id]")], CUT),
    ("the request in and its reply out", [acl(entry(1, "ingress", to='"10.0.1.0/24"'), entry(1, "egress", first=1024, last=65535), subnets="[aws_subnet.ends.id]")], ENTERED),
    ("the request in, and no reply", [acl(entry(1, "ingress", to='"10.0.1.0/24"'), subnets="[aws_subnet.ends.id]")], CUT),
    ("requests of another subnet", [acl(entry(1, "ingress", to='"10.0.9.0/24"'), entry(1, "egress", first=1024, last=65535), subnets="[aws_subnet.ends.id]")], CUT),
    ("both halves of the subnet", [acl(entry(1, "ingress", to='"10.0.1.0/25"'), entry(2, "ingress", to='"10.0.1.128/25"'), entry(1, "egress", first=1024, last=65535),
     subnets="[aws_subnet.ends.id]")], ENTERED),
    ("the subnet but for a part of it", [acl(entry(1, "ingress", "deny", to='"10.0.1.64/26"'), entry(2, "ingress"), entry(1, "egress", first=1024, last=65535),
     subnets="[aws_subnet.ends.id]")], CUT_DOUBT),
    ("one ACL for both", [acl(EVERYTHING, subnets="[aws_subnet.app.id, aws_subnet.ends.id]")], ENTERED),
    ("one ACL for both, for the way out only", [acl(REQUEST, REPLY, subnets="[aws_subnet.app.id, aws_subnet.ends.id]")], CUT),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "ends"), [row[1:] for row in BETWEEN], ids=[row[0] for row in BETWEEN])
def test_do_acls_between_subnets_let_through_what_they_say(tmp_path, blocks, ends):
    found = accessed(tmp_path, INTERFACE, group(OUT), group(IN_VPC, name="ends"), *blocks)
    assert [found.disposition.value, found.doubt and found.doubt.value] == ends


# --- templates ------------------------------------------------------------------------------------------------------------------------


def stack(group_properties: dict[str, object], kind: str = "Gateway", **more: object) -> dict[str, object]:
    """``more``: resources by their logical ids."""
    here = {"VpcId": {"Ref": "Vpc"}}
    endpoint = (
        {"VpcEndpointType": "Interface", "SubnetIds": [{"Ref": "Ends"}], "SecurityGroupIds": [{"Ref": "EndGroup"}], "PrivateDnsEnabled": True,
         "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": "AllResolvers"}}
        if kind == "Interface" else {"RouteTableIds": [{"Ref": "Table"}]}
    )  # fmt: skip
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True}},
        "App": {"Type": "AWS::EC2::Subnet", "Properties": {**here, "CidrBlock": "10.0.1.0/24"}},
        "Ends": {"Type": "AWS::EC2::Subnet", "Properties": {**here, "CidrBlock": "10.0.2.0/24"}},
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": here},
        "Used": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "App"}, "RouteTableId": {"Ref": "Table"}}},
        "S3": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {**here, "ServiceName": f"com.amazonaws.{REGION}.s3", **endpoint}},
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {**here, "GroupDescription": "g", **group_properties}},
        "EndGroup": {"Type": "AWS::EC2::SecurityGroup", "Properties": {**here, "GroupDescription": "e", "SecurityGroupIngress": []}},
        "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data-of-the-filters"}},
        "Instance": {
            "Type": "AWS::EC2::Instance",
            "Properties": {
                "ImageId": "ami-0123456789abcdef0", "SubnetId": {"Ref": "App"}, "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}],
                "UserData": {"Fn::Base64": f"#!/bin/sh\naws s3 cp s3://data-of-the-filters/a . --region {REGION}\n"},
            },
        },
        **more,
    }  # fmt: skip
    return {"Parameters": {"List": {"Type": "String"}}, "Resources": resources}


def out(protocol: object = "tcp", ports: tuple[object, object] | None = (443, 443), **peer: object) -> dict[str, object]:
    between = {} if ports is None else {"FromPort": ports[0], "ToPort": ports[1]}
    return {"IpProtocol": protocol, **between, **(peer or {"CidrIp": "0.0.0.0/0"})}


def egress(*rules: object) -> dict[str, object]:
    return {"SecurityGroupEgress": list(rules)}


NOTHING = egress(out("icmp", (-1, -1), CidrIp="127.0.0.1/32"))


def own(**properties: object) -> dict[str, object]:
    return {"Type": "AWS::EC2::PrefixList", "Properties": {"PrefixListName": "own", "AddressFamily": "IPv4", "MaxEntries": 5, **properties}}


def separately(kind: str, **properties: object) -> dict[str, object]:
    return {"Type": f"AWS::EC2::SecurityGroup{kind}", "Properties": {"GroupId": {"Ref": "Group"}, **properties}}


def acl_entry(
    number: object, egress: object, protocol: object = 6, ports: tuple[int, int] | None = (443, 443), block: str = "0.0.0.0/0", action: str = "allow"
) -> dict[str, object]:
    between = {} if ports is None else {"PortRange": {"From": ports[0], "To": ports[1]}}
    properties = {
        "NetworkAclId": {"Ref": "Acl"},
        "RuleNumber": number,
        "Egress": egress,
        "Protocol": protocol,
        "RuleAction": action,
        "CidrBlock": block,
        **between,
    }
    return {"Type": "AWS::EC2::NetworkAclEntry", "Properties": properties}


ACL = {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}}
ON_APP = {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": {"SubnetId": {"Ref": "App"}, "NetworkAclId": {"Ref": "Acl"}}}
BACK = acl_entry(100, False, ports=(1024, 65535))
INTO = {"Type": "AWS::EC2::SecurityGroupIngress"}

STACKS = [
    ("no rules: everything out", stack({}), OPEN),
    ("an empty list: everything out", stack(egress()), OPEN),
    ("tcp 443", stack(egress(out())), OPEN),
    ("ports as text", stack(egress(out(ports=("443", "443")))), OPEN),
    ("every protocol, as a number", stack(egress(out(-1, None))), OPEN),
    ("tcp by number", stack(egress(out("6"))), OPEN),
    ("a single rule without a list", stack({"SecurityGroupEgress": out()}), OPEN),
    ("another port", stack(egress(out(ports=(80, 80)))), SHUT),
    ("nothing but a rule for nobody", stack(NOTHING), SHUT),
    ("IPv6 only", stack(egress(out(CidrIpv6="::/0"))), SHUT),
    ("S3's list by its id", stack(egress(out(DestinationPrefixListId="pl-6da54004"))), OPEN),
    ("another list by its id", stack(egress(out(DestinationPrefixListId="pl-63a5400a"))), SHUT),
    ("a list by parameter", stack(egress(out(DestinationPrefixListId={"Ref": "List"}))), DOUBT),
    ("an own list of everything", stack(egress(out(DestinationPrefixListId={"Ref": "Own"})), Own=own(Entries=[{"Cidr": "0.0.0.0/0"}])), OPEN),
    ("an own list of private addresses", stack(egress(out(DestinationPrefixListId={"Fn::GetAtt": ["Own", "PrefixListId"]})), Own=own(Entries=[{"Cidr": "10.0.0.0/8"}])), SHUT),
    ("a separate rule", stack(NOTHING, More=separately("Egress", **out())), OPEN),
    ("a separate rule of the other way", stack(NOTHING, More=separately("Ingress", **out())), SHUT),
    ("in for the group", stack({}, "Interface", More={**INTO, "Properties": {"GroupId": {"Ref": "EndGroup"}, **out(SourceSecurityGroupId={"Ref": "Group"})}}), ENTERED),
    ("in for nobody", stack({}, "Interface"), SHUT),
    # Only in a default VPC, by names that may be anybody's.
    ("in for a group by its name", stack({}, "Interface", More={**INTO, "Properties": {"GroupId": {"Ref": "EndGroup"}, **out(SourceSecurityGroupName="app")}}), DOUBT),
    ("in for an own list", stack({}, "Interface", Own=own(Entries=[{"Cidr": "10.0.0.0/16"}]),
     More={**INTO, "Properties": {"GroupId": {"Ref": "EndGroup"}, **out(SourcePrefixListId={"Ref": "Own"})}}), ENTERED),
    ("an ACL without entries", stack({}, Acl=ACL, OnApp=ON_APP), CUT),
    ("an ACL that no subnet uses", stack({}, Acl=ACL), OPEN),
    ("there and back", stack({}, Acl=ACL, OnApp=ON_APP, There=acl_entry(1, True), Back=BACK), OPEN),
    ("there and back, as text", stack({}, Acl=ACL, OnApp=ON_APP, There=acl_entry("1", "true", "6"), Back=acl_entry("1", "false", "-1", None)), OPEN),
    ("there only", stack({}, Acl=ACL, OnApp=ON_APP, There=acl_entry(1, True)), CUT),
    ("an entry that does not say for which way is for ingress", stack({}, Acl=ACL, OnApp=ON_APP, There=acl_entry(1, None), Back=BACK), CUT),
    ("a deny that comes first", stack({}, Acl=ACL, OnApp=ON_APP, No=acl_entry(1, True, -1, None, action="deny"), There=acl_entry(2, True), Back=BACK), CUT),
    ("a deny that comes later", stack({}, Acl=ACL, OnApp=ON_APP, No=acl_entry(3, True, -1, None, action="deny"), There=acl_entry(2, True), Back=BACK), OPEN),
    ("udp there", stack({}, Acl=ACL, OnApp=ON_APP, There=acl_entry(1, True, 17), Back=BACK), CUT),
]  # fmt: skip


@pytest.mark.parametrize(("written", "ends"), [row[1:] for row in STACKS], ids=[row[0] for row in STACKS])
def test_do_filters_of_a_template_let_through_what_they_say(tmp_path, written, ends):
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(written))
    (found,) = check(Options((str(path),), regions=(REGION,))).analysis.accesses
    assert [found.disposition.value, found.doubt and found.doubt.value] == ends
