"""``python -m tests.benchmark``: time and peak memory of ``s3reach check`` against plain parsing of the same bytes.

The estate is the sample ``gateway-endpoint`` many times over, each copy with names of its own. Every measurement is a process of its own, the best
of a few; plain parsing is msgspec for plans, the C YAML loader for templates, python-hcl2 for modules. Prints a table, judges nothing.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import yaml

SAMPLE = Path(__file__).parent.parent / "samples" / "gateway-endpoint"
PLAIN_JSON = "import sys, msgspec; msgspec.json.decode(open(sys.argv[1], 'rb').read())"
PLAIN_HCL = "import sys, pathlib, hcl2; [hcl2.loads(one.read_text()) for one in pathlib.Path(sys.argv[1]).glob('*.tf')]"
PLAIN_YAML = "import sys, yaml; yaml.load(open(sys.argv[1], 'rb').read(), yaml.CSafeLoader)"
DECODE_AND_READ = """
import gc, sys, time
from validator.frontends.cloudformation.template import read_template as read
data = open(sys.argv[1], 'rb').read()
read('x', b'Resources: {A: {Type: AWS::S3::Bucket}}', region=None, parameters={})
from cfnlint.decode.decode import decode_str
gc.collect(), gc.disable()
best = [9e9, 9e9]
for _ in range(int(sys.argv[2])):
    started = time.process_time()
    decode_str(data.decode())
    between = time.process_time()
    [dict(one.attributes) for one in read(sys.argv[1], data, region='eu-west-1', parameters={}).resources]
    best = [min(best[0], between - started), min(best[1], time.process_time() - between)]
print(*best)
"""
LINT = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "ap-northeast-1", "-t"]

PLAIN = {"plan": PLAIN_JSON, "template": PLAIN_YAML, "module": PLAIN_HCL}


def plan(resources: int) -> bytes:
    """A plan with about as many resources."""
    one = json.loads((SAMPLE / "plan.json").read_text())
    changes, configured = one["resource_changes"], one["configuration"]["root_module"]["resources"]
    names = sorted({change["name"] for change in changes}, key=len, reverse=True)
    pattern = re.compile(r"(?<=[.\"])(?<!-\d\.)(" + "|".join(names) + r")(?=[.\"])|s3reach-sample-data")
    texts = [json.dumps(changes), json.dumps(configured), json.dumps(one["planned_values"]["root_module"]["resources"])]
    copies = range(max(1, resources // len(changes)))
    grown = [[member for number in copies for member in json.loads(pattern.sub(rf"\g<0>{number}", text))] for text in texts]
    one["resource_changes"], one["configuration"]["root_module"]["resources"], one["planned_values"]["root_module"]["resources"] = grown
    return msgspec.json.encode(one)


def template(resources: int) -> bytes:
    """A template with about as many resources."""
    text = (SAMPLE / "template.yaml").read_text()
    head, _, body = text.partition("Resources:\n")
    names = re.findall(r"^  (\w+):$", body, re.MULTILINE)
    pattern = re.compile(r"(?<=!Ref )(\w+)|(?<=!GetAtt )(\w+)|^  (\w+)(?=:$)|s3reach-sample-data", re.MULTILINE)
    copies = range(max(1, resources // len(names)))
    return (head + "Resources:\n" + "".join(pattern.sub(rf"\g<0>{number}", body) for number in copies)).encode()


def module(files: int, folder: Path) -> None:
    """A module directory with that many files; the provider stands in the first."""
    text = (SAMPLE / "main.tf").read_text()
    head = text.index('resource "')
    body = text[head:]
    names = sorted(set(re.findall(r'^(?:resource|data) "\w+" "(\w+)"', body, re.MULTILINE)), key=len, reverse=True)
    pattern = re.compile(r'(?<=")(' + "|".join(names) + r')(?=")|(?<=\w\.)(' + "|".join(names) + r")(?=\.)|s3reach-sample-data")
    folder.mkdir()
    (folder / "provider.tf").write_text(text[:head])
    for number in range(files):
        (folder / f"copy{number}.tf").write_text(pattern.sub(rf"\g<0>{number}", body))


def measured(command: list[str], times: int) -> tuple[float, float]:
    """Seconds and megabytes of the best of some runs."""
    best, peak = float("inf"), 0.0
    for _ in range(times):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        best = min(best, time.perf_counter() - started)
        peak = max(peak, usage.ru_maxrss / 1024)
    return best, peak


def row(kind: str, size: int, folder: Path, times: int) -> str:
    """One line of the table."""
    file = folder / f"{kind}-{size}"
    # In a process of its own: a child starts with the memory that its parent has.
    subprocess.run([sys.executable, "-m", "tests.benchmark", "--write", kind, str(size), str(file)], check=True)
    plain, plain_memory = measured([sys.executable, "-c", PLAIN[kind], str(file)], times)
    whole, memory = measured([sys.executable, "-m", "validator", "check", "-q", "--region", "ap-northeast-1", str(file)], times)
    size_of = sum(one.stat().st_size for one in file.iterdir()) if file.is_dir() else file.stat().st_size
    return f"{kind:9} {size:7} {size_of / 1e6:8.1f} MB {plain:8.2f} s {whole:8.2f} s {whole / plain:6.2f} x {plain_memory:7.0f} MB {memory:7.0f} MB"


def against_cfn_lint(size: int, folder: Path, times: int) -> str:
    """Reading against decoding alone, turn and turn about in one process that has imported both, and check against linting."""
    file = folder / f"lint-{size}.yaml"
    file.write_bytes(template(size))
    said = subprocess.run([sys.executable, "-c", DECODE_AND_READ, str(file), str(3 * times)], capture_output=True, check=True, text=True).stdout
    decode, read = map(float, said.split())
    check, _ = measured([sys.executable, "-m", "validator", "check", "-q", "--region", "ap-northeast-1", str(file)], times)
    lint, _ = measured([*LINT, str(file)], 1)
    return (
        f"cfn-lint  {size:7}  decode {decode:.3f} s, read {read:.3f} s: {read / decode:.2f} x;"
        f" check {check:.2f} s, lint {lint:.2f} s: {lint / check:.1f} x"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000,50000")
    parser.add_argument("--files", default="20,200", help="files of module directories")
    parser.add_argument("--kinds", default="plan,template,module,cfn-lint,live")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--write", nargs=3, metavar=("KIND", "SIZE", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        kind, size, file = arguments.write
        if kind == "module":
            module(int(size), Path(file))
        else:
            Path(file).write_bytes(plan(int(size)) if kind == "plan" else template(int(size)))
        return
    bare, _ = measured([sys.executable, "-c", "pass"], 10)
    version, _ = measured([sys.executable, "-m", "validator", "--version"], 10)
    print(f"bare Python {bare * 1000:.0f} ms, --version {version * 1000:.0f} ms")
    print("input   resources    bytes      plain      check   ratio   plain peak  check peak")
    with tempfile.TemporaryDirectory() as folder:
        for kind in arguments.kinds.split(","):
            if kind == "live":
                from tests.live.benchmark import row as live_row  # noqa: PLC0415 - moto takes a second to import

                for vpcs, buckets in ((20, 100), (200, 1000)):
                    print(live_row(vpcs, buckets, Path(folder)), flush=True)
                continue
            if kind == "cfn-lint":
                print(against_cfn_lint(500, Path(folder), arguments.times), flush=True)
                continue
            for size in map(int, (arguments.files if kind == "module" else arguments.sizes).split(",")):
                print(row(kind, size, Path(folder), arguments.times), flush=True)


if __name__ == "__main__":
    assert yaml.CSafeLoader
    main()
