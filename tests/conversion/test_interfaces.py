"""What do separate resources add to interfaces and endpoints, and what is left open where they may?"""

import pytest

from tests.conversion.test_filters import REGION, VPC, logical, resource, stack, terraform
from validator.analysis.estate import estate_of
from validator.analysis.security_groups import groups_of
from validator.model.filters import AttachedGroup, default_group_of
from validator.values import Ref, Unknown, unknown

OPEN = unknown("is open", "it")
SUBNET = resource("aws_subnet.app", "create", vpc_id=Ref("aws_vpc.main", "id"), cidr_block="10.0.0.0/24")
CLOSED, MORE = resource("aws_security_group.closed", "create"), resource("aws_security_group.more", "create")
CARD = resource(
    "aws_network_interface.card", "create", subnet_id=Ref("aws_subnet.app", "id"), security_groups=(Ref("aws_security_group.closed", "id"),)
)
SECOND = resource("aws_network_interface.second", "create", subnet_id="subnet-0other", security_groups=("sg-0other",))


def instance(**attributes):
    return resource("aws_instance.app", "create", **attributes)


def attachment(interface, group="aws_security_group.more", **more):
    return resource(
        "aws_network_interface_sg_attachment.more", "create", network_interface_id=interface, security_group_id=Ref(group, "id"), **more
    )  # fmt: skip


def placed(*resources):
    (placement,) = terraform(VPC, SUBNET, CLOSED, MORE, CARD, SECOND, *resources).workloads["aws_instance.app"].placements
    return placement


DIRECT = {"subnet_id": Ref("aws_subnet.app", "id"), "vpc_security_group_ids": (Ref("aws_security_group.closed", "id"),)}
BLOCK = ({"network_interface_id": Ref("aws_network_interface.card", "id")},)


@pytest.mark.parametrize(
    ("attributes", "interface", "attached"),
    [
        (DIRECT, Ref("aws_instance.app", "primary_network_interface_id"), True),
        ({"primary_network_interface": BLOCK}, Ref("aws_network_interface.card", "id"), True),
        ({"primary_network_interface": BLOCK}, Ref("aws_instance.app", "primary_network_interface_id"), True),
        ({"network_interface": ({**BLOCK[0], "device_index": 0},)}, Ref("aws_network_interface.card", "id"), True),
        ({"primary_network_interface": BLOCK}, Ref("aws_network_interface.second", "id"), False),
        (DIRECT, Ref("aws_network_interface.card", "id"), False),
        (DIRECT, "eni-0outside", False),
        (DIRECT, Ref("aws_vpc_endpoint.s3", "network_interface_ids"), "open"),
        (DIRECT, OPEN, "open"),
        (DIRECT, Unknown(OPEN.causes, None, (Ref("aws_instance.app", "primary_network_interface_id"),)), "open"),
        (DIRECT, Unknown(OPEN.causes, None, (Ref("aws_network_interface.card", "id"),)), False),
    ],
)
def test_is_a_group_attached_to_the_primary_interface(attributes, interface, attached):
    found = placed(instance(**attributes), attachment(interface))
    assert found.security_groups == ("aws_security_group.closed",)
    assert [(one.group, "open" if isinstance(one.exists, Unknown) else one.exists) for one in found.attached] == (
        [("aws_security_group.more", attached)] if attached else []
    )


def test_is_the_interface_known_by_its_id_after_an_apply():
    there = resource("aws_instance.app", "no-op", **{**DIRECT, "primary_network_interface_id": "eni-1"})
    assert placed(there, attachment("eni-1")).attached == (AttachedGroup("aws_security_group.more"),)
    assert placed(there, attachment("eni-2")).attached == ()


def test_are_the_interfaces_of_a_function_nobody_elses_to_change():
    config = ({"subnet_ids": (Ref("aws_subnet.app", "id"),), "security_group_ids": ()},)
    function = resource("aws_lambda_function.app", "create", vpc_config=config)
    (placement,) = terraform(VPC, SUBNET, function, attachment(OPEN)).workloads["aws_lambda_function.app"].placements
    assert placement.attached == ()


def test_does_a_request_leave_by_the_primary_interface_whatever_the_order():
    second = {"network_interface_id": Ref("aws_network_interface.second", "id"), "device_index": 1}
    found = placed(instance(network_interface=(second, {**BLOCK[0], "device_index": 0})))
    assert (found.subnet, found.security_groups) == ("aws_subnet.app", ("aws_security_group.closed",))
    card = logical("Card", "AWS::EC2::NetworkInterface", SubnetId="subnet-1", GroupSet=("sg-1",))
    blocks = (
        {"DeviceIndex": "1", "SubnetId": "subnet-2", "GroupSet": ("sg-2",)},
        {"DeviceIndex": "0", "NetworkInterfaceId": Ref("Card", "Ref")},
    )
    (placement,) = stack(card, logical("App", "AWS::EC2::Instance", NetworkInterfaces=blocks)).workloads["App"].placements
    assert (placement.subnet, placement.security_groups) == ("subnet-1", ("sg-1",))


@pytest.mark.parametrize(
    ("attributes", "groups"),
    [
        ({"security_groups": (Ref("aws_security_group.closed", "name"),)}, ("aws_security_group.closed",)),
        ({"security_groups": ("default",), "vpc_security_group_ids": ("sg-1",)}, ("sg-1",)),
        ({"security_groups": (), "vpc_security_group_ids": ()}, ()),
    ],
)
def test_do_groups_by_name_count_where_none_is_named_by_id(attributes, groups):
    assert placed(instance(subnet_id=Ref("aws_subnet.app", "id"), **attributes)).security_groups == groups


