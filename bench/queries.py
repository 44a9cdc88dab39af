"""What is asked: queries that are given, and as many more as a load needs, no two the same.

A server remembers parts of what it answered before, as it should. Figures of searches are of queries that it has
never seen; so there have to be thousands.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

GIVEN = 120  # where no file gives any
SEARCH = "/api/v1/search"


@dataclass(frozen=True, slots=True)
class Queries:
    """``more`` are parts of those given, as people shorten and refine, then words of titles."""

    given: tuple[str, ...]
    more: tuple[str, ...]

    def shares(self) -> tuple[list[str], list[str]]:
        """Two lists without a common query: the first with all that are given and a third of the others."""
        third = len(self.more) // 3
        return _shuffled([*self.given, *self.more[:third]]), _shuffled(list(self.more[third:]))


def read_queries(file: Path | None, database: Path, count: int = 6000) -> Queries:
    titles = _titles(database)
    if file is not None:
        given = [str(json.loads(line)["q"]) for line in file.read_text(encoding="utf-8").splitlines()]
    else:
        given = [" ".join(title.split()[:4]) for title in titles[:GIVEN]]
    parts = dict.fromkeys(part for query in given for part in _parts(query.split()))
    of_titles = dict.fromkeys(" ".join(some) for title in titles for some in _neighbours(title.split()))
    more = [query for query in {**parts, **of_titles} if query not in set(given)]
    return Queries(tuple(given), tuple(_shuffled(list(islice(more, count)))))


def addresses(queries: list[str], path: str = SEARCH) -> list[str]:
    return [f"{path}?{urlencode({'q': query})}" for query in queries]


def _titles(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        titles = [str(row[0]) for row in connection.execute("SELECT title FROM posts ORDER BY id")]
    return _shuffled(titles)


def _parts(words: list[str]) -> Iterator[str]:
    """A query with one word less, and each pair and three of neighbours."""
    for at in range(len(words)):
        if len(words) > 2:
            yield " ".join((*words[:at], *words[at + 1 :]))
        for size in (2, 3):
            if at + size <= len(words):
                yield " ".join(words[at : at + size])


def _neighbours(words: list[str]) -> Iterator[list[str]]:
    if len(words) > 4:
        yield words[:3]
        yield words[-2:]


def _shuffled(values: list[str]) -> list[str]:
    return random.Random(2).sample(values, len(values))
