"""Values that stacks export and that the parameter store holds: of the store, only what can be an id, a Region or a bucket."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from validator.frontends.snapshot.document import PARAMETER
from validator.live import calls
from validator.live.clients import Answer, Clients
from validator.live.rooms import Job, Room, batches, run
from validator.regions import is_region
from validator.resource import EXPORT

# The most that GetParameters takes.
_MOST_PARAMETERS = 10
_TEXTS = frozenset({"String", "StringList"})
_ID = re.compile(r"[a-z]{1,8}-[0-9a-f]{8}(?:[0-9a-f]{9})?|arn:aws[a-z-]{0,10}:(?:s3|ec2|elasticloadbalancing):.{0,300}|s3://.{1,300}")
_OF_BUCKET = re.compile(r"bucket|s3", re.IGNORECASE)


def ask_values(clients: Clients, room: Room, exports: Collection[str], parameters: Collection[str]) -> None:
    """Ask for exports and parameters by name."""
    jobs = [Job(room, calls.EXPORTS, tuple(sorted(exports)), {}, _keep_exports(exports))] if exports else []
    jobs += [
        Job(room, calls.PARAMETERS, tuple(batch), {"Names": list(batch), "WithDecryption": False}, _keep_parameters)
        for batch in batches(sorted(parameters), _MOST_PARAMETERS)
    ]
    run(clients, jobs)


def _keep_exports(names: Collection[str]) -> Callable[[Room, list[Answer]], None]:
    def take(room: Room, pages: list[Answer]) -> None:
        room.keep("exports", (one for page in pages for one in page.get("Exports", ()) if one["Name"] in names))
        room.absent.update(f"{EXPORT}{name}" for name in names if name not in room.found["exports"])

    return take


def _keep_parameters(room: Room, pages: list[Answer]) -> None:
    for page in pages:
        room.keep("parameters", (_cut(one) for one in page.get("Parameters", ())))
        room.absent.update(f"{PARAMETER}{name}" for name in page.get("InvalidParameters", ()))


def _cut(parameter: Answer) -> dict[str, object]:
    """A parameter without a value that could be a secret: it is encrypted, or nothing that decides a path."""
    name, kind, value = str(parameter["Name"]), str(parameter.get("Type", "")), str(parameter.get("Value", ""))
    cut: dict[str, object] = {"Name": name + str(parameter.get("Selector") or ""), "Type": kind}
    if kind in _TEXTS and (_OF_BUCKET.search(name) or all(_is_plain(one.strip()) for one in value.split(","))):
        cut["Value"] = value
    return cut


def _is_plain(value: str) -> bool:
    return _ID.fullmatch(value) is not None or is_region(value)
