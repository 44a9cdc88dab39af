"""All at once: a changing folder, ``kb ingest``, ``kb reindex``, ``kb backup`` and searches over HTTP.

    python -m bench.soak [--minutes 10] [--rate 50] [--posts 300] [--workers 2] [--engine whoosh] [--json FILE]

The server is ``kb serve`` with its processes. Reported: requests and those that failed, the times of answers, what
the server's own metrics counted, and over time the memory and open files of its processes, the size of the data
directory and of the WAL, and the builds kept. Ends with 1 when something failed or grew beyond its bound.
A writer that finds the lock held by another is no failure when it says who holds it; it is tried again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
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
from index.filestore import KEPT_RETIRED

KB = (sys.executable, "-c", "from kb.cli import main; main()")
PATHS = ("/api/v1/search?q=", "/search?q=", "/api/v1/suggest?q=", "/api/v1/explain?q=")
BUSY = re.compile(r"다른 작업이 쓰는 중.*pid \d+, .+, since ")
CLIENTS = 8
SETTLED = 60.0  # seconds after which a server has loaded what it loads on first use

# What may not be exceeded; the reasons stand in docs/robustness.md
MEMORY_GROWTH = 1.15  # from when the server has settled to the end
MOST_FILES_A_PROCESS = 80
MOST_DELETED_A_PROCESS = 8  # files of a build that was dropped while a search still read it
MOST_BUILDS = 2 + KEPT_RETIRED + 1  # live, previous, retired, the one being made
MOST_WAL_MB = 24.0
DATA_GROWTH = 3.0  # of the data directory, as a multiple of what it was when all builds that may be kept were there


@dataclass(frozen=True, slots=True)
class Sample:
    """The state of the server's processes and its data at one moment."""

    seconds: int
    processes: int
    memory_mb: int  # what would be free if all of them ended (proportional set size)
    open_files: int
    deleted_files: int
    data_mb: float
    wal_mb: float
    builds: int


