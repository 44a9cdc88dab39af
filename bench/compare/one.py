"""One contestant in this process: builds, asks, prints its figures as JSON.

    python -m bench.compare.one NAME FOLDER

FOLDER holds what ``bench.compare.texts`` wrote.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import cast

from bench.compare.contestant import Contestant, Maker
from bench.compare.texts import Query, documents, queries
from bench.load import percentile

CONTESTANTS = {  # a module is imported only when it is asked for: each brings a library of its own
    "tantivy": ("bare_tantivy", "BareTantivy"),
    "fts5": ("fts5", "Fts5"),
    "trigrams": ("fts5", "Trigrams"),
    "postgres": ("postgres", "Postgres"),
    "opensearch": ("open_search", "OpenSearchAlone"),
}
ROUNDS = 3
MOST_SECONDS = 60.0  # of asking: one that is slow is asked less often
Figures = dict[str, object]


def measured(name: str, folder: Path) -> Figures:
    module, kind = CONTESTANTS[name]
    maker = getattr(import_module(f"bench.compare.{module}"), kind)
    with tempfile.TemporaryDirectory(prefix="kb-compare-") as own, cast(Maker, maker.open)(Path(own)) as contestant:
        return {"name": name, "title": maker.title, "lacks": maker.lacks, **_figures(contestant, folder)}


def _figures(contestant: Contestant, folder: Path) -> Figures:
    count = sum(1 for _ in documents(folder))
    began, spent = time.perf_counter(), contestant.cpu()
    contestant.build(documents(folder))
    built, build_cpu = time.perf_counter() - began, contestant.cpu() - spent
    asked = queries(folder)
    spent = contestant.cpu()
    first, matches = _asked(contestant, asked)
    rounds = ROUNDS - 1 if sum(first) < MOST_SECONDS * 1000 / ROUNDS else 0
    later = [took for _ in range(rounds) for took in _asked(contestant, _shuffled(asked))[0]]
    times = sorted(later or first)
    return {
        "version": contestant.version(),
        "documents": count,
        "build_seconds": built,
        "build_cpu": build_cpu,
        "bytes": contestant.size() / count,
        "queries": len(asked),
        "matches": matches / len(asked),
        "first_p50": percentile(sorted(first), 0.5),
        "first_p95": percentile(sorted(first), 0.95),
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "p99": percentile(times, 0.99),
        "cpu_ms": (contestant.cpu() - spent) / (len(first) + len(later)) * 1000,
    }


def _shuffled(asked: list[Query]) -> list[Query]:
    return random.Random(3).sample(asked, len(asked))


def _asked(contestant: Contestant, asked: list[Query]) -> tuple[list[float], int]:
    """Milliseconds of each, and how many matches there were in all."""
    times, matches = [], 0
    for query in asked:
        began = time.perf_counter()
        matches += contestant.search(query)
        times.append((time.perf_counter() - began) * 1000)
    return times, matches


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
