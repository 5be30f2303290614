"""A report made by hand: golden files do not move when policies or the analysis do. ``renamed`` puts other names into it."""

import pathlib
from dataclasses import replace

from validator.analysis.access import Access, Analysis, Client, Coverage, Disposition, Evidence, Hop, Host, Path, Position, Tier
from validator.judge.finding import Finding, Severity, Verdict, Waiver
from validator.judge.policy import load_policies
from validator.model.storage import Bucket
from validator.model.topology import Unread
from validator.model.workloads import Platform, Workload
from validator.report.report import Input, Report
from validator.source import SourceLocation
from validator.values import Cause, Unknown

POLICIES = pathlib.Path(__file__).parent / "policies"
REGION = "eu-west-1"
NAMES = {"web": "aws_instance.web", "job": "aws_lambda_function.job", "data": "aws_s3_bucket.data", "logs": "aws_s3_bucket.logs"}


def at(line: int | None, address: str, attribute: str | None = None, path: str = "infra/main.tf") -> SourceLocation:
    return SourceLocation(path, line, 1 if line else None, address, attribute)


def workload(identity: str, line: int) -> Workload:
    return Workload(identity, "EC2 instance", Platform.EC2, REGION, (), at(line, identity))


def bucket(identity: str, region: str | Unknown = REGION) -> Bucket:
    return Bucket(identity, identity.rpartition(".")[2], region, "provider aws", "input", at(90, identity))


def access(number: int, of: Workload, to: Bucket, ends: Disposition, *hops: Hop, host: str | None = None, tier: Tier = Tier.ISOLATED) -> Access:
    subnet, table = "aws_subnet.private", "aws_route_table.private"
    region = host or REGION
    cause = Cause("is known only after apply", "var.enable_endpoint", at(3, "var.enable_endpoint"))
    causes = (cause,) if ends is Disposition.UNKNOWN else ()
    start = (
        Hop("workload", of.id, of.kind, of.location),
        Hop("subnet", subnet, f"{tier.value} placement", at(20, subnet)),
        Hop("route-table", table, "associated explicitly", at(30, "aws_route_table_association.private")),
    )
    path = Path(Host(f"{to.name}.s3.{region}.amazonaws.com", region), ends, (*start, *hops), causes, region != REGION)
    position = Position(None, subnet, table, "aws_vpc.main", REGION, tier)
    evidence = (Evidence("script", f"user data runs aws s3 cp on {to.id}", at(of.location.line + 3, of.id, "user_data")),)
    client = Client("boto3", region, "flag", follows_redirects=True)
    return Access(f"access-{number}", of, position, to, client, (path,), ends, causes, evidence)


def finding(policy_id: str, about: Access, severity: Severity = Severity.ERROR, verdict: Verdict = Verdict.FAIL, **more: object) -> Finding:
    words = {
        "also": (),
        "message": f"{about.workload.id} does not reach {about.bucket.id}: nothing leads there",
        "remedy": "# one route more\nroute_table_ids = [...]",
    }
    return Finding(
        policy=policy_id, severity=severity, verdict=verdict, subject=about.workload.id, workload=about.workload.id, bucket=about.bucket.id,
        region=REGION, accesses=(about.id,), location=about.workload.location, **{**words, **more},
    )  # fmt: skip


def of_the_baseline(about: Access) -> Finding:
    """A finding about a VPC, in the baseline."""
    found = finding("uneven-endpoints", about, Severity.NOTE, status="baseline", change="before")
    return replace(found, subject="aws_vpc.main", workload=None, bucket=None, accesses=(), location=at(None, "aws_vpc.main", path="plan.json"))


