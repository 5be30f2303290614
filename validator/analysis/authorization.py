"""Whether policy documents let a request through, in three values.

The logic is IAM's: an explicit Deny wins, else something must allow, where the document is one that grants (an endpoint's policy); one
that only refuses here (a bucket's) lets through what it does not deny, since the role of the same account may be what allows.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from validator.analysis.conditions import Context, causes_in, causes_of, holds
from validator.analysis.patterns import NEVER, Hole, Tokens, literal, lowered, matches, shown
from validator.analysis.terms import Filled, Terms
from validator.model.iam import Clause, Condition, Effect, PolicyDocument, Statement, Term
from validator.model.network import Id
from validator.values import Cause, Truth, Unknown, all_of, any_of, negate, unknown

_SPECIAL = frozenset("*?$")
_ROLE_ID = "AROA"
# Ids that AWS makes, for which an endpoint's policy takes no wildcards (VPC guide, "endpoint policies").
_IDS = frozenset({"aws:sourcevpce", "aws:sourcevpc"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``role``: the ARN of its role, as far as it is known; ``account``: its account's id; ``anonymous``: it signs nothing."""

    role: Tokens
    account: Tokens
    anonymous: Truth = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``action`` as AWS writes it; ``resource`` is an ARN."""

    action: str
    resource: Tokens
    caller: Caller
    context: Context


@dataclass(frozen=True, slots=True)
class Guard:
    """A document that requests have to get past. ``subject`` is what has it; ``grants``: what it does not allow is refused.

    ``gateway``: it is a gateway endpoint's, which tells no principals apart. ``of_role``: it is the caller's own, and names none.
    ``origin``: it stands for the network origin of an access point, in these words.
    """

    subject: Id
    document: PolicyDocument
    grants: bool
    gateway: Truth = False
    of_role: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one document says of one request. ``statement`` decides it, or keeps it open; None: that there is none."""

    truth: Truth
    statement: Statement | None = None


def decide(guard: Guard, request: Request, terms: Terms) -> Decision:
    """What ``guard`` says of ``request``."""
    decision = _of_document(guard, request, terms)
    if decision.truth is True or not isinstance(guard.document.exists, Unknown):
        return decision
    causes = decision.truth.causes if isinstance(decision.truth, Unknown) else ()
    return replace(decision, truth=Unknown((*guard.document.exists.causes, *causes)))


def _of_document(guard: Guard, request: Request, terms: Terms) -> Decision:
    statements = guard.document.statements
    if isinstance(statements, Unknown):
        return Decision(Unknown(statements.causes))
    against = _those(Effect.DENY, statements, guard, request, terms)
    if (denying := next((one for truth, one in against if truth is True), None)) is not None:
        return Decision(False, denying)
    doubts = [(truth, one) for truth, one in against if isinstance(truth, Unknown)]
    if guard.grants:
        granted = _those(Effect.ALLOW, statements, guard, request, terms)
        allowing = next((one for truth, one in granted if truth is True), None)
        if allowing is None:
            doubts += [(truth, one) for truth, one in granted if isinstance(truth, Unknown)]
            if all(truth is False for truth, _ in granted):
                return Decision(False)
        if not doubts:
            return Decision(True, allowing)
    if not doubts:
        return Decision(True)
    return Decision(Unknown(tuple(cause for truth, _ in doubts for cause in truth.causes)), next((one for _, one in doubts if one), None))


def _those(
    effect: Effect, statements: Sequence[Statement | Unknown], guard: Guard, request: Request, terms: Terms
) -> list[tuple[Truth, Statement | None]]:
    """The statements that have, or may have, ``effect``, each with whether it is on this request."""
    found: list[tuple[Truth, Statement | None]] = []
    for one in statements:
        if isinstance(one, Unknown):
            found.append((Unknown(one.causes), None))
        elif isinstance(one.effect, Unknown):
            found.append((all_of((applies(one, guard, request, terms), Unknown(one.effect.causes))), one))
        elif one.effect is effect:
            found.append((applies(one, guard, request, terms), one))
    return found


def applies(statement: Statement, guard: Guard, request: Request, terms: Terms) -> Truth:
    """Whether ``statement`` is on ``request``: its principals, actions, resources and conditions all match."""
    variables = variables_of(request.context) if guard.document.variables else None

    def clauses() -> Iterator[Truth]:
        action = lowered(literal(request.action))
        yield _of_clause(statement.actions, "Action", statement, lambda term: _match(lowered(terms.tokens(term, wild=True)), action, term))
        yield _of_clause(
            statement.resources,
            "Resource",
            statement,
            _resource_matcher(statement, request, terms, variables),
        )
        yield _of_principals(statement, guard, request.caller, terms)
        if isinstance(statement.conditions, Unknown):
            yield Unknown(statement.conditions.causes)
        else:
            for one in statement.conditions:
                yield (
                    _refused_by_aws(one, statement)
                    if guard.grants and _is_id_by_pattern(one)
                    else holds(one, request.context, terms, variables=variables)
                )

    return all_of(clauses())


