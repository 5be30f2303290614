"""AWS as moto plays it, over real HTTP, with a proxy in between that keeps what was asked and can spoil the answers."""

import http.client
import json
import logging
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"


@dataclass(frozen=True)
class Asked:
    """One request, as the API names it."""

    call: str
    region: str
    parameters: dict


@dataclass
class Fault:
    """What the proxy does to a request: waits, answers itself, cuts the answer short, or hangs up."""

    seconds: float = 0
    status: int | None = None
    body: str = ""
    cut: bool = False
    hang_up: bool = False
    headers: dict = field(default_factory=dict)


def refusal(code: str, status: int = 403) -> Fault:
    """An error as EC2 and the other query APIs write it."""
    return Fault(status=status, body=f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>")


class Proxy(ThreadingHTTPServer):
    """``fault``: what to do to a request; ``asked``: all of them."""

    daemon_threads = True
    # Sockets that clients leave behind are closed with the process.
    block_on_close = False

    def __init__(self, upstream):
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = upstream
        self.asked = []
        self.fault = lambda _: None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def calls(self):
        return sorted({one.call for one in self.asked})

    def handle_error(self, request, client_address):
        """A client that gave up is no error."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = named(self.command, self.path, self.headers, body)
        self.server.asked.append(asked)
        fault = self.server.fault(asked)
        if fault is None:
            self.answer(*self.forwarded(body))
            return
        time.sleep(fault.seconds)
        if fault.hang_up:
            self.close_connection = True
        elif fault.status is not None:
            self.answer(fault.status, fault.headers, fault.body.encode())
        else:
            self.answer(*self.forwarded(body), cut=fault.cut)

    do_GET = do_POST = do_HEAD = handle_one  # noqa: N815 - http.server's names

    def forwarded(self, body):
        connection = http.client.HTTPConnection(*self.server.upstream)
        connection.request(self.command, self.path, body, dict(self.headers))
        response = connection.getresponse()
        found = response.status, dict(response.getheaders()), response.read()
        connection.close()
        return found

    def answer(self, status, headers, body, *, cut=False):
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True


def named(method, path, headers, body):
    """The call that a request is."""
    scope = headers.get("Authorization", "").partition("Credential=")[2].split("/")
    region, service = (scope[2], scope[3]) if len(scope) > 3 else ("", "")
    if target := headers.get("X-Amz-Target"):
        return Asked(f"{service}:{target.rpartition('.')[2]}", region, json.loads(body or b"{}"))
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        given = dict(urllib.parse.parse_qsl(body.decode()))
        return Asked(f"{service}:{given.pop('Action')}", region, given)
    return Asked(f"{service}:{method} {path}", region, {})


@pytest.fixture(scope="session")
def moto():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()
    server.stop()


@pytest.fixture
def aws(moto, monkeypatch):
    """An empty account behind a proxy, and the environment that leads there."""
    urllib.request.urlopen(urllib.request.Request(f"http://{moto[0]}:{moto[1]}/moto-api/reset", method="POST")).close()
    proxy = Proxy(moto)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795514400")
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    yield proxy
    proxy.shutdown()
    proxy.server_close()


@dataclass(frozen=True)
class Network:
    """A VPC with two private subnets: the first has the S3 gateway endpoint on its table, the second the main table."""

    vpc: str
    covered: str
    forgotten: str
    table: str
    endpoint: str
    group: str


@pytest.fixture
def network(aws, moto):  # noqa: ARG001 - the account
    """Made by boto3, past the proxy."""
    ec2, s3 = (boto3.client(name, region_name=REGION, endpoint_url=f"http://{moto[0]}:{moto[1]}") for name in ("ec2", "s3"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"] for number in (1, 2)]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(SubnetId=subnets[0], RouteTableId=table)
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[table])["VpcEndpoint"]["VpcEndpointId"]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=vpc)["GroupId"]
    s3.create_bucket(Bucket="another-teams-data", CreateBucketConfiguration={"LocationConstraint": REGION})
    return Network(vpc, *subnets, table, endpoint, group)


@pytest.fixture
def plan(network, tmp_path):
    """A plan that names the network by its literal ids."""
    text = (Path(__file__).parent / "existing" / "plan.json").read_text()
    ids = {"subnet-00000000000000001": network.covered, "subnet-00000000000000002": network.forgotten, "sg-00000000000000001": network.group}
    for written, real in ids.items():
        text = text.replace(written, real)
    (tmp_path / "plan.json").write_text(text)
    return tmp_path / "plan.json"
