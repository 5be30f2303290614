"""``python -m tests.before_after --planner COMMAND FOLDER...``: does what is read before an apply come true after it?

For each module directory, COMMAND makes a plan and the plan after an apply, where every id is known: ``COMMAND FOLDER -o FILE``, the second time with
``--apply-first``. With ``--keep`` it must leave an initialised copy of the folder and print ``scratch: FOLDER``; that copy is read as the sources. Who
is associated with what (which tables an endpoint is on, which table a subnet uses, which subnets a workload is in, ...) is then compared, as read from
the module directory alone, the plan alone and the plan with its sources, with what the ids say. Prints what is the same, unknown (with the causes) and
otherwise; anything otherwise makes the exit code 1. With --jobs, folders are taken side by side.
"""

import argparse
import json
import multiprocessing
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.frontends.terraform.associations import Comparison, associations_of, compared
from validator.errors import S3ReachError

FORMS = ("module directory", "plan alone", "plan with sources")


@dataclass
class Outcome:
    """What became of one folder: a comparison per form, or why there is none."""

    folder: str
    forms: dict[str, Comparison] = field(default_factory=dict)
    failed: str = ""


def run(planner: list[str], folder: str) -> Outcome:
    """Plan, apply, read and compare one folder."""
    outcome = Outcome(folder)
    with tempfile.TemporaryDirectory() as place:
        plan, applied = Path(place, "before", "plan.json"), Path(place, "after", "plan.json")
        plan.parent.mkdir(), applied.parent.mkdir()
        scratch = made([*planner, folder, "-o", str(plan), "--keep"])
        try:
            if not plan.is_file():
                return Outcome(folder, failed=f"no plan: {scratch[-300:].strip()}")
            told = made([*planner, folder, "-o", str(applied), "--apply-first"])
            if not applied.is_file():
                return Outcome(folder, failed=f"no plan after the apply: {told[-300:].strip()}")
            sources = initialised(scratch, folder)
            after = associations_of(applied)
            for form, path, source, given in (
                (FORMS[0], sources, None, variables(plan)),
                (FORMS[1], plan, None, ()),
                (FORMS[2], plan, sources, ()),
            ):
                if path is not None:
                    outcome.forms[form] = compared(associations_of(path, source, *given), after)
        except S3ReachError as error:
            outcome.failed = f"cannot be read: {error.mistakes[0]}"
        finally:
            for kept in re.findall(r"^scratch: (\S+)$", scratch, re.MULTILINE):
                shutil.rmtree(kept, ignore_errors=True)
    return outcome


def made(command: list[str]) -> str:
    """What a run of the planner says; it writes its plan itself."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    return done.stdout + done.stderr


def initialised(said: str, folder: str) -> Path | None:
    """The initialised copy of a folder in what the planner left: it has the same files and Terraform's own folder."""
    names = {one.name for one in Path(folder).glob("*.tf")}
    for kept in re.findall(r"^scratch: (\S+)$", said, re.MULTILINE):
        for own in sorted(Path(kept).rglob(".terraform"), key=str):
            if names <= {one.name for one in own.parent.glob("*.tf")}:
                return own.parent
    return None


def variables(plan: Path) -> tuple[Path, ...]:
    """A file with the variables that the plan was made with."""
    given = json.loads(plan.read_text()).get("variables", {})
    file = plan.with_name("given.tfvars.json")
    file.write_text(json.dumps({name: one["value"] for name, one in given.items() if one.get("value") is not None}))
    return (file,)


def told(outcome: Outcome) -> list[str]:
    """The lines of one folder."""
    if outcome.failed:
        return [f"{outcome.folder}: {outcome.failed}"]
    lines = [
        f"{outcome.folder}: {form}: {len(found.same)} the same, {len(found.unknown)} unknown, {len(found.otherwise)} otherwise"
        for form, found in outcome.forms.items()
    ]
    for form, found in outcome.forms.items():
        lines += [f"    {form}: OTHERWISE {line}" for line in found.otherwise]
        if form != FORMS[1]:
            lines += [f"    {form}: unknown {key[1]} {key[0]}: {causes[0].subject} {causes[0].reason}" for key, causes in found.unknown.items()]
    return lines


def main() -> int:
    """Run all, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--planner", required=True, help="the command that makes plans, with its own options")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    planner = shlex.split(arguments.planner)
    missing = [name for name in (planner[0], "terraform") if shutil.which(name) is None]
    if missing:
        print(f"skipped: {' and '.join(missing)} cannot be run here")
        return 0
    outcomes = []
    with multiprocessing.Pool(arguments.jobs, maxtasksperchild=1) as pool:
        for outcome in pool.imap(partial(run, planner), arguments.folder):
            outcomes.append(outcome)
            print("\n".join(told(outcome)), flush=True)
    compared_ones = [one for one in outcomes if not one.failed]
    print(f"\n{len(compared_ones)} of {len(outcomes)} configurations compared, {time.process_time():.0f} s")
    contradictions = 0
    for form in FORMS:
        found = [one.forms[form] for one in compared_ones if form in one.forms]
        same, unknown, otherwise = (sum(len(part) for part in parts) for parts in zip(*found, strict=True)) if found else (0, 0, 0)
        total = same + unknown + otherwise
        print(f"{form:18} {total:6} associations: {same} the same, {unknown} unknown ({100 * unknown / max(1, total):.1f} %), {otherwise} otherwise")
        causes = Counter(cause.reason for one in found for listed in one.unknown.values() for cause in {c.reason: c for c in listed}.values())
        for reason, count in causes.most_common(12):
            print(f"    {count:5}  {reason}")
        contradictions += otherwise
    return 1 if contradictions else 0


if __name__ == "__main__":
    sys.exit(main())