@pytest.mark.parametrize(
    ("attributes", "holder", "public"),
    [
        ({}, Ref("aws_instance.app", "id"), True),
        ({}, "i-0other", None),
        ({}, OPEN, "open"),
        ({}, Unknown(OPEN.causes, None, (Ref("aws_instance.app", "id"),)), "open"),
        ({}, Unknown(OPEN.causes, None, (Ref("aws_instance.other", "id"),)), None),
        ({"associate_public_ip_address": True}, OPEN, True),
        ({"associate_public_ip_address": False}, OPEN, "open"),
        ({"associate_public_ip_address": False}, Ref("aws_instance.app", "id"), True),
    ],
)
def test_has_an_interface_the_address_of_a_resource_of_its_own(attributes, holder, public):
    other = resource("aws_instance.other", "create", **DIRECT)
    found = placed(instance(**DIRECT, **attributes), other, resource("aws_eip.one", "create", instance=holder))
    assert ("open" if isinstance(found.public_address, Unknown) else found.public_address) == public


# --- endpoints ------------------------------------------------------------------------------------------------------------------------


def endpoint(**attributes):
    return resource(
        "aws_vpc_endpoint.s3", "create", vpc_id=Ref("aws_vpc.main", "id"), service_name=f"com.amazonaws.{REGION}.s3",
        vpc_endpoint_type="Interface", **attributes,
    )  # fmt: skip


def of_endpoint(kind, link="aws_vpc_endpoint.s3", **attributes):
    named = Ref(link, "id") if isinstance(link, str) else link
    return resource(f"aws_vpc_endpoint_{kind}.more", "create", vpc_endpoint_id=named, **attributes)


GROUP = {"security_group_id": Ref("aws_security_group.more", "id")}
DEFAULT = default_group_of("aws_vpc.main")


@pytest.mark.parametrize(
    ("own", "association", "groups"),
    [
        ({}, of_endpoint("security_group_association", **GROUP), (DEFAULT, "aws_security_group.more")),
        ({}, of_endpoint("security_group_association", **GROUP, replace_default_association=True), ("aws_security_group.more",)),
        ({"security_group_ids": ("sg-1",)}, of_endpoint("security_group_association", **GROUP), ("sg-1", "aws_security_group.more")),
        ({}, of_endpoint("security_group_association", **GROUP, replace_default_association=OPEN), (f"? {DEFAULT}", "aws_security_group.more")),
        ({}, of_endpoint("security_group_association", OPEN, **GROUP), (DEFAULT, "? aws_security_group.more")),
        ({}, of_endpoint("security_group_association", "aws_vpc_endpoint.other", **GROUP), (DEFAULT,)),
    ],
)
def test_which_groups_has_an_endpoint_with_one_that_is_associated(own, association, groups):
    topology = terraform(VPC, MORE, endpoint(**own), association, resource("aws_vpc_endpoint.other", service_name=f"com.amazonaws.{REGION}.sqs"))
    found = topology.endpoints["aws_vpc_endpoint.s3"]
    held = groups_of(estate_of(topology), found.security_groups, found.vpc, found.attached, found.default_replaced)
    assert tuple(one if isinstance(one, str) else f"? {one.group}" for one in held) == groups


@pytest.mark.parametrize(
    ("own", "association", "subnets"),
    [
        ({"subnet_ids": ("subnet-1",)}, None, ("subnet-1",)),
        ({"subnet_configuration": ({"subnet_id": "subnet-1", "ipv4": "10.0.0.9"},)}, None, ("subnet-1",)),
        ({"subnet_ids": ("subnet-1",), "subnet_configuration": ({"subnet_id": "subnet-1"},)}, None, ("subnet-1",)),
        ({}, of_endpoint("subnet_association", subnet_id="subnet-1"), ("subnet-1",)),
        ({"subnet_ids": ("subnet-1",)}, of_endpoint("subnet_association", subnet_id="subnet-2"), ("subnet-1", "subnet-2")),
        ({"subnet_ids": ("subnet-1",)}, of_endpoint("subnet_association", OPEN, subnet_id="subnet-2"), "among subnet-1 subnet-2"),
        ({"subnet_configuration": OPEN}, None, "open"),
    ],
)
def test_in_which_subnets_is_an_endpoint(own, association, subnets):
    found = terraform(VPC, endpoint(**own), *([association] if association else [])).endpoints["aws_vpc_endpoint.s3"].subnets
    if isinstance(found, Unknown):
        found = "open" if found.among is None else " ".join(("among", *found.among))
    assert found == subnets


@pytest.mark.parametrize(
    ("own", "setting", "enabled"),
    [
        ({}, of_endpoint("private_dns", private_dns_enabled=True), True),
        ({"private_dns_enabled": True}, of_endpoint("private_dns", private_dns_enabled=False), False),
        ({}, of_endpoint("private_dns", OPEN, private_dns_enabled=True), "open"),
        ({"private_dns_enabled": True}, of_endpoint("private_dns", OPEN, private_dns_enabled=True), True),
        ({}, of_endpoint("private_dns", private_dns_enabled=OPEN), "open"),
    ],
)
def test_does_an_endpoint_have_private_dns(own, setting, enabled):
    found = terraform(VPC, endpoint(**own), setting).endpoints["aws_vpc_endpoint.s3"].private_dns
    assert ("open" if isinstance(found, Unknown) else found) == enabled


def test_is_the_policy_of_an_endpoint_open_where_another_may_be_in_its_place():
    allow = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'
    for link, settled in (("aws_vpc_endpoint.s3", True), (OPEN, False)):
        policy = (
            terraform(VPC, endpoint(policy='{"Statement": []}'), of_endpoint("policy", link, policy=allow)).endpoints["aws_vpc_endpoint.s3"].policy
        )
        assert isinstance(policy.statements, tuple) == settled
