"""What runs in a VPC, as AWS answers, its texts cut to what names S3."""

from __future__ import annotations

from msgspec import field

from validator.frontends.snapshot.facts import Fact, Group, Tag


class VpcConfig(Fact, frozen=True):
    """Where a function runs."""

    vpc_id: str = ""
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


class Environment(Fact, frozen=True):
    """Environment variables: those that name a bucket or a Region, and of their values only what does."""

    variables: dict[str, str] = field(default_factory=dict)


class Function(Fact, frozen=True):
    """ListFunctions, of functions in a VPC. ``withheld``: what is not recorded of it, "texts that ..."."""

    function_name: str
    runtime: str = ""
    role: str = ""
    package_type: str = "Zip"
    vpc_config: VpcConfig = VpcConfig()
    environment: Environment = Environment()
    withheld: str = ""

    @property
    def vpc_id(self) -> str:
        """The VPC that it runs in."""
        return self.vpc_config.vpc_id


class Profile(Fact, frozen=True):
    """An instance profile."""

    arn: str


class InstanceState(Fact, frozen=True):
    """Whether an instance is there."""

    name: str = "running"


class Instance(Fact, frozen=True):
    """DescribeInstances, with the user data (DescribeInstanceAttribute) cut to what names S3. ``public``: it has a public address."""

    instance_id: str
    vpc_id: str = ""
    subnet_id: str = ""
    security_groups: tuple[Group, ...] = ()
    iam_instance_profile: Profile | None = None
    state: InstanceState = InstanceState()
    public: bool = False
    source_dest_check: bool = True
    user_data: str | None = None
    withheld: str = ""
    tags: tuple[Tag, ...] = ()


class Container(Fact, frozen=True):
    """A container of a task definition, its texts cut as those of functions are."""

    name: str = ""
    image: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment_files: tuple[str, ...] = ()


class Service(Fact, frozen=True):
    """DescribeServices and DescribeTaskDefinition, of a service whose tasks have interfaces of their own."""

    service_arn: str
    service_name: str = ""
    cluster_arn: str = ""
    vpc_id: str = ""
    launch_type: str = ""
    capacity_providers: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    assign_public_ip: str = ""
    task_role_arn: str = ""
    requires_compatibilities: tuple[str, ...] = ()
    containers: tuple[Container, ...] = ()
    withheld: str = ""
