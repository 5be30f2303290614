"""The only door to boto3: credentials, clients, and one way to make a call that ends with an answer or with the reason why there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, TypeAlias, TypeVar

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError, PartialCredentialsError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from validator.live.calls import ASSUME_ROLE, CALLER, Call
from validator.live.pool import Deadline
from validator.options import Live

T = TypeVar("T")
Answer: TypeAlias = Mapping[str, Any]
_CONNECT_SECONDS = 5
_READ_SECONDS = 10
_ATTEMPTS = 4
_CONNECTIONS = 16
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403", "Forbidden"})
_THROTTLED = frozenset(
    """
    Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException RequestLimitExceeded TooManyRequestsException
    SlowDown BandwidthLimitExceeded PriorRequestNotComplete ProvisionedThroughputExceededException EC2ThrottledException 429
    """.split()
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
# What a Region answers in which the account is not: it does not know the credentials there (General Reference, "Managing Regions").
_NOT_THERE = frozenset({"AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired", "InvalidAccessKeyId"})
_MISSING = (NoCredentialsError, PartialCredentialsError)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question has no answer, completing "the call ...": "was denied (UnauthorizedOperation)".

    ``fatal``: there is nobody to ask as, so that other questions have no answer either.
    """

    reason: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Whose credentials ask: a profile ("" for the default ones), and a role to take with them."""

    profile: str = ""
    role: str = ""


def who_of(live: Live, names: Sequence[str]) -> Who:
    """The credentials for the first of ``names`` that has some of its own: a provider configuration, a stack, an account."""
    return Who(_first(live.profiles, names), _first(live.roles, names))


def _first(given: Mapping[str, str], names: Sequence[str]) -> str:
    return next((given[name] for name in (*names, "") if name in given), "")


class PastDeadlineError(Exception):
    """Raised inside a call that would start, or try again, after the deadline."""


class NoRoleError(Exception):
    """A role that cannot be taken."""


@dataclass(slots=True)
class Clients:
    """Sessions and clients, each made once. Used by many threads."""

    deadline: Deadline
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _sessions: dict[Who, boto3.Session] = field(default_factory=dict)
    _clients: dict[tuple[Who, str, str], Any] = field(default_factory=dict)

    @property
    def too_late(self) -> Refusal:
        """The reason of what has no answer by the deadline."""
        return Refusal(f"had no answer within {self.deadline.seconds:g} s")

    def account(self, who: Who, region: str) -> str | Refusal:
        """The account that ``who`` is in."""
        found = self.call(who, region, CALLER)
        return found if isinstance(found, Refusal) else str(found[0].get("Account", ""))

    def call(self, who: Who, region: str, call: Call, **parameters: object) -> list[Answer] | Refusal:
        """The answer, page by page."""
        return self.attempt(lambda: self._pages(who, region, call, parameters))

    def headers(self, who: Who, region: str, call: Call, **parameters: object) -> tuple[int, Mapping[str, str]] | Refusal:
        """The status and the headers of an answer, of one that refuses too."""

        def ask() -> tuple[int, Mapping[str, str]]:
            try:
                metadata = self._pages(who, region, call, parameters)[0]["ResponseMetadata"]
            except ClientError as error:
                metadata = error.response.get("ResponseMetadata", {})
                if metadata.get("HTTPStatusCode", 500) >= 500 or _code(error) in _THROTTLED:  # noqa: PLR2004
                    raise
            return metadata["HTTPStatusCode"], metadata.get("HTTPHeaders", {})

        return self.attempt(ask)

    def attempt(self, ask: Callable[[], T]) -> T | Refusal:
        """What ``ask`` gives, or why it cannot."""
        try:
            return ask()
        except PastDeadlineError:
            return self.too_late
        except NoRoleError as error:
            return Refusal(f"has nobody to ask as: the role was not given ({error})", fatal=True)
        except _MISSING:
            return Refusal("has no credentials to ask with", fatal=True)
        except ClientError as error:
            return _refusal(_code(error))
        except (NoConnection, HTTPClientError, HTTPError, HTTPException, OSError) as error:
            return Refusal(f"did not get through ({type(error).__name__})")
        except ResponseParserError:
            return Refusal("has an answer that cannot be read")
        except (BotoCoreError, ValueError, KeyError) as error:
            return Refusal(f"could not be made ({type(error).__name__})", fatal=True)

    def _pages(self, who: Who, region: str, call: Call, parameters: Mapping[str, object]) -> list[Answer]:
        if not self.deadline.left:
            raise PastDeadlineError
        client = self._client(who, region, call.service)
        method = xform_name(call.operation)
        if call.result and client.can_paginate(method):
            pages = client.get_paginator(method).paginate(**parameters, PaginationConfig={"PageSize": call.page})
            return list(pages)
        answers = [getattr(client, method)(**parameters)]
        # A few operations have pages and no paginator.
        while token := answers[-1].get("NextToken"):
            answers.append(getattr(client, method)(**parameters, NextToken=token))
        return answers

    def _client(self, who: Who, region: str, service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
        with self._lock:
            key = (who, region, service)
            if key not in self._clients:
                session = self._session(who, region)
                self._clients[key] = self._made(session, service, region)
            return self._clients[key]

    def _made(self, session: boto3.Session, service: str, region: str) -> Any:  # noqa: ANN401
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS},
            user_agent_extra="s3reach",
        )
        client = session.client(service, region_name=region, config=config)
        client.meta.events.register("before-send", self._stop_at_the_end)
        # The first answer names the bucket's Region: botocore need not ask again there.
        client.meta.events.register("before-call.s3.HeadBucket", _without_redirect)
        return client

    def _stop_at_the_end(self, **_: object) -> None:
        if not self.deadline.left:
            raise PastDeadlineError

    def _session(self, who: Who, region: str) -> boto3.Session:
        if who not in self._sessions:
            self._sessions[who] = self._as_role(who, region) if who.role else boto3.Session(profile_name=who.profile or None)
        return self._sessions[who]

    def _as_role(self, who: Who, region: str) -> boto3.Session:
        client = self._made(self._session(Who(who.profile), region), ASSUME_ROLE.service, region)
        try:
            taken = client.assume_role(RoleArn=who.role, RoleSessionName="s3reach", DurationSeconds=900)["Credentials"]
        except ClientError as error:
            raise NoRoleError(_code(error)) from error
        return boto3.Session(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def _without_redirect(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:  # noqa: ARG001
    context.setdefault("s3_redirect", {})["redirected"] = True


def _code(error: ClientError) -> str:
    found = str(error.response.get("Error", {}).get("Code", ""))
    return "".join(character for character in found if character.isalnum() or character in "._-")[:60]


def _refusal(code: str) -> Refusal:
    if code in _DENIED:
        return Refusal(f"was denied ({code})")
    if code in _THROTTLED:
        return Refusal(f"was throttled ({code})")
    if code in _EXPIRED:
        return Refusal(f"was asked with credentials that have expired ({code})", fatal=True)
    if code in _NOT_THERE:
        return Refusal(f"does not know the credentials ({code}): they are wrong, or the account has not enabled that Region", fatal=True)
    return Refusal(f"failed ({code or 'no code'})")
