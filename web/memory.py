"""How a process that serves for weeks keeps its memory: set once, when all that is large is loaded.

What is loaded stays and is no garbage, so it is not looked through again; and requests leave little that only the
collector finds, so it looks for that seldom. Threads share one heap where the C library is glibc: by default each
makes its own and gives nothing of it back, some twenty megabytes a process. Knows neither Flask nor the knowledge base.
"""

from __future__ import annotations

import ctypes
import gc

SELDOM = (20_000, 20, 50)  # objects more than before, and so many rounds of each generation; 700, 10, 10 at first
ARENAS = -8  # glibc's M_ARENA_MAX


def settle() -> None:
    """Before processes are forked: they would copy what a collection writes to, which is everything."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    one_heap()


def one_heap() -> bool:
    """For threads that come from now on. False where the C library has no such setting."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return set_option is not None and bool(set_option(ARENAS, 1))
