"""``python -m tests.corpus FOLDER``: check every plan, template and CDK assembly of a folder, and say how each run ended.

Prints tables of exit codes, dispositions, workloads by kind, evidence, types not modelled, findings by policy and causes of unknowns: those of
accesses, and those of the values of all attributes, with an example of each. A traceback or a run over the time limit is listed by name and makes
the exit code 1: every input must end in exit 0, 1 or 2, in bounded time.
"""

import argparse
import multiprocessing
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator import pipeline
from validator.conversion.convert import convert
from validator.errors import S3ReachError
from validator.frontends.reading import is_assembly
from validator.model.topology import Topology
from validator.options import Options
from validator.resource import Configuration
from validator.values import Cause, Text, Unknown, Value

SECONDS = 60
SUFFIXES = {".json", ".yaml", ".yml", ".template"}


@dataclass
class Outcome:
    """How one input ended; ``code`` is an exit code, "traceback" or "timeout"."""

    path: str
    code: str
    seconds: float
    line: str = ""
    dispositions: Counter[str] = field(default_factory=Counter)
    policies: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    evidence: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


def run(path: str) -> Outcome:
    """Check one input in this process, stopped after SECONDS."""
    signal.signal(signal.SIGALRM, _expire)
    signal.alarm(SECONDS)
    started = time.monotonic()
    read: list[Configuration] = []
    seen: list[Topology] = []
    pipeline.convert = lambda configurations: read.extend(configurations) or seen.append(convert(configurations)) or seen[-1]
    try:
        report = pipeline.check(Options(paths=(path,), regions=("us-east-1",)))
        causes = list(open_values(read))
    except S3ReachError as error:
        return Outcome(path, "2", time.monotonic() - started, error.mistakes[0])
    except TimeoutError:
        return Outcome(path, "timeout", time.monotonic() - started)
    except BaseException:  # noqa: BLE001  # the whole point is to list whatever else comes out
        return Outcome(path, "traceback", time.monotonic() - started, traceback.format_exc())
    finally:
        signal.alarm(0)
    outcome = Outcome(path, str(report.exit_code), time.monotonic() - started)
    for access in report.analysis.accesses:
        outcome.dispositions[access.disposition.value] += 1
        for cause in access.causes:
            outcome.causes[cause.reason] += 1
    counted = {(access.workload.id, access.bucket.id): access for access in report.analysis.accesses}
    outcome.evidence.update(f"{one.kind} ({access.bucket.owner} bucket)" for access in counted.values() for one in access.evidence)
    outcome.kinds.update(workload.kind for topology in seen for workload in topology.workloads.values())
    outcome.kinds.update(f"{kind}, with an access" for _, kind in {(one.workload.id, one.workload.kind) for one in counted.values()})
    outcome.unread.update({f"{one.type}: {one.why}": one.count for one in report.unread})
    for cause, attribute in causes:
        outcome.values[cause.reason] += 1
        outcome.examples.setdefault(cause.reason, f"{path} {attribute}: {cause.subject}")
    for finding in report.findings:
        outcome.policies[f"{finding.policy} ({finding.verdict})"] += 1
    return outcome


def _expire(*_: object) -> None:
    raise TimeoutError


def open_values(configurations: Iterable[Configuration]) -> Iterator[tuple[Cause, str]]:
    """Why a value of an attribute is not known, once per attribute at the top of a resource, with the attribute; and the notes of the inputs."""
    for configuration in configurations:
        yield from ((note, "note") for note in configuration.notes)
        for resource in configuration.resources:
            for name, value in resource.attributes.items():
                for cause in {one.reason: one for one in causes_in(value)}.values():
                    yield cause, f"{resource.address} ({resource.type}) {name}"


def causes_in(value: Value) -> Iterator[Cause]:
    """The causes of all that is unknown in a value."""
    match value:
        case Unknown():
            yield from value.causes
        case Text(parts=members) | (tuple() as members):
            for member in members:
                yield from causes_in(member)
        case Mapping():
            for member in value.values():
                yield from causes_in(member)


def inputs(folders: list[str]) -> list[str]:
    """Every assembly below the folders, and every file outside of them that may be an input, sorted."""
    found = [path for folder in folders for path in ([Path(folder)] if Path(folder).is_file() else [Path(folder), *Path(folder).rglob("*")])]
    assemblies = {path for path in found if path.is_dir() and is_assembly(path)}
    outside = [path for path in found if not assemblies.intersection(path.parents)]
    return sorted(str(path) for path in outside if path in assemblies or (path.is_file() and path.suffix in SUFFIXES))


def main() -> int:
    """Run all, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="a line per input")
    arguments = parser.parse_args()
    with multiprocessing.Pool(arguments.jobs) as pool:
        outcomes = pool.map(run, inputs(arguments.folder), chunksize=8)
    broken = [outcome for outcome in outcomes if outcome.code in {"traceback", "timeout"}]
    for outcome in outcomes if arguments.list else broken:
        print(outcome.code, f"{outcome.seconds:.2f}s", outcome.path, outcome.line)
    examples = {reason: example for outcome in outcomes for reason, example in outcome.examples.items()}
    for title, counter in (
        ("ended with", Counter(outcome.code for outcome in outcomes)),
        ("dispositions", sum((outcome.dispositions for outcome in outcomes), Counter())),
        ("workloads", sum((outcome.kinds for outcome in outcomes), Counter())),
        ("evidence of workload and bucket", sum((outcome.evidence for outcome in outcomes), Counter())),
        ("not modelled", sum((outcome.unread for outcome in outcomes), Counter())),
        ("findings", sum((outcome.policies for outcome in outcomes), Counter())),
        ("causes", sum((outcome.causes for outcome in outcomes), Counter())),
        ("values", sum((outcome.values for outcome in outcomes), Counter())),
        ("not read because", Counter(outcome.line.rpartition(": ")[2] for outcome in outcomes if outcome.code == "2")),
    ):
        print(f"\n{title}")
        for name, count in counter.most_common(80):
            print(f"{count:7}  {name}" + (f"\n           {examples[name]}" if title == "values" else ""))
    slowest = max(outcomes, key=lambda outcome: outcome.seconds, default=None)
    print(f"\nslowest: {slowest.path} {slowest.seconds:.2f}s" if slowest else "\nno files")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
