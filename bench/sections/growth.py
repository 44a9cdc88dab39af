"""The same work on ever more posts: what a request costs, and what adding and indexing posts costs."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bench.chart import Chart, drawn
from bench.processes import Served, kb, run, served
from bench.queries import addresses
from bench.sections.search import WORKERS, loaded
from bench.tables import Column, number, table
from bench.work import Result, Work, count_posts, tell, without_cache

ENGINE = "tantivy"
REQUESTS, SLOW_SECONDS = 120, 6.0
FAMOUS = 40
REQUEST_NAMES = {
    "search": "search, median",
    "search_p95": "search, p95",
    "everything": "all posts, seven counts",
    "entity": "page of a famous entity",
    "post": "page of a post",
    "overview_first": "overview, first time",
    "directory_first": "directory, first time",
}
AGAIN_NAMES = {"overview": "overview, again", "directory": "directory, again"}
COST_NAMES = {
    "reindex": "reindex",
    "added": "add 200 posts at once",
    "removed": "remove 200 posts at once",
}


def measure(work: Work) -> Result:
    known = {row["size"]: row for row in (work.saved("reindex") or {"rows": []})["rows"] if row["engine"] == ENGINE}
    rows = []
    for size in work.growth:
        base = work.indexed(size, ENGINE)
        row: Result = {"posts": count_posts(base), **_requests(work, base)}
        seconds = known[size]["seconds"] if size in known else kb(base, "reindex", engine=ENGINE).seconds
        row["reindex"] = seconds / row["posts"] * 1000
        rows.append(row | _costs(work, base))
    return {"rows": rows}


def _requests(work: Work, base: Path) -> Result:
    tell(f"requests to {base.name} posts")
    found: Result = {}
    with served(base, engine=ENGINE, workers=WORKERS, env=without_cache()) as server:
        for name, paths in _asked(work, base).items():
            found[f"{name}_first"] = _load(server, paths[:1])["p50"]
            load = _load(server, paths[1:] or paths * REQUESTS)
            found |= {name: load["p50"], f"{name}_p95": load["p95"], f"{name}_cpu": load["server_ms"]}
            if load["failed"]:
                tell(f"{name}: {load['failed']}")
    return found


def _load(server: Served, paths: list[str]) -> Result:
    return loaded(server, paths, clients=1, seconds=SLOW_SECONDS)


def _asked(work: Work, base: Path) -> Mapping[str, list[str]]:
    """Addresses by what they stand for, none twice where there are several: pages are remembered."""
    with closing(sqlite3.connect(f"file:{base / 'kb.sqlite3'}?mode=ro", uri=True)) as connection:
        entities = connection.execute(
            "SELECT kind, key FROM entities ORDER BY posts DESC LIMIT ?", (FAMOUS,)
        ).fetchall()
        some = "SELECT s.name, p.name FROM posts p JOIN sources s ON s.id = source_id WHERE p.id % 37 = 1 LIMIT ?"
        posts = connection.execute(some, (REQUESTS,)).fetchall()
    return {
        "search": addresses(work.queries().shares()[0][: REQUESTS + 1]),
        "everything": ["/api/v1/search?q="],
        "entity": [f"/entities/{kind}/{quote(key)}" for kind, key in entities],
        "post": [f"/posts/{quote(source)}/{quote(name)}" for source, name in posts],
        "overview": ["/overview"],
        "directory": ["/directory"],
    }


def _costs(work: Work, base: Path) -> Result:
    """Milliseconds a post of adding and removing."""
    tell(f"adding to {base.name} posts")
    found = json.loads(run(sys.executable, "-m", "bench.store_only", base, work.real()).output)
    return {name: found[name] / found["posts"] * 1000 for name in ("added", "removed", "added_cpu", "removed_cpu")}


def told(result: Result) -> Iterator[str]:
    rows = result["rows"]
    yield (
        "One client, answers not kept; milliseconds on the wall, medians of up to 120 requests, none asked twice. "
        f"Pages are HTML as a browser gets them. “Famous” are the {FAMOUS} most named entities of the collection. "
        "Overview and directory are put together at the first request after a change and remembered; both are shown."
    )
    yield "![What a request costs as the collection grows](img/growth-requests.svg)"
    yield table(rows, (_POSTS, *(Column(key, name, number(1)) for key, name in (REQUEST_NAMES | AGAIN_NAMES).items())))
    yield "![What a post costs to add and to index as the collection grows](img/growth-posts.svg)"
    yield (
        "Milliseconds a post. Adding is what `kb ingest` does without Kiwi: reading, extraction, store, index, sums of "
        "entities, for 200 posts at once."
    )
    yield table(rows, (_POSTS, *(Column(key, name, number(2)) for key, name in COST_NAMES.items())))


_POSTS = Column("posts", "posts", number(0))


def charts(result: Result) -> dict[str, str]:
    """File name → SVG."""
    rows = result["rows"]
    return {
        "growth-requests.svg": _drawn("What a request costs", "milliseconds", rows, REQUEST_NAMES),
        "growth-posts.svg": _drawn("What a post costs", "milliseconds a post", rows, COST_NAMES),
    }


def _drawn(title: str, unit: str, rows: list[Result], names: Mapping[str, str]) -> str:
    lines = {name: [(row["posts"], row[key]) for row in rows if row.get(key)] for key, name in names.items()}
    return drawn(Chart(title, "posts", unit, {name: points for name, points in lines.items() if points}))
