"""The platform's side as we use it: fetch the plan with the task's token, and send back the result."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urljoin

import httpx

from validator.integrations.run_task.outcomes import Answer
from validator.integrations.run_task.protocol import Task, is_at

_HOPS = 4
_TRIES = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = 429
_BROKEN = 500
_OK = 200
_MEDIA = "application/vnd.api+json"


class PlatformError(Exception):
    """What the platform did not do, in a sentence."""


class Platform:
    """``origins`` see the token; ``downloads`` only serve what they redirect to. ``wait``: seconds before a call is tried again."""

    def __init__(self, client: httpx.AsyncClient, origins: Collection[str], downloads: Collection[str], *, largest: int, wait: float) -> None:
        """Use ``client``, which follows no redirect by itself."""
        self._client = client
        self._origins = origins
        self._downloads = frozenset((*origins, *downloads))
        self._largest = largest
        self._wait = wait

    async def fetch(self, task: Task, file: Path) -> None:
        """Write the plan to ``file``. Raises PlatformError."""
        url = task.plan or ""
        for _ in range(_HOPS):
            headers = {"Authorization": f"Bearer {task.token}"} if is_at(url, self._origins) else {}
            try:
                async with self._client.stream("GET", url, headers=headers) as response:
                    if response.status_code in _REDIRECTS:
                        url = self._next(url, response)
                        continue
                    if response.status_code != _OK:
                        raise PlatformError(f"the plan cannot be fetched: the platform answered {response.status_code}")
                    await self._save(response, file)
                    return
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise PlatformError(f"the plan cannot be fetched: {type(error).__name__}") from error
        raise PlatformError("the plan cannot be fetched: too many redirects")

    def _next(self, url: str, response: httpx.Response) -> str:
        try:
            found: str = urljoin(url, str(response.headers.get("Location", "")))
        except ValueError:
            found = ""
        if not is_at(found, self._downloads):
            raise PlatformError("the plan cannot be fetched: the platform redirects to a host that is not allowed")
        return found

    async def _save(self, response: httpx.Response, file: Path) -> None:
        written = 0
        with file.open("wb") as stream:
            async for chunk in response.aiter_bytes():
                written += len(chunk)
                if written > self._largest:
                    raise PlatformError(f"the plan is larger than {self._largest // 1024**2} MiB")
                stream.write(chunk)

    async def tell(self, task: Task, answer: Answer) -> bool:
        """Send an answer; whether the platform took it. Progress is not worth trying twice."""
        tries = 1 if answer.status == "running" else _TRIES
        for number in range(tries):
            if number:
                await asyncio.sleep(self._wait * 2 ** (number - 1))
            try:
                headers = {"Authorization": f"Bearer {task.token}", "Content-Type": _MEDIA}
                response = await self._client.patch(task.callback, json=answer.body(), headers=headers)
            except (httpx.HTTPError, httpx.InvalidURL):
                continue
            if response.status_code < _BROKEN and response.status_code != _BUSY:
                return response.is_success
        return False
