"""Which resources a place names, by reference, id or name; and which name a resource in theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.walking import Place, known_places
from validator.model.network import Id
from validator.values import Unknown, unknown

# The attributes by whose literal text others name a resource; the dialects' usual ones.
_USUAL_NAMES = ("name", "id", "Name")
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "aws_ecs_task_definition": ("family",), "AWS::ECS::TaskDefinition": ("Family",),
        "aws_lambda_function": ("function_name",), "AWS::Lambda::Function": ("FunctionName",),
        "aws_dms_replication_subnet_group": ("replication_subnet_group_id",),
        "AWS::DMS::ReplicationSubnetGroup": ("ReplicationSubnetGroupIdentifier",),
        "AWS::RDS::DBSubnetGroup": ("DBSubnetGroupName",), "AWS::Neptune::DBSubnetGroup": ("DBSubnetGroupName",),
        "AWS::EC2::LaunchTemplate": ("LaunchTemplateName",), "AWS::AutoScaling::LaunchConfiguration": ("LaunchConfigurationName",),
        "AWS::AutoScaling::AutoScalingGroup": ("AutoScalingGroupName",),
        "AWS::IAM::Role": ("RoleName",), "AWS::IAM::InstanceProfile": ("InstanceProfileName",),
        "AWS::Glue::Connection": ("ConnectionInput.Name",),
        "aws_rds_cluster": ("cluster_identifier",), "AWS::RDS::DBCluster": ("DBClusterIdentifier",),
        "aws_db_instance": ("identifier",), "AWS::RDS::DBInstance": ("DBInstanceIdentifier",),
        "aws_redshift_cluster": ("cluster_identifier",), "AWS::Redshift::Cluster": ("ClusterIdentifier",),
        "aws_redshiftserverless_namespace": ("namespace_name",), "AWS::RedshiftServerless::Namespace": ("NamespaceName",),
        "aws_batch_job_queue": ("name",), "AWS::Batch::JobQueue": ("JobQueueName",),
        "aws_batch_job_definition": ("name",), "AWS::Batch::JobDefinition": ("JobDefinitionName",),
        "AWS::SageMaker::NotebookInstanceLifecycleConfig": ("NotebookInstanceLifecycleConfigName",),
        "aws_s3_bucket": ("bucket",), "aws_s3_directory_bucket": ("bucket",), "AWS::S3::Bucket": ("BucketName",),
        "AWS::S3Express::DirectoryBucket": ("BucketName",),
        "AWS::ECS::Cluster": ("ClusterName",), "AWS::EKS::Cluster": ("Name",),
        # Their names are those of the documents that they run.
        "aws_ssm_association": ("id",), "AWS::SSM::Association": (),
    }
)  # fmt: skip


class Links:
    """The links of one estate. Names are filed by type when first asked for; ``joining`` are groups of instances by the cluster they join."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.joining: Mapping[Id, Sequence[Fields]] | None = None
        self._names: dict[str, dict[str, Fields]] = {}
        self._naming: dict[tuple[str, str, str], Mapping[Id, tuple[Fields, ...]]] = {}

    def resolved(self, place: Place | Unknown, types: Mapping[str, object]) -> Iterator[Fields | Unknown]:
        """The resources of ``types`` that a place names; Unknown for what is outside the inputs or not known."""
        if isinstance(place, Unknown):
            yield place
            return
        links = place.links(types)
        for link in (links,) if isinstance(links, Unknown) else links:
            if isinstance(link, Unknown):
                among = [self.sources.by_id(str(one)) for one in link.among or ()]
                named = [one for one in among if one is not None]
                yield from named if among and len(named) == len(among) else [Unknown(link.causes)]
            elif link is not None:
                found = self.declared(link, types)
                yield found or unknown("is outside the input, and so is what it runs", link, place.block.place(place.name))

    def declared(self, link: Id, types: Mapping[str, object]) -> Fields | None:
        """The resource of one of ``types`` that an id, name or ARN means."""
        found = self.sources.by_id(link)
        if found is not None and found.resource.type in types:
            return found
        # "family:revision", and the end of an ARN
        name = link.rpartition("/")[2].partition(":")[0]
        return next((held for kind in types if (held := self._named(kind).get(link) or self._named(kind).get(name)) is not None), None)

    def _named(self, kind: str) -> Mapping[str, Fields]:
        if kind not in self._names:
            members = self.sources.by_type.get(kind, ())
            names = _NAMES.get(kind, _USUAL_NAMES)
            self._names[kind] = {held: one for one in reversed(members) for path in names if isinstance(held := one.value(path), str)}
        return self._names[kind]

    def naming(self, kind: str, path: str, named: Fields) -> tuple[Fields, ...]:
        """The resources of type ``kind`` (a prefix where it ends with a star) that name ``named`` at ``path``."""
        key = (kind, path, named.resource.type)
        if key not in self._naming:
            self._naming[key] = self._filed(kind, path, {named.resource.type: None})
        return self._naming[key].get(named.id, ())

    def _filed(self, kind: str, path: str, types: Mapping[str, object]) -> Mapping[Id, tuple[Fields, ...]]:
        filed: defaultdict[Id, list[Fields]] = defaultdict(list)
        for one in self._of_kind(kind):
            for place in known_places(one, path):
                for found in self.resolved(place, types):
                    if isinstance(found, Fields) and one not in filed[found.id]:
                        filed[found.id].append(one)
        return {identity: tuple(members) for identity, members in filed.items()}

    def _of_kind(self, kind: str) -> Iterator[Fields]:
        names = [name for name in sorted(self.sources.by_type) if name.startswith(kind[:-1])] if kind.endswith("*") else [kind]
        yield from (one for name in names for one in self.sources.by_type.get(name, ()) if one.resource.exists is not False)
