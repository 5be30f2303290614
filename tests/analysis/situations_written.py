"""The networks of ``situations`` as CloudFormation templates."""

from situations import LITERAL, Situation


def template(situation: Situation) -> dict:
    """The same network, with an instance that fetches the host's URL, or a function that is given it."""
    s = situation
    resources = {}

    def add(name, kind, **properties):
        resources[_id(name)] = {"Type": kind, **({"Properties": properties} if properties else {})}

    dns = s.of("dns")
    for name, cidr in s.vpcs.items():
        add(f"vpc {name}", "AWS::EC2::VPC", CidrBlock=cidr, EnableDnsSupport=dns.get("support", True), EnableDnsHostnames=dns.get("hostnames", True))
        add(f"igw {name}", "AWS::EC2::InternetGateway")
        add(f"attached {name}", "AWS::EC2::VPCGatewayAttachment", VpcId=_ref(f"vpc {name}"), InternetGatewayId=_ref(f"igw {name}"))
    _cfn_subnets(s, add)
    _cfn_gateways(s, add)
    _cfn_filters(s, add)
    _cfn_names(s, add)
    _cfn_domain_rules(s, add)
    _cfn_transit(s, add)
    _cfn_workload(s, add)
    return {"Resources": resources}


def _cfn_names(s, add):
    dns = s.of("dns")
    if "server" in dns:
        add("options", "AWS::EC2::DHCPOptions", DomainNameServers=[dns["server"]])
        add("own options", "AWS::EC2::VPCDHCPOptionsAssociation", VpcId=_ref("vpc main"), DhcpOptionsId=_ref("options"))
    for name, one in s.of("zones").items():
        add(f"zone {name}", "AWS::Route53::HostedZone", Name=one["name"], VPCs=[{"VPCId": _ref("vpc main"), "VPCRegion": s.region}])
        for index, (record, endpoint) in enumerate(one.get("records", {}).items()):
            dns_name = {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Select": [0, {"Fn::GetAtt": [_id(f"endpoint {endpoint}"), "DnsEntries"]}]}]}]}
            add(
                f"record {name} {index}",
                "AWS::Route53::RecordSet",
                HostedZoneId=_ref(f"zone {name}"),
                Name=record,
                Type="A",
                AliasTarget={"DNSName": dns_name},
            )


def _cfn_domain_rules(s, add):
    groups = {}
    for (group, own), (action, domains, *more) in s.domain_rules():
        told = more[0] if more else {}
        add(f"list {group} {own}", "AWS::Route53Resolver::FirewallDomainList", Domains=domains)
        response = {"BLOCK": {"BlockResponse": "NXDOMAIN"}, "OVERRIDE": {"BlockResponse": "OVERRIDE", "BlockOverrideDomain": "example.com"}}
        rule = {
            "Priority": own, "Action": "BLOCK" if action in response else action, **response.get(action, {}),
            "FirewallDomainListId": {"Fn::GetAtt": [_id(f"list {group} {own}"), "Id"]},
            **({"Qtype": told["query"]} if "query" in told else {}),
            **({"FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"} if told.get("trusts") else {}),
        }  # fmt: skip
        groups.setdefault(group, []).append(rule)
    for group, rules in groups.items():
        add(f"names {group}", "AWS::Route53Resolver::FirewallRuleGroup", FirewallRules=rules)
        add(f"names {group} in", "AWS::Route53Resolver::FirewallRuleGroupAssociation", FirewallRuleGroupId=_ref(f"names {group}"),
            VpcId=_ref("vpc main"), Priority=group)  # fmt: skip


def _cfn_subnets(s, add):
    for name, vpc in s.tables.items():
        add(f"table {name}", "AWS::EC2::RouteTable", VpcId=_ref(f"vpc {vpc}"))
    for name, one in s.subnets.items():
        zone = {"AvailabilityZone": one["zone"]} if "zone" in one else {}
        add(f"subnet {name}", "AWS::EC2::Subnet", VpcId=_ref(f"vpc {one.get('vpc', 'main')}"), CidrBlock=one["cidr"], **zone)
        if one.get("table") != "main":
            add(
                f"use {name}",
                "AWS::EC2::SubnetRouteTableAssociation",
                SubnetId=_ref(f"subnet {name}"),
                RouteTableId=_ref(f"table {one.get('table', name)}"),
            )
        if "acl" in one:
            add(f"acl use {name}", "AWS::EC2::SubnetNetworkAclAssociation", SubnetId=_ref(f"subnet {name}"), NetworkAclId=_ref(f"acl {one['acl']}"))


def _cfn_gateways(s, add):
    for name, one in s.of("nats").items():
        if one.get("regional"):
            add(f"nat {name}", "AWS::EC2::NatGateway", VpcId=_ref("vpc main"), AvailabilityMode="regional", ConnectivityType="public")
        else:
            kind = {"ConnectivityType": "private"} if one.get("private") else {"AllocationId": "eipalloc-0"}
            add(f"nat {name}", "AWS::EC2::NatGateway", SubnetId=_ref(f"subnet {one['subnet']}"), **kind)
    for index, (table, to, target) in enumerate(s.row.get("routes", ())):
        add(f"route {index}", "AWS::EC2::Route", RouteTableId=_ref(f"table {table}"), **_cfn_destination(to), **_cfn_target(s, table, target))
    if "firewall" in s.row:
        mappings = [{"SubnetId": _ref(f"subnet {name}")} for name in s.row["firewall"]]
        policy = _cfn_policy(s, add) if "lists" in s.row else "arn"
        add("firewall", "AWS::NetworkFirewall::Firewall", FirewallName="f", FirewallPolicyArn=policy, VpcId=_ref("vpc main"), SubnetMappings=mappings)
    for name, one in s.of("endpoints").items():
        add(f"endpoint {name}", "AWS::EC2::VPCEndpoint", **_cfn_endpoint(s, one))
    for index, mode in enumerate(s.row.get("blocked", ())):
        add(f"block {index}", "AWS::EC2::VPCBlockPublicAccessOptions", InternetGatewayBlockMode=mode)
    for index, one in enumerate(s.row.get("excluded", ())):
        what = {"VpcId": _ref(f"vpc {one['vpc']}")} if "vpc" in one else {"SubnetId": _ref(f"subnet {one['subnet']}")}
        add(f"exclusion {index}", "AWS::EC2::VPCBlockPublicAccessExclusion", InternetGatewayExclusionMode=one["mode"], **what)


def _cfn_policy(s, add):
    references = []
    for index, (kind, domains, *more) in enumerate(s.row["lists"], 1):
        told = more[0] if more else {}
        listed = {"GeneratedRulesType": kind, "TargetTypes": told.get("protocols", ["TLS_SNI"]), "Targets": domains}
        home = {"RuleVariables": {"IPSets": {"HOME_NET": {"Definition": ["10.0.0.0/8"]}}}} if told.get("home") else {}
        add(f"rules {index}", "AWS::NetworkFirewall::RuleGroup", RuleGroupName=f"r{index}", Type="STATEFUL", Capacity=100,
            RuleGroup={"RulesSource": {"RulesSourceList": listed}, **home})  # fmt: skip
        references.append({"ResourceArn": _ref(f"rules {index}"), **({"Priority": index} if s.row.get("strict") else {})})
    policy = {"StatelessDefaultActions": ["aws:forward_to_sfe"], "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"]}
    order = {"StatefulEngineOptions": {"RuleOrder": "STRICT_ORDER"}} if s.row.get("strict") else {}
    add("policy", "AWS::NetworkFirewall::FirewallPolicy", FirewallPolicyName="p",
        FirewallPolicy={**policy, **order, "StatefulRuleGroupReferences": references})  # fmt: skip
    return _ref("policy")


