"""The default engine: Whoosh keeps segments, deletions, commits, document columns and the dictionary.

Whoosh's postings and matchers are replaced: ``whoosh_codec`` writes a segment's postings as flat columns
and ``index.engines.evaluate`` answers queries over them (decision 0301 has the measurements). Here are
the engine's readers, writers and builds, and the translation of what Whoosh raises.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from weakref import WeakValueDictionary

from index.builds import BuildManifest
from index.document import IndexDoc, SearchPage, SearchRequest
from index.engines.base import BuildWriter, Reader, TermsOf, Writer, check_request
from index.engines.columns import Columns, Part, Segment
from index.engines.evaluate import beside, search
from index.engines.file_engine import FileEngine, seal
from index.engines.kept import released_on_error
from index.engines.whoosh_session import SegmentSession, count_documents, create_index, last_commit, load_parts
from index.errors import IndexBroken, SearchError
from index.filestore import BuildStore, FileLock
from index.query.tree import And, Node, Term


class WhooshReader(Reader):
    def __init__(self, build: str, parts: list[Part]) -> None:
        self.build = build
        self._columns: Columns | None = Columns(parts)
        self.documents = self._columns.documents

    def search(self, request: SearchRequest) -> SearchPage:
        return search(self._open(), self.build, request)

    def beside(self, query: Node, field: str, terms: Sequence[str]) -> frozenset[str]:
        check_request(SearchRequest(And((query, *(Term(field, term) for term in terms)))))
        return beside(self._open(), query, field, terms)

    def ids(self) -> Mapping[str, str]:
        return self._open().ids()

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        return self._open().terms(field, prefix)

    def doc_freq(self, field: str, term: str) -> int:
        return self._open().doc_freq(field, term)

    def close(self) -> None:
        self._columns = None  # a search under way holds its own reference; the files go with the last one

    def _open(self) -> Columns:
        if self._columns is None:
            raise SearchError("this reader is closed")
        return self._columns


class WhooshWriter(Writer):
    def __init__(self, store: BuildStore, build: str, lock: FileLock, terms_of: TermsOf, sealed: bool = True) -> None:
        self.build = build
        self._store, self._lock, self._sealed = store, lock, sealed
        with _translated(build), released_on_error(lock):
            self._session = SegmentSession(store.folder / build, terms_of)

    def add(self, docs: Iterable[IndexDoc]) -> int:
        count = 0
        for doc in docs:
            with _writable(self.build):
                self._session.put(doc)
            count += 1
        return count

    def delete(self, ids: Iterable[str]) -> int:
        return sum(map(self._session.remove, ids))

    def commit(self) -> None:
        with _writable(self.build):
            self._session.commit(durable=self._sealed, merge=self._sealed)

    def close(self) -> None:
        try:
            self._session.close()
            if not self._sealed:
                self._store.discard(self.build)
        finally:
            self._lock.release()


class WhooshBuildWriter(WhooshWriter, BuildWriter):
    def __init__(self, store: BuildStore, build: str, lock: FileLock, terms_of: TermsOf, fingerprint: str) -> None:
        super().__init__(store, build, lock, terms_of, sealed=False)
        self._fingerprint = fingerprint

    def open_reader(self) -> Reader:
        return WhooshReader(self.build, load_parts(self._store.folder / self.build, WeakValueDictionary()))

    def seal(self, *, seq0: int = 0, checks: tuple[str, ...] = ()) -> BuildManifest:
        self.commit()
        counted = len(self._session)
        manifest = seal(self._store, self.build, self._fingerprint, counted, seq0, checks)
        self._sealed = True
        return manifest


class WhooshEngine(FileEngine):
    """Builds in ``<root>/whoosh``."""

    name = "whoosh"

    def __init__(self, root: Path, terms_of: TermsOf) -> None:
        super().__init__(root, terms_of)
        self._loaded: WeakValueDictionary[str, Segment] = WeakValueDictionary()

    def state(self) -> Hashable:
        build = self.store.live_id()
        if build is None:
            return None
        return build, last_commit(self.store.folder / build)

    def _create(self, build: str, folder: Path) -> None:
        with _writable(build):
            create_index(folder)

    def _build_writer(self, build: str, lock: FileLock, fingerprint: str) -> BuildWriter:
        return WhooshBuildWriter(self.store, build, lock, self._terms_of, fingerprint)

    def _writer(self, build: str, lock: FileLock) -> Writer:
        return WhooshWriter(self.store, build, lock, self._terms_of)

    def _reader(self, build: str, folder: Path) -> Reader:
        with _translated(build):
            return WhooshReader(build, load_parts(folder, self._loaded))

    def _count(self, folder: Path) -> int:
        return count_documents(folder)

    def _translated(self, build: str) -> AbstractContextManager[None]:
        return _translated(build)


@contextmanager
def _translated(build: str) -> Iterator[None]:
    try:
        yield
    except SearchError:
        raise
    except Exception as error:  # from damaged files Whoosh raises whatever its parsing ran into
        raise IndexBroken(f"build {build} cannot be read: {error!r}") from error


@contextmanager
def _writable(build: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # a full disk, most of all
        raise SearchError(f"build {build} cannot be written: {error}") from error
