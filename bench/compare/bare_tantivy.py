"""Tantivy by itself: one field, one union of terms. The limit of what our engine could reach."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import tantivy

from bench.compare.contestant import TOP
from bench.compare.texts import Document, Query
from bench.processes import folder_bytes

HEAP = 400_000_000


class BareTantivy:
    title = "Tantivy alone, our tokens"
    lacks = "one field, no filters, no counts by filter; ranked with BM25"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tantivy"
        self._folder.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
        builder.add_unsigned_field("number", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, str(self._folder))

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[BareTantivy]:
        yield cls(folder)

    def version(self) -> str:
        return version("tantivy")

    def build(self, documents: Iterator[Document]) -> None:
        writer = self._index.writer(HEAP, 1)
        for document in documents:
            made = tantivy.Document()
            made.add_text("body", document.tokens)
            made.add_unsigned("number", document.number)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, query: Query) -> int:
        terms = [tantivy.Query.term_query(self._schema, "body", token) for token in query.tokens]
        union = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return int(self._searcher.search(union, TOP).count)  # type: ignore[attr-defined] # its stubs know only hits

    def size(self) -> int:
        return folder_bytes(self._folder)

    def cpu(self) -> float:
        return time.process_time()
