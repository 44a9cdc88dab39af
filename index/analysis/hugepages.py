"""Asks Linux for huge pages under what a library has loaded. Knows of no library, changes no result.

Kiwi looks up its tables all over two hundred megabytes, and with pages of four kilobytes an eighth of its time is spent
finding them (decision 0312). Where it cannot be had, nothing happens.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

_ADVISE, _COLLAPSE = 14, 25  # MADV_HUGEPAGE; MADV_COLLAPSE, since Linux 6.1
_PAGE = 2 << 20
_ARENA = 512 << 20  # what is larger is reserved and filled as needed; its owner takes care of its pages


def collapse() -> int:
    """Puts the process's own memory, as far as it lies in large pieces, on huge pages. How many bytes were moved."""
    if not sys.platform.startswith("linux"):
        return 0
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    moved = 0
    for start, end in _own_memory():
        madvise(start, end - start, _ADVISE)
        if madvise(start, end - start, _COLLAPSE) == 0:
            moved += end - start
    return moved


def _own_memory() -> Iterator[tuple[int, int]]:
    """Writable memory of no file, at whole huge pages."""
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        where, rights, _, _, _, *name = line.split(maxsplit=5)
        start, end = (int(edge, 16) for edge in where.split("-"))
        start, end = -(-start // _PAGE) * _PAGE, end // _PAGE * _PAGE
        if rights == "rw-p" and name in ([], ["[heap]"]) and 0 < end - start <= _ARENA:
            yield start, end
