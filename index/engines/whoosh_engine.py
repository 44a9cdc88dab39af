"""The default engine: Whoosh keeps segments, deletions, commits, document columns and the term dictionary.

The only importer of whoosh. Whoosh's postings and matchers are replaced: ``ColumnCodec`` writes a
segment's postings as flat columns beside Whoosh's dictionary, and ``index.engines.evaluate`` answers
queries over them (decision 0301 has the measurements). Whoosh's files contain pickles, so an index
directory is to be trusted like code (decision 0300).
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from whoosh import columns as whoosh_columns
from whoosh import fields as whoosh_fields
from whoosh import formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.index import TOC, clean_files
from whoosh.matching import ListMatcher

from index.builds import FIELDS_VERSION, BuildInfo, BuildManifest, utc_now
from index.document import IndexDoc, SearchPage, SearchRequest
from index.engines.base import FILTERS, TEXT, BuildWriter, Engine, Health, Reader, Terms, TermsOf, Writer
from index.engines.columns import Columns, Part, Segment
from index.engines.evaluate import search
from index.engines.postings import FieldBuffer, FieldPostings, Ints, Longs
from index.errors import BuildRefused, IndexBroken, SearchError
from index.filestore import BuildStore, FileLock, directory_size, sync_file

NAME = "MAIN"  # Whoosh's name for the one index in a directory
SEGMENT_POSTINGS = 4_000_000  # a segment is closed beyond this; gathering takes about 15 bytes a posting
SEGMENT_DOCUMENTS = 30_000
SMALL = 512  # segments of fewer documents are merged when there are many of them
MANY = 8
OPEN_RETRIES = 20  # a commit may remove a segment between reading the list and opening it

ID, HASH = whoosh_columns.VarBytesColumn(), whoosh_columns.VarBytesColumn()
NUMBER = whoosh_columns.NumericColumn("I")
_FIELD = whoosh_fields.FieldType(formats.Existence(), None)
SCHEMA = whoosh_fields.Schema(**dict.fromkeys((*TEXT, *FILTERS), _FIELD))
"""Pickled into every commit, so it holds nothing; indexes are always opened with this one."""

_TERM_INFO = np.dtype(
    "u1, >f4, >u4, u1, u1, >f4, >u4, >u4, >i8, >i4"  # Whoosh's W3TermInfo: flags, weight, df, … offset, length
)


class ColumnCodec(W3Codec):  # type: ignore[misc]  # whoosh has no types
    """Whoosh's third format with the postings of a segment as flat columns. Pickled by name into commits."""

    def field_writer(self, storage: Any, segment: Any) -> ColumnFieldWriter:
        return ColumnFieldWriter(self, storage, segment)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        """For Whoosh's own searcher, which the engine does not use: tests and rescue tools do."""
        dbfile.seek(0, os.SEEK_END)
        data = dbfile.get(0, dbfile.tell())
        kind, offset = _directory(data)[term[0]]["docs"][0], terminfo.extent()[0]
        docs = np.frombuffer(data, kind, terminfo.doc_frequency(), offset)
        return ListMatcher(docs.tolist(), None, format=format_, scorer=scorer, term=term, terminfo=terminfo)


