"""The policies told to people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from validator.judge.facts import SPECIMENS
from validator.judge.policy import PLACEHOLDERS, Policy


def as_json(policies: Sequence[Policy]) -> str:
    """A list of policies with everything that their files say."""
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "subject": one.subject,
            "blames": one.blames.value,
            "severity": one.severity.value,
            "unknown": one.unknown.value if one.unknown else None,
            "since": one.since,
            "when": one.when.text,
            "require": one.require.text,
            "message": one.message,
            "why": one.why,
            "remedy": dict(one.remedy),
            "references": list(one.references),
            "examples": {name: list(names) for name, names in one.examples.items()},
        }
        for one in policies
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"


def as_markdown(policies: Sequence[Policy]) -> str:
    """The catalogue as a page: the README of the folder of policies is made by this."""
    lines = ["# Policies", "", "| id | finds | severity | undecided |", "|---|---|---|---|"]
    lines += [f"| [`{one.id}`](#{one.id}) | {one.title} | {one.severity.value} | {one.unknown.value if one.unknown else '-'} |" for one in policies]
    for one in policies:
        lines += ["", f"## {one.id}", "", f"{one.title[:1].upper()}{one.title[1:]}.", "", one.why, "", "```cel", f"when:    {one.when.text}"]
        lines += [f"require: {one.require.text}", "```"]
        for condition, remedy in _remedies(one):
            where = f", where `{condition}`" if condition else ""
            for dialect, language, title in (("terraform", "hcl", "Terraform"), ("cloudformation", "yaml", "CloudFormation")):
                lines += ["", f"{title}{where}:", "", f"```{language}", remedy[dialect], "```"]
        lines += ["", f"- blames: {one.blames.value}", *(f"- <{reference}>" for reference in one.references)]
        lines += [f"- {name}: {', '.join(samples)}" for name, samples in one.examples.items() if samples]
    lines += ["", "## Policies of your own", "", *_own()]
    return "\n".join(lines) + "\n"


def _own() -> Iterator[str]:
    """How to write one's own: the facts and words that there are."""
    yield "They are YAML files in a folder that `--policies` or the setting `policies` names. `s3reach schema policy`"
    yield "describes such a file; those beside this page are written the same way. `when` and `require` are CEL over the facts of the subject,"
    yield "which [facts.py](../validator/judge/facts.py) explains:"
    yield ""
    for subject, specimen in SPECIMENS.items():
        yield f"- {subject}: {', '.join(f'`{name}`' for name in _names(specimen))}"
    yield ""
    yield f"Messages and fixes may name {', '.join(f'`{{{name}}}`' for name in sorted(PLACEHOLDERS))}; a brace of theirs is written twice."


def _names(facts: Mapping[str, object], before: str = "") -> Iterator[str]:
    for name, value in facts.items():
        match value:
            case Mapping():
                yield from _names(value, f"{before}{name}.")
            case [Mapping() as one]:
                yield from _names(one, f"{before}{name}[].")
            case _:
                yield f"{before}{name}"


def _remedies(policy: Policy) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The usual remedy, then the others with the condition of each; braces as they are told."""
    for condition, remedy in (("", policy.remedy), *((when.text, other) for when, other in policy.instead)):
        yield condition, {dialect: text.replace("{{", "{").replace("}}", "}") for dialect, text in remedy.items()}


def in_full(policy: Policy) -> str:
    """One policy for a terminal."""
    parts = [
        f"{policy.id}: {policy.title}",
        f"severity {policy.severity.value}, undecided counts as {policy.unknown.value if policy.unknown else 'nothing'}, since {policy.since}",
        "",
        policy.why,
        "",
        f"blames    {policy.blames.value}",
        f"applies   {policy.when.text}",
        f"requires  {policy.require.text}",
    ]
    for condition, remedy in _remedies(policy):
        where = f", where {condition}" if condition else ""
        for dialect, title in (("terraform", "Terraform"), ("cloudformation", "CloudFormation")):
            parts += ["", f"fix in {title}{where}:", *(f"  {line}" for line in remedy[dialect].splitlines())]
    parts += ["", *policy.references]
    return "\n".join(parts) + "\n"
