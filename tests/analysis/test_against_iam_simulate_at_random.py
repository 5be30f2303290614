"""Do we and another evaluator of IAM policies agree on documents that nobody would write? See ``test_against_iam_simulate``.

It takes 0.0.0.0/0 for a block of one address, drops keys that an action does not have, and says something where AWS does not: of variables
without a value in NotResource, and of ForAnyValue with IfExists. There we say that we do not know, or do not ask.
"""

import json
import os
import random
import subprocess
from collections.abc import Mapping
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.test_against_iam_simulate import ROLE, RUNNER
from tests.analysis.test_authorization import ACCOUNT, document, estate, guards_of
from validator.analysis.authorization import Caller, Request, decide
from validator.analysis.condition_keys import OfAction
from validator.analysis.conditions import Address, Fact
from validator.analysis.patterns import literal
from validator.analysis.terms import Terms
from validator.values import Truth, Unknown, all_of

FOLDER = os.environ.get("IAM_SIMULATE", "")
COUNT = 500
APP = f"arn:aws:iam::{ACCOUNT}:role/app"
ACTIONS = ["s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "*", "s3:*Object", "S3:getobject", "s3:?etObject", "s3:Get*Version"]
RESOURCES = ["*", "arn:aws:s3:::data", "arn:aws:s3:::data/*", "arn:aws:s3:::data/a/*", "arn:aws:s3:::other/*", "arn:aws:s3:::d*", "arn:aws:s3:::*/a/*",
             "arn:aws:s3:::da?a/*", "arn:aws:s3:::data/${aws:PrincipalTag/team}/*"]  # fmt: skip
# What documents compare a key with, and what requests have there.
TEXTS: Mapping[str, tuple[list[str], list[str | None]]] = {
    "aws:SourceVpce": (["vpce-0a1", "vpce-0b2", "vpce-*", "VPCE-0A1"], ["vpce-0a1", "vpce-0b2", None]),
    "aws:SourceVpc": (["vpc-0a1", "vpc-0b2", "vpc-0?1"], ["vpc-0a1", "vpc-0b2", None]),
    "aws:PrincipalTag/team": (["red", "blue", "r*", "Red", "*"], ["red", "blue", "a", None]),
    "s3:prefix": (["a/", "a/*", "b/", ""], ["a/", "a/b", "b/", None]),
    "aws:PrincipalAccount": ([ACCOUNT, "444455556666", "1111*"], [ACCOUNT]),
    "aws:RequestedRegion": (["eu-west-1", "us-*"], ["eu-west-1", "us-east-1"]),
    "aws:PrincipalOrgID": (["o-abcde12345", "o-*"], ["o-abcde12345", None]),
}
ADDRESSES = {"aws:SourceIp": [None, "54.239.1.1", "10.0.1.7"], "aws:VpcSourceIp": [None, "10.0.1.7", "10.9.0.1"]}
BLOCKS = ["10.0.0.0/8", "10.0.1.0/24", "10.0.1.7", "54.239.0.0/16"]
ARNS = [APP, "arn:aws:iam::*:role/app", f"arn:aws:iam::{ACCOUNT}:role/*", "arn:aws:iam::444455556666:role/app", f"arn:aws:*::{ACCOUNT}:role/a?p"]
EQUAL = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"]


class Maker:
    """Makes documents and requests, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self, options: list[str], most: int = 2) -> list[str]:
        return self.random.sample(options, min(self.random.randint(1, most), len(options)))

    def condition(self) -> tuple[str, str, Any]:
        one, lenient = self.random.choice, self.random.choice(["", "", "IfExists"])
        key = one(list(TEXTS))
        return one(
            [
                lambda: (one(EQUAL) + lenient, key, self.some(TEXTS[key][0])),
                lambda: (one(EQUAL) + lenient, key, self.some(TEXTS[key][0])),
                lambda: ("Bool" + lenient, one(["aws:SecureTransport", "aws:ViaAWSService"]), one(["true", "false"])),
                lambda: ("Null", one([key, *ADDRESSES]), one(["true", "false"])),
                lambda: (one(["IpAddress", "NotIpAddress"]) + lenient, one(list(ADDRESSES)), self.some(BLOCKS)),
                lambda: (one(["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"]) + lenient, "s3:TlsVersion", one(["1.2", "1.3"])),
                lambda: (one(["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike"]) + lenient, "aws:PrincipalArn", self.some(ARNS)),
            ]
        )()

    def statement(self) -> dict[str, Any]:
        made = {"Effect": self.random.choice(["Allow", "Allow", "Deny"]), "Principal": "*"}
        made[self.random.choice(["Action"] * 6 + ["NotAction"])] = self.some(ACTIONS)
        made[self.random.choice(["Resource"] * 6 + ["NotResource"])] = self.some(RESOURCES)
        conditions: dict[str, dict[str, Any]] = {}
        for operator, key, values in (self.condition() for _ in range(self.random.choice([0, 0, 1, 1, 2, 3]))):
            conditions.setdefault(operator, {})[key] = values
        return {**made, "Condition": conditions} if conditions else made

    def case(self) -> dict[str, Any]:
        made = {"endpoint": [self.statement() for _ in range(self.random.randint(1, 3))]}
        return {**made, "bucket": [self.statement()]} if self.random.random() < 1 / 2 else made

    def context(self, action: str) -> dict[str, str | None]:
        made = {key: self.random.choice(given) for key, (_, given) in TEXTS.items() if key != "s3:prefix" or action == "s3:ListBucket"}
        made |= {key: self.random.choice(given) for key, given in ADDRESSES.items()}
        fixed = {"aws:ViaAWSService": "false", "aws:PrincipalArn": APP}
        return {
            **made,
            **fixed,
            "aws:SecureTransport": self.random.choice(["true", "false"]),
            "s3:TlsVersion": self.random.choice([None, "1.2", "1.3"]),
        }


def fact(key: str, given: str | None) -> Fact:
    if given is None:
        return None
    return (Address(IPv4Network(given)),) if key in ADDRESSES else (literal(given),)


def ours(case: Mapping[str, Any], action: str, resource: str, context: Mapping[str, str | None]) -> Truth:
    topology = estate(case)
    facts = {key.lower(): fact(key, given) for key, given in {**context, "s3:prefix": context.get("s3:prefix")}.items()}
    request = Request(action, literal(resource), Caller(literal(APP), literal(ACCOUNT)), OfAction(facts, action))
    return all_of(decide(guard, request, Terms(topology)).truth for guard in guards_of(case, topology))


@pytest.mark.skipif(not FOLDER, reason="IAM_SIMULATE names no folder with @cloud-copilot/iam-simulate")
@pytest.mark.parametrize("seed", range(3))
def test_does_the_other_evaluator_agree_on_random_documents(seed):
    maker = Maker(seed)
    answers: list[Truth] = []
    asked = []
    for _ in range(COUNT):
        case, action = maker.case(), maker.random.choice(["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
        resource = "arn:aws:s3:::data" + ("" if action == "s3:ListBucket" else maker.random.choice(["/a/x", "/b", "/red/x", "/blue/y/z"]))
        context = maker.context(action)
        answers.append(ours(case, action, resource, context))
        documents = {name: document(case[name]) if name in case else None for name in ("endpoint", "bucket")}
        asked.append(
            {
                "role": ROLE,
                "action": action,
                "resource": resource,
                "context": {key: one for key, one in context.items() if one is not None},
                **documents,
            }
        )
    script = Path(FOLDER) / f"random{seed}.mjs"
    script.write_text(RUNNER)
    given = json.dumps(asked)
    theirs = json.loads(subprocess.run(["node", str(script)], input=given, capture_output=True, text=True, check=True, cwd=FOLDER).stdout)
    decided = [(one, other, case) for one, other, case in zip(answers, theirs, asked, strict=True) if not isinstance(one, Unknown)]
    assert len(decided) > COUNT * 0.98
    assert [case for one, other, case in decided if one is not (other == "Allowed")] == []
