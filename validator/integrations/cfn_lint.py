"""Rules for cfn-lint: ``cfn-lint --append-rules validator.integrations.cfn_lint -- template.yaml``, and so in editors that run it.

Each template is judged by itself, as ``s3reach check`` judges it: settings, waivers and baseline come from the nearest configuration file.
The three rules are the three severities; the message begins with the policy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import ref

from cfnlint.helpers import REGION_PRIMARY
from cfnlint.rules import CloudFormationLintRule, RuleMatch

from validator.configuration import load
from validator.configuration.merge import options_of
from validator.configuration.settings import Section
from validator.errors import S3ReachError
from validator.judge.finding import Finding, Severity
from validator.pipeline import check
from validator.report.text import safe

_ABOUT = (
    "Private workloads must reach the S3 buckets that they use, inside their own Region: by a gateway endpoint on their route table, "
    "with clients that name the Region. What each policy asks: s3reach policies ID"
)


@dataclass(frozen=True, slots=True)
class _Result:
    """What is found in one template, or what is wrong with the question."""

    findings: tuple[Finding, ...] = ()
    mistakes: tuple[str, ...] = ()


class _Results:
    """The result for the template that was asked about last: three rules ask about each."""

    def __init__(self) -> None:
        self._asked: Any = None
        self._result = _Result()

    def of(self, template: Any) -> _Result:  # noqa: ANN401 - cfn-lint's Template has no types
        if self._asked is None or self._asked() is not template:
            self._result = _judged(template.filename, _regions(template.regions))
            self._asked = ref(template)
        return self._result


_RESULTS = _Results()


def _regions(named: list[str]) -> tuple[str, ...] | None:
    """The Regions that cfn-lint was given; its default is taken for nobody's wish."""
    return None if named == [REGION_PRIMARY] else tuple(named)


def _judged(file: str | None, regions: tuple[str, ...] | None) -> _Result:
    if not file or not Path(file).is_file():
        return _Result()
    try:
        with _own_logging():
            settings = load(None, Path.cwd())
            return _Result(check(options_of([file], Section(regions=regions), settings)).open)
    except S3ReachError as error:
        return _Result(mistakes=error.mistakes)


@contextmanager
def _own_logging() -> Iterator[None]:
    """Our use of cfn-lint's decoder silences its log; here the log is cfn-lint's."""
    logger = logging.getLogger("cfnlint")
    level = logger.level
    try:
        yield
    finally:
        logger.setLevel(level)


class _Reach:
    """Findings of one severity; no rule by itself, for cfn-lint takes every rule that it finds."""

    description = _ABOUT
    source_url = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html"
    tags = ("resources", "s3", "vpc", "s3reach")
    of = Severity.ERROR

    def match(self, cfn: Any) -> list[RuleMatch]:  # noqa: ANN401
        """The findings in a template; what is wrong with the question counts as an error."""
        result = _RESULTS.of(cfn)
        found = [_match(finding, cfn) for finding in result.findings if finding.severity is self.of]
        if self.of is Severity.ERROR:
            found += [RuleMatch([], f"s3reach: {safe(mistake)}") for mistake in result.mistakes]
        return found


def _match(finding: Finding, cfn: Any) -> RuleMatch:  # noqa: ANN401
    """A finding at its resource, whose metadata cfn-lint obeys, with the place to blame; one in a nested stack at the stack."""
    message = f"{finding.policy}: {safe(finding.message)}"
    own, blamed = finding.resource, finding.location
    names = (own.address or "").split("/")[1:] if own else []
    if blamed is not None and (blamed != own or blamed.path != cfn.filename):
        message = f"{message} ({safe(str(blamed))})"
    return RuleMatch(["Resources", names[0]] if names and names[0] in cfn.template.get("Resources", {}) else [], message)


class ReachError(_Reach, CloudFormationLintRule):  # type: ignore[misc]
    """What fails a gate."""

    id = "E9301"
    shortdesc = "S3 is not reached inside the Region"
    of = Severity.ERROR


class ReachWarning(_Reach, CloudFormationLintRule):  # type: ignore[misc]
    """What works, at a price or by luck."""

    id = "W9301"
    shortdesc = "S3 is reached by a detour"
    of = Severity.WARNING


class ReachNote(_Reach, CloudFormationLintRule):  # type: ignore[misc]
    """What is worth knowing."""

    id = "I9301"
    shortdesc = "S3 is reached unevenly"
    of = Severity.NOTE