def report(names: dict[str, str] = NAMES) -> Report:
    """Five accesses and four findings: an error of this change, a warning that is not decided, one waived, one of the baseline."""
    web, job = workload(names["web"], 40), workload(names["job"], 60)
    data, logs = bucket(names["data"]), bucket(names["logs"], "us-west-2")
    endpoint = Hop("vpc-endpoint", "aws_vpc_endpoint.s3", "the gateway endpoint's route to S3 in eu-west-1", at(35, "aws_vpc_endpoint.s3"))
    nat = Hop("nat-gateway", "aws_nat_gateway.nat", "its subnet has a way out", at(37, "aws_nat_gateway.nat"))
    nothing = Hop("nothing", None, "aws_route_table.private has no route to S3 in us-west-2", at(25, "aws_route_table.private"))
    s3 = Hop("s3", "s3", "S3", None)
    accesses = (
        access(1, web, data, Disposition.VIA_GATEWAY_ENDPOINT, endpoint, s3),
        access(2, web, logs, Disposition.NO_ROUTE, nothing, host="us-west-2"),
        access(3, job, data, Disposition.UNKNOWN),
        access(4, job, logs, Disposition.VIA_NAT_GATEWAY, nat, s3, host="us-west-2"),
    )
    coverage = tuple(
        Coverage("aws_vpc.main", f"aws_subnet.{name}", REGION, tier, f"aws_route_table.{name}", gateway, None)
        for name, tier, gateway in (("private", Tier.ISOLATED, "aws_vpc_endpoint.s3"), ("spare", Tier.PRIVATE, None), ("public", Tier.PUBLIC, None))
    )
    findings = (
        replace(finding("s3-elsewhere-unreachable", accesses[1], change="introduced", also=("s3-unreachable",)), fails=True),
        finding("s3-way-open", accesses[2], Severity.WARNING, Verdict.UNKNOWN, change="kept"),
        finding(
            "s3-elsewhere-outside-endpoint",
            accesses[3],
            status="waived",
            waiver=Waiver("the logs move in spring", "2027-01-31", at(5, None, path=".s3reach.toml")),
            change="before",
        ),
        of_the_baseline(accesses[0]),
    )
    policies = tuple(one for one in load_policies((POLICIES,)) if one.path.startswith(str(POLICIES)))
    notes = (Cause("leaves changes to a later run", "this plan", at(None, None, path="plan.json")),)
    unread = (Unread("aws_glue_job", 2, "runs in no subnet that is known"),)
    inputs = (Input("plan.json", "terraform-plan", "format 1.2, Terraform 1.11.4"),)
    return Report("0.0.0", inputs, Analysis(accesses, coverage), findings, unread, notes, "terraform", policies=policies)


def clean() -> Report:
    """A report whose only access arrives."""
    whole = report()
    analysis = Analysis(whole.analysis.accesses[:1], whole.analysis.coverage)
    return replace(whole, analysis=analysis, findings=())


def accepted() -> Report:
    """A report of which everything is waived or in the baseline."""
    whole = report()
    return replace(whole, findings=tuple(one for one in whole.findings if one.status != "open"))


def many(count: int) -> Report:
    """A report with ``count`` findings."""
    whole = report()
    accesses, findings = [], []
    for number in range(count):
        web = workload(f"module.service_{number % 40}.aws_instance.web[{number}]", 40 + number)
        one = access(100 + number, web, bucket(f"aws_s3_bucket.data_{number % 7}", "us-west-2"), Disposition.NO_ROUTE, host="us-west-2")
        severity = (Severity.ERROR, Severity.WARNING, Severity.NOTE)[number % 3]
        accesses.append(one)
        findings.append(replace(finding("s3-elsewhere-unreachable", one, severity), fails=severity is Severity.ERROR))
    ordered = tuple(sorted(findings, key=lambda one: one.sort_key))
    return replace(whole, analysis=Analysis(tuple(accesses), whole.analysis.coverage), findings=ordered)


HOSTILE = (
    "x\n::error::pwned\r::set-output name=a::b%0A%25%3A##[error]z##vso[task.complete]|a`b```c````d</details></summary><script>alert(1)</script>"
    "<img src=x onerror=alert(1)>]]>\"'--><!--\x1b[31m\x07\x00\x9b\u202e\u2066@octocat #1 GH-1 [link](https://evil.example) \\ $x$ :tada: &amp; {{y}} %%{init}%%"
)


def hostile() -> Report:
    """The report with names that are up to no good, everywhere."""
    renamed = report({name: f"aws_instance.{name}{HOSTILE}" for name in NAMES})
    findings = tuple(
        replace(
            one,
            message=f"{one.message} {HOSTILE}",
            remedy=f"{one.remedy}\n{HOSTILE}\n```\n::error::x",
            subject=one.subject + HOSTILE,
            waiver=one.waiver and replace(one.waiver, reason=HOSTILE),
            location=replace(one.location, path=f"a dir/{HOSTILE}.tf"),
        )
        for one in renamed.findings
    )
    coverage = tuple(replace(one, subnet=f"::error::{HOSTILE}") for one in renamed.analysis.coverage)
    policies = tuple(replace(one, title=one.title + HOSTILE, why=HOSTILE, references=(f"https://x/{HOSTILE}",)) for one in renamed.policies)
    notes = (Cause(HOSTILE, HOSTILE, at(1, HOSTILE)),)
    return replace(
        renamed,
        findings=findings,
        analysis=replace(renamed.analysis, coverage=coverage),
        policies=policies,
        notes=notes,
        unread=(Unread(HOSTILE, 1, HOSTILE),),
    )
