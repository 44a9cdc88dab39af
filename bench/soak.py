"""All at once: a folder that changes, ``kb ingest``, ``kb reindex`` and searches over HTTP, for a given time.

    python -m bench.soak [--minutes 10] [--rate 50] [--posts 300] [--engine whoosh] [--json FILE]

The server is ``kb serve`` as a process of its own. Reported: requests and those that failed, the times of answers,
and over time the server's memory and open files, the size of the data directory and of the WAL, and the builds kept.
A writer that finds the lock held by another is no failure: it says so, and is tried again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.kill_parts import AGENCIES, TOPICS, Folder

KB = (sys.executable, "-c", "from kb.cli import main; main()")
PATHS = ("/api/v1/search?q=", "/search?q=", "/api/v1/suggest?q=", "/api/v1/explain?q=")
BUSY = "다른 작업이 쓰는 중"


@dataclass(frozen=True, slots=True)
class Sample:
    """The state of the server and its data at one moment."""

    seconds: int
    memory_mb: int
    open_files: int
    deleted_files: int
    data_mb: float
    wal_mb: float
    builds: int


class Soak:
    """Threads that search, one that ingests, one that rebuilds, and the counts of all."""

    def __init__(self, root: Path, posts: int, rate: float, minutes: float, engine: str) -> None:
        self.folder = Folder(root / "site" / "_posts", random.Random(5), posts)
        self.data, self.rate, self.engine = root / "var", rate, engine
        self.until = time.monotonic() + minutes * 60
        self.times: list[float] = []
        self.failed: list[str] = []
        self.done: Counter[str] = Counter()
        self.samples: list[Sample] = []

    def run(self) -> None:
        self._command("ingest", str(self.folder.path))
        with self._server() as (address, pid):
            minutes = self.until - time.monotonic()
            self.until = time.monotonic() + max(minutes, 30)
            jobs: list[Callable[[], None]] = [self._ingest, self._reindex]
            jobs += [self._searcher(address, number) for number in range(4)]
            threads = [threading.Thread(target=job) for job in jobs]
            for thread in threads:
                thread.start()
            began = time.monotonic()
            while any(thread.is_alive() for thread in threads):
                self.samples.append(self._sample(pid, time.monotonic() - began))
                time.sleep(10)

    # --- what runs

    def _searcher(self, address: str, number: int) -> Callable[[], None]:
        def search() -> None:
            dice, due = random.Random(number), time.monotonic()
            while time.monotonic() < self.until:
                due = max(due + 4 / self.rate, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))
                self._ask(address + dice.choice(PATHS) + urllib.parse.quote(dice.choice((*AGENCIES, *TOPICS))))

        return search

    def _ask(self, url: str) -> None:
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                answer.read()
        except OSError as problem:
            self.failed.append(f"{urllib.parse.unquote(url)}: {problem}")
        self.times.append((time.perf_counter() - began) * 1000)

    def _ingest(self) -> None:
        while time.monotonic() < self.until:
            self.folder.change()
            self._command("ingest", str(self.folder.path))

    def _reindex(self) -> None:
        while time.monotonic() < self.until:
            self._command("reindex", "--engine", self.engine)
            time.sleep(3)

    def _command(self, *words: str) -> None:
        command = [*KB, "--data-dir", str(self.data), *words]
        environment = {**os.environ, "KB_ENGINE": self.engine}
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if ended.returncode in (0, 1):
            self.done[words[0]] += 1
        elif BUSY in ended.stderr:
            self.done[f"{words[0]} refused: busy"] += 1
        else:
            self.failed.append(f"kb {words[0]} ended with {ended.returncode}: {ended.stderr[-300:]}")

    @contextmanager
    def _server(self) -> Iterator[tuple[str, int]]:
        command = [*KB, "--data-dir", str(self.data), "serve", "--port", "0"]
        environment = {**os.environ, "KB_ENGINE": self.engine}
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stderr is not None
            address = next(word for line in process.stderr for word in line.split() if word.startswith("http"))
            drain = threading.Thread(target=process.stderr.read, daemon=True)
            drain.start()
            try:
                yield address, process.pid
            finally:
                process.terminate()

    # --- what is seen

    def _sample(self, pid: int, seconds: float) -> Sample:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        links = [_link(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
        wal = self.data / "kb.sqlite3-wal"
        builds = list((self.data / "index" / self.engine).glob("*/MANIFEST.json"))
        return Sample(
            round(seconds),
            memory // 1024,
            len(links),
            sum("(deleted)" in link for link in links),
            round(sum(_size(path) for path in self.data.rglob("*")) / 1e6, 1),
            round(_size(wal) / 1e6, 1),
            len(builds),
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except FileNotFoundError:
        return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=50, help="requests a second, if the machine can")
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        soak = Soak(Path(root), args.posts, args.rate, args.minutes, args.engine)
        soak.run()
    times = sorted(soak.times)
    figures = {
        "requests": len(times),
        "failed": soak.failed[:20],
        "commands": dict(soak.done),
        "ms p50/p95/p99": [round(times[int(len(times) * share)]) for share in (0.5, 0.95, 0.99)],
        "samples": [asdict(sample) for sample in soak.samples],
    }
    print(json.dumps(figures, ensure_ascii=False))
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if soak.failed else 0


if __name__ == "__main__":
    sys.exit(main())
