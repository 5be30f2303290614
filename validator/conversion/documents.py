"""Policy documents from what the inputs hold: JSON text, mappings of a template, blocks of a Terraform data source.

A document, or a part of it, that cannot be read is unknown as a whole, so that no Deny in it is lost.
"""

from __future__ import annotations

from collections.abc import Mapping

from validator.conversion.fields import Fields
from validator.conversion.identities import Naming
from validator.conversion.texts import readable
from validator.model.iam import Clause, Condition, Effect, PolicyDocument, Principals, Statement, Term, Terms
from validator.resource import Resource
from validator.source import SourceLocation
from validator.statements import ELEMENTS, PRINCIPALS, unescaped
from validator.symbols import from_json
from validator.values import Cause, Ref, Text, Unknown, Value, unknown

_WITH_VARIABLES = "2012-10-17"
_ELEMENTS = frozenset("Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split())
_DATA_SOURCE = "aws_iam_policy_document"
_JSON = frozenset({"json", "minified_json"})
# The longest document that AWS takes is 20,480 characters (a bucket's and an endpoint's).
_LONGEST = 200_000


def read_document(fields: Fields, path: str) -> PolicyDocument | None:
    """The document that the attribute at ``path`` holds; None where there is none."""
    value = fields.value(path)
    if value is None:
        return None
    return _Reader(fields, path).document(value)


class _Reader:
    """Reads one document; ``path`` is where it stands in its resource."""

    def __init__(self, fields: Fields, path: str) -> None:
        self._fields = fields
        self._naming: Naming = fields.naming
        self._path = path
        self._location = fields.place(path)
        self._subject = f"{fields.id}.{path}"

    def document(self, value: Value) -> PolicyDocument:
        match value:
            case str() | Text():
                return self._parsed(value)
            case Ref():
                return self._behind(value)
            case Unknown():
                return PolicyDocument(Unknown(value.causes, None, self._mentions(value)), self._location)
            case Mapping():
                return self._mapped(value)
        return self._unread("is not a policy document")

    def _unread(self, reason: str) -> PolicyDocument:
        return PolicyDocument(unknown(reason, self._subject, self._location), self._location)

    def _parsed(self, written: str | Text) -> PolicyDocument:
        if isinstance(written, str) and len(written) > _LONGEST:
            return self._unread("is longer than AWS takes")
        decoded = from_json(written)
        return self._mapped(decoded) if isinstance(decoded, Mapping) else self._unread("is not a policy document in JSON")

    def _behind(self, reference: Ref) -> PolicyDocument:
        """What a reference names: text that is known after all, or a data source whose JSON a plan leaves out."""
        followed = self._naming.follow(reference)
        if followed != reference and not isinstance(followed, Ref):
            return self.document(followed)
        named = followed if isinstance(followed, Ref) else reference
        declared = self._naming.declared(named.address)
        if declared is not None and declared.type == _DATA_SOURCE and named.attribute in _JSON:
            return self._of_data_source(declared)
        return PolicyDocument(Unknown((Cause("is known only after deployment", str(named), self._location),), None, (named,)), self._location)

    def _mentions(self, value: Unknown) -> tuple[Ref, ...]:
        return tuple(Ref(self._naming.name(one.address), one.attribute) for one in value.mentions)

    # --- the document and its statements ----------------------------------------------------------------------------------------------

    def _mapped(self, written: Mapping[str, Value], *, exact: bool = True) -> PolicyDocument:
        """``exact``: its references are the values; else, as in a plan, what they are made from."""
        version, members = written.get("Version"), written.get("Statement")
        # Version 2008-10-17, the default, has no policy variables (IAM guide, "Version").
        variables = isinstance(version, Unknown) or version == _WITH_VARIABLES
        match members:
            case Unknown():
                return PolicyDocument(Unknown(members.causes, None, self._mentions(members)), self._location, variables)
            case Mapping():
                members = (members,)
            case tuple():
                pass
            case _:
                return self._unread("has no statements")
        found = tuple(self._statement(number, one, exact=exact) for number, one in enumerate(members, 1))
        return PolicyDocument(found, self._location, variables)

    def _statement(self, number: int, written: Value, *, exact: bool) -> Statement | Unknown:
        location = self._fields.place(f"{self._path}.Statement.{number - 1}")
        name = f"statement {number}"
        if isinstance(written, Unknown):
            return Unknown(written.causes, None, self._mentions(written))
        if not isinstance(written, Mapping):
            return unknown("is not a statement", f"{name} of {self._subject}", location)
        if strange := sorted(set(written) - _ELEMENTS):
            return unknown(f"has {strange[0]}, which is no element of a statement", f"{name} of {self._subject}", location)
        reading = _Elements(written, self._naming, location, exact=exact)
        sid = written.get("Sid")
        return Statement(
            name=f'{name} "{sid}"' if isinstance(sid, str) and sid else name,
            effect=reading.effect(),
            actions=reading.clause("Action"),
            resources=reading.clause("Resource"),
            principals=reading.principals(),
            conditions=reading.conditions(),
            location=location,
        )

    # --- a data source's blocks -------------------------------------------------------------------------------------------------------

    def _of_data_source(self, declared: Resource) -> PolicyDocument:
        """``aws_iam_policy_document`` by its blocks: of each attribute that is not known a plan says what it is made from, not how."""
        values = declared.attributes
        location = declared.place("statement")
        statements = values.get("statement")
        if not isinstance(statements, tuple | None):
            return self._unread("is made of statements that are not known")
        merged: list[Value] = []
        for name, own in (("source", ()), ("own", statements or ()), ("override", ())):
            added = [_of_block(one) for one in own] if name == "own" else self._from(values, name)
            if isinstance(added, Unknown):
                return PolicyDocument(added, location)
            for one in added:
                merged = _by_sid(merged, one)
        version = values.get("version")
        return self._mapped({"Version": _WITH_VARIABLES if version in (None, "") else version, "Statement": tuple(merged)}, exact=False)

    def _from(self, values: Mapping[str, Value], name: str) -> list[Value] | Unknown:
        """The statements of the documents that it builds on."""
        found: list[Value] = []
        for attribute in (f"{name}_policy_documents", f"{name}_json"):
            documents = values.get(attribute)
            for one in documents if isinstance(documents, tuple) else (documents,):
                if one is None or one == "":
                    continue
                decoded = from_json(one) if isinstance(one, str | Text) else None
                members = decoded.get("Statement") if isinstance(decoded, Mapping) else None
                if members is None or isinstance(members, Unknown):
                    return unknown("builds on a document that is not known", self._subject, self._location)
                found += members if isinstance(members, tuple) else (members,)
        return found


def _by_sid(first: list[Value], statement: Value) -> list[Value]:
    """A statement with the Sid of an earlier one takes its place (the provider's documentation)."""
    sid = _sid(statement)
    return [*(one for one in first if sid is None or _sid(one) != sid), statement]


def _sid(statement: Value) -> Value:
    named = statement.get("Sid") if isinstance(statement, Mapping) else None
    return named if isinstance(named, str | Ref | Text) and named != "" else None


def _of_block(block: Value) -> Value:
    """A ``statement`` block as a statement."""
    if not isinstance(block, Mapping):
        return block if isinstance(block, Unknown) else unknown("is not a block", "statement")
    made: dict[str, Value] = {"Effect": "Allow"}
    made.update({key: unescaped(value) for name, key in ELEMENTS.items() if (value := block.get(name)) not in (None, "", ())})
    for name, key in PRINCIPALS.items():
        if (listed := block.get(name)) not in (None, ()):
            made[key] = _of_principals(listed)
    if (listed := block.get("condition")) not in (None, ()):
        made["Condition"] = _of_conditions(listed)
    return made


def _blocks(listed: Value) -> tuple[Mapping[str, Value], ...] | Unknown:
    members = listed if isinstance(listed, tuple) else (listed,)
    found = [one for one in members if isinstance(one, Mapping)]
    return tuple(found) if len(found) == len(members) else unknown("is not known", "a block of a statement")


def _of_principals(listed: Value) -> Value:
    blocks = _blocks(listed)
    if isinstance(blocks, Unknown):
        return blocks
    made: dict[str, Value] = {}
    for block in blocks:
        kind, names = block.get("type"), unescaped(block.get("identifiers"))
        if not isinstance(kind, str):
            return unknown("is not known", "the type of a principal")
        made[kind] = _joined(made.get(kind), names)
    return made


def _joined(first: Value, second: Value) -> Value:
    """The strings of several blocks for the same: the provider puts them into one list."""
    if first is None:
        return second
    return tuple(member for one in (first, second) for member in (one if isinstance(one, tuple) else (one,)))


def _of_conditions(listed: Value) -> Value:
    blocks = _blocks(listed)
    if isinstance(blocks, Unknown):
        return blocks
    made: dict[str, dict[str, Value]] = {}
    for block in blocks:
        operator, key = block.get("test"), block.get("variable")
        if not isinstance(operator, str) or not isinstance(key, str):
            return unknown("is not known", "the operator or key of a condition")
        named = made.setdefault(operator, {})
        named[key] = _joined(named.get(key), unescaped(block.get("values")))
    return dict(made)


class _Elements:
    """The elements of one statement."""

    def __init__(self, written: Mapping[str, Value], naming: Naming, location: SourceLocation, *, exact: bool) -> None:
        self._written = written
        self._naming = naming
        self._location = location
        self._exact = exact

    def effect(self) -> Effect | Unknown:
        match self._written.get("Effect"):
            case "Allow":
                return Effect.ALLOW
            case "Deny":
                return Effect.DENY
            case Unknown() as found:
                return Unknown(found.causes)
        return unknown("is neither Allow nor Deny", "Effect", self._location)

    def clause(self, name: str) -> Clause | None:
        plain, negated = self._written.get(name), self._written.get(f"Not{name}")
        if plain is not None and negated is not None:
            return Clause(unknown(f"stands beside Not{name}, which AWS refuses", name, self._location))
        if plain is not None:
            return Clause(self._terms(plain))
        return Clause(self._terms(negated), negated=True) if negated is not None else None

    def principals(self) -> Principals | None:
        plain, negated = self._written.get("Principal"), self._written.get("NotPrincipal")
        if plain is not None and negated is not None:
            return Principals(unknown("stands beside NotPrincipal, which AWS refuses", "Principal", self._location))
        if plain is not None:
            return Principals(self._named(plain))
        return Principals(self._named(negated), negated=True) if negated is not None else None

    def _named(self, written: Value) -> tuple[tuple[str, Term], ...] | Unknown:
        match written:
            case "*":
                return (("*", "*"),)
            case Mapping():
                found: list[tuple[str, Term]] = []
                for kind, value in written.items():
                    names = self._terms(value, whole=True)
                    if isinstance(names, Unknown):
                        return names
                    found += [(kind, name) for name in names]
                return tuple(found)
            case Unknown():
                return Unknown(written.causes)
        return unknown("is neither * nor a mapping", "Principal", self._location)

    def conditions(self) -> tuple[Condition, ...] | Unknown:
        match self._written.get("Condition"):
            case None:
                return ()
            case Mapping() as operators:
                return self._of_operators(operators)
            case Unknown() as found:
                return Unknown(found.causes)
        return unknown("is not a mapping", "Condition", self._location)

    def _of_operators(self, operators: Mapping[str, Value]) -> tuple[Condition, ...] | Unknown:
        found: list[Condition] = []
        for operator, keys in operators.items():
            if not isinstance(keys, Mapping):
                return Unknown(keys.causes) if isinstance(keys, Unknown) else unknown("is not a mapping of keys", operator, self._location)
            found += (Condition(operator, key, self._terms(values, whole=True)) for key, values in keys.items())
        return tuple(found)

    def _terms(self, value: Value, *, whole: bool = False) -> Terms:
        """The texts of an element. ``whole``: one that is nothing but an identity is that even where references are not exact."""
        match value:
            case tuple():
                found: list[Term] = []
                for member in value:
                    read = self._terms(member, whole=whole)
                    if isinstance(read, Unknown):
                        found.append(read)
                    else:
                        found += read
                return tuple(found)
            case Ref():
                return self._behind(value, whole=whole)
            case str() | Text():
                return (readable(value, self._naming),)
            case bool():
                return ("true" if value else "false",)
            case int() | float():
                return (str(value),)
            case Unknown():
                mentions = tuple(Ref(self._naming.name(one.address), one.attribute) for one in value.mentions)
                found_one = Unknown(value.causes, value.among, mentions, value.symbol)
                # What is given once for a whole stack is one text; anything else may be several.
                return (found_one,) if value.symbol or all(cause.subject.startswith("AWS::") for cause in value.causes) else found_one
        return unknown("is not text", "an element of a statement", self._location)

    def _behind(self, reference: Ref, *, whole: bool) -> Terms:
        followed = self._naming.follow(reference)
        if isinstance(followed, tuple | Unknown):
            return self._terms(followed, whole=whole)
        read = readable(followed, self._naming)
        if not isinstance(read, Ref) or self._exact:
            return (read,)
        if whole and read.attribute in _IDENTITIES:
            return (read,)
        cause = Cause("is known only after apply, and a plan does not show what is made of it", str(read), self._location)
        rest = Unknown((cause,), None, (read,))
        return (Text((read, rest)),) if read.attribute == "arn" else (rest,)


_IDENTITIES = frozenset({"id", "arn"})
