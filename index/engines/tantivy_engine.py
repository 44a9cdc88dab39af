"""Tantivy behind the seam: for collections where a column of all documents is too long.

Here are writers and builds; ``tantivy_fields`` says how documents lie in an index, ``tantivy_query`` and
``tantivy_reader`` how they are found. Scores are Tantivy's own BM25 (decision 0310): lengths beyond forty
terms are rounded, and deleted documents count in it until they are merged away.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Query

from index.builds import FIELDS_VERSION, BuildInfo, BuildManifest, utc_now
from index.document import IndexDoc
from index.engines.base import BuildWriter, Engine, Health, Reader, TermsOf, Writer
from index.engines.tantivy_fields import ID, encoded, make_document, make_schema, register_tokenizer
from index.engines.tantivy_query import count
from index.engines.tantivy_reader import TantivyReader, read_commit, translated
from index.errors import BuildRefused, SearchError, WriterBusy
from index.filestore import BuildStore, FileLock, directory_size

BUILD_HEAP = 400_000_000  # a segment is closed beyond this: some 100,000 posts
LIVE_HEAP = 50_000_000


class TantivyWriter(Writer):
    def __init__(self, store: BuildStore, build: str, lock: FileLock, terms_of: TermsOf, sealed: bool = True) -> None:
        self.build = build
        self._store, self._lock, self._terms_of, self._sealed = store, lock, terms_of, sealed
        self._folder = store.folder / build
        self._pending: dict[str, bool] = {}  # id → whether it is there, of what is not committed
        with _released_on_error(lock), translated(build):
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
        manifest = BuildManifest(
            self.build, self._store.engine, self._fingerprint, FIELDS_VERSION, counted, seq0, utc_now(), checks
        )
        self._store.seal(manifest)
        self._sealed = True
        return manifest


class TantivyEngine(Engine):
    """Builds in ``<root>/tantivy``."""

    name = "tantivy"
    exact_scores = False

    def __init__(self, root: Path, terms_of: TermsOf) -> None:
        self.store = BuildStore(root, self.name)
        self._terms_of = terms_of

    def open_reader(self) -> Reader:
        return TantivyReader(*self.store.live_path())

    def state(self) -> Hashable:
        build = self.store.live_id()
        if build is None:
            return None
        try:
            return build, read_commit(self.store.folder / build).number
        except (OSError, ValueError, KeyError):
            return build, None  # opening it says what is wrong

    def start_build(self, fingerprint: str) -> BuildWriter:
        lock = self.store.lock_builder()
        with _released_on_error(lock):
            build, folder = self.store.new_folder(fingerprint)
            with _writable(build):
                tantivy.Index(make_schema(), str(folder), reuse=False)
            return TantivyBuildWriter(self.store, build, lock, self._terms_of, fingerprint)

    def open_writer(self, build: str | None = None, *, fingerprint: str | None = None) -> Writer:
        build = build or self.store.live_path()[0]
        made_with = self.store.manifest(build).fingerprint
        if fingerprint not in (None, made_with):
            raise BuildRefused(f"{build} was made with analysis {made_with}, not {fingerprint}")
        return TantivyWriter(self.store, build, self.store.lock_writer(build), self._terms_of)

    def promote(self, build: str) -> None:
        self.store.promote(build)

    def rollback(self) -> BuildManifest:
        return self.store.rollback()

    def builds(self) -> tuple[BuildInfo, ...]:
        return self.store.builds()

    def live(self) -> BuildManifest | None:
        return self.store.live_manifest()

    def drop(self, build: str) -> None:
        self.store.drop(build)

    def log(self) -> Sequence[Mapping[str, str | int]]:
        return self.store.log()

    def tidy(self) -> bool:
        try:
            with self.store.lock_builder():
                self.store.sweep()
        except WriterBusy:
            return False
        return True

    def health(self) -> Health:
        try:
            build, folder = self.store.live_path()
            manifest = self.store.manifest(build)
            with translated(build):
                documents = read_commit(folder).documents
            return Health(self.name, build, documents, manifest.fingerprint, directory_size(folder))
        except SearchError as error:
            return Health(self.name, None, 0, "", 0, str(error))


@contextmanager
def _writable(build: str) -> Iterator[None]:
    """Tantivy says ``ValueError`` for a full disk."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise SearchError(f"build {build} cannot be written: {error}") from error


@contextmanager
def _released_on_error(lock: FileLock) -> Iterator[None]:
    try:
        yield
    except BaseException:
        lock.release()
        raise
