"""``s3reach serve``: a run task for HCP Terraform and Terraform Enterprise."""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
from pathlib import Path
from typing import Annotated, Optional

import typer

from validator.errors import UsageError

_KEY = "S3REACH_HMAC_KEY"
_PLATFORM = "https://app.terraform.io"
_DOWNLOADS = "https://archivist.terraform.io"
_MIB = 1024**2


def serve(
    address: Annotated[str, typer.Option("--address", help="On which address; a proxy in front gives it TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Where to listen.", min=0, max=65535)] = 8080,
    key_file: Annotated[Optional[Path], typer.Option("--key-file", metavar="FILE", help=f"The HMAC key of the run task.  [default: {_KEY}]")] = None,
    origin: Annotated[
        Optional[list[str]],
        typer.Option("--origin", metavar="URL", help=f"The platform; nothing else is asked or told, repeatable.  [default: {_PLATFORM}]"),
    ] = None,
    download_origin: Annotated[
        Optional[list[str]],
        typer.Option("--download-origin", metavar="URL", help=f"Where the platform may redirect to for plans.  [default: {_DOWNLOADS}]"),
    ] = None,
    config: Annotated[Optional[Path], typer.Option("--config", metavar="FILE", help="The configuration file to judge by.  [default: none]")] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, max=64, help="Plans that are judged at a time.")] = 2,
    waiting: Annotated[int, typer.Option("--waiting", min=1, max=10_000, help="Plans that may wait; more are told to come again.")] = 50,
    max_plan: Annotated[int, typer.Option("--max-plan", metavar="MIB", min=1, max=2048, help="The largest plan.")] = 512,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", min=0.01, max=3000, help="For judging a plan.")] = 900,
    progress: Annotated[float, typer.Option("--progress", metavar="SECONDS", min=0.1, max=540, help="How often to report progress.")] = 120,
) -> None:
    """Answer the run tasks of HCP Terraform.

    POST / takes them, GET /healthz tells how busy it is. Keeps nothing.
    """
    missing = [name for name in ("starlette", "uvicorn", "httpx") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"{' and '.join(missing)} is missing; install the server with: pip install 's3reach[serve]'")
    import uvicorn  # noqa: PLC0415 - only the server needs it

    from validator.configuration import load  # noqa: PLC0415
    from validator.integrations.run_task.server import Server, Settings  # noqa: PLC0415

    key = _key(key_file)
    origins = _origins(origin or [_PLATFORM], "--origin")
    downloads = _origins(download_origin or ([] if origin else [_DOWNLOADS]), "--download-origin")
    if config is not None:
        # A mistake in it is told now, not to the first run.
        load(config, Path.cwd())
    settings = Settings(key, origins, downloads, config, concurrency, waiting, max_plan * _MIB, seconds_to_judge=timeout, progress=progress)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It would log the addresses of plans, which open them for whoever has one.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # A single run does without; a server stays.
    gc.enable()
    uvicorn.run(
        Server(settings).application(), host=address, port=port, access_log=False, server_header=False, limit_concurrency=200,
        timeout_graceful_shutdown=10, log_config=None,
    )  # fmt: skip


def _key(file: Path | None) -> bytes:
    try:
        key = file.read_bytes().strip() if file is not None else os.environ.get(_KEY, "").encode()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from error
    if not key:
        raise UsageError(f"no HMAC key: set {_KEY}, or name a file with --key-file; it is the one that the run task has on the platform")
    return key


def _origins(written: list[str], option: str) -> frozenset[str]:
    from validator.integrations.run_task.protocol import origin_of  # noqa: PLC0415

    found = {one: origin_of(one) for one in written}
    mistakes = [f"{option} must be an https address such as {_PLATFORM}, got {one}" for one, origin in found.items() if origin is None]
    if mistakes:
        raise UsageError(*mistakes)
    return frozenset(origin for origin in found.values() if origin)
