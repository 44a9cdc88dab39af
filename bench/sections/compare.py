"""Other indexes beside ours on the same documents, tokens and query terms (``bench.compare``)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.compare import texts
from bench.compare.one import CONTESTANTS
from bench.tables import Column, number, spots, table
from bench.work import Result, Work, tell

LIMIT = 600


def measure(work: Work) -> Result:
    folder = work.folder / "texts" / str(work.compared)
    if not (folder / texts.DOCUMENTS).exists():
        tell(f"writing the tokens of {work.compared:,} posts")
        texts.write(work.base(work.compared), work.queries().given, folder)
    rows = []
    for name in CONTESTANTS:
        tell(f"comparing: {name}")
        words = [sys.executable, "-m", "bench.compare.one", name, str(folder)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, check=False)
        if done.returncode:
            tell(done.stderr[-1500:])
            rows.append({"name": name, "problem": done.stderr.strip().splitlines()[-1]})
        else:
            rows.append(json.loads(done.stdout))
    return {"rows": rows}


def told(result: Result) -> Iterator[str]:
    rows = [row for row in result["rows"] if "problem" not in row]
    yield (
        f"{rows[0]['documents']:,} made posts; {rows[0]['queries']} queries as the union of their tokens, ten best and "
        "the number of all, one client, one process, no HTTP but OpenSearch's own. This is *not* what the service "
        "does: its queries have tens to hundreds of nodes (synonyms, fields, phrases, character pairs), and its "
        "answers hold counts of seven filters, a second ranking from the texts, folded copies and snippets. It says "
        "what the indexes beneath cost. The search of the first round is on cold caches of the contestant."
    )
    yield table(
        rows,
        (
            Column("title", "index"),
            Column("version", "version"),
            Column("build_seconds", "build, s", number(1)),
            Column("bytes", "bytes a post", number(0)),
            Column("matches", "matches a query", number(0)),
            Column("first_p50", "first time, p50 / p95 ms", spots("first_p50", "first_p95", digits=2)),
            Column("p50", "again, p50 / p95 / p99 ms", spots("p50", "p95", "p99", digits=2)),
            Column("cpu_ms", "processor, ms a query", number(2)),
        ),
    )
    yield "\n".join(f"* {row['title']}: {row['lacks']}." for row in rows)
    yield from (f"`{row['name']}` could not be measured here." for row in result["rows"] if "problem" in row)
