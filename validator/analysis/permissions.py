"""What a workload's role may do with which bucket: evidence that it uses the bucket, weaker than a name that it is given.

A statement shows a bucket where it allows to read, write or list it, names it without wildcards, and nothing denies it. What only the
control plane does (to list all buckets, to ask where one is) shows nothing, nor do buckets of AWS's: roles list those of every Region.
A grant on buckets by wildcard shows no bucket; that there is one is told where accesses are explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from validator.analysis.access import Client, Evidence, Intent
from validator.analysis.authorization import Caller, Guard, Request, applies, decide
from validator.analysis.buckets import Directory, mentioned_buckets
from validator.analysis.clients import hosts_of
from validator.analysis.copies import sources_of
from validator.analysis.matrix import sdk_of_runtime
from validator.analysis.patterns import Hole, literal
from validator.analysis.platforms import platform_client
from validator.analysis.requests import OF_SERVICES, ON_BUCKETS, ON_OBJECTS
from validator.analysis.rulings import Ask, on_object
from validator.analysis.terms import Terms
from validator.model.iam import Effect, PolicyDocument, Role, Statement, Term
from validator.model.network import Id
from validator.model.storage import Bucket
from validator.model.topology import Topology
from validator.model.workloads import Workload
from validator.symbols import Symbols
from validator.values import Ref, Text, Unknown

_ARN = re.compile(r"arn:[^:]{1,40}:s3:::(?P<bucket>[^/]{1,255})(?:/.*)?", re.DOTALL)
_WILD = re.compile(r"[*?]|\$\{")
_NO_CLIENT = "a permission shows no client: the bucket's own Region is what every client calls in the end"
_READING = frozenset({"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes", *ON_BUCKETS})
_WRITING = frozenset({"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role may use a bucket; ``bucket`` None: any of many, by a wildcard."""

    role: Id
    bucket: Bucket | None
    evidence: Evidence


class Permissions:
    """The grants of one estate's roles."""

    def __init__(self, topology: Topology, directory: Directory) -> None:
        self._topology = topology
        self._directory = directory
        self._terms = Terms(topology)
        self._grants: dict[Id, tuple[Grant, ...]] = {}

    def of(self, workload: Workload) -> tuple[Grant, ...]:
        """What the workload's role grants, or each that it may be, sorted by bucket."""
        link = workload.role
        roles = [str(one) for one in link.among or ()] if isinstance(link, Unknown) else [link] if link is not None else []
        return tuple(grant for identity in roles for grant in self._of_role(identity))

    def _of_role(self, identity: Id) -> tuple[Grant, ...]:
        if identity not in self._grants:
            role = self._topology.roles.get(identity)
            found = {(grant.bucket.id if grant.bucket else ""): grant for grant in self._granted(role)} if role is not None else {}
            self._grants[identity] = tuple(found[name] for name in sorted(found))
        return self._grants[identity]

    def _granted(self, role: Role) -> Iterator[Grant]:
        for document in role.documents:
            if isinstance(document.statements, Unknown):
                for bucket in mentioned_buckets((document.statements,), self._directory):
                    yield Grant(role.id, bucket, Evidence("permission", f"a policy of {role.id} speaks of {bucket.id}", document.location))
                continue
            for statement in document.statements:
                if isinstance(statement, Statement) and statement.effect is Effect.ALLOW:
                    yield from self._by_statement(role, statement)

    def _by_statement(self, role: Role, statement: Statement) -> Iterator[Grant]:
        for term in self._resources(statement):
            for bucket in self._named(term, statement):
                verbs = self._allowed(role, statement, bucket)
                if verbs and (bucket is None or bucket.owner != "aws"):
                    text = f"{role.id} may {verbs} {bucket.id if bucket else 'buckets by wildcard'}: {statement.name}"
                    yield Grant(role.id, bucket, Evidence("permission", text, statement.location))

    def _resources(self, statement: Statement) -> tuple[Term, ...]:
        """The resources; of NotResource, everything."""
        clause = statement.resources
        if clause is None:
            return ()
        if clause.negated:
            return ("*",)
        return (clause.terms,) if isinstance(clause.terms, Unknown) else clause.terms

    def _named(self, term: Term, statement: Statement) -> Iterator[Bucket | None]:
        """The buckets that a resource names; None for many."""
        if isinstance(term, Unknown):
            yield from mentioned_buckets((term,), self._directory)
            return
        if isinstance(whole := term.parts[0] if isinstance(term, Text) else term, Ref):
            if (bucket := self._directory.of_reference(whole)) is not None:
                yield bucket
            return
        symbols = Symbols()
        found = _ARN.fullmatch(symbols.flat(term))
        if term == "*" or (found and _WILD.search(found["bucket"])):
            yield None
        elif found:
            yield from self._directory.of_parts(symbols.parts(found["bucket"]), None, statement.location)

    # --- what is allowed --------------------------------------------------------------------------------------------------------------

    def _allowed(self, role: Role, statement: Statement, bucket: Bucket | None) -> str:
        """What the statement allows on the bucket and nothing denies, in words; "" if nothing."""
        actions = {action for action in (*ON_OBJECTS, *ON_BUCKETS) if self._allows(role, statement, action, bucket)}
        verbs = [verb for verb, wanted in (("read", _READING), ("write", _WRITING)) if actions & wanted]
        return " and ".join(verbs) or ("use" if actions else "")

    def _allows(self, role: Role, statement: Statement, action: str, bucket: Bucket | None) -> bool:
        arn = self._terms.bucket_arn(bucket) if bucket is not None else (*literal("arn:aws:s3:::"), Hole("the name of the bucket"))
        ask = Ask(action, arn) if action in ON_BUCKETS else on_object(action, arn)
        caller = Caller(self._terms.role_arn(role), self._terms.account)
        request = Request(ask.action, ask.resource, caller, OF_SERVICES)
        own = Guard(role.id, role.documents[0], grants=True, of_role=True)
        if applies(statement, own, request, self._terms) is False:
            return False
        denying = [replace(own, document=document, grants=False) for document in role.documents]
        bound = [replace(own, document=role.boundary)] if isinstance(role.boundary, PolicyDocument) else []
        return all(decide(guard, request, self._terms).truth is not False for guard in (*denying, *bound))


