"""How long a search may take. Whoever answers a request sets it; the stages of a search ask whether it has passed.

A thread of Python cannot be stopped from outside, so a search stops itself: between its stages, and in the engines
of our own at every node of the query. What one node may cost is bounded by the size of the index. Long calls into
Tantivy run aside and are given up (``index.engines.aside``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from index.errors import SearchTooSlow

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


def begin(seconds: float) -> None:
    """For what this thread does from now on; 0 takes the limit away."""
    _ends.set(time.monotonic() + seconds if seconds else None)


def end() -> None:
    _ends.set(None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    token = _ends.set(time.monotonic() + seconds if seconds else None)
    try:
        yield
    finally:
        _ends.reset(token)


def left() -> float | None:
    """Seconds; None without a limit."""
    ends = _ends.get()
    return None if ends is None else max(ends - time.monotonic(), 0.0)


def check() -> None:
    """Raises SearchTooSlow when the time has passed."""
    ends = _ends.get()
    if ends is not None and time.monotonic() > ends:
        raise SearchTooSlow("the search took longer than it may")
