"""What a run of the benchmarks works on: the posts, the queries, and the knowledge bases made from them.

Bases are made once and stay in the work folder, so that a section can be run again by itself. Results are kept
there as JSON, a file a section; the page is made from them.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.generate import generate
from bench.processes import kb
from bench.queries import Queries, read_queries
from kb.settings import Settings

Result = dict[str, Any]
"""Figures of one section, as they are kept in JSON."""


@dataclass(frozen=True, slots=True)
class Work:
    """``sizes`` are the made collections of the searches, ``growth`` those of the curve."""

    folder: Path
    posts: tuple[Path, ...]
    query_file: Path | None
    gold: Path | None
    corpus: Path | None
    sizes: tuple[int, ...]
    growth: tuple[int, ...]
    engines: tuple[str, ...]
    seconds: float  # of each load
    whoosh_up_to: int
    compared: int

    # -- knowledge bases

    def real(self) -> Path:
        """The real posts, ingested; made when it is not there."""
        base = self.folder / "bases" / "real"
        if not base.exists():
            tell(f"ingesting {', '.join(path.name for path in self.posts)}")
            making = base.with_name("real.making")
            kb(making, "ingest", *self.posts, engine="tantivy")
            making.rename(base)
        return base

    def base(self, size: int) -> Path:
        """A made collection of that size; 0 is the real one."""
        if not size:
            return self.real()
        base = self.folder / "bases" / str(size)
        if not base.exists():
            tell(f"making {size:,} posts")
            generate(self.real(), base, size)
        return base

    def indexed(self, size: int, engine: str, env: Mapping[str, str] | None = None) -> Path:
        """The same with a live index of that engine."""
        base = self.base(size)
        status = json.loads(kb(base, "status", "--json", engine=engine, env=env).output)
        if status["indexed"] != status["posts"]:
            tell(f"indexing {size or 'the real':,} posts with {engine}" if size else f"indexing with {engine}")
            kb(base, "reindex", "--engine", engine, engine=engine, env=env)
        return base

    def queries(self) -> Queries:
        return read_queries(self.query_file, self.real() / "kb.sqlite3")

    # -- results

    def save(self, section: str, result: Result) -> None:
        file = self.folder / "results" / f"{section}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def saved(self, section: str) -> Result | None:
        file = self.folder / "results" / f"{section}.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def without_cache() -> Mapping[str, str]:
    """Answers that are kept would make the figures those of a dictionary."""
    return {"KB_ANSWER_CACHE": "0"} if "answer_cache" in Settings.model_fields else {}


def load_average() -> float:
    return os.getloadavg()[0]


def tell(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


def count_posts(base: Path) -> int:
    with closing(sqlite3.connect(f"file:{base / 'kb.sqlite3'}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM posts").fetchone()[0])


def label(size: int, posts: int) -> str:
    """How a collection is called on the page."""
    return f"{posts:,} real" if not size else f"{posts:,}"
