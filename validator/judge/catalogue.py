"""The policies told to people and programs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from validator.judge.policy import Policy


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
        lines += ["", f"## {one.id}", "", one.title.capitalize() + ".", "", one.why, "", "```cel", f"when:    {one.when.text}"]
        lines += [f"require: {one.require.text}", "```"]
        for dialect, language, title in (("terraform", "hcl", "Terraform"), ("cloudformation", "yaml", "CloudFormation")):
            lines += ["", f"{title}:", "", f"```{language}", one.remedy[dialect].replace("{{", "{").replace("}}", "}"), "```"]
        lines += ["", f"- blames: {one.blames.value}", *(f"- <{reference}>" for reference in one.references)]
        lines += [f"- {name}: {', '.join(samples)}" for name, samples in one.examples.items() if samples]
    return "\n".join(lines) + "\n"


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
    for dialect, title in (("terraform", "Terraform"), ("cloudformation", "CloudFormation")):
        parts += ["", f"fix in {title}:", *(f"  {line}" for line in policy.remedy[dialect].replace("{{", "{").replace("}}", "}").splitlines())]
    parts += ["", *policy.references]
    return "\n".join(parts) + "\n"
