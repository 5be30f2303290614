"""What of the documents is made: outputs of commands, tables of what there is. ``python -m tests.documents`` writes it anew."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from validator.configuration.keys import KEYS, RECORDS
from validator.conversion.kinds.catalogue import KINDS
from validator.judge.policy import load_policies

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "README.ja.md", "CONTRIBUTING.md", "SECURITY.md", "samples/README.md")
_MADE = re.compile(r"(?<=<!-- made by: )(?P<maker>[^\n]+?)(?P<head> -->\n).*?(?=<!-- end -->)", re.DOTALL)


def settings() -> str:
    """The settings of the configuration file."""
    rows = ["| setting | | in a section of a path |", "|---|---|---|"]
    rows += [f"| `{f'[{key.name}]' if key.is_table else key.name}` | {key.about} | {'yes' if key.per_path else ''} |" for key in KEYS]
    rows += [f"| `[[{record.name}]]` | {record.about}: {', '.join(f'`{key.name}`' for key in record.keys)} | |" for record in RECORDS]
    return "\n".join([*rows, '| `[path."GLOB"]` | what holds for the inputs under a path | |'])


def policies() -> str:
    """The policies by severity."""
    rows = ["| policy | finds | severity |", "|---|---|---|"]
    return "\n".join([*rows, *(f"| [`{one.id}`](policies/README.md#{one.id}) | {one.title} | {one.severity} |" for one in load_policies())])


def kinds() -> str:
    """The kinds of workload."""
    return ", ".join(sorted((kind.title for kind in KINDS), key=str.lower)) + "."


def samples() -> str:
    """The samples with what each shows."""
    rows = ["| sample | shows | findings |", "|---|---|---|"]
    for file in sorted((ROOT / "samples").glob("*/expected.yaml")):
        told = yaml.safe_load(file.read_text())
        found = sorted({f"`{one['policy']}`" + (" (not decided)" if one["verdict"] == "unknown" else "") for one in told["findings"]})
        why = " ".join(told["why"].split())
        rows.append(f"| [{file.parent.name}]({file.parent.name}/main.tf) | **{told['title']}.** {why} | {', '.join(found) or 'none'} |")
    return "\n".join(rows)


def output(command: str) -> str:
    """What a command prints."""
    arguments = shlex.split(command.removeprefix("s3reach "))
    run = subprocess.run([sys.executable, "-m", "validator", *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    return f"```text\n{run.stdout}```"


MAKERS: dict[str, Callable[[], str]] = {"settings": settings, "policies": policies, "kinds": kinds, "samples": samples}


def made(text: str) -> str:
    """``text`` with all that is made in it made anew."""

    def part(found: re.Match[str]) -> str:
        maker = found["maker"]
        return f"{maker}{found['head']}{MAKERS[maker]() if maker in MAKERS else output(maker)}\n"

    return _MADE.sub(part, text)


def main(names: Iterable[str] = DOCUMENTS) -> None:
    """Write every document anew."""
    for name in names:
        file = ROOT / name
        if file.exists():
            file.write_text(made(file.read_text()))


if __name__ == "__main__":
    main()
