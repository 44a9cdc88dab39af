"""Waiting for whoever holds a lock, here or on another machine. Knows no lock itself: whatever is tried says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from index.errors import WriterBusy
from index.filestore import UNNAMED
from kb.errors import RunHeld

EVERY = 0.1  # seconds between two tries
Value = TypeVar("Value")

Waiting = Callable[[str], object]
"""Told who holds the lock, whenever that is another. Who gives one waits without end."""


def patiently(act: Callable[[], Value], seconds: float = 0, waiting: Waiting | None = None) -> Value:
    """Tries again while another holds the lock. Without ``waiting``, raises what ``act`` does after some seconds."""
    until, holder = time.monotonic() + seconds, ""
    while True:
        try:
            return act()
        except (WriterBusy, RunHeld) as problem:
            if waiting is None and time.monotonic() >= until:
                raise
            found = _holder(problem) or holder  # who is leaving has no name for a moment, and is no other one
            if waiting is not None and found != holder:
                holder = found
                waiting(holder)
        time.sleep(EVERY)


def _holder(problem: WriterBusy | RunHeld) -> str:
    """Empty when nobody could be named."""
    if isinstance(problem, RunHeld):
        return problem.holder
    holder = str(problem).rpartition("held by ")[2]
    return "" if holder == UNNAMED else holder
