"""What is done ahead comes in order and without a gap, and its process never outlives us."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.ahead import Ahead


def test_all_come_in_their_order() -> None:
    with Ahead(str(number) * 1000 for number in range(500)) as child:
        time.sleep(0.3)
        assert list(child) == [str(number) * 1000 for number in range(500)]


def test_it_ends_when_somebody_begins_to_take() -> None:
    def endless() -> Iterator[int]:
        number = 0
        while True:
            yield number
            number += 1
            time.sleep(0.001)

    with Ahead(endless()) as child:
        time.sleep(0.3)
        made = list(child)
    assert made == list(range(len(made)))
    assert 1 < len(made) < 2000


def test_one_that_fails_has_made_nothing() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError

    with Ahead(failing()) as child:
        time.sleep(0.3)
        assert list(child) == []


def test_one_that_is_killed_ends_early(caplog: pytest.LogCaptureFixture) -> None:
    with Ahead(bytes(100_000) for _ in range(100)) as child:
        taken = iter(child)
        assert next(taken) == bytes(100_000)
        os.kill(child._child, signal.SIGKILL)
        assert len(list(taken)) < 99
    assert "ends early" in caplog.text or caplog.text == ""


def test_left_before_its_end_no_process_stays() -> None:
    def endless() -> Iterator[int]:
        while True:
            time.sleep(0.01)
            yield 1

    with Ahead(endless()) as child:
        number = child._child
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


PARENT = """
import fcntl, os, sys, time
from kb.ahead import Ahead
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
def endless():
    while True:
        time.sleep(0.05)
        yield 1
with Ahead(endless()) as child:
    time.sleep(0.2)
    print(child._child, flush=True)
    time.sleep(60)
"""


def test_a_parent_that_is_killed_leaves_neither_lock_nor_process(tmp_path: Path) -> None:

    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", PARENT, lock], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        with lock.open() as again:
            fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)  # free at once: raises if not
    until = time.monotonic() + 60
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _runs(child)


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
