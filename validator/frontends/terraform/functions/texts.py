"""Functions of strings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import regex

from validator.frontends.terraform.functions.signature import Function, Plain, Symbolic
from validator.frontends.terraform.numerals import number_text
from validator.frontends.terraform.symbolic import (
    LONGEST,
    EvaluationError,
    Result,
    TooSlowError,
    as_number,
    as_text,
    as_truth,
    concatenated,
    is_never_null,
    is_settled,
    kind_of,
    unsettled,
)
from validator.values import Ref, Text, Unknown, text

_VERB = re.compile(r"%(?P<flags>[-+ #0]*)(?P<width>\d{1,9})?(?:\.(?P<precision>\d{0,9}))?(?:\[(?P<index>\d{1,9})\])?(?P<verb>[a-zA-Z%])")
_SECONDS = 0.5
_WIDEST = 65_536
_REPEATED = re.compile(r"\{(?:\d{0,9},)?(\d{1,9})\}")
_MOST_REPEATED = 1_000_000
_GROUP = re.compile(r"\$(?:\{(\w+)\}|(\w+)|(\$))")


def join(separator: Result, *lists: Result) -> Result:
    """Strings in a row; symbolic ones stay in it."""
    parts: list[Result] = []
    for listed in lists:
        if not isinstance(listed, tuple):
            return _needs_list(listed)
        for member in listed:
            if member is None:
                message = "must not get null"
                raise EvaluationError(message)
            parts += [separator, member] if parts else [member]
    return concatenated(parts)


def _needs_list(value: Result) -> Unknown:
    if isinstance(value, Unknown | Ref | Text):
        return unsettled(value)
    message = f"needs a list, got {kind_of(value)}"
    raise EvaluationError(message)


def format_(pattern: Result, *arguments: Result) -> Result:
    """Terraform's format; symbolic arguments of %s and %v stay in the text."""
    if not isinstance(pattern, str):
        return unsettled(pattern, *arguments)
    if "%" in _VERB.sub("", pattern):
        message = "has an unknown verb"
        raise EvaluationError(message)
    return concatenated(_format(pattern, arguments))


def _format(pattern: str, arguments: Sequence[Result]) -> Iterator[Result]:
    position = used = 0
    for match in _VERB.finditer(pattern):
        yield pattern[position : match.start()]
        position = match.end()
        if match["verb"] == "%":
            yield "%"
            continue
        number = int(match["index"]) - 1 if match["index"] else used
        used = number + 1
        if number >= len(arguments):
            message = "has fewer arguments than verbs"
            raise EvaluationError(message)
        yield _formatted(match, arguments[number])
    yield pattern[position:]


def _formatted(match: re.Match[str], value: Result) -> Result:
    verb = match["verb"]
    width = int(match["width"] or 0)
    if max(width, int(match["precision"] or 0)) > _WIDEST:
        message = "is too wide"
        raise EvaluationError(message)
    if not is_settled(value):
        return as_text(value) if verb in "sv" and not width and isinstance(value, Ref | Text | Unknown) else unsettled(value)
    flags = match["flags"]
    shown = _shown(verb, flags, match["precision"], value)
    if "-" in flags:
        return shown.ljust(width)
    if "0" in flags and verb not in "sqv":
        sign = shown[:1] if shown[:1] in "+-" else ""
        return sign + shown[len(sign) :].rjust(width - len(sign), "0")
    return shown.rjust(width)


def _shown(verb: str, flags: str, precision: str | None, value: Result) -> str:
    if verb == "v":
        return _any(value, quoted="#" in flags)
    if value is None:
        message = "must not get null"
        raise EvaluationError(message)
    if verb in "sq":
        shown = _settled_text(value)
        shown = shown[: int(precision)] if precision else shown
        from validator.frontends.terraform.functions.encoding import plain_json  # noqa: PLC0415 - encoding needs no text functions

        return plain_json(shown) if verb == "q" else shown
    if verb == "t":
        return "true" if as_truth(value) is True else "false"
    number = as_number(value)
    if not isinstance(number, int | float):
        message = "needs a number"
        raise EvaluationError(message)
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if verb in "dboxX":
        spec = {"b": "b", "o": "o", "x": "x", "X": "X", "d": "d"}[verb]
        return ("" if number < 0 else sign) + format(int(number), spec)
    if verb in "eEfFgG":
        digits = f".{precision}" if precision else "" if verb in "gG" else ".6"
        return ("" if number < 0 else sign) + (number_text(number) if verb in "gG" and not digits else format(number, f"{digits}{verb}"))
    message = f"has an unknown verb %{verb}"
    raise EvaluationError(message)


