"""The platform's protocol as values: who may ask, what is asked, and where the answer may go.

Source: https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run-tasks/run-tasks-integration
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

_PING = "test-token"
"""The token of the request by which the platform tries an address that is being registered: nothing is to be called back."""
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"https": 443, "http": 80}


class _Payload(Struct):
    payload_version: int
    stage: str
    access_token: str
    task_result_id: str | None = None
    task_result_callback_url: str | None = None
    plan_json_api_url: str | None = None
    run_id: str | None = None
    organization_name: str | None = None
    workspace_name: str | None = None


_DECODER = msgspec.json.Decoder(_Payload)


class RefusedError(Exception):
    """A request that is not taken: the status to answer with, and why, for the log."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked: a plan, and where the answer goes. ``plan`` is None before there is one."""

    id: str
    callback: str
    plan: str | None
    stage: str
    about: str
    token: str = field(repr=False)


def refuse_unsigned(body: bytes, signature: str, key: bytes) -> None:
    """Raise RefusedError where ``signature`` is not the HMAC of ``body``; they are compared in constant time."""
    expected = hmac.new(key, body, hashlib.sha512).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.strip().lower().encode("utf-8", "replace")):
        raise RefusedError(401, "is not signed with our key")


def task_of(body: bytes, origins: Collection[str]) -> Task | None:
    """The task in a request; None where the platform only tries the address. Raises RefusedError.

    Nothing is fetched from, or sent to, any place but ``origins``, whatever a request says.
    """
    try:
        payload = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise RefusedError(400, f"is no run task: {error}") from error
    if payload.payload_version != 1:
        raise RefusedError(422, f"payload_version is {payload.payload_version}, expected 1")
    if payload.access_token == _PING:
        return None
    if not payload.access_token.isascii() or not payload.access_token.isprintable():
        raise RefusedError(422, "has an access_token that no header can carry")
    for name, url in (("task_result_callback_url", payload.task_result_callback_url), ("plan_json_api_url", payload.plan_json_api_url)):
        if url is not None and not is_at(url, origins):
            raise RefusedError(422, f"{name} is not at {' or '.join(sorted(origins))}")
    if not payload.task_result_callback_url:
        raise RefusedError(422, "has no task_result_callback_url")
    about = "/".join(part for part in (payload.organization_name, payload.workspace_name, payload.run_id) if part)
    identity = payload.task_result_id or payload.task_result_callback_url
    return Task(identity, payload.task_result_callback_url, payload.plan_json_api_url, payload.stage, about, payload.access_token)


def is_at(url: str, origins: Collection[str]) -> bool:
    """Whether ``url`` is at one of ``origins``: the same scheme, host and port, and no name in it."""
    if not url.isprintable() or any(character in url for character in " \\@"):
        return False
    return origin_of(url) in origins


def origin_of(url: str) -> str | None:
    """``scheme://host:port`` of a URL; None where it has no such thing, or would carry a token in the clear to another machine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        return None
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        return None
    return f"{parts.scheme}://{parts.hostname}:{port or _PORTS[parts.scheme]}"