class ColumnFieldWriter(W3FieldWriter):  # type: ignore[misc]  # whoosh has no types
    """Writes the fields of one segment: terms into Whoosh's dictionary, postings as arrays."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._arrays: dict[str, dict[str, tuple[str, int, int]]] = {}

    def write(self, name: str, postings: FieldPostings) -> None:
        self.start_field(name, _FIELD)
        docs = self._put(postings.docs)
        self._arrays[name] = {
            "docs": docs,
            "freqs": self._put(postings.freqs),
            "places": self._put(postings.places),
            "starts": self._put(postings.starts),
            "term_places": self._put(postings.term_places),
        }
        infos, size = _term_infos(postings, docs[1]).tobytes(), _TERM_INFO.itemsize
        prefix = struct.pack("!H", self._fieldid)
        for number, term in enumerate(postings.terms):
            self._tindex.add(prefix + encoded(term), infos[number * size : (number + 1) * size])

    def close(self) -> None:
        directory = json.dumps(self._arrays).encode()
        self._postfile.write(directory + struct.pack("<q", len(directory)))
        super().close()

    def _put(self, numbers: Ints) -> tuple[str, int, int]:
        self._postfile.write(bytes(-self._postfile.tell() % 8))
        offset, kind = self._postfile.tell(), numbers.dtype.newbyteorder("<")
        self._postfile.write(numbers.astype(kind, copy=False).tobytes())
        return kind.str, offset, len(numbers)


class SegmentSession:
    """The segments of one build while they are changed: new documents, deletions, merges, commits.

    Needs the build's writer lock. Nothing is visible before ``commit``.
    """

    def __init__(self, folder: Path, terms_of: TermsOf) -> None:
        self._folder, self._terms_of = folder, terms_of
        self._storage, self._codec = FileStorage(str(folder)), ColumnCodec()
        toc = TOC.read(self._storage, NAME, schema=SCHEMA)
        self.segments: list[Any] = toc.segments
        self._generation: int = toc.generation
        self._where: dict[str, tuple[Any, int]] = {
            id_: (segment, number)
            for segment in self.segments
            for number, id_ in enumerate(_ids(folder, segment))
            if not segment.is_deleted(number)
        }
        self._changed = False
        self._start()

    def __len__(self) -> int:
        return len(self._where)

    def put(self, doc: IndexDoc) -> None:
        terms = self._terms_of(doc)  # before anything is written, since it may fail
        filters = {name: tuple(dict.fromkeys(doc.filters.get(name, ()))) for name in FILTERS}
        self.remove(doc.id)
        self._place(doc.id, doc.content_hash, doc.date.toordinal(), self._add_terms(terms, filters))
        if sum(map(len, self._buffers.values())) > SEGMENT_POSTINGS or self._count >= SEGMENT_DOCUMENTS:
            self._roll()

    def remove(self, id_: str) -> bool:
        segment, number = self._where.pop(id_, (None, 0))
        if segment is None:
            return False
        segment.delete_document(number)
        self._changed = True
        return True

    def commit(self, *, durable: bool, merge: bool) -> None:
        """Makes a new commit of all changes, if there are any; readers of the one before are not disturbed."""
        if not (self._changed or self._count):
            return
        merged = self._mergeable() if merge else []
        for segment in merged:
            self._take_over(segment)
        self._roll()
        self.segments = [segment for segment in self.segments if segment not in merged and segment.doc_count()]
        if durable:
            for path in self._new_files():
                sync_file(path)
        self._generation += 1
        TOC(SCHEMA, self.segments, self._generation).write(self._storage, NAME)
        if durable:
            sync_file(self._folder / f"_{NAME}_{self._generation}.toc")
            sync_file(self._folder)
        clean_files(self._storage, NAME, self._generation, self.segments)
        self._fresh.clear()
        self._changed = False

    def close(self) -> None:
        """Drops what was not committed. Segments that were closed but not committed go with the next commit."""
        self._perdoc.close()
        for name in self._segment.list_files(self._storage):
            self._storage.delete_file(name)
        self._storage.temp_storage(f"{NAME}.tmp").destroy()

    # --- inside

    def _start(self) -> None:
        self._segment = self._codec.new_segment(self._storage, NAME)
        self._perdoc = self._codec.per_document_writer(self._storage, self._segment)
        self._buffers = {name: FieldBuffer(name in TEXT and TEXT[name].positions) for name in (*TEXT, *FILTERS)}
        self._count = 0
        self._fresh: set[str] = getattr(self, "_fresh", set())

    def _add_terms(self, terms: Terms, filters: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        lengths = {name: self._buffers[name].add(self._count, terms.get(name, {})) for name in TEXT}
        for name, values in filters.items():
            self._buffers[name].add_values(self._count, values)
        return lengths

    def _place(self, id_: str, content_hash: str, day: int, lengths: Mapping[str, int]) -> None:
        put = self._perdoc.add_column_value
        self._perdoc.start_doc(self._count)
        put("id", ID, encoded(id_))
        put("hash", HASH, encoded(content_hash))
        put("date", NUMBER, day)
        for name, length in lengths.items():
            put(f"len_{name}", NUMBER, length)
        self._perdoc.finish_doc()
        self._where[id_] = (self._segment, self._count)
        self._count += 1

    def _roll(self) -> None:
        """Closes the segment being written, if it holds anything, and starts the next."""
        if not self._count:
            return
        self._perdoc.close()
        self._segment.set_doc_count(self._count)
        writer = self._codec.field_writer(self._storage, self._segment)
        for name, buffer in self._buffers.items():
            writer.write(name, buffer.postings())
        writer.close()
        self.segments.append(self._segment)
        self._changed = True
        self._fresh.add(self._segment.segment_id())
        self._start()

    def _mergeable(self) -> list[Any]:
        """All small segments once there are many, and every segment that is mostly deleted documents.

        Bounds the number of segments: fewer than ``MANY`` small ones stay, then those of one more tier.
        """
        chosen = [s for s in self.segments if s.deleted_count() * 2 > s.doc_count_all()]
        for limit in (SMALL, SMALL * MANY):
            tier = [s for s in self.segments if s.doc_count() < limit]
            if len(tier) >= MANY:
                chosen = [*chosen, *(s for s in tier if s not in chosen)]
        return chosen

    def _take_over(self, segment: Any) -> None:
        """Writes the live documents of a segment again, as a part of the one being written."""
        old = load_segment(self._folder, segment)
        new_docs = np.full(len(old.ids), -1, np.int64)
        alive = [number for number in range(len(old.ids)) if not segment.is_deleted(number)]
        new_docs[alive] = np.arange(self._count, self._count + len(alive))
        for name, buffer in self._buffers.items():
            buffer.add_postings(old.fields[name], new_docs)
        for number in alive:
            lengths = {name: int(old.lengths[name][number]) for name in TEXT}
            self._place(old.ids[number], old.hashes[number], int(old.dates[number]), lengths)

    def _new_files(self) -> Iterator[Path]:
        return (path for path in self._folder.iterdir() if path.name.partition(".")[0] in self._fresh)


class WhooshReader(Reader):
    def __init__(self, build: str, parts: list[Part]) -> None:
        self.build = build
        self._columns: Columns | None = Columns(parts)
        self.documents = self._columns.documents

    def search(self, request: SearchRequest) -> SearchPage:
        return search(self._open(), self.build, request)

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
        with _translated(build), _released_on_error(lock):
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
        return WhooshReader(self.build, _load_parts(self._store.folder / self.build, WeakValueDictionary()))

    def seal(self, *, seq0: int = 0, checks: tuple[str, ...] = ()) -> BuildManifest:
        self.commit()
        counted = len(self._session)
        manifest = BuildManifest(
            self.build, self._store.engine, self._fingerprint, FIELDS_VERSION, counted, seq0, utc_now(), checks
        )
        self._store.seal(manifest)
        self._sealed = True
        return manifest


class WhooshEngine(Engine):
    """Builds in ``<root>/whoosh``."""

    name = "whoosh"

    def __init__(self, root: Path, terms_of: TermsOf) -> None:
        self.store = BuildStore(root, self.name)
        self._terms_of = terms_of
        self._loaded: WeakValueDictionary[str, Segment] = WeakValueDictionary()

    def open_reader(self) -> Reader:
        build, folder = self.store.live_path()
        with _translated(build):
            return WhooshReader(build, _load_parts(folder, self._loaded))

    def state(self) -> Hashable:
        build = self.store.live_id()
        if build is None:
            return None
        return build, TOC._latest_generation(FileStorage(str(self.store.folder / build)), NAME)

    def start_build(self, fingerprint: str) -> BuildWriter:
        lock = self.store.lock_builder()
        with _released_on_error(lock):
            build, folder = self.store.new_folder(fingerprint)
            TOC.create(FileStorage(str(folder)), SCHEMA, NAME)
            return WhooshBuildWriter(self.store, build, lock, self._terms_of, fingerprint)

    def open_writer(self, build: str | None = None, *, fingerprint: str | None = None) -> Writer:
        build = build or self.store.live_path()[0]
        made_with = self.store.manifest(build).fingerprint
        if fingerprint not in (None, made_with):
            raise BuildRefused(f"{build} was made with analysis {made_with}, not {fingerprint}")
        return WhooshWriter(self.store, build, self.store.lock_writer(build), self._terms_of)

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

    def health(self) -> Health:
        try:
            build, folder = self.store.live_path()
            manifest = self.store.manifest(build)
            with _translated(build):
                documents = sum(s.doc_count() for s in TOC.read(FileStorage(str(folder)), NAME, schema=SCHEMA).segments)
            return Health(self.name, build, documents, manifest.fingerprint, directory_size(folder))
        except SearchError as error:
            return Health(self.name, None, 0, "", 0, str(error))


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a lone surrogate in some post must not stop a build


def load_segment(folder: Path, segment: Any) -> Segment:
    """Opens the files of a segment; postings stay on disk until they are used."""
    with closing(_perdoc(folder, segment)) as perdoc:
        ids, hashes = _strings(perdoc, "id", ID), _strings(perdoc, "hash", HASH)
        dates = _numbers(perdoc, "date", len(ids))
        lengths = {name: _numbers(perdoc, f"len_{name}", len(ids)) for name in TEXT}
    terms, arrays = _load_terms(folder, segment), _mapped(folder / segment.make_filename(W3Codec.POSTS_EXT))
    directory = _directory(arrays)
    fields = {
        name: FieldPostings(
            terms.get(name, []),
            **{
                part: np.frombuffer(arrays, kind, count, offset)
                for part, (kind, offset, count) in directory.get(name, _NO_POSTINGS).items()
            },
        )
        for name in (*TEXT, *FILTERS)
    }
    return Segment(ids, hashes, dates, lengths, fields)


_NO_POSTINGS = {
    **dict.fromkeys(("docs", "freqs", "places"), ("<u1", 0, 0)),
    **dict.fromkeys(("starts", "term_places"), ("<u1", 0, 1)),
}


def _load_parts(folder: Path, loaded: WeakValueDictionary[str, Segment]) -> list[Part]:
    """The segments of the latest commit. What other readers have open is shared with them."""
    for attempt in range(OPEN_RETRIES):
        try:
            toc = TOC.read(FileStorage(str(folder)), NAME, schema=SCHEMA)
            return [_part(folder, segment, loaded) for segment in toc.segments]
        except FileNotFoundError:
            if attempt == OPEN_RETRIES - 1:
                raise
            time.sleep(0.01)
    raise AssertionError("unreachable")


def _part(folder: Path, segment: Any, loaded: WeakValueDictionary[str, Segment]) -> Part:
    key = segment.segment_id()
    found = loaded.get(key)
    if found is None:
        found = loaded[key] = load_segment(folder, segment)
    return Part(found, frozenset(segment.deleted_docs()))


def _load_terms(folder: Path, segment: Any) -> dict[str, list[str]]:
    """The terms of each field, sorted: one walk over Whoosh's dictionary."""
    name = segment.make_filename(W3Codec.TERMS_EXT)
    with closing(FileStorage(str(folder)).open_file(name)) as file:
        reader = OrderedHashReader(file, (folder / name).stat().st_size)
    names = {number: field for field, number in reader.extras["fieldmap"].items()}
    position, end = reader.startofdata, reader.endofdata
    data = (folder / name).read_bytes()[:end]
    terms: dict[int, list[str]] = {number: [] for number in names}
    lengths, header = struct.Struct("!ii"), 10  # two lengths of four bytes, then the field's number in two
    while position < end:
        key, value = lengths.unpack_from(data, position)
        field = data[position + 9] | data[position + 8] << 8
        terms[field].append(data[position + header : position + 8 + key].decode("utf-8", "surrogatepass"))
        position += 8 + key + value
    return {names[number]: found for number, found in terms.items()}


