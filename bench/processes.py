"""What is measured as a user runs it: ``kb`` commands and ``kb serve``, with their times and memory as the kernel
counts them. Knows nothing of what the figures are for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

KB = Path(sys.executable).with_name("kb")
START_SECONDS = 180.0
CLOCK = os.sysconf("SC_CLK_TCK")


class Failed(RuntimeError):
    """A command that did not do what it was for; says what it told."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended: seconds on the wall and of the processor, its peak in megabytes, what it printed."""

    seconds: float
    cpu: float
    peak_mb: float
    output: str


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> Ran:
    """Raises Failed where a command fails; 1 is no failure: ``kb`` says so of posts it could not read."""
    words, began = [str(word) for word in command], time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise Failed(f"{words} ended with {process.returncode}")
    seconds = time.perf_counter() - began
    return Ran(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def kb(data: Path, *words: str | Path, engine: str, env: Mapping[str, str] | None = None) -> Ran:
    return run(KB, "--data-dir", data, *words, env={"KB_ENGINE": engine, **(env or {})})


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: of all processes, of them pages of files, and of each process, the parent's first."""

    all: float
    files: float
    each: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A process and all below it. Shared memory is counted once, by what each has a share in (PSS)."""

    pid: int

    def pids(self) -> list[int]:
        found = [self.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in children.read_text(encoding="ascii").split()]
        return found

    def cpu(self) -> float:
        """Seconds of the processor so far."""
        return sum(_ticks(pid) for pid in self.pids()) / CLOCK

    def memory(self) -> Memory:
        found = [_shares(pid) for pid in self.pids()]
        each = tuple(shares["Pss"] / 1024 for shares in found)
        return Memory(sum(each), sum(shares["Pss_File"] / 1024 for shares in found), each)


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _shares(pid: int) -> dict[str, int]:
    """Kilobytes of a process by kind."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    return {name: int(size.split()[0]) for name, _, size in (line.partition(":") for line in lines)}


@dataclass(frozen=True, slots=True)
class Served:
    host: str
    port: int
    tree: Tree
    started: float  # seconds until it said that it was ready


@contextmanager
def served(data: Path, *, engine: str, workers: int, env: Mapping[str, str]) -> Iterator[Served]:
    """``kb serve`` on a free port, until the block ends."""
    port, began = _free_port(), time.perf_counter()
    words = [str(KB), "--data-dir", str(data), "serve", "--port", str(port), "--workers", str(workers)]
    with TemporaryFile() as told:
        process = subprocess.Popen(words, env={**os.environ, "KB_ENGINE": engine, **env}, stderr=told)
        try:
            if problem := _not_ready(f"http://127.0.0.1:{port}/readyz", process):
                told.seek(0)
                raise Failed(f"{problem}: {told.read()[-2000:].decode()}")
            yield Served("127.0.0.1", port, Tree(process.pid), time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _not_ready(address: str, process: subprocess.Popen[bytes]) -> str:
    """What keeps the server from being ready; nothing once it is."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            return f"kb serve ended with {process.returncode}"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError as error:
            return f"{address}: {error}"
        except OSError:
            time.sleep(0.1)
        else:
            return ""
    return f"{address} was not ready within {START_SECONDS:.0f} s"


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
