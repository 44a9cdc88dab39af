"""What every contestant gets: the raw text of each post and our tokens of it, and the tokens of each query.

Written once to a file, so that nobody's building time holds the time of making tokens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis
from index.analysis.terms import pieces
from index.laid import FILLER, LaidTerms

DOCUMENTS, QUERIES = "documents.jsonl", "queries.json"
ROWS = "SELECT id, text, terms FROM posts JOIN index_terms ON post_id = id ORDER BY id"


@dataclass(frozen=True, slots=True)
class Document:
    """``tokens`` are the terms of title, lead and body in reading order, with white space between."""

    number: int
    text: str
    tokens: str


@dataclass(frozen=True, slots=True)
class Query:
    """Words as typed, and the tokens that our analysis makes of them, each once."""

    words: tuple[str, ...]
    tokens: tuple[str, ...]


def write(base: Path, queries: tuple[str, ...], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    analyzer = KoreanAnalyzer()
    asked = [{"words": query.split(), "tokens": _tokens(query, analyzer.analyse(query))} for query in queries]
    (folder / QUERIES).write_text(json.dumps([each for each in asked if each["tokens"]], ensure_ascii=False), "utf-8")
    making = folder / f"{DOCUMENTS}.making"
    with (
        closing(sqlite3.connect(f"file:{base / 'kb.sqlite3'}?mode=ro", uri=True)) as connection,
        making.open("w", encoding="utf-8") as file,
    ):
        for number, text, kept in connection.execute(ROWS):
            file.write(json.dumps((number, text, _in_order(LaidTerms.from_bytes(kept))), ensure_ascii=False) + "\n")
    making.rename(folder / DOCUMENTS)


def _in_order(terms: LaidTerms) -> str:
    """The terms of title, lead and body, without those that share a place with another."""
    return " ".join(term for term in terms.laid("body").text.split(" ") if term != FILLER)


def _tokens(text: str, analysis: Analysis) -> list[str]:
    return list(dict.fromkeys(piece.term for piece in pieces(analysis, text)))


def documents(folder: Path) -> Iterator[Document]:
    with (folder / DOCUMENTS).open(encoding="utf-8") as file:
        for line in file:
            yield Document(*json.loads(line))


def queries(folder: Path) -> list[Query]:
    found = json.loads((folder / QUERIES).read_text(encoding="utf-8"))
    return [Query(tuple(each["words"]), tuple(each["tokens"])) for each in found]
