"""How long the stages of one search take, for the log of slow ones. Costs nothing to speak of unless somebody records.

with recorded() as times:
    ...                      # in whatever is called here: with stage("plan"): ...
times                        # {"plan": 0.0012, ...} in seconds, in the order they began
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from index import deadline

P = ParamSpec("P")
Value = TypeVar("Value")
Times = dict[str, float]

_recording: ContextVar[Times | None] = ContextVar("stages", default=None)


@contextmanager
def recorded() -> Iterator[Times]:
    """The stages that pass in this block, in this thread."""
    times: Times = {}
    token = _recording.set(times)
    try:
        yield times
    finally:
        _recording.reset(token)


def staged(name: str) -> Callable[[Callable[P, Value]], Callable[P, Value]]:
    """The function is the stage of that name; called several times, the times are summed."""

    def decorate(function: Callable[P, Value]) -> Callable[P, Value]:
        @wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> Value:
            deadline.check()
            times = _recording.get()
            if times is None:
                return function(*args, **kwargs)
            began = time.perf_counter()
            times.setdefault(name, 0.0)
            try:
                return function(*args, **kwargs)
            finally:
                times[name] += time.perf_counter() - began

        return timed

    return decorate
