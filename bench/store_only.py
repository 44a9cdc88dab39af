"""What storing and indexing costs without Kiwi: some real posts are added to a base, then taken out again.

    python -m bench.store_only BASE REAL --posts 200

Their morphemes come from REAL, where they were analysed. Everything else is what ``kb ingest`` does: reading,
extraction, the store, the index, the sums of entities. One post stays, since an empty folder removes nothing.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
import zlib
from contextlib import closing
from pathlib import Path
from typing import cast

from bench.kill_parts import RecordedAnalyzer
from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import load_settings

ENGINE = "tantivy"
SOURCE = "measured"


def measured(base: Path, real: Path, posts: int) -> dict[str, float]:
    """Seconds of adding and removing, on the wall and of the processor, in one run each."""
    analyzer = cast(KoreanAnalyzer, RecordedAnalyzer(real / "kb.sqlite3"))
    settings = load_settings(data_dir=base, engine=ENGINE)
    with tempfile.TemporaryDirectory() as folder, KnowledgeBase.open(settings, analyzer) as knowledge:
        files = _written(real, Path(folder), posts)
        first = _timed(knowledge, Path(folder))
        for file in files[1:]:
            file.unlink()
        last = _timed(knowledge, Path(folder))
    return {"posts": len(files), "added": first[0], "added_cpu": first[1], "removed": last[0], "removed_cpu": last[1]}


def _written(real: Path, folder: Path, posts: int) -> list[Path]:
    """Files as they were read, of posts from all over the collection."""
    with closing(sqlite3.connect(f"file:{real / 'kb.sqlite3'}?mode=ro", uri=True)) as connection:
        count = connection.execute("SELECT count(*) FROM posts").fetchone()[0]
        rows = connection.execute(
            "SELECT path, original FROM posts JOIN post_details ON post_id = id WHERE id % ? = 0 LIMIT ?",
            (max(1, count // posts), posts),
        )
        files = []
        for path, original in rows:
            files.append(folder / Path(path).name)
            files[-1].write_bytes(zlib.decompress(original))
    return files


def _timed(knowledge: KnowledgeBase, folder: Path) -> tuple[float, float]:
    began, spent = time.perf_counter(), time.process_time()
    knowledge.ingest([folder], SOURCE)
    return time.perf_counter() - began, time.process_time() - spent


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("real", type=Path)
    parser.add_argument("--posts", type=int, default=200)
    args = parser.parse_args()
    print(json.dumps(measured(args.base, args.real, args.posts)))
