"""Engines beside each other: build rate, size, memory, and the time of the searches the service asks.

    python -m bench.engines --data FOLDER [--sizes 5000 20000] [--engines whoosh tantivy] [--queries FILE]

FOLDER is a knowledge base with posts. Its paragraphs are recombined (``bench.collection``) to collections of
the sizes asked for. The trees are those of the service's planner, with its facets and its fifty rows; every
third is narrowed to an agency. Each step is a process of its own, stopped after ``--limit`` seconds. Beside
wall-clock times stands the processor's own time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

from bench.collection import Collection, Source, read_source
from index.analysis.korean import KoreanAnalyzer
from index.document import SearchRequest
from index.engines.base import Engine, Reader, Terms
from index.factory import make_engine
from index.query.concepts import ConceptReader
from index.query.expand import Planner
from index.query.parser import parse
from index.query.tree import MatchAll
from index.searcher import HEAD
from kb.gazetteer.gazetteer import Gazetteer
from kb.search.documents import index_doc
from kb.search.names import name_table
from kb.search.service import FACETS
from kb.store import documents
from kb.store.database import Database

BATCH = 1000
CLIENTS = 8
SOURCE, REQUESTS = "source.pickle", "requests.pickle"
Row: TypeAlias = dict[str, float | str]

COLUMNS = {
    "engine": "engine",
    "size": "documents",
    "rate": "build, posts/s",
    "cpu_rate": "posts/CPU s",
    "bytes": "bytes a post",
    "build_mb": "build, peak MB",
    "serve_mb": "search, peak MB",
    "open_ms": "open, ms",
    "p50": "p50 ms",
    "p95": "p95 ms",
    "p99": "p99 ms",
    "cpu50": "CPU p50",
    "cpu95": "CPU p95",
    "again50": "again p50",
    "again95": "again p95",
    "per_second": f"searches/s, {CLIENTS} clients",
    "change_ms": "change one, ms",
}


# --- what is built and asked, made once


def prepare(data: Path, queries: Path | None) -> tuple[Source, list[SearchRequest]]:
    database = Database(f"sqlite:///{data / 'kb.sqlite3'}")
    with database.session() as session:
        docs = [index_doc(document) for document in documents.all_documents(session)]
    if queries is not None:
        asked = [json.loads(line)["q"] for line in queries.read_text(encoding="utf-8").splitlines()]
    else:
        chosen = random.Random(1).sample(docs, min(120, len(docs)))
        asked = [" ".join(doc.text[: doc.title_end].split()[:4]) for doc in chosen]
    source = read_source(iter(docs))
    return source, make_requests(asked, source)


def make_requests(asked: Sequence[str], source: Source) -> list[SearchRequest]:
    """The first tree of each query, as the planner makes it for a small collection of the same paragraphs."""
    planner = Planner(ConceptReader(KoreanAnalyzer(), name_table(Gazetteer.load())))
    agencies = [values for filters in source.filters if (values := filters.get("agency"))]
    requests = []
    with tempfile.TemporaryDirectory() as folder:
        engine, _ = build("whoosh", Path(folder), Collection(source, 2000))
        with engine.open_reader() as reader:
            for number, query in enumerate(asked):
                narrowed = {"agency": agencies[number % len(agencies)][:1]} if number % 3 == 0 and agencies else {}
                tree = planner.plan(parse(query), reader).tree
                requests.append(SearchRequest(tree, narrowed, limit=HEAD, facets=FACETS))
    return requests


# --- one engine at one size, in processes of its own


class Clock(NamedTuple):
    """Seconds on the wall and of the processor, all threads."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Clock:
        return cls(time.perf_counter(), time.process_time())

    def since(self, began: Clock) -> Clock:
        return Clock(self.wall - began.wall, self.cpu - began.cpu)

    def plus(self, other: Clock) -> Clock:
        return Clock(self.wall + other.wall, self.cpu + other.cpu)


def build(name: str, folder: Path, collection: Collection) -> tuple[Engine, Clock]:
    """A live build and the seconds it took, without those of making the documents."""
    made: dict[str, Terms] = {}
    engine = make_engine(name, folder, lambda doc: made[doc.id])
    took, docs = Clock(0, 0), collection.docs()
    with engine.start_build("bench") as writer:
        while batch := list(islice(docs, BATCH)):
            made.clear()
            made.update((doc.id, collection.terms_of(doc)) for doc in batch)
            began = Clock.now()
            writer.add(batch)
            took = took.plus(Clock.now().since(began))
        began = Clock.now()
        writer.seal()
        took = took.plus(Clock.now().since(began))
    engine.promote(writer.build)
    return engine, took


