"""The value of an expression, as far as the sources settle it.

Source: https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from validator.errors import InputError
from validator.frontends.terraform.effort import Effort
from validator.frontends.terraform.functions import files
from validator.frontends.terraform.functions.numbers import arithmetic
from validator.frontends.terraform.functions.signature import Plain, Symbolic, call_plain
from validator.frontends.terraform.functions.table import FUNCTIONS
from validator.frontends.terraform.members import attribute_of, entries, member_of
from validator.frontends.terraform.parse import parse_template
from validator.frontends.terraform.symbolic import (
    EvaluationError,
    Instance,
    Result,
    TooSlowError,
    as_number,
    as_text,
    as_truth,
    concatenated,
    either,
    equal,
    is_settled,
    kind_of,
    mentions_of,
    unsettled,
)
from validator.frontends.terraform.syntax import (
    Binary,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    GetAttribute,
    Index,
    Literal,
    Member,
    Name,
    ObjectOf,
    Place,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleOf,
    Unary,
    written,
)
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Truth, Unknown, negate

_MEMBER = "*"
_READ_IN_A_STEP = 8
# What makes bigger values of those that it is given.
_MAKERS = (Template, TemplateFor, TupleOf, ObjectOf, ForTuple, ForObject, Splat, Call)
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean where an expression stands.

    ``root`` gives the value of a reference's first word, or raises EvaluationError; ``local`` are the variables of for expressions around;
    ``tree`` is what may be read; ``path`` the file, for places; ``effort`` is what may be done; ``depth`` counts templates inside templates.
    """

    root: Callable[[str], Result]
    tree: files.Tree
    path: str
    effort: Effort = field(default_factory=Effort)
    local: Mapping[str, Result] = field(default_factory=dict)
    depth: int = 0

    def place(self, at: Place) -> SourceLocation:
        """Where something stands."""
        return SourceLocation(self.path, *at)

    def inside(self, **names: Result) -> Scope:
        """The scope of a for expression."""
        return replace(self, local={**self.local, **names})


def value_of(expression: Expression, scope: Scope) -> Result:
    """The value of an expression; what cannot be evaluated is unknown with the reason."""
    try:
        return evaluate(expression, scope)
    except EvaluationError as error:
        return Unknown((Cause(f"cannot be evaluated: it {error}", written(expression), scope.place(expression.at)),))
    except RecursionError:
        return Unknown((Cause("is nested too deeply to be evaluated", written(expression), scope.place(expression.at)),))


def evaluate(expression: Expression, scope: Scope) -> Result:
    """The value of an expression. Raises EvaluationError where Terraform would refuse it."""
    scope.effort.spend()
    value = _EVALUATE[type(expression)](expression, scope)
    if isinstance(expression, _MAKERS):
        scope.effort.weigh(value)
    return value


def _literal(expression: Literal, _: Scope) -> Result:
    return expression.value


def _name(expression: Name, scope: Scope) -> Result:
    if expression.name in scope.local:
        return scope.local[expression.name]
    return scope.root(expression.name)


def _member(_: Member, scope: Scope) -> Result:
    return scope.local[_MEMBER]


def _template(expression: Template, scope: Scope) -> Result:
    return concatenated(_template_part(evaluate(part, scope)) for part in expression.parts)


def _template_part(value: Result) -> Result:
    if value is None or isinstance(value, tuple | Mapping | Instance):
        message = f"has {kind_of(value)} in a template, which needs a string"
        raise EvaluationError(message)
    return value


def _template_if(expression: TemplateIf, scope: Scope) -> Result:
    return _chosen(as_truth(evaluate(expression.test, scope)), expression.yes, expression.no, scope)


def _template_for(expression: TemplateFor, scope: Scope) -> Result:
    collection = evaluate(expression.collection, scope)
    if _is_open(collection):
        return unsettled(collection)
    return concatenated(evaluate(expression.body, _bound(scope, expression.key, expression.value, key, value)) for key, value in entries(collection))


def _bound(scope: Scope, key_name: str | None, value_name: str, key: Result, value: Result) -> Scope:
    return scope.inside(**{value_name: value}, **({key_name: key} if key_name else {}))


def _attribute(expression: GetAttribute, scope: Scope) -> Result:
    return attribute_of(evaluate(expression.base, scope), expression.name)


def _index(expression: Index, scope: Scope) -> Result:
    return member_of(evaluate(expression.base, scope), evaluate(expression.key, scope))


def _splat(expression: Splat, scope: Scope) -> Result:
    base = evaluate(expression.base, scope)
    if base is None:
        return ()
    if isinstance(base, tuple):
        return tuple(evaluate(expression.each, scope.inside(**{_MEMBER: member})) for member in base)
    if isinstance(base, Unknown):
        found = evaluate(expression.each, scope.inside(**{_MEMBER: base}))
        return found if isinstance(found, Unknown) else base
    if isinstance(base, Ref | Text):
        return unsettled(base)
    return (evaluate(expression.each, scope.inside(**{_MEMBER: base})),)