def _term_infos(postings: FieldPostings, docs_offset: int) -> Any:
    """Whoosh's record of each term."""
    starts = postings.starts[:-1]
    infos = np.zeros(len(starts), _TERM_INFO)
    if len(starts):
        infos["f1"] = np.add.reduceat(postings.freqs.astype(np.int64), starts)
        infos["f2"] = np.diff(postings.starts)
        infos["f5"] = np.maximum.reduceat(postings.freqs, starts)
        infos["f6"] = postings.docs[starts]
        infos["f7"] = postings.docs[postings.starts[1:] - 1]
        infos["f8"] = docs_offset + starts * postings.docs.itemsize
        infos["f9"] = infos["f2"]
    return infos


def _directory(data: Any) -> dict[str, dict[str, tuple[str, int, int]]]:
    (size,) = struct.unpack("<q", data[-8:])
    directory: dict[str, dict[str, tuple[str, int, int]]] = json.loads(bytes(data[-8 - size : -8]))
    return directory


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _perdoc(folder: Path, segment: Any) -> Any:
    return segment.codec().per_document_reader(FileStorage(str(folder)), segment)


def _ids(folder: Path, segment: Any) -> list[str]:
    with closing(_perdoc(folder, segment)) as perdoc:
        return _strings(perdoc, "id", ID)


def _strings(perdoc: Any, name: str, column: Any) -> list[str]:
    return [bytes(value).decode("utf-8", "surrogatepass") for value in perdoc.column_reader(name, column)]


def _numbers(perdoc: Any, name: str, count: int) -> Longs:
    if not perdoc.has_column(name):
        return np.zeros(count, np.int64)
    return np.array(perdoc.column_reader(name, NUMBER).load(), np.int64)


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


@contextmanager
def _released_on_error(lock: FileLock) -> Iterator[None]:
    try:
        yield
    except BaseException:
        lock.release()
        raise
