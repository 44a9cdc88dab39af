"""Ingestion against bare Kiwi, a second run, a reindex and searches over HTTP, on one folder of posts.

    python -m bench [--posts FOLDER] [--queries FILE] [--output FILE]

Each step is a process of its own, as a user would start it. Figures are of one machine and one run:
compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KB = Path(sys.executable).with_name("kb")
BARE_KIWI = """
import json, sqlite3, sys, time
from kiwipiepy import Kiwi
texts = [row[0] for row in sqlite3.connect(sys.argv[1]).execute("select text from posts")]
kiwi = Kiwi(num_workers=2)
list(kiwi.tokenize(texts[:20]))
began = time.perf_counter()
count = sum(len(tokens) for tokens in kiwi.tokenize(iter(texts)))
print(json.dumps({"posts": len(texts), "tokens": count, "seconds": time.perf_counter() - began}))
"""


def timed(*command: str | Path) -> tuple[float, float, str]:
    """Wall seconds, peak megabytes and standard output of a command."""
    began = time.perf_counter()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024, output


@contextmanager
def server(data: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(KB), "--data-dir", str(data), "serve", "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def search_times(address: str, queries: list[str]) -> list[float]:
    """Milliseconds of each query, one client, facets and snippets included."""
    times = []
    for q in queries:
        url = f"{address}/api/v1/search?" + urllib.parse.urlencode({"q": q})
        began = time.perf_counter()
        urllib.request.urlopen(url, timeout=60).read()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def directory_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure(posts: Path, queries: list[str], data: Path) -> Iterator[tuple[str, str]]:
    first, memory, answer = timed(KB, "--data-dir", data, "ingest", posts, "--source", "bench", "--json")
    report = json.loads(answer)
    bare = json.loads(timed(sys.executable, "-c", BARE_KIWI, data / "kb.sqlite3")[2])
    yield "posts seen / recovered / failed", f"{report['seen']:,} / {report['recovered']} / {len(report['failed'])}"
    yield "whole ingestion (s)", f"{first:.1f}"
    yield "bare `Kiwi.tokenize`, two workers, same texts (s)", f"{bare['seconds']:.1f}"
    yield "ratio", f"**{first / bare['seconds']:.2f}**"
    yield "peak memory of the ingestion (MB)", f"{memory:.0f}"
    yield (
        "second run without changes (s)",
        f"{timed(KB, '--data-dir', data, 'ingest', posts, '--source', 'bench')[0]:.2f}",
    )
    seconds = timed(KB, "--data-dir", data, "reindex")[0]
    yield "`kb reindex` (s; posts a second)", f"{seconds:.1f}; {report['added'] / seconds:.0f}"
    with server(data) as address:
        search_times(address, queries[:5])
        times = search_times(address, queries)
    spot = [times[int(len(times) * share)] for share in (0.95, 0.99)]
    yield "search over HTTP, p50 / p95 / p99 (ms)", f"{statistics.median(times):.1f} / {spot[0]:.1f} / {spot[1]:.1f}"
    index = directory_bytes(data / "index")
    database = directory_bytes(data) - index
    yield "bytes a post, database / index", f"{database / report['seen']:,.0f} / {index / report['seen']:,.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=Path, default=Path("data/posts"))
    parser.add_argument("--queries", type=Path, help='JSON Lines with a "q" each; without it, titles are asked')
    parser.add_argument("--output", type=Path, help="also write the table here")
    args = parser.parse_args()
    if args.queries:
        queries = [json.loads(line)["q"] for line in args.queries.read_text(encoding="utf-8").splitlines()]
    else:
        queries = ["전략물자 수출통제", "관세청 우회수출 단속", "상황허가 러시아", "무역안보정책과", "반덤핑 관세"] * 8
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    head = f"{machine}\n\n| what | figure |\n|---|---|\n"
    lines = [head]
    print(head, end="")
    with tempfile.TemporaryDirectory() as folder:
        for what, figure in measure(args.posts, queries, Path(folder)):
            lines.append(f"| {what} | {figure} |\n")
            print(lines[-1], end="", flush=True)
    if args.output:
        args.output.write_text("# Benchmarks\n\nMade by `make bench`.\n\n" + "".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