def built(name: str, folder: Path, collection: Collection) -> Row:
    engine, took = build(name, folder, collection)
    rates = {"rate": collection.size / took.wall, "cpu_rate": collection.size / took.cpu}
    return {**rates, "bytes": engine.health().size / collection.size, "build_mb": peak_memory()}


def asked(name: str, folder: Path, requests: Sequence[SearchRequest]) -> Row:
    engine = make_engine(name, folder)
    began = time.perf_counter()
    with engine.open_reader() as reader:
        reader.search(replace(requests[0], query=MatchAll()))  # what is loaded at the first search is part of opening
        opened = (time.perf_counter() - began) * 1000
        first, again = times(reader, requests), times(reader, requests)
        with ThreadPoolExecutor(CLIENTS) as clients:
            began = time.perf_counter()
            list(clients.map(reader.search, [*requests] * 3))
            per_second = len(requests) * 3 / (time.perf_counter() - began)
    row: Row = {"open_ms": opened, "per_second": per_second, "serve_mb": peak_memory()}
    row |= {f"p{share}": at([clock.wall for clock in first], share) for share in (50, 95, 99)}
    row |= {f"cpu{share}": at([clock.cpu for clock in first], share) for share in (50, 95)}
    return row | {f"again{share}": at([clock.wall for clock in again], share) for share in (50, 95)}


def times(reader: Reader, requests: Sequence[SearchRequest]) -> list[Clock]:
    found = []
    for request in requests:
        began = Clock.now()
        reader.search(request)
        found.append(Clock.now().since(began))
    return found


def at(seconds: Sequence[float], share: int) -> float:
    """Milliseconds that so many of a hundred stay within."""
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * share // 100)] * 1000


def changed(name: str, folder: Path, collection: Collection) -> Row:
    """Milliseconds to replace one document, committed; the median of a few."""
    engine, found = make_engine(name, folder, collection.terms_of), []
    for number in range(min(5, collection.size)):
        began = time.perf_counter()
        with engine.open_writer() as writer:
            writer.add([collection.doc(number)])
        found.append((time.perf_counter() - began) * 1000)
    return {"change_ms": statistics.median(found)}


def peak_memory() -> float:
    """Megabytes; of this process, not of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


# --- all of them


def measure(prepared: Path, name: str, size: int, limit: float) -> Row:
    row: Row = {"engine": name, "size": size}
    with tempfile.TemporaryDirectory() as folder:
        for step in ("built", "asked", "changed"):
            command = [sys.executable, "-m", "bench.engines", "--step", step, name, str(size), str(prepared), folder]
            try:
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=limit, check=True)
            except subprocess.TimeoutExpired:
                return row | {step: f"more than {limit:.0f} s"}
            row |= json.loads(done.stdout)
    return row


def step(name: str, engine: str, size: str, prepared: str, folder: str) -> None:
    """What a child process does: one step, its figures as JSON."""
    if name == "asked":
        requests = pickle.loads(Path(prepared, REQUESTS).read_bytes())
        row = asked(engine, Path(folder), requests)
    else:
        collection = Collection(pickle.loads(Path(prepared, SOURCE).read_bytes()), int(size))
        row = (built if name == "built" else changed)(engine, Path(folder), collection)
    print(json.dumps(row))


def line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(f"{cell:,.1f}" if isinstance(cell, float) else f"{cell}" for cell in cells) + " |\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("var"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000])
    parser.add_argument("--engines", nargs="+", default=["whoosh", "tantivy"])
    parser.add_argument("--queries", type=Path, help='JSON Lines with a "q" each; without it, titles are asked')
    parser.add_argument("--limit", type=float, default=600, help="seconds for each step")
    parser.add_argument("--output", type=Path, help="also write the table here")
    parser.add_argument("--step", nargs=5, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        step(*args.step)
        return 0
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [f"{machine}\n\n", line(COLUMNS.values()), line("---" for _ in COLUMNS)]
    print(*lines, sep="", end="")
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder)
        source, requests = prepare(args.data, args.queries)
        (prepared / SOURCE).write_bytes(pickle.dumps(source))
        (prepared / REQUESTS).write_bytes(pickle.dumps(requests))
        del source
        for size in args.sizes:
            for name in args.engines:
                row = measure(prepared, name, size, args.limit)
                lines.append(line(row.get(column, "") for column in COLUMNS))
                print(lines[-1], end="", flush=True)
    if args.output:
        args.output.write_text("# Engines\n\nMade by `python -m bench.engines`.\n\n" + "".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