def _unary(expression: Unary, scope: Scope) -> Result:
    operand = evaluate(expression.operand, scope)
    if expression.operator == "!":
        return negate(as_truth(operand))
    number = as_number(operand)
    return -number if isinstance(number, int | float) else unsettled(operand)


def _binary(expression: Binary, scope: Scope) -> Result:
    left = evaluate(expression.left, scope)
    operator = expression.operator
    if operator in {"&&", "||"}:
        return _logical(operator, as_truth(left), expression.right, scope)
    right = evaluate(expression.right, scope)
    scope.effort.weigh(left, right)
    if operator == "==":
        return equal(left, right)
    if operator == "!=":
        return negate(equal(left, right))
    a, b = as_number(left), as_number(right)
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        return unsettled(left, right)
    match operator:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b
    try:
        return arithmetic(operator, a, b)
    except ArithmeticError as error:
        message = "cannot be computed"
        raise EvaluationError(message) from error


def _logical(operator: str, left: Truth, right: Expression, scope: Scope) -> Truth:
    """Kleene's, and the right side only where it matters (Terraform 1.12 and later)."""
    decides = operator == "||"
    if not isinstance(left, Unknown) and left is decides:
        return decides
    other = as_truth(evaluate(right, scope))
    if not isinstance(left, Unknown):
        return other
    if isinstance(other, Unknown):
        return Unknown(left.causes + other.causes)
    return decides if other is decides else left


def _conditional(expression: Conditional, scope: Scope) -> Result:
    return _chosen(as_truth(evaluate(expression.test, scope)), expression.yes, expression.no, scope)


def _chosen(test: Truth, yes: Expression, no: Expression, scope: Scope) -> Result:
    if not isinstance(test, Unknown):
        return _common(evaluate(yes if test else no, scope), no if test else yes)
    options: list[Result] = []
    refused: EvaluationError | None = None
    for branch in (yes, no):
        try:
            options.append(evaluate(branch, scope))
        except EvaluationError as error:
            refused = error
    if not options and refused is not None:
        raise refused
    # Where one branch cannot be evaluated, Terraform would stop: what is built comes of the other.
    return either(test, options)


def _common(value: Result, other: Expression) -> Result:
    """Both results of a conditional are of one type: a number beside a string is a string."""
    if (
        isinstance(value, int | float | bool)
        and isinstance(other, Literal | Template)
        and (isinstance(other, Template) or isinstance(other.value, str))
    ):
        return as_text(value)
    return value


def _tuple(expression: TupleOf, scope: Scope) -> Result:
    return tuple(evaluate(item, scope) for item in expression.items)


def _object(expression: ObjectOf, scope: Scope) -> Result:
    made: dict[str, Result] = {}
    for key, value in expression.items:
        name = as_text(evaluate(key, scope))
        if not isinstance(name, str):
            return unsettled(name, evaluate(value, scope))
        made[name] = evaluate(value, scope)
    return made


def _is_open(collection: Result) -> bool:
    return isinstance(collection, Unknown | Ref | Text)


def _for_tuple(expression: ForTuple, scope: Scope) -> Result:
    collection = evaluate(expression.collection, scope)
    if _is_open(collection):
        return _mapped(expression.value, expression.result, collection, scope)
    made: list[Result] = []
    doubts: list[Unknown] = []
    for key, value in entries(collection):
        inner = _bound(scope, expression.key, expression.value, key, value)
        wanted = True if expression.condition is None else as_truth(evaluate(expression.condition, inner))
        if isinstance(wanted, Unknown):
            doubts.append(wanted)
        if isinstance(wanted, Unknown) or wanted:
            made.append(evaluate(expression.result, inner))
    return either(Unknown(tuple(cause for one in doubts for cause in one.causes)), [tuple(made), ()]) if doubts else tuple(made)


def _mapped(name: str, result: Expression, collection: Result, scope: Scope) -> Result:
    """A for expression over an unknown list: what it mentions, it mentions by the attribute that the result takes."""
    whole = unsettled(collection)
    match result:
        case GetAttribute(base=Name(name=base), name=attribute) if base == name:
            return attribute_of(whole, attribute)
        case Name(name=base) if base == name:
            return whole
    return Unknown(whole.causes, None, (*whole.mentions, *_constant_mentions(result, scope)))


def _constant_mentions(result: Expression, scope: Scope) -> tuple[Ref, ...]:
    try:
        return mentions_of(evaluate(result, scope))
    except EvaluationError:
        return ()


