"""A call in a thread of its own: who asked for it goes on meanwhile, and waits for it no longer than allowed.

For calls into libraries that work without Python's lock. One that is given up still runs to its end, which nobody sees.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from index import deadline
from index.errors import SearchTooSlow

T = TypeVar("T")


def aside(call: Callable[[], T]) -> Callable[[], T]:
    """Begins the call. What is returned waits for it and gives its result; it raises SearchTooSlow at the deadline.

    A thread for each call, and no pool: servers fork, and a pool's threads would stay behind in the parent.
    """
    future: Future[T] = Future()
    threading.Thread(target=_run, args=(future, call), name="aside").start()

    def result() -> T:
        deadline.check()
        try:
            return future.result(deadline.left())
        except NotYet:
            raise SearchTooSlow("the search took longer than it may") from None

    return result


def _run(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # whatever it is, it is told to who waits
        future.set_exception(error)
