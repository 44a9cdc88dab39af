"""A knowledge base of any size from a real one: paragraphs drawn anew, with their kept morphemes and mentions.

    python -m bench.generate --from FOLDER --to FOLDER --posts 100000 [--seed 1] [--workers 2]

No analyzer and no extraction runs: every paragraph keeps what was found in it. A post is made from its number
and the seed alone, so the same command makes the same base, and nothing but one batch is held in memory. It is
made aside and renamed when it is whole: one that was stopped begins again. Afterwards ``kb reindex``.

As in a real collection, neighbouring paragraphs of one post stay together, a post is as long as some real one,
and one in two hundred repeats the text of the one before it. Titles are two halves of real ones, no two the same
pair. Dates are spread evenly over ten years.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import hashlib
import json
import math
import random
import shutil
import sqlite3
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench.kept import together
from bench.material import Material, Paragraph, read_material
from kb.gazetteer.gazetteer import Gazetteer
from kb.store import sums
from kb.store.database import Database
from kb.store.lineage import store_lineage

FIRST, DAYS = dt.date(2014, 8, 9), 3653
STRETCH = (1, 1, 2, 3, 5, 8)  # how many neighbouring paragraphs are drawn at once
COPIES = 200  # one in so many posts repeats the one before it
BATCH = 500
SOURCE, FOLDER = "made", "/made"
COPIED = ("entities", "entity_aliases", "entity_links")

INSERTS = {
    "posts": "id, source_id, name, path, title, date, text, title_end, lead_end, categories, recovered, content_hash,"
    " extraction",
    "post_details": "post_id, image, source_line, source_url, licence, furniture, blocks, original",
    "analyses": "post_id, content_hash, fingerprint, morphemes",
    "index_terms": "post_id, content_hash, fingerprint, terms",
    "mentions": "post_id, entity_id, start, end, surface, rule, confidence, name, agency, department, title,"
    " office_kind",
    "made_places": "entity_id, date, post_id, mentions",
    "source_files": "source_id, path, size, mtime_ns, content_hash, post_id",
    "changes": "post, removed",
}
Rows = dict[str, list[tuple[Any, ...]]]


# --- one post


@dataclass(frozen=True, slots=True)
class Made:
    """A post put together: its paragraphs, title and lead among them, and whose frame it has."""

    number: int
    date: dt.date
    frame: int
    paragraphs: tuple[Paragraph, ...]


def make(material: Material, seed: int, number: int) -> Made:
    """Post ``number``; another seed or number is another post."""
    dice = random.Random(seed * 1_000_000_007 + number)
    date = FIRST + dt.timedelta(days=dice.randrange(DAYS))
    if number and dice.randrange(COPIES) == 0:
        return replace(make(material, seed, number - 1), number=number, date=date)
    frame = dice.randrange(len(material.frames))
    title = _title(material, seed, number)
    lead = dice.choice(material.leads)
    return Made(number, date, frame, (title, lead, *_body(material, dice, material.frames[frame].length)))


def _title(material: Material, seed: int, number: int) -> Paragraph:
    """Steps through all pairs of halves by a stride that shares no factor with their number, so none comes twice."""
    count = len(material.fronts)
    pairs = count * count
    stride = int(pairs * 0.618) + seed
    while math.gcd(stride, pairs) != 1:
        stride += 1
    front, back = divmod(number * stride % pairs, count)
    return joined((material.fronts[front], material.backs[back]), " ").laid()


def _body(material: Material, dice: random.Random, length: int) -> Iterator[Paragraph]:
    """Stretches of real posts, as long together as a real post."""
    while length > 0:
        body = dice.choice(material.bodies)
        at, count = dice.randrange(len(body) or 1), min(length, dice.choice(STRETCH))
        yield from body[at : at + count]
        length -= count


def joined(parts: tuple[Paragraph, ...], gap: str) -> Paragraph:
    """One paragraph of several, with their morphemes and mentions moved to where they stand now."""
    starts, at = [], 0
    for part in parts:
        starts.append(at)
        at += len(part.text) + len(gap)
    spoken = [part for part in parts if part.count]
    return Paragraph(
        parts[0].kind,
        parts[0].level,
        gap.join(part.text for part in parts),
        sum(part.count for part in parts),
        "\n".join(part.forms for part in spoken),
        "\n".join(part.tags for part in spoken),
        np.concatenate([part.starts + np.uint32(start) for part, start in zip(parts, starts, strict=True)]),
        np.concatenate([part.ends + np.uint32(start) for part, start in zip(parts, starts, strict=True)]),
        tuple(
            mention._replace(start=mention.start + start, end=mention.end + start)
            for part, start in zip(parts, starts, strict=True)
            for mention in part.mentions
        ),
        None,
    )


# --- its rows


def rows(material: Material, seed: int, numbers: range) -> Rows:
    """What is stored of some posts, table by table."""
    found: Rows = {table: [] for table in INSERTS}
    for number in numbers:
        _add_rows(found, material, make(material, seed, number))
    return found


def _add_rows(found: Rows, material: Material, made: Made) -> None:
    post, name, day = made.number + 1, f"{made.date}-{made.number:07}", made.date.isoformat()
    frame, whole = material.frames[made.frame], joined(made.paragraphs, "\n")
    title, lead = (paragraph.text for paragraph in made.paragraphs[:2])
    text = f"{whole.text}\n"
    original = f"---\ntitle: {title}\ndate: {day}\ncategories: {frame.categories}\n---\n{text}".encode()
    content = hashlib.sha256(original).hexdigest()
    title_end = len(title) + 1
    lead_end = title_end + len(lead) + 1
    path = f"{name}.md"
    found["posts"].append(
        (post, 1, name, path, title, day, text, title_end, lead_end, frame.categories, "[]", content, frame.extraction)
    )
    found["post_details"].append((post, *frame.details, _blocks(made.paragraphs), zlib.compress(original, 1)))
    found["analyses"].append((post, content, frame.fingerprint, morphemes(whole)))
    title_line, *lines = (paragraph.line for paragraph in made.paragraphs)
    if frame.terms and title_line:
        found["index_terms"].append((post, content, frame.terms, together(title_line, filter(None, lines))))
    found["mentions"] += [(post, m.entity, m.start, m.end, *m.rest) for m in whole.mentions]
    counts = Counter(mention.entity for mention in whole.mentions)
    found["made_places"] += [(entity, day, post, count) for entity, count in counts.items()]
    found["source_files"].append((1, f"{FOLDER}/{path}", len(original), made.number, content, post))
    found["changes"].append((f"{SOURCE}/{name}", 0))


def _blocks(paragraphs: tuple[Paragraph, ...]) -> str:
    blocks, at = [], 0
    for paragraph in paragraphs:
        blocks.append((paragraph.kind, at, at + len(paragraph.text), paragraph.level))
        at += len(paragraph.text) + 1
    return json.dumps(blocks)


def morphemes(whole: Paragraph) -> bytes:
    """As ``Analysis.to_bytes`` writes them (a test holds them together)."""
    head = "\n".join((str(whole.count), *filter(None, (whole.forms, whole.tags)))).encode()
    columns = whole.starts.astype("<u4").tobytes() + whole.ends.astype("<u4").tobytes()
    return zlib.compress(len(head).to_bytes(4, "little") + head + columns, 1)


# --- the base


def generate(base: Path, target: Path, posts: int, seed: int = 1, workers: int = 2) -> None:
    """Makes the data directory ``target``; what is there under its name with ``.making`` is thrown away."""
    making = target.with_name(f"{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    database = Database(f"sqlite:///{making / 'kb.sqlite3'}")
    database.migrate()
    database.close()
    _fill(base / "kb.sqlite3", making / "kb.sqlite3", posts, seed, workers)
    _settle(making / "kb.sqlite3")
    making.rename(target)


def _fill(base: Path, target: Path, posts: int, seed: int, workers: int) -> None:
    with closing(sqlite3.connect(target)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000"):
            connection.execute(f"PRAGMA {pragma}")
        _begin(connection, base)
        indexes = _without_indexes(connection)
        for batch in _batches(base, posts, seed, workers):
            for table, values in batch.items():
                marks = ",".join("?" * (INSERTS[table].count(",") + 1))
                connection.executemany(f"INSERT INTO {table} ({_quoted(INSERTS[table])}) VALUES ({marks})", values)
            connection.commit()
        columns = INSERTS["made_places"]
        places = f"SELECT {columns} FROM made_places ORDER BY entity_id, date, post_id"
        connection.execute(f"INSERT INTO post_entities ({columns}) {places}")
        connection.execute("DROP TABLE made_places")
        for statement in indexes:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA journal_mode=WAL")


def _begin(connection: sqlite3.Connection, base: Path) -> None:
    """The entities and their names, as the real base knows them, and one source."""
    connection.execute("ATTACH ? AS base", (str(base),))
    for table in COPIED:
        columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM base.{table}")
    connection.commit()
    connection.execute("DETACH base")
    connection.execute("INSERT INTO sources (id, name) VALUES (1, ?)", (SOURCE,))
    connection.execute(f"CREATE TABLE made_places ({INSERTS['made_places']})")


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drops what only makes inserting slow; the statements that make it again."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


def _quoted(columns: str) -> str:
    return ", ".join(f'"{column.strip()}"' for column in columns.split(","))


_material: Material | None = None  # read once, then shared with the processes that are forked


def _work(seed: int, numbers: range) -> Rows:
    assert _material is not None
    return rows(_material, seed, numbers)


def _batches(base: Path, posts: int, seed: int, workers: int) -> Iterator[Rows]:
    global _material
    _material = read_material(base)
    gc.freeze()  # or the collector would write to, and so copy, all of it in each process
    chunks = (range(at, min(at + BATCH, posts)) for at in range(0, posts, BATCH))
    with get_context("fork").Pool(workers) as pool:
        while some := list(islice(chunks, 4 * workers)):  # a few at a time: memory stays bounded
            yield from pool.imap(partial(_work, seed), some)


def _settle(target: Path) -> None:
    """What an ingestion does last: the agencies' lineage, and the sums."""
    database = Database(f"sqlite:///{target}")
    with database.writing() as session:
        store_lineage(session, Gazetteer.load())
        sums.count_anew(session.connection())
    database.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="base", type=Path, required=True, help="a data directory with real posts")
    parser.add_argument("--to", type=Path, required=True, help="the data directory to make")
    parser.add_argument("--posts", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    if args.to.exists():
        raise SystemExit(f"{args.to} is there already")
    began = time.perf_counter()
    generate(args.base, args.to, args.posts, args.seed, args.workers)
    seconds = time.perf_counter() - began
    print(f"{args.posts:,} posts in {seconds:.1f} s, {args.posts / seconds:,.0f} a second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
