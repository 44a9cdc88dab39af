"""``kb serve --workers 2`` as it runs: Kiwi held once, a child that dies replaced, all of them ended together."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from web import workers

KB = (sys.executable, "-c", "from kb.cli import main; main()")
pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").is_file(), reason="reads Linux's /proc")


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def kilobytes(pid: int, what: str) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(what))


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def answers(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:
        return bool(answer.status == 200)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The parent's process and its address, with both children there."""
    command = (*KB, "--data-dir", str(tmp_path), "serve", "--port", "0", "--workers", "2")
    with ended_at_last(subprocess.Popen(command, stderr=subprocess.PIPE, text=True)) as process:
        found = re.search(r"http://\S+", "".join(_said(process)))
        assert found is not None
        until(lambda: len(children(process.pid)) == 2)
        yield process, found[0]


@contextlib.contextmanager
def ended_at_last(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A test that fails leaves nothing running, and nobody waits for it."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def _said(process: subprocess.Popen[str]) -> Iterator[str]:
    """What the process says, up to the line that names its address."""
    assert process.stderr is not None
    for line in process.stderr:
        yield line
        if "http://" in line:
            return


def test_a_child_shares_kiwi_and_is_replaced_when_it_dies(serving: tuple[subprocess.Popen[str], str]) -> None:
    process, address = serving
    first = children(process.pid)
    assert answers(address)
    for child in first:
        assert kilobytes(child, "Rss") > 300_000  # Kiwi is there …
        assert kilobytes(child, "Private_") < 150_000  # … and is not its own
    os.kill(min(first), signal.SIGKILL)
    until(lambda: len(children(process.pid) - {min(first)}) == 2)
    assert all(answers(address) for _ in range(20))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_with_its_children(serving: tuple[subprocess.Popen[str], str], how: signal.Signals) -> None:
    process, address = serving
    assert answers(address)
    first = children(process.pid)
    process.send_signal(how)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0
    assert "Traceback" not in said
    until(lambda: not any(map(running, first)))


def test_children_do_not_outlive_a_parent_that_was_killed(serving: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = serving
    first = children(process.pid)
    process.kill()
    process.wait()
    until(lambda: not any(map(running, first)))


@pytest.mark.parametrize("count", [1, 2])
def test_a_child_that_hangs_is_replaced(tmp_path: Path, count: int) -> None:
    """It is alive and takes connections that nobody answers. One alone is watched, too."""
    command = (*KB, "--data-dir", str(tmp_path), "serve", "--port", "0", "--workers", str(count))
    settings = {**os.environ, "KB_STUCK_SECONDS": "3"}
    with ended_at_last(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings)) as process:
        found = re.search(r"http://\S+", "".join(_said(process)))
        assert found is not None
        until(lambda: len(children(process.pid)) == count)
        hung = min(children(process.pid))
        until(lambda: threads(hung) > 4)  # before its server runs it has a minute
        assert answers(found[0])
        os.kill(hung, signal.SIGSTOP)
        until(lambda: len(children(process.pid) - {hung}) == count, seconds=120)
        assert not running(hung)
        assert all(answers(found[0]) for _ in range(20))
        process.terminate()
        said = process.communicate(timeout=60)[1]
    assert re.search(rf"프로세스 {hung}: \d+초 동안 움직이지 않아", said)
    assert f"프로세스 {hung}: 끝나서(신호 9) 새로 띄웁니다" in said


def test_unwatched_one_process_is_all(tmp_path: Path) -> None:
    """Whose service manager watches it needs no parent."""
    command = (*KB, "--data-dir", str(tmp_path), "serve", "--port", "0", "--workers", "1")
    settings = {**os.environ, "KB_STUCK_SECONDS": "0"}
    with ended_at_last(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings)) as process:
        found = re.search(r"http://\S+", "".join(_said(process)))
        assert found is not None and answers(found[0])
        assert not children(process.pid)
        process.terminate()
        assert process.wait(timeout=60) == 0


def test_a_parent_that_was_asleep_ends_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole machine, or the whole service, was stopped: the children had no way to move either."""
    ended: list[int] = []
    monkeypatch.setattr("web.workers.os.kill", lambda child, _: ended.append(child))
    few = workers.Workers(1, lambda: None, stuck_seconds=3)  # type: ignore[arg-type,return-value] # nothing is served
    now = time.monotonic()
    few._children[4242] = workers.Child(now, 0)
    few._beats.tell(0, now)
    few._end_stuck(now + 1)
    few._end_stuck(now + 100)
    assert ended == []
    for second in range(101, 106):
        few._end_stuck(now + second)
    assert ended == [4242]
    for end in few._alive:
        os.close(end)


def running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    return False


def test_no_room_for_a_process_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's refusal stands in for a full machine; the other processes go on meanwhile."""
    forks = iter([OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)), 4242])

    def fork() -> int:
        given = next(forks)
        if isinstance(given, OSError):
            raise given
        return given

    monkeypatch.setattr("web.workers.os.fork", fork)
    monkeypatch.setattr("web.workers.PAUSE_SECONDS", 0.01)
    few = workers.Workers(1, lambda: None)  # type: ignore[arg-type,return-value] # nothing is served here
    few._start_again()
    assert list(few._children) == [4242]
    for end in few._alive:
        os.close(end)
