"""Many questions at a time, and none past the deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")
WORKERS = 16


class Deadline:
    """The moment by which a whole run has its answers."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; 0 when none are."""
        return max(0.0, self._end - time.monotonic())


def in_parallel(tasks: Sequence[Callable[[], T]], deadline: Deadline) -> Iterator[tuple[int, T | None]]:
    """The index and the result of each task, as they end; then None for those that have not ended by the deadline.

    Threads that still wait for an answer then are left behind: they are daemons, and end with the process. Tasks do not raise.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, T]] = SimpleQueue()
    for index in range(len(tasks)):
        waiting.put(index)

    def work() -> None:
        while deadline.left:
            try:
                index = waiting.get_nowait()
            except Empty:
                return
            done.put((index, tasks[index]()))

    for _ in range(min(WORKERS, len(tasks))):
        threading.Thread(target=work, daemon=True).start()
    open_ones = dict.fromkeys(range(len(tasks)))
    while open_ones:
        try:
            index, result = done.get(timeout=deadline.left or 0.001)
        except Empty:
            break
        del open_ones[index]
        yield index, result
    yield from ((index, None) for index in open_ones)