def _cfn_filters(s, add):
    for name, one in s.of("groups").items():
        add(f"group {name}", "AWS::EC2::SecurityGroup", GroupDescription=name, VpcId=_ref("vpc main"), **_cfn_rules(one))
    for name, one in s.of("acls").items():
        add(f"acl {name}", "AWS::EC2::NetworkAcl", VpcId=_ref(f"vpc {one.get('vpc', 'main')}"))
        for direction in ("egress", "ingress"):
            for number, action, protocol, ports, cidr in one.get(direction, ()):
                add(f"entry {name} {direction} {number}", "AWS::EC2::NetworkAclEntry", NetworkAclId=_ref(f"acl {name}"), Egress=direction == "egress",
                    RuleNumber=number, RuleAction=action, CidrBlock=cidr, **_cfn_entry(protocol, ports))  # fmt: skip


def _cfn_workload(s, add):
    scheme = "http" if s.row.get("port") == 80 else "https"
    groups = [_ref(f"group {name}") for name in s.row.get("uses", ())]
    if s.row.get("function"):
        add("w", "AWS::Lambda::Function", Runtime="python3.13", Environment={"Variables": {"DATA": f"{scheme}://{s.host}/key"}},
            VpcConfig={"SubnetIds": [_ref("subnet app")], "SecurityGroupIds": groups})  # fmt: skip
    else:
        interface = {"DeviceIndex": "0", "SubnetId": _ref("subnet app"), "AssociatePublicIpAddress": s.row.get("public", False)}
        add("w", "AWS::EC2::Instance", UserData={"Fn::Base64": f"#!/bin/bash\ncurl -O {scheme}://{s.host}/key\n"},
            NetworkInterfaces=[{**interface, **({"GroupSet": groups} if groups else {})}])  # fmt: skip


def _id(name):
    return "".join(word.capitalize() for word in name.replace("-", " ").split())


def _ref(name):
    return {"Ref": _id(name)}


def _cfn_destination(to):
    if ":" in to and not to.startswith(("pl:", "list:")):
        return {"DestinationIpv6CidrBlock": to}
    return {"DestinationCidrBlock": to}


