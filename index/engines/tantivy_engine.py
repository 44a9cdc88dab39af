"""Tantivy behind the seam: for collections where a column of all documents is too long.

Here are writers and builds; ``tantivy_fields`` says how documents lie in an index, ``tantivy_query`` and
``tantivy_reader`` how they are found. Scores are Tantivy's own BM25 (decision 0310): lengths beyond forty
terms are rounded, and deleted documents count in it until they are merged away.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import tantivy
from tantivy import Query

from index.builds import BuildManifest
from index.document import IndexDoc
from index.engines.base import BuildWriter, Reader, TermsOf, Writer
from index.engines.file_engine import FileEngine, seal
from index.engines.kept import released_on_error
from index.engines.tantivy_fields import ID, encoded, make_document, make_schema, register_tokenizer
from index.engines.tantivy_query import count
from index.engines.tantivy_reader import TantivyReader, read_commit, translated
from index.errors import SearchError
from index.filestore import BuildStore, FileLock

BUILD_HEAP = 400_000_000  # a segment is closed beyond this: some 100,000 posts
LIVE_HEAP = 50_000_000


class TantivyWriter(Writer):
    def __init__(self, store: BuildStore, build: str, lock: FileLock, terms_of: TermsOf, sealed: bool = True) -> None:
        self.build = build
        self._store, self._lock, self._terms_of, self._sealed = store, lock, terms_of, sealed
        self._folder = store.folder / build
        self._pending: dict[str, bool] = {}  # id → whether it is there, of what is not committed
        with released_on_error(lock), translated(build):
            self._index = tantivy.Index.open(str(self._folder))
            register_tokenizer(self._index)
            # One thread keeps documents in the order given and closes few segments; Python is the slower side.
            heap = LIVE_HEAP if sealed else BUILD_HEAP
            self._writer: tantivy.IndexWriter | None = self._index.writer(heap, num_threads=1)
            self._look()

    def add(self, docs: Iterable[IndexDoc]) -> int:
        given = 0
        for doc in docs:
            made = make_document(doc, self._terms_of(doc))  # before anything is written, since it may fail
            with _writable(self.build):
                self._remove(doc.id)
                self._open().add_document(made)
            self._pending[doc.id] = True
            given += 1
        return given

    def delete(self, ids: Iterable[str]) -> int:
        with _writable(self.build):
            return sum(map(self._remove, ids))

    def commit(self) -> None:
        if not self._pending:
            return
        with _writable(self.build):
            self._open().commit()
        self._pending.clear()
        with translated(self.build):
            self._look()

    def close(self) -> None:
        writer, self._writer = self._writer, None
        try:
            if writer is not None:
                self._finish(writer)
            if not self._sealed:
                self._store.discard(self.build)
        finally:
            self._lock.release()

    # --- inside

    def _open(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise SearchError("this writer is closed")
        return self._writer

    def _finish(self, writer: tantivy.IndexWriter) -> None:
        with _writable(self.build):
            if self._pending:
                writer.rollback()
                writer.garbage_collect_files()
            writer.wait_merging_threads()  # before the lock is given back: the next writer may not meet them

    def _look(self) -> None:
        """Sees what is committed; opening a writer on many documents must not read all their ids."""
        self._index.reload()
        self._committed = self._index.searcher()

    def _remove(self, id_: str) -> bool:
        there = self._pending.get(id_)
        if there is None:
            there = self._is_committed(id_)
        if there:
            self._open().delete_documents_by_term(ID, encoded(id_))
            self._pending[id_] = False
        return there

    def _is_committed(self, id_: str) -> bool:
        if not self._committed.num_docs:
            return False
        query = Query.term_query(self._index.schema, ID, encoded(id_), "basic")
        return count(self._committed, query) > 0


class TantivyBuildWriter(TantivyWriter, BuildWriter):
    def __init__(self, store: BuildStore, build: str, lock: FileLock, terms_of: TermsOf, fingerprint: str) -> None:
        super().__init__(store, build, lock, terms_of, sealed=False)
        self._fingerprint = fingerprint

    def open_reader(self) -> Reader:
        return TantivyReader(self.build, self._folder)

    def seal(self, *, seq0: int = 0, checks: tuple[str, ...] = ()) -> BuildManifest:
        self.commit()
        with translated(self.build):
            counted = read_commit(self._folder).documents
            writer, self._writer = self._open(), None
            writer.wait_merging_threads()
        manifest = seal(self._store, self.build, self._fingerprint, counted, seq0, checks)
        self._sealed = True
        return manifest


class TantivyEngine(FileEngine):
    """Builds in ``<root>/tantivy``."""

    name = "tantivy"
    exact_scores = False

    def state(self) -> Hashable:
        build = self.store.live_id()
        if build is None:
            return None
        try:
            return build, read_commit(self.store.folder / build).number
        except (OSError, ValueError, KeyError):
            return build, None  # opening it says what is wrong

    def _create(self, build: str, folder: Path) -> None:
        with _writable(build):
            tantivy.Index(make_schema(), str(folder), reuse=False)

    def _build_writer(self, build: str, lock: FileLock, fingerprint: str) -> BuildWriter:
        return TantivyBuildWriter(self.store, build, lock, self._terms_of, fingerprint)

    def _writer(self, build: str, lock: FileLock) -> Writer:
        return TantivyWriter(self.store, build, lock, self._terms_of)

    def _reader(self, build: str, folder: Path) -> Reader:
        return TantivyReader(build, folder)

    def _count(self, folder: Path) -> int:
        return read_commit(folder).documents

    def _translated(self, build: str) -> AbstractContextManager[None]:
        return translated(build)


@contextmanager
def _writable(build: str) -> Iterator[None]:
    """Tantivy says ``ValueError`` for a full disk."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise SearchError(f"build {build} cannot be written: {error}") from error