def _is_id_by_pattern(condition: Condition) -> bool:
    """Whether an id that AWS makes is compared with a pattern."""
    if condition.key.lower() not in _IDS or "like" not in condition.operator.lower() or isinstance(condition.values, Unknown):
        return False
    return any(isinstance(one, str) and ("*" in one or "?" in one) for one in condition.values)


def _refused_by_aws(condition: Condition, statement: Statement) -> Unknown:
    return unknown(f"has a wildcard for {condition.key}, which endpoint policies do not take", statement.name, statement.location)


def _resource_matcher(statement: Statement, request: Request, terms: Terms, variables: Filled | None) -> Callable[[Term], Truth]:
    """How a resource is held against the request's: in NotResource, nothing is said of a variable without a value."""
    negated = statement.resources is not None and statement.resources.negated

    def match(term: Term) -> Truth:
        pattern = terms.tokens(term, wild=True, variables=variables)
        if negated and NEVER in pattern:
            return unknown("has a variable that the request has no value for", statement.name, statement.location)
        return _match(pattern, request.resource, term)

    return match


def _of_clause(clause: Clause | None, name: str, statement: Statement, match: Callable[[Term], Truth]) -> Truth:
    if clause is None:
        return unknown(f"names no {name}, which AWS refuses", statement.name, statement.location)
    if isinstance(clause.terms, Unknown):
        return Unknown(clause.terms.causes)
    answer = any_of(match(term) for term in clause.terms)
    return negate(answer) if clause.negated else answer


def _match(pattern: Tokens, text: Tokens, term: Term) -> Truth:
    answer = matches(pattern, text)
    return Unknown((*causes_in(term), *causes_of((*pattern, *text))) or _TOO_LONG) if answer is None else answer


# --- principals -----------------------------------------------------------------------------------------------------------------------


def _of_principals(statement: Statement, guard: Guard, caller: Caller, terms: Terms) -> Truth:
    principals = statement.principals
    if guard.of_role:
        return True
    if principals is None:
        return unknown("names no Principal, which AWS refuses", statement.name, statement.location)
    if isinstance(principals.named, Unknown):
        return Unknown(principals.named.causes)
    answer = any_of(_is_named(kind, term, guard, caller, terms) for kind, term in principals.named)
    if not principals.negated:
        return answer
    if answer is True:
        # Who is left out by the name of its role alone may be hit as its session or its account (IAM guide, "NotPrincipal").
        return unknown(
            "leaves out principals with NotPrincipal, which has to name their sessions and account too", statement.name, statement.location
        )
    return negate(answer)


def _is_named(kind: str, term: Term, guard: Guard, caller: Caller, terms: Terms) -> Truth:
    if kind in {"Service", "Federated"}:
        # Workloads sign with a role.
        return False
    if kind not in {"AWS", "*"}:
        return unknown("is a principal that is not known", kind)
    named = terms.tokens(term, wild=False)
    if named == ("*",):
        return True
    return all_of((negate(caller.anonymous), _is_told(named, term, guard, caller, terms)))


def _is_told(named: Tokens, term: Term, guard: Guard, caller: Caller, terms: Terms) -> Truth:
    """Whether a text that is not ``*`` names the caller: its account, its role or its session."""
    account = any_of(_match(named, text, term) for text in (caller.account, terms.root_arn(caller.account)))
    session = (*terms.session_arn(caller.account), *_last_part(caller.role), "/", Hole("the name of the session"))
    role = any_of((_match(named, caller.role, term), _match(named, session, term), _is_role_id(named)))
    if guard.gateway is False:
        return any_of((account, role))
    # A gateway endpoint takes an account for its root user, and has no other principals than * (VPC guide, "endpoint policies").
    strange = unknown("is a principal, and gateway endpoints tell none apart", shown(named))
    at_gateway = False if role is False else strange
    return at_gateway if guard.gateway is True else any_of((at_gateway, all_of((any_of((account, role)), Unknown(guard.gateway.causes)))))


def _is_role_id(named: Tokens) -> Truth:
    return unknown("is the unique id of a role", shown(named)) if named[: len(_ROLE_ID)] == tuple(_ROLE_ID) else False


def _last_part(arn: Tokens) -> Tokens:
    """What follows the last slash: a role's name without its path."""
    start = max((index for index, piece in enumerate(arn) if piece == "/"), default=-1)
    return arn[start + 1 :]


def variables_of(context: Context) -> Filled:
    """What policy variables stand for: ``${aws:PrincipalAccount}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``."""

    def filled(written: str) -> Tokens:
        key, _, default = (part.strip() for part in written.partition(","))
        if key in _SPECIAL:
            return (key,)
        match context.get(key.lower(), ()):
            case (tuple() as only,):
                return only
            case None:
                # Without a value and a default the text matches nothing.
                return literal(default.strip("'")) if default else (NEVER,)
        return (Hole(key),)

    return filled


_TOO_LONG = (Cause("is too long to be compared", "a text of the document"),)