class Soak:
    """Threads that search, one that ingests, one that rebuilds, one that backs up, and the counts of all."""

    def __init__(self, root: Path, posts: int, rate: float, minutes: float, engine: str, workers: int) -> None:
        self.folder = Folder(root / "site" / "_posts", random.Random(5), posts)
        self.root, self.data, self.rate, self.engine, self.workers = root, root / "var", rate, engine, workers
        self.seconds = minutes * 60
        self.until = float("inf")
        self.times: list[float] = []
        self.failed: list[str] = []
        self.done: Counter[str] = Counter()
        self.samples: list[Sample] = []
        self.counted = 0.0

    def run(self) -> None:
        self._command("ingest", str(self.folder.path))
        with self._server() as (address, pid):
            self.until = time.monotonic() + self.seconds
            jobs: list[Callable[[], None]] = [self._ingest, self._reindex, self._backup]
            jobs += [self._searcher(address, number) for number in range(CLIENTS)]
            threads = [threading.Thread(target=job) for job in jobs]
            for thread in threads:
                thread.start()
            began = time.monotonic()
            while any(thread.is_alive() for thread in threads):
                self.samples.append(self._sample(pid, time.monotonic() - began))
                time.sleep(10)
            self.counted = self._metric(address, "kb_http_requests_total")
        self._command("check", "--deep")

    def exceeded(self) -> list[str]:
        """Bounds that did not hold."""
        settled = [sample for sample in self.samples if sample.seconds >= SETTLED] or self.samples
        full = next((sample for sample in settled if sample.builds >= 2 + KEPT_RETIRED), settled[-1])
        first, last = settled[0], settled[-1]
        most = {name: max(getattr(s, name) for s in settled) for name in ("open_files", "deleted_files", "builds")}
        bounds = {
            f"memory {first.memory_mb} → {last.memory_mb} MB": last.memory_mb <= first.memory_mb * MEMORY_GROWTH,
            f"open files {most['open_files']}": most["open_files"] <= MOST_FILES_A_PROCESS * first.processes,
            f"deleted files {most['deleted_files']}": most["deleted_files"] <= MOST_DELETED_A_PROCESS * first.processes,
            f"builds {most['builds']}": most["builds"] <= MOST_BUILDS,
            f"WAL {max(s.wal_mb for s in settled)} MB": max(s.wal_mb for s in settled) <= MOST_WAL_MB,
            f"data {full.data_mb} → {last.data_mb} MB": last.data_mb <= full.data_mb * DATA_GROWTH,
            f"requests {len(self.times)}, by the metrics {self.counted:.0f}": self.counted >= len(self.times),
        }
        return [told for told, holds in bounds.items() if not holds]

    # --- what runs

    def _searcher(self, address: str, number: int) -> Callable[[], None]:
        def search() -> None:
            dice, due = random.Random(number), time.monotonic()
            while time.monotonic() < self.until:
                due = max(due + CLIENTS / self.rate, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))
                words = " ".join(dice.sample((*AGENCIES, *TOPICS), dice.choice((1, 1, 2, 3))))
                self._ask(address + dice.choice(PATHS) + urllib.parse.quote(words))

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

    def _backup(self) -> None:
        while time.monotonic() < self.until:
            time.sleep(20)
            self._command("backup", "--overwrite", str(self.root / "backup"))

    def _command(self, *words: str) -> None:
        command = [*KB, "--data-dir", str(self.data), *words]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=self._environment())
        if ended.returncode == 0 or (ended.returncode == 1 and words[0] == "ingest"):  # broken posts are named
            self.done[words[0]] += 1
        elif BUSY.search(ended.stderr):
            self.done[f"{words[0]} refused: told who writes"] += 1
        else:
            self.failed.append(f"kb {words[0]} ended with {ended.returncode}: {(ended.stdout + ended.stderr)[-300:]}")

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "KB_ENGINE": self.engine, "KB_LOG_LEVEL": "warning"}

    @contextmanager
    def _server(self) -> Iterator[tuple[str, int]]:
        command = [*KB, "--data-dir", str(self.data), "serve", "--port", "0", "--workers", str(self.workers)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=self._environment()) as process:
            assert process.stderr is not None
            address = next(word for line in process.stderr for word in line.split() if word.startswith("http"))
            drain = threading.Thread(target=process.stderr.read, daemon=True)
            drain.start()
            try:
                yield address, process.pid
            finally:
                process.terminate()

    def _metric(self, address: str, name: str) -> float:
        with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    # --- what is seen

    def _sample(self, pid: int, seconds: float) -> Sample:
        family = [pid, *_children(pid)]
        links = [link for one in family for link in _links(one)]
        wal = self.data / "kb.sqlite3-wal"
        builds = list((self.data / "index" / self.engine).glob("*/MANIFEST.json"))
        return Sample(
            round(seconds),
            len(family),
            sum(map(_memory, family)) // 1024,
            len(links),
            sum("(deleted)" in link for link in links),
            round(sum(_size(path) for path in self.data.rglob("*")) / 1e6, 1),
            round(_size(wal) / 1e6, 1),
            len(builds),
        )


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _memory(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def _links(pid: int) -> list[str]:
    return [_link(path) for path in Path(f"/proc/{pid}/fd").iterdir()]


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
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        soak = Soak(Path(root), args.posts, args.rate, args.minutes, args.engine, args.workers)
        soak.run()
    times, seconds = sorted(soak.times), args.minutes * 60
    figures = {
        "requests": len(times),
        "requests a second": round(len(times) / seconds, 1),
        "failed": soak.failed[:20],
        "failures": len(soak.failed),
        "exceeded": soak.exceeded(),
        "commands": dict(soak.done),
        "ms p50/p95/p99/max": [round(times[min(int(len(times) * q), len(times) - 1)]) for q in (0.5, 0.95, 0.99, 1)],
        "samples": [asdict(sample) for sample in soak.samples],
    }
    print(json.dumps(figures, ensure_ascii=False))
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if soak.failed or figures["exceeded"] else 0


if __name__ == "__main__":
    sys.exit(main())
