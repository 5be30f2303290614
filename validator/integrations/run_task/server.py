"""The server: takes tasks at once, judges a few at a time, keeps nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from validator.integrations.run_task.judging import judged
from validator.integrations.run_task.outcomes import Answer
from validator.integrations.run_task.platform import Platform, PlatformError
from validator.integrations.run_task.protocol import RefusedError, Task, refuse_unsigned, task_of
from validator.version import __version__

_LOG = logging.getLogger("s3reach.serve")
_LARGEST_REQUEST = 1024 * 1024
_SECONDS_TO_SEND = 15
_SECONDS_TO_STOP = 5
_STOPPED = Answer("failed", "s3reach stopped before the plan was judged; run the task again")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server works. Times are in seconds, sizes in bytes.

    ``origins`` are the platform's, ``downloads`` those that it redirects plans to. ``concurrency`` plans are judged at a time, ``waiting``
    more wait their turn, any further request is told to come again. ``progress``: how often the platform hears that we are at it.
    """

    key: bytes
    origins: frozenset[str]
    downloads: frozenset[str] = frozenset()
    configuration: Path | None = None
    concurrency: int = 2
    waiting: int = 50
    largest_plan: int = 512 * 1024**2
    seconds_to_fetch: float = 120
    seconds_to_judge: float = 900
    progress: float = 120
    retry: float = 1


class Server:
    """Tasks in flight: those that wait and those that are being judged."""

    def __init__(self, settings: Settings) -> None:
        """Nothing runs until the application does."""
        self._settings = settings
        self._queue: asyncio.Queue[Task] = asyncio.Queue(settings.waiting)
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._running = 0
        self._stopping = False
        self._platform: Platform

    def application(self) -> Starlette:
        """The application: ``POST /`` for tasks, ``GET /healthz``."""
        routes = [Route("/", self.take, methods=["POST"]), Route("/healthz", self.health, methods=["GET"])]
        return Starlette(routes=routes, lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        settings = self._settings
        limits = httpx.Timeout(settings.seconds_to_fetch, connect=10)
        async with httpx.AsyncClient(
            timeout=limits, follow_redirects=False, trust_env=True, headers={"User-Agent": f"s3reach/{__version__}"}
        ) as client:
            self._platform = Platform(client, settings.origins, settings.downloads, largest=settings.largest_plan, wait=settings.retry)
            workers = [asyncio.create_task(self._work()) for _ in range(settings.concurrency)]
            yield
            self._stopping = True
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            left = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
            await asyncio.gather(*(self._finish(task, _STOPPED, time.monotonic()) for task in left))

    async def health(self, _: Request) -> Response:
        """That the server lives, and how busy it is."""
        return JSONResponse({"status": "ok", "version": __version__, "waiting": self._queue.qsize(), "running": self._running})

    async def take(self, request: Request) -> Response:
        """Answer a request of the platform at once."""
        try:
            body = await asyncio.wait_for(_body(request), _SECONDS_TO_SEND)
            refuse_unsigned(body, request.headers.get("x-tfc-task-signature", ""), self._settings.key)
            task = task_of(body, self._settings.origins)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        except RefusedError as error:
            _LOG.warning("refused status=%d reason=%s", error.status, _shown(error.reason))
            return Response(status_code=error.status)
        return Response(status_code=200 if task is None else self._queued(task))

    def _queued(self, task: Task) -> int:
        """Queue a task, once; the status to answer with."""
        if task.id in self._in_flight:
            return 200
        try:
            self._queue.put_nowait(task)
        except asyncio.QueueFull:
            _LOG.warning("busy task=%s", _shown(task.id))
            return 503
        # From now on the platform hears of it, also while it waits.
        self._in_flight[task.id] = asyncio.create_task(self._report_progress(task))
        _LOG.info("taken task=%s about=%s", _shown(task.id), _shown(task.about))
        return 200

    async def _work(self) -> None:
        while True:
            task = await self._queue.get()
            self._running += 1
            try:
                await self._answer(task)
            finally:
                self._running -= 1

    async def _answer(self, task: Task) -> None:
        """Judge a task and tell the platform, whatever happens: a task without an answer blocks a run for an hour."""
        started = time.monotonic()
        answer = _STOPPED
        try:
            answer = await self._judged(task)
        except PlatformError as error:
            answer = Answer("failed", f"s3reach: {error}")
        except OSError as error:
            answer = Answer("failed", f"s3reach: the plan could not be stored: {error.strerror}")
        finally:
            await self._finish(task, answer, started)

    async def _finish(self, task: Task, answer: Answer, started: float) -> None:
        progress = self._in_flight.pop(task.id)
        progress.cancel()
        await asyncio.gather(progress, return_exceptions=True)
        seconds = _SECONDS_TO_STOP if self._stopping else self._settings.seconds_to_fetch
        try:
            taken = await asyncio.wait_for(self._platform.tell(task, answer), seconds)
        except TimeoutError:
            taken = False
        level = logging.INFO if taken else logging.ERROR
        _LOG.log(level, "answered task=%s status=%s taken=%s seconds=%.1f", _shown(task.id), answer.status, taken, time.monotonic() - started)

    async def _judged(self, task: Task) -> Answer:
        if task.plan is None:
            return Answer("failed", f"s3reach judges plans, and there is none in the stage {task.stage}; let this run task run after the plan")
        with tempfile.TemporaryDirectory(prefix="s3reach-") as folder:
            plan = Path(folder) / "plan.json"
            await self._platform.fetch(task, plan)
            return await judged(plan, self._settings.configuration, self._settings.seconds_to_judge)

    async def _report_progress(self, task: Task) -> None:
        """The platform gives up on a task that it has not heard of for ten minutes."""
        while True:
            await self._platform.tell(task, Answer("running", "s3reach is following the plan's workloads to S3"))
            await asyncio.sleep(self._settings.progress)


async def _body(request: Request) -> bytes:
    """The body of a request. Raises RefusedError where it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST_REQUEST:
            raise RefusedError(413, "is larger than a megabyte")
        parts.append(part)
    return b"".join(parts)


def _shown(text: str) -> str:
    """For the log: on one line, in one word."""
    return "".join(character if character.isprintable() and character != " " else "_" for character in text)[:200]