def with_permissions(intents: Sequence[Intent], workloads: Iterable[Workload], permissions: Permissions) -> tuple[Intent, ...]:
    """``intents`` and those of ``workloads`` by the grants of their roles. On a bucket that a workload uses anyway, a grant is more evidence."""
    granted = {(workload.id, grant.bucket.id): (workload, grant) for workload in workloads for grant in permissions.of(workload) if grant.bucket}
    used = {(intent.workload.id, bucket.id) for intent in intents for bucket in (intent.bucket, *sources_of(intent))}
    proven = [
        replace(intent, evidence=tuple(dict.fromkeys((*intent.evidence, granted[key][1].evidence)))) if (key := _key(intent)) in granted else intent
        for intent in intents
    ]
    return (*proven, *(_intent(workload, grant) for key, (workload, grant) in granted.items() if key not in used))


def unnamed_grants(topology: Topology) -> tuple[tuple[Id, Evidence], ...]:
    """The grants on buckets by wildcard, by workload."""
    permissions = Permissions(topology, Directory(topology, {}))
    return tuple((one.id, grant.evidence) for one in topology.workloads.values() for grant in permissions.of(one) if grant.bucket is None)


def _key(intent: Intent) -> tuple[Id, Id]:
    return intent.workload.id, intent.bucket.id


def _intent(workload: Workload, grant: Grant) -> Intent:
    assert grant.bucket is not None
    client = _client(workload, grant.bucket)
    return Intent(workload, grant.bucket, client, hosts_of(client, grant.bucket), (grant.evidence,))


def _client(workload: Workload, bucket: Bucket) -> Client:
    """The client of the workload's platform and runtime.

    Where that does not say which Region the client has, nothing shows a client at all: what is asked is whether the bucket's own Region
    is reached, which every client calls in the end.
    """
    variables = () if isinstance(workload.environment, Unknown) else workload.environment
    client = platform_client(workload, sdk_of_runtime(workload.runtime), {one.name: one.value for one in variables if not one.scope})
    if isinstance(client.region, Unknown) and client.region.symbol is None:
        return Client(None, bucket.region, "none", follows_redirects=client.follows_redirects, note=_NO_CLIENT)
    return client
