"""Roles with the policy documents that grant them something, however each vocabulary attaches them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from validator.conversion.documents import read_document
from validator.conversion.fields import Fields, known_items
from validator.conversion.managed import MANAGED, WITHOUT_S3
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import Terms
from validator.model.iam import Clause, Effect, PolicyDocument, Role, Statement
from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Unknown, all_of, unknown


def _table(**types: Terms) -> Mapping[str, Terms]:
    return MappingProxyType({name.replace("__", "::"): terms for name, terms in types.items()})


ROLE = _table(
    aws_iam_role={
        "name": "name", "path": "path", "inline": "inline_policy", "document": "policy", "managed": "managed_policy_arns",
        "boundary": "permissions_boundary",
    },
    AWS__IAM__Role={
        "name": "RoleName", "path": "Path", "inline": "Policies", "document": "PolicyDocument", "managed": "ManagedPolicyArns",
        "boundary": "PermissionsBoundary",
    },
)  # fmt: skip
# A document that is one role's, or several roles' own.
_INLINE = _table(
    aws_iam_role_policy={"roles": "role", "document": "policy"},
    AWS__IAM__RolePolicy={"roles": "RoleName", "document": "PolicyDocument"},
    AWS__IAM__Policy={"roles": "Roles", "document": "PolicyDocument"},
)
_MANAGED = _table(
    aws_iam_policy={"document": "policy", "roles": ""},
    AWS__IAM__ManagedPolicy={"document": "PolicyDocument", "roles": "Roles"},
)
_ATTACHMENT = _table(
    aws_iam_role_policy_attachment={"roles": "role", "policy": "policy_arn"},
    aws_iam_policy_attachment={"roles": "roles", "policy": "policy_arn"},
)
_AWS_OWN = ":iam::aws:policy/"


class _Grants:
    """What is found for each role: documents, and what is attached that no input shows."""

    def __init__(self) -> None:
        self.documents: defaultdict[Id, list[PolicyDocument]] = defaultdict(list)
        self.unread: defaultdict[Id, list[Unknown]] = defaultdict(list)

    def add(self, role: Id, granted: PolicyDocument | Unknown) -> None:
        if isinstance(granted, Unknown):
            self.unread[role].append(granted)
        else:
            self.documents[role].append(granted)


def roles(sources: Sources) -> dict[Id, Role]:
    """The roles of the inputs."""
    found = {fields.id: _role(sources, fields, terms) for fields, terms in sources.of(ROLE)}
    names = {role.name: identity for identity, role in found.items() if isinstance(role.name, str)}
    grants = _Grants()
    for fields, terms in sources.of(ROLE):
        for granted in _own(sources, fields, terms):
            grants.add(fields.id, granted)
    for fields, terms in sources.of(_INLINE):
        if (document := _document(fields, terms["document"])) is not None:
            for role in _roles_of(fields, terms, names):
                grants.add(role, document)
    for fields, terms in sources.of(_MANAGED):
        if terms["roles"] and (document := _document(fields, terms["document"])) is not None:
            for role in _roles_of(fields, terms, names):
                grants.add(role, document)
    for fields, terms in sources.of(_ATTACHMENT):
        for role in _roles_of(fields, terms, names):
            for granted in _attached(sources, fields, terms["policy"]):
                grants.add(role, granted)
    return {
        identity: replace(role, documents=tuple(grants.documents[identity]), unread=tuple(grants.unread[identity]))
        for identity, role in found.items()
    }


def _role(sources: Sources, fields: Fields, terms: Terms) -> Role:
    name, path = fields.text(terms["name"]), fields.text(terms["path"])
    return Role(
        id=fields.id,
        name=name if name is not None else unknown("is chosen only when it is made", f"the name of {fields.id}", fields.place()),
        path=path if path is not None else "/",
        location=fields.place(),
        boundary=next(_attached(sources, fields, terms["boundary"]), None),
        exists=fields.resource.exists,
    )


def _own(sources: Sources, fields: Fields, terms: Terms) -> Iterator[PolicyDocument | Unknown]:
    """What the role's resource itself names: inline documents, and managed policies."""
    blocks = fields.blocks(terms["inline"])
    if isinstance(blocks, Unknown):
        yield Unknown(blocks.causes)
    else:
        for block in blocks:
            document = block if isinstance(block, Unknown) else _document(block, terms["document"])
            if document is not None:
                yield document
    yield from _attached(sources, fields, terms["managed"])


def _document(fields: Fields, path: str) -> PolicyDocument | None:
    document = read_document(fields, path)
    return None if document is None else replace(document, exists=all_of((document.exists, fields.resource.exists)))


def _roles_of(fields: Fields, terms: Terms, names: Mapping[str, Id]) -> Iterator[Id]:
    """The roles that a document is attached to, by reference or by name."""
    for link in known_items(fields.links(terms["roles"], ROLE)):
        if isinstance(link, str):
            yield names.get(link, link)
        elif isinstance(link, Unknown):
            yield from (str(one) for one in link.among or ())


def _attached(sources: Sources, fields: Fields, path: str) -> Iterator[PolicyDocument | Unknown]:
    """The documents of the managed policies that are named at ``path``."""
    for link in known_items(fields.links(path, _MANAGED)):
        match link:
            case None:
                continue
            case Unknown():
                yield Unknown(link.causes)
            case _:
                yield from _managed(sources, link, fields.place(path))


def _managed(sources: Sources, policy: Link, location: SourceLocation) -> Iterator[PolicyDocument | Unknown]:
    declared = sources.by_id(str(policy))
    if declared is not None and declared.resource.type in _MANAGED:
        document = _document(declared, _MANAGED[declared.resource.type]["document"])
        yield document if document is not None else unknown("is looked up only at apply", declared.id, declared.place())
        return
    _, own, name = str(policy).partition(_AWS_OWN)
    name = name.rpartition("/")[2]
    if own and name in WITHOUT_S3:
        return
    if not own or name not in MANAGED:
        yield unknown("is a policy that is not in the input", str(policy), location)
        return
    actions, resources = MANAGED[name]
    statement = Statement(f"the policy {name}", Effect.ALLOW, Clause(actions), Clause(resources), None, (), location)
    yield PolicyDocument((statement,), location)
