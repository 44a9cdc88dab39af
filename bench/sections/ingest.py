"""Ingestion beside bare Kiwi on the same texts, in the same run: Kiwi, each engine, Kiwi once more."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator

from bench.processes import folder_bytes, kb, run
from bench.tables import Column, aimed, number, table
from bench.work import Result, Work, tell

AIM = 1.15
BARE_KIWI = """
import json, sqlite3, sys, time
began = time.perf_counter()
from kiwipiepy import Kiwi
texts = [row[0] for row in sqlite3.connect(sys.argv[1]).execute("select text from posts")]
kiwi = Kiwi(num_workers=2)
list(kiwi.tokenize(texts[:20]))
loaded = time.perf_counter()
count = sum(len(tokens) for tokens in kiwi.tokenize(iter(texts)))
ended = time.perf_counter()
cpu = time.process_time()
print(json.dumps({"tokens": count, "seconds": ended - loaded, "whole": ended - began, "cpu": cpu}))
"""


def measure(work: Work) -> Result:
    work.real()
    bare = [_bare(work)]
    engines = [_ingested(work, engine) for engine in work.engines if engine in ("tantivy", "whoosh")]
    bare.append(_bare(work))
    return {"bare": bare, "engines": engines}


def _bare(work: Work) -> Result:
    tell("bare Kiwi")
    found: Result = json.loads(run(sys.executable, "-c", BARE_KIWI, work.real() / "kb.sqlite3").output)
    return found


def _ingested(work: Work, engine: str) -> Result:
    """A new base with that engine, then the same command again."""
    tell(f"ingesting with {engine}")
    base = work.folder / "bases" / "ingested"
    shutil.rmtree(base, ignore_errors=True)
    first = kb(base, "ingest", *work.posts, "--json", engine=engine)
    second = kb(base, "ingest", *work.posts, engine=engine)
    report = json.loads(first.output)
    index = folder_bytes(base / "index")
    shutil.rmtree(base)
    return {
        "engine": engine,
        "seen": report["seen"],
        "added": report["added"],
        "recovered": report["recovered"],
        "failed": len(report["failed"]),
        "seconds": first.seconds,
        "cpu": first.cpu,
        "peak_mb": first.peak_mb,
        "again": second.seconds,
        "index_bytes": index,
    }


def told(result: Result) -> Iterator[str]:
    bare = [each["seconds"] for each in result["bare"]]
    whole = [each["whole"] for each in result["bare"]]
    least, mean, mean_whole = min(bare), sum(bare) / len(bare), sum(whole) / len(whole)
    rows = [
        {
            **each,
            "rate": each["added"] / each["seconds"],
            "ratio": each["seconds"] / mean,
            "whole": each["seconds"] / mean_whole,
        }
        for each in result["engines"]
    ]
    seen = rows[0]
    yield (
        f"`kb ingest` of {seen['seen']:,} files, {seen['added']:,} stored, {seen['recovered']} of them mended, "
        f"{seen['failed']} refused. Bare `Kiwi.tokenize` with two workers on the stored texts took "
        f"{' s and '.join(f'{s:.1f}' for s in bare)} s, before and after; with its start and loading "
        f"{mean_whole:.1f} s. The ratio asked for is at most **{AIM}** with Tantivy; the command is timed from its "
        f"start to its end, Kiwi without its loading. Against the faster of the two runs of Kiwi the first row "
        f"is {rows[0]['seconds'] / least:.2f}."
    )
    yield table(
        rows,
        (
            Column("engine", "engine"),
            Column("seconds", "whole command, s", number(1)),
            Column("rate", "posts/s", number(0)),
            Column("ratio", "× bare Kiwi", aimed(AIM, digits=2, where=lambda row: row["engine"] == "tantivy")),
            Column("whole", "× Kiwi with loading", number(2)),
            Column("cpu", "processor, s", number(1)),
            Column("peak_mb", "peak, MB", number(0)),
            Column("again", "again, nothing changed, s", aimed(3, digits=2)),
        ),
    )
