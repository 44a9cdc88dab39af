"""``kb reindex`` from what is kept: no analyzer runs. Then the bytes a post that database and index take."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench.processes import folder_bytes, kb
from bench.tables import Column, Row, aimed, number, table
from bench.work import Result, Work, count_posts, label, tell

AIMS = {"tantivy": 3000, "whoosh": 350}
MANIFEST = "MANIFEST.json"


def measure(work: Work) -> Result:
    rows = [_reindexed(work, 0, engine) for engine in work.engines]
    sizes = [size for size in work.sizes if "tantivy" in work.engines]
    return {"rows": rows + [_reindexed(work, size, "tantivy") for size in sizes]}


def _reindexed(work: Work, size: int, engine: str) -> Result:
    """The command, from its start to its end, on a base that is as an ingestion leaves it."""
    base = work.base(size)
    posts = count_posts(base)
    tell(f"reindexing {posts:,} posts with {engine}")
    done = kb(base, "reindex", "--engine", engine, engine=engine)
    status = json.loads(kb(base, "status", "--json", engine=engine).output)
    database = sum(path.stat().st_size for path in base.glob("kb.sqlite3*"))
    return {
        "engine": engine,
        "size": size,
        "posts": posts,
        "seconds": done.seconds,
        "cpu": done.cpu,
        "peak_mb": done.peak_mb,
        "index_bytes": status["index_bytes"] / posts,
        "database_bytes": database / posts,
        "index_folder": folder_bytes(base / "index") / posts,
    }


def told(result: Result) -> Iterator[str]:
    rows = [
        {**row, "label": label(row["size"], row["posts"]), "rate": row["posts"] / row["seconds"]}
        for row in result["rows"]
    ]
    yield (
        "`kb reindex` from its start to its end: a new build beside the live one, compared with the database post by "
        "post, promoted. Asked for: 3,000 posts/s with Tantivy, 350 with Whoosh."
    )
    yield table(
        rows,
        (
            Column("engine", "engine"),
            Column("label", "posts"),
            Column("seconds", "s", number(1)),
            Column("rate", "posts/s", _rate),
            Column("cpu", "processor, s", number(1)),
            Column("peak_mb", "peak, MB", number(0)),
            Column("index_bytes", "index, bytes a post", number(0)),
            Column("database_bytes", "database, bytes a post", number(0)),
        ),
    )


def _rate(row: Row, value: float) -> str:
    aim = AIMS.get(row["engine"])
    return aimed(aim, digits=0, least=True)(row, value) if aim else f"{value:,.0f}"