def _for_object(expression: ForObject, scope: Scope) -> Result:
    collection = evaluate(expression.collection, scope)
    if _is_open(collection):
        return unsettled(collection)
    made: dict[str, Result] = {}
    grouped: dict[str, list[Result]] = {}
    for key, value in entries(collection):
        inner = _bound(scope, expression.key, expression.value, key, value)
        wanted = True if expression.condition is None else as_truth(evaluate(expression.condition, inner))
        if isinstance(wanted, Unknown):
            return unsettled(wanted, collection)
        if not wanted:
            continue
        name = as_text(evaluate(expression.name, inner))
        if not isinstance(name, str):
            return unsettled(name, collection)
        result = evaluate(expression.result, inner)
        if expression.groups:
            grouped.setdefault(name, []).append(result)
        elif name in made:
            message = "makes a key twice"
            raise EvaluationError(message)
        else:
            made[name] = result
    return {name: tuple(members) for name, members in grouped.items()} if expression.groups else made


def _call(expression: Call, scope: Scope) -> Result:
    name = expression.name.removeprefix("core::")
    if name == "try":
        return _try(expression, scope)
    if name == "can":
        return _can(expression, scope)
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if expression.expands and arguments:
        last = arguments.pop()
        if _is_open(last):
            return unsettled(last, *arguments)
        if not isinstance(last, tuple):
            message = f"expands {kind_of(last)}, which is no list"
            raise EvaluationError(message)
        arguments += last
    scope.effort.weigh(*arguments)
    try:
        return _called(name, arguments, expression, scope)
    except EvaluationError as error:
        if isinstance(error, TooSlowError):
            scope.effort.lose_patience()
        message = f"calls {name}, which {error}"
        raise EvaluationError(message) from error
    except TypeError as error:
        message = f"calls {name} with the wrong number of arguments"
        raise EvaluationError(message) from error
    except (ValueError, ArithmeticError) as error:
        message = f"calls {name}, which cannot be computed"
        raise EvaluationError(message) from error


def _called(name: str, arguments: list[Result], expression: Call, scope: Scope) -> Result:
    function = FUNCTIONS.get(name)
    match function:
        case Symbolic():
            return function.call(*arguments)
        case Plain():
            return call_plain(function, arguments)
        case None if name in files.READERS:
            reader = files.READERS[name]
            return call_plain(Plain("s", lambda path: reader(scope.tree, path)), arguments)
        case None if name == "fileset":
            return call_plain(Plain("ss", scope.tree.matching), arguments)
        case None if name in {"templatefile", "templatestring"}:
            return _rendered(name, arguments, expression, scope)
        case None:
            reason = "calls a function that is not known here"
        case _:
            reason = function.reason
    return Unknown((Cause(reason, f"{name}()", scope.place(expression.at)),), None, mentions_of(tuple(arguments)))


def _rendered(name: str, arguments: list[Result], expression: Call, scope: Scope) -> Result:
    """A template file, or a template in a string, with nothing but the variables that it is given."""
    source, *given = arguments
    variables = given[0] if given else {}
    if not isinstance(source, str) or _is_open(variables):
        return unsettled(source, variables) if not is_settled((source, variables)) else None
    if not isinstance(variables, Mapping):
        message = "needs a map of variables"
        raise EvaluationError(message)
    if scope.depth > _DEEPEST:
        message = "is nested too deeply"
        raise EvaluationError(message)
    return render(source if name == "templatestring" else scope.tree.text(source), variables, expression, scope, source)


def render(template: str, variables: Mapping[str, Result], expression: Expression, scope: Scope, name: str = "") -> Result:
    """A template's text with variables in it. Raises EvaluationError."""
    scope.effort.spend(len(template) // _READ_IN_A_STEP)
    try:
        parsed = parse_template(name or scope.path, template, (1, 1) if name else expression.at)
    except InputError as error:
        message = f"has a template that cannot be read: {error.mistakes[0]}"
        raise EvaluationError(message) from error
    return evaluate(parsed, Scope(_nothing_else, scope.tree, name or scope.path, scope.effort, dict(variables), scope.depth + 1))


def _nothing_else(name: str) -> Result:
    message = f'has no variable "{name}"'
    raise EvaluationError(message)


def _try(expression: Call, scope: Scope) -> Result:
    for argument in expression.arguments:
        try:
            return evaluate(argument, scope)
        except EvaluationError:
            continue
    message = "calls try, which has no argument that can be evaluated"
    raise EvaluationError(message)


def _can(expression: Call, scope: Scope) -> Result:
    try:
        found = evaluate(expression.arguments[0], scope) if expression.arguments else None
    except EvaluationError:
        return False
    return Unknown(found.causes) if isinstance(found, Unknown) else True


_EVALUATE: Mapping[type, Callable[[Any, Scope], Result]] = MappingProxyType(
    {
        Literal: _literal, Name: _name, Member: _member, Template: _template, TemplateIf: _template_if, TemplateFor: _template_for,
        GetAttribute: _attribute, Index: _index, Splat: _splat, Unary: _unary, Binary: _binary, Conditional: _conditional, TupleOf: _tuple,
        ObjectOf: _object, ForTuple: _for_tuple, ForObject: _for_object, Call: _call,
    }
)  # fmt: skip
