"""Does another evaluator of IAM policies agree, where it and we both decide?

``@cloud-copilot/iam-simulate`` of the npm registry; the folder that it is installed in is named by ``IAM_SIMULATE``.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.test_authorization import CASES, document, estate, guards_of, question
from validator.analysis.authorization import Request, decide
from validator.analysis.conditions import Address, Fact
from validator.analysis.patterns import Name, literal, plain
from validator.analysis.terms import Terms
from validator.values import Unknown, all_of

FOLDER = os.environ.get("IAM_SIMULATE", "")
ROLE = "arn:aws:sts::111122223333:assumed-role/app/session"
# It takes no principal but * in an endpoint's policy, and knows neither the older version nor ${$}.
ELSEWHERE = frozenset(
    {
        "everybody, written as AWS",
        "a gateway endpoint takes an account for its root user",
        "a gateway endpoint takes an account's ARN for its root user",
        "an interface endpoint lets an account's roles through",
        "an interface endpoint refuses other accounts",
        "an interface endpoint lets the role through",
        "an interface endpoint refuses another role",
        "a user is not the role",
        "a session of another role is not",
        "a service is no workload",
        "a dollar that is a dollar",
        "the older version has no variables",
        "a version that is not written is the older one",
        "a variable in an older document is text",
    }
)
RUNNER = """
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'fs'
const all = [{ Effect: 'Allow', Action: '*', Resource: '*' }]
const answers = []
for (const one of JSON.parse(readFileSync(0))) {
  const found = await runSimulation({
    request: { principal: one.role, action: one.action, resource: { resource: one.resource, accountId: '111122223333' }, contextVariables: one.context },
    identityPolicies: [{ name: 'all', policy: { Version: '2012-10-17', Statement: all } }],
    serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy: one.bucket ?? undefined,
    vpcEndpointPolicies: one.endpoint ? [{ name: 'endpoint', policy: one.endpoint }] : undefined,
  }, {})
  const inner = found.analysis ?? found.result?.analysis ?? found
  answers.push(found.errors ? JSON.stringify(found.errors) : (inner.result ?? found.overallResult))
}
console.log(JSON.stringify(answers))
"""


def is_plain(written: Any) -> bool:
    """Whether nothing in a case is symbolic."""
    if isinstance(written, Mapping):
        return not {"unknown", "ref", "text"} & set(written) and all(map(is_plain, written.values()))
    return all(map(is_plain, written)) if isinstance(written, list) else True


def texts(fact: Fact) -> list[str] | None:
    """A fact as values of the other evaluator; None where it has none that can be told."""
    if isinstance(fact, Unknown):
        return list(map(str, fact.among[:1])) if fact.among else None
    if fact is None:
        return None
    found = [as_text(one) for one in fact]
    return [one for one in found if one is not None] if found and None not in found else None


def as_text(given: object) -> str | None:
    match given:
        case Address(block=block):
            return str(block[10]) if block else "54.239.99.1"
        case (Name(key=key),):
            return key
        case tuple():
            return plain(given)
    return None


def renamed(written: Any, *, several: bool) -> Any:
    """Keys that we made up are not known there: those of tags are free, and ``aws:TagKeys`` has several values."""
    text = json.dumps(written)
    for name in ("a", "b"):
        key = "aws:TagKeys" if several and name == "a" else f"aws:PrincipalTag/{name}"
        text = text.replace(f'"x:{name}"', f'"{key}"').replace(f'"X:{name.upper()}"', f'"{key}"').replace(f"${{x:{name}", f"${{{key}")
    return json.loads(text)


def asked(case: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The single requests of a case that we decide."""
    topology = estate(case)
    terms = Terms(topology)
    whole = question(case, topology, terms)
    documents = dict(case)
    if "if" in case:
        documents["endpoint"] = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": case["if"]}]
    several = any(isinstance(one, list) for one in case.get("context", {}).values()) or "ForA" in json.dumps(case.get("if", {}))
    wanted = case.get("do", "s3:GetObject")
    for action in wanted if isinstance(wanted, list) else [wanted]:
        resource = "arn:aws:s3:::data" + ("" if action.startswith("s3:List") else f"/{case.get('key', 'some')}")
        request = Request(action, literal(resource), whole.caller, whole.context)
        truth = all_of(decide(guard, request, terms).truth for guard in guards_of(case, topology))
        if isinstance(truth, Unknown):
            continue
        context = {
            key: found if len(found) > 1 or (key == "x:a" and several) else found[0] for key, fact in whole.context.items() if (found := texts(fact))
        }
        through = case.get("via", "gateway") in {"gateway", "interface"}
        made = {"role": ROLE, "action": action, "resource": resource, "context": context, "endpoint": None, "bucket": None}
        for name in ("endpoint", "bucket"):
            if name in documents and (through or name == "bucket"):
                written = document(documents[name])
                made[name] = json.loads(written) if isinstance(written, str) else written
        yield {"ours": truth, "asked": renamed(made, several=several)}


@pytest.mark.skipif(not FOLDER, reason="IAM_SIMULATE names no folder with @cloud-copilot/iam-simulate")
def test_does_the_other_evaluator_agree():
    cases = [case for case in CASES if case.get("of", "data") == "data" and case["name"] not in ELSEWHERE and all(map(is_plain, case.values()))]
    requests = [(case["name"], one) for case in cases for one in asked(case)]
    script = Path(FOLDER) / "agree.mjs"
    script.write_text(RUNNER)
    given = json.dumps([one["asked"] for _, one in requests])
    answers = json.loads(subprocess.run(["node", str(script)], input=given, capture_output=True, text=True, check=True, cwd=FOLDER).stdout)
    differing = {
        name: (one["ours"], theirs) for (name, one), theirs in zip(requests, answers, strict=True) if one["ours"] is not (theirs == "Allowed")
    }
    assert len(requests) > 100
    assert differing == {}
