"""Writes ``answers.json``: what Terraform itself says to every expression of ``expressions.txt``; null where it refuses.

Run where ``terraform`` is on the PATH: ``python -m tests.frontends.terraform.answers``.
"""

import json
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Ask Terraform for all values at once, as outputs of a plan."""
    expressions = (HERE / "expressions.txt").read_text().splitlines()
    outputs = "".join(
        f'output "e{number}" {{\n  value     = try(jsonencode({one}), null)\n  sensitive = true\n}}\n' for number, one in enumerate(expressions)
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf").write_text((HERE / "expressions.tf").read_text() + outputs)
        for command in (["init", "-input=false"], ["plan", "-input=false", "-out=plan"]):
            done = subprocess.run(["terraform", *command, "-no-color"], cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(done.stdout + done.stderr)
        shown = subprocess.run(["terraform", "show", "-json", "plan"], cwd=folder, capture_output=True, text=True, check=True).stdout
    values = json.loads(shown)["planned_values"]["outputs"]
    answers = {one: values.get(f"e{number}", {}).get("value") for number, one in enumerate(expressions)}
    (HERE / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
