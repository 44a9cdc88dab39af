from __future__ import annotations

import platform
import subprocess
import sys

import pytest

SETTLED = """
import gc, threading
from web import memory
memory.settle()
assert gc.get_threshold() == memory.SELDOM and gc.get_freeze_count() > 1_000
"""
HEAPS = """
import ctypes, ctypes.util, threading, tempfile
def heaps():
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    with tempfile.NamedTemporaryFile() as told:
        file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
        libc.malloc_info(0, file)
        libc.fclose(file)
        return told.read().count(b"<heap nr=")
def work():
    kept.append(bytearray(100_000))
kept = []
for _ in range(3):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
assert heaps() == 1, heaps()
"""


def run(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert not done.returncode, done.stderr


def test_what_is_loaded_is_no_garbage_and_collections_are_seldom() -> None:
    run(SETTLED)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_threads_share_one_heap() -> None:
    run("from web import memory\nassert memory.one_heap()\n" + HEAPS)
    with pytest.raises(AssertionError):
        run(HEAPS)  # and by default they do not
