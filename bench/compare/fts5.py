"""SQLite's FTS5: over our tokens, and by character trigrams over the raw text."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.compare.contestant import TOP
from bench.compare.texts import Document, Query

FILE = "fts5.sqlite3"


class Fts5:
    title = "SQLite FTS5, our tokens"
    lacks = "no fields of their own weight, no counts by filter; ranked with BM25"
    tokenizer = "unicode61 remove_diacritics 0 categories 'L* N* M* Co S* P*'"

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._connection = sqlite3.connect(self._file)

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Fts5]:
        found = cls(folder)
        yield found
        found._connection.close()

    def version(self) -> str:
        return sqlite3.sqlite_version

    def build(self, documents: Iterator[Document]) -> None:
        tokenizer = self.tokenizer.replace("'", "''")
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute(
            f"CREATE VIRTUAL TABLE found USING fts5(body, content='', tokenize='{tokenizer}')"  # index only, no texts
        )
        rows = ((document.number, self.of(document)) for document in documents)
        self._connection.executemany("INSERT INTO found (rowid, body) VALUES (?, ?)", rows)
        self._connection.execute("INSERT INTO found (found) VALUES ('optimize')")
        self._connection.commit()

    def of(self, document: Document) -> str:
        return document.tokens

    def asked(self, query: Query) -> str:
        return " OR ".join('"' + token.replace('"', '""') + '"' for token in query.tokens)

    def search(self, query: Query) -> int:
        match = self.asked(query)
        if not match:
            return 0
        rows = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?"
        self._connection.execute(rows, (match, TOP)).fetchall()
        count: int = self._connection.execute("SELECT count(*) FROM found WHERE found MATCH ?", (match,)).fetchone()[0]
        return count

    def size(self) -> int:
        return self._file.stat().st_size

    def cpu(self) -> float:
        return time.process_time()


class Trigrams(Fts5):
    title = "SQLite FTS5, trigrams of the raw text"
    lacks = "no word of two letters can be asked for, and most Korean words have two; a word is found within others"
    tokenizer = "trigram"

    def of(self, document: Document) -> str:
        return document.text

    def asked(self, query: Query) -> str:
        return " OR ".join('"' + word.replace('"', '""') + '"' for word in query.words if len(word) > 2)