def _settled_text(value: Result) -> str:
    found = as_text(value)
    if isinstance(found, str):
        return found
    message = "needs a string"
    raise EvaluationError(message)


def _any(value: Result, *, quoted: bool) -> str:
    from validator.frontends.terraform.functions.encoding import plain_json  # noqa: PLC0415

    if isinstance(value, str | bool | int | float) and not quoted:
        return _settled_text(value)
    return plain_json(value)


def formatlist(pattern: Result, *arguments: Result) -> Result:
    """Format over lists of the same length."""
    lengths = {len(one) for one in arguments if isinstance(one, tuple)}
    if any(isinstance(one, Unknown) for one in arguments):
        return unsettled(pattern, *arguments)
    if len(lengths) > 1:
        message = "needs lists of the same length"
        raise EvaluationError(message)
    count = lengths.pop() if lengths else 1
    made: list[Result] = []
    length = 0
    for index in range(count):
        made.append(format_(pattern, *(one[index] if isinstance(one, tuple) else one for one in arguments)))
        length += len(made[-1]) if isinstance(made[-1], str) else 0
        if length > LONGEST:
            message = "makes strings that are too long together"
            raise EvaluationError(message)
    return tuple(made)


def _on_edges(strip: Callable[[str, bool, bool], str]) -> Callable[[Result], Result]:
    """A function that only changes the ends of a string: symbolic pieces have no white space at theirs."""

    def call(value: Result) -> Result:
        if value is None:
            message = "must not get null"
            raise EvaluationError(message)
        found = as_text(value)
        if isinstance(found, str):
            return strip(found, True, True)
        if isinstance(found, Unknown) or not is_never_null(found):
            return found if isinstance(found, Ref) else unsettled(found)
        if isinstance(found, Ref):
            return found
        last = len(found.parts) - 1
        return text(
            strip(part, index == 0, index == last) if isinstance(part, str) and index in {0, last} else part for index, part in enumerate(found.parts)
        )

    return call


def _trimspace(found: str, first: bool, last: bool) -> str:  # noqa: FBT001 - called by _on_edges alone
    found = found.lstrip() if first else found
    return found.rstrip() if last else found


def _chomp(found: str, first: bool, last: bool) -> str:  # noqa: ARG001, FBT001
    return found.rstrip("\r\n") if last else found


def indent(spaces: Result, value: Result) -> Result:
    """Every line but the first moved to the right."""
    number, found = as_number(spaces), as_text(value)
    if not isinstance(number, int | float) or isinstance(found, Unknown | Ref):
        return unsettled(spaces, value) if not (is_settled(number) and isinstance(found, Ref)) else found
    pad = "\n" + " " * min(int(number), 10_000)
    parts = found.parts if isinstance(found, Text) else (found,)
    if sum(part.count("\n") for part in parts if isinstance(part, str)) * len(pad) > LONGEST:
        message = "makes a string that is too long"
        raise EvaluationError(message)
    return text(part.replace("\n", pad) if isinstance(part, str) else part for part in parts)


def _compiled(pattern: str) -> regex.Pattern[str]:
    # What is repeated inside something repeated is written out, as often as all of them together say.
    if math.prod(max(int(most), 1) for most in _REPEATED.findall(pattern)) > _MOST_REPEATED:
        message = "has a pattern that repeats too often"
        raise EvaluationError(message)
    try:
        return regex.compile(pattern)
    except regex.error as error:
        message = f"has a pattern that cannot be used: {error}"
        raise EvaluationError(message) from error


def _matches(pattern: str, found: str) -> list[regex.Match[str]]:
    try:
        return list(_compiled(pattern).finditer(found, timeout=_SECONDS))
    except TimeoutError:
        message = "has a pattern that takes too long"
        raise TooSlowError(message) from None


def _captured(match: regex.Match[str]) -> Result:
    if match.re.groupindex:
        return {name: match.group(name) for name in sorted(match.re.groupindex)}
    return tuple(match.groups()) if match.re.groups else match.group()


