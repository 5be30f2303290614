"""``python -m tests.benchmark --kinds live``: how long ``check --live`` takes, against moto in a process of its own, and how many calls it makes.

The plan has a function in each VPC, that uses some of the buckets; VPCs, subnets, tables, endpoints and buckets are there already.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REGION = "eu-west-1"
PLAN = Path(__file__).parent / "existing" / "plan.json"


def served() -> None:
    """Serve moto on a free port, whose number goes to standard output; every line read there is answered with the calls so far."""
    calls: Counter[str] = Counter()
    application = DomainDispatcherApplication(create_backend_app)

    def counting(environment, start):
        calls[environment["REQUEST_METHOD"]] += 1
        return application(environment, start)

    class Silent(WSGIRequestHandler):
        def log(self, *_):
            pass

    server = make_server("127.0.0.1", 0, counting, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.port, flush=True)
    for _ in sys.stdin:
        print(sum(calls.values()), flush=True)


def built(url: str, vpcs: int, buckets: int) -> str:
    """A plan for an estate that is made at ``url``."""
    ec2, s3 = (boto3.client(name, region_name=REGION, endpoint_url=url) for name in ("ec2", "s3"))
    for number in range(buckets):
        s3.create_bucket(Bucket=f"data-{number:05d}", CreateBucketConfiguration={"LocationConstraint": REGION})
    plan = json.loads(PLAN.read_text())
    (function,) = [one for one in plan["resource_changes"] if one["address"].endswith("reader")]
    changes = []
    for number in range(vpcs):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(SubnetId=subnet, RouteTableId=table)
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[table])
        names = {f"B{index}_BUCKET": f"data-{index:05d}" for index in range(number * buckets // vpcs, (number + 1) * buckets // vpcs)}
        text = json.dumps(function).replace("subnet-00000000000000001", subnet).replace("reader", f"reader{number}")
        text = text.replace('["sg-00000000000000001"]', "[]").replace('{"DATA_BUCKET": "another-teams-data"}', json.dumps(names))
        changes.append(json.loads(text))
    plan["resource_changes"] = changes
    return json.dumps(plan)


def row(vpcs: int, buckets: int, folder: Path) -> str:
    """One line: seconds, calls, facts, calls per fact, megabytes at the peak."""
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true"}
    os.environ |= environment
    command = [sys.executable, "-c", "from tests.live.benchmark import served; served()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        (folder / "plan.json").write_text(built(url, vpcs, buckets))
        before = _calls(server)
        checked = [sys.executable, "-m", "validator", "check", "-q", str(folder / "plan.json"), "--live", "--live-timeout", "600"]
        started = time.perf_counter()
        process = subprocess.Popen(
            [*checked, "--record", str(folder / "network.json")], stdout=subprocess.DEVNULL, env={**environment, "AWS_ENDPOINT_URL": url}
        )
        _, _, usage = os.wait4(process.pid, 0)
        seconds, calls = time.perf_counter() - started, _calls(server) - before
        server.stdin.close()
        server.terminate()
    facts = _facts(json.loads((folder / "network.json").read_text()))
    megabytes = usage.ru_maxrss / 1024
    return f"live      {vpcs:4} VPCs {buckets:6} buckets {seconds:7.1f} s {calls:6} calls {facts:6} facts {calls / facts:5.2f} {megabytes:6.0f} MB"


def _calls(server: subprocess.Popen[str]) -> int:
    server.stdin.write("\n")
    server.stdin.flush()
    return int(server.stdout.readline())


def _facts(snapshot: dict[str, list[dict[str, object]]]) -> int:
    """Everything that is there by itself, and the DNS attributes, which are asked one by one."""
    lists = [value for place in snapshot["places"] for name, value in place.items() if isinstance(value, list) and re.fullmatch("[a-z_]+", name)]
    attributes = sum("EnableDnsSupport" in str(one) and 2 for value in lists for one in value)
    return sum(len(value) for value in lists) + attributes