def _cfn_target(s, table, target):
    if target == "igw":
        return {"GatewayId": _ref(f"igw {s.tables[table]}")}
    if target in s.of("nats"):
        return {"NatGatewayId": _ref(f"nat {target}")}
    if target == "firewall":
        return {"VpcEndpointId": {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Select": [0, {"Fn::GetAtt": ["Firewall", "EndpointIds"]}]}]}]}}
    if target == "tgw" and s.of("transit"):
        return {"TransitGatewayId": _ref("tgw")}
    _, attribute, literal = LITERAL[target]
    return {attribute: literal}


def _cfn_endpoint(s, one):
    kind = one.get("type", "Gateway")
    region = one.get("region", s.region)
    made = {
        "VpcId": _ref(f"vpc {one.get('vpc', 'main')}"),
        "VpcEndpointType": kind,
        "ServiceName": f"com.amazonaws.{region}.{one.get('service', 's3')}",
    }
    if one.get("service") == "s3-global.accesspoint":
        made["ServiceName"] = "com.amazonaws.s3-global.accesspoint"
    if "tables" in one:
        made["RouteTableIds"] = [_ref(f"table {name}") for name in one["tables"]]
    if "subnets" in one:
        made["SubnetIds"] = [_ref(f"subnet {name}") for name in one["subnets"]]
    if "groups" in one:
        made["SecurityGroupIds"] = [_ref(f"group {name}") for name in one["groups"]]
    if "private_dns" in one:
        made["PrivateDnsEnabled"] = one["private_dns"]
    if "inbound_only" in one:
        made["DnsOptions"] = {"PrivateDnsOnlyForInboundResolverEndpoint": "OnlyInboundResolver" if one["inbound_only"] else "AllResolvers"}
    if "addresses" in one:
        made["IpAddressType"] = one["addresses"]
    if "region" in one and kind == "Interface":
        made["ServiceRegion"] = region
    return made


def _cfn_rules(one):
    def rule(protocol, ports, peer, side):
        made = {"IpProtocol": "-1" if protocol == "all" else protocol}
        if protocol != "all":
            first, _, last = str(ports).partition("-")
            made |= {"FromPort": int(first), "ToPort": int(last or first)}
        if peer.startswith("group:"):
            return made | {f"{side}SecurityGroupId": _ref(f"group {peer.removeprefix('group:')}")}
        return made | ({f"{side}PrefixListId": {"pl:s3:eu-west-1": "pl-6da54004", "pl:s3:us-east-1": "pl-63a5400a"}.get(peer, "pl-0123456789abcdef0")}
                       if peer.startswith("pl") else {"CidrIp": peer})  # fmt: skip

    # Without an egress rule CloudFormation leaves AWS's own: one that is for nobody stands for none.
    egress = [rule(*row, "Destination") for row in one.get("egress", ())] or [rule("all", None, "127.0.0.1/32", "Destination")]
    return {"SecurityGroupEgress": egress, "SecurityGroupIngress": [rule(*row, "Source") for row in one.get("ingress", ())]}


def _cfn_entry(protocol, ports):
    if protocol == "all":
        return {"Protocol": -1}
    first, _, last = str(ports).partition("-")
    return {"Protocol": {"tcp": 6, "udp": 17}[protocol], "PortRange": {"From": int(first), "To": int(last or first)}}


def _cfn_transit(s, add):
    told = s.of("transit")
    if not told:
        return
    groups = {"SecurityGroupReferencingSupport": "enable"} if told.get("groups") else {}
    add("tgw", "AWS::EC2::TransitGateway", DefaultRouteTableAssociation="disable", DefaultRouteTablePropagation="disable", **groups)
    for name, one in told["attachments"].items():
        subnets = [_ref(f"subnet {subnet}") for subnet in one["subnets"]]
        add(
            f"attachment {name}",
            "AWS::EC2::TransitGatewayAttachment",
            TransitGatewayId=_ref("tgw"),
            VpcId=_ref(f"vpc {one['vpc']}"),
            SubnetIds=subnets,
        )
    for name in told.get("tables", ()):
        add(f"transit {name}", "AWS::EC2::TransitGatewayRouteTable", TransitGatewayId=_ref("tgw"))
    for name, table in told.get("associations", {}).items():
        add(f"association {name}", "AWS::EC2::TransitGatewayRouteTableAssociation", TransitGatewayAttachmentId=_ref(f"attachment {name}"),
            TransitGatewayRouteTableId=_ref(f"transit {table}"))  # fmt: skip
    for table, name in told.get("propagations", ()):
        add(f"propagation {table} {name}", "AWS::EC2::TransitGatewayRouteTablePropagation", TransitGatewayAttachmentId=_ref(f"attachment {name}"),
            TransitGatewayRouteTableId=_ref(f"transit {table}"))  # fmt: skip
    for index, (table, to, target) in enumerate(told.get("routes", ())):
        leads = {"Blackhole": True} if target == "blackhole" else {"TransitGatewayAttachmentId": _ref(f"attachment {target}")}
        add(
            f"transit route {index}",
            "AWS::EC2::TransitGatewayRoute",
            TransitGatewayRouteTableId=_ref(f"transit {table}"),
            DestinationCidrBlock=to,
            **leads,
        )