def regex_(pattern: str, found: str) -> Result:
    """The first match: its text, its groups, or its named groups."""
    matches = _matches(pattern, found)
    if not matches:
        message = "has a pattern that does not match"
        raise EvaluationError(message)
    return _captured(matches[0])


def replace(found: str, wanted: str, replacement: str) -> str:
    """Of all occurrences; ``/pattern/`` is a regular expression."""
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        pieces: list[str] = []
        position = 0
        for match in _matches(wanted[1:-1], found):
            pieces += [found[position : match.start()], _expanded(match, replacement)]
            position = match.end()
        return _bounded("".join([*pieces, found[position:]]))
    return _bounded(found.replace(wanted, replacement))


def _expanded(match: regex.Match[str], replacement: str) -> str:
    def group(reference: re.Match[str]) -> str:
        if reference[3]:
            return "$"
        name = reference[1] or reference[2]
        known = int(name) <= match.re.groups if name.isdigit() else name in match.re.groupindex
        return (match.group(int(name) if name.isdigit() else name) or "") if known else ""

    return _GROUP.sub(group, replacement)


def _bounded(found: str) -> str:
    if len(found) > LONGEST:
        message = "makes a string that is too long"
        raise EvaluationError(message)
    return found


def substr(found: str, offset: float, length: float) -> str:
    """By characters; a negative offset counts from the end, length -1 is the rest."""
    start = int(offset) + len(found) if offset < 0 else int(offset)
    return found[max(start, 0) :] if length < 0 else found[max(start, 0) : max(start, 0) + int(length)]


def title(found: str) -> str:
    """The first letter of each word as a capital."""
    return re.sub(r"(?<![^\W_])(?<![_'])[^\W\d_]", lambda match: match.group().upper(), found)


def split(separator: str, found: str) -> tuple[str, ...]:
    """At each separator; into characters at none."""
    return tuple(found.split(separator)) if separator else tuple(found)


def _prefixed(value: Result, prefix: Result) -> Result:
    """``startswith``: decided by the known beginning of a text."""
    return _at_end(value, prefix, lambda whole, part: whole.startswith(part), 0)


def _suffixed(value: Result, suffix: Result) -> Result:
    return _at_end(value, suffix, lambda whole, part: whole.endswith(part), -1)


def _at_end(value: Result, wanted: Result, test: Callable[[str, str], bool], end: int) -> Result:
    if isinstance(value, Text) and isinstance(wanted, str) and isinstance(edge := value.parts[end], str):
        short = edge[: len(wanted)] if end == 0 else edge[-len(wanted) :]
        if test(edge, wanted) or not test(wanted, short):
            return test(edge, wanted)
    whole, part = as_text(value), as_text(wanted)
    return test(whole, part) if isinstance(whole, str) and isinstance(part, str) else Unknown(unsettled(value, wanted).causes)


def _strings(listed: Sequence[Result]) -> list[str]:
    return [_settled_text(member) for member in listed]


TABLE: Mapping[str, Function] = {
    "chomp": Symbolic(_on_edges(_chomp)),
    "endswith": Symbolic(_suffixed),
    "format": Symbolic(format_),
    "formatlist": Symbolic(formatlist),
    "indent": Symbolic(indent),
    "join": Symbolic(join),
    "lower": Plain("s", str.lower),
    "regex": Plain("ss", regex_),
    "regexall": Plain("ss", lambda pattern, found: tuple(_captured(match) for match in _matches(pattern, found))),
    "replace": Plain("sss", replace),
    "sort": Plain("l", lambda listed: tuple(sorted(_strings(listed)))),
    "split": Plain("ss", split),
    "startswith": Symbolic(_prefixed),
    "strcontains": Plain("ss", lambda found, part: part in found),
    "strrev": Plain("s", lambda found: found[::-1]),
    "substr": Plain("snn", substr),
    "title": Plain("s", title),
    "trim": Plain("ss", lambda found, characters: found.strip(characters)),
    "trimprefix": Plain("ss", lambda found, prefix: found.removeprefix(prefix)),
    "trimspace": Symbolic(_on_edges(_trimspace)),
    "trimsuffix": Plain("ss", lambda found, suffix: found.removesuffix(suffix)),
    "upper": Plain("s", str.upper),
}
