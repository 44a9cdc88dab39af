"""The segments of one build: what a commit holds, and how documents, deletions and merges become the next.

With ``whoosh_codec`` the only importer of whoosh. Locks, build directories and queries are elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from index.document import IndexDoc
from index.engines.base import FILTERS, TEXT, Terms, TermsOf
from index.engines.columns import Part, Segment
from index.engines.postings import FieldBuffer
from index.engines.whoosh_codec import HASH, ID, NUMBER, SCHEMA, ColumnCodec, encoded, load_ids, load_segment
from index.fields import TextField
from index.filestore import sync_file
from index.laid import LaidTerms
from index.trust import check_trusted

NAME = "MAIN"  # Whoosh's name for the one index in a directory
SEGMENT_POSTINGS = 4_000_000  # a segment is closed beyond this; gathering takes about 15 bytes a posting
SEGMENT_DOCUMENTS = 30_000
SMALL = 512  # segments of fewer documents are merged when there are many of them
MANY = 8
MERGED_DOCUMENTS = 8_192  # about eight seconds and 150 MB
OPEN_RETRIES = 20  # a commit may remove a segment between reading the list and opening it


def create_index(folder: Path) -> None:
    """An index without documents in an empty folder."""
    TOC.create(FileStorage(str(folder)), SCHEMA, NAME)


def last_commit(folder: Path) -> int:
    """The number of the latest commit, -1 without any; one listing of the directory."""
    number: int = TOC._latest_generation(FileStorage(str(folder)), NAME)
    return number


def count_documents(folder: Path) -> int:
    return sum(segment.doc_count() for segment in _commit(folder).segments)


def load_parts(folder: Path, loaded: WeakValueDictionary[str, Segment]) -> list[Part]:
    """The segments of the latest commit. What other readers have open is shared with them."""
    for attempt in range(OPEN_RETRIES):
        try:
            toc = _commit(folder)
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


def _commit(folder: Path) -> Any:
    check_trusted(folder)  # a list of segments is a pickle, and names files that hold more of them
    storage = _Storage(str(folder))
    try:
        return TOC.read(storage, NAME, schema=SCHEMA)
    except BaseException:
        storage.close_files()
        raise


class _Storage(FileStorage):  # type: ignore[misc] # whoosh has no types
    """Remembers what it opens: Whoosh leaves a list of segments open that it cannot read."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._files: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self._files.append(super().open_file(name, **options))
        return self._files[-1]

    def close_files(self) -> None:
        for file in self._files:
            file.close()


class SegmentSession:
    """The segments of one build while they are changed: new documents, deletions, merges, commits.

    Needs the build's writer lock. Nothing is visible before ``commit``.
    """

    def __init__(self, folder: Path, terms_of: TermsOf) -> None:
        self._folder, self._terms_of = folder, terms_of
        self._storage, self._codec = FileStorage(str(folder)), ColumnCodec()
        toc = _commit(folder)
        self.segments: list[Any] = toc.segments
        self._generation: int = toc.generation
        self._where: dict[str, tuple[Any, int]] = {
            id_: (segment, number)
            for segment in self.segments
            for number, id_ in enumerate(load_ids(folder, segment))
            if not segment.is_deleted(number)
        }
        self._changed = False
        self._fresh: set[str] = set()  # segments that no commit names yet
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
        with suppress(OSError):  # a full disk: what is dropped need not be written
            self._perdoc.close()
        with suppress(OSError):  # Whoosh leaves its temporary file open when it could not be written
            self._perdoc._cols._temp.file.close()  # the wrapper may be closed once only
        for name in self._segment.list_files(self._storage):
            self._storage.delete_file(name)
        self._storage.temp_storage(f"{NAME}.tmp").destroy()

    # --- inside

    def _start(self) -> None:
        self._segment = self._codec.new_segment(self._storage, NAME)
        self._perdoc = self._codec.per_document_writer(self._storage, self._segment)
        self._buffers = {name: FieldBuffer(name in TEXT and TEXT[name].positions) for name in (*TEXT, *FILTERS)}
        self._count = 0

    def _add_terms(self, terms: Terms, filters: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        lengths = {name: self._add_field(field, terms) for name, field in TEXT.items()}
        for name, values in filters.items():
            self._buffers[name].add_values(self._count, values)
        return lengths

    def _add_field(self, field: TextField, terms: Terms) -> int:
        buffer = self._buffers[field.name]
        if isinstance(terms, LaidTerms) and not field.positions:
            return buffer.add_counts(self._count, terms.laid(field.name).counts())
        return buffer.add(self._count, terms.get(field.name, {}))

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
        """What the next commit writes again: segments that are mostly deleted, and small ones once there are many.

        Of each kind the smallest first and not more than ``MERGED_DOCUMENTS``, so that no commit becomes a rebuild.
        """
        kinds = [[s for s in self.segments if s.deleted_count() * 2 > s.doc_count_all()]]
        tiers = [[s for s in self.segments if s.doc_count() < limit] for limit in (SMALL, MERGED_DOCUMENTS // 2)]
        kinds += [tier for tier in tiers if len(tier) >= MANY]
        chosen: list[Any] = []
        for kind in kinds:
            total = 0
            for segment in sorted(kind, key=lambda s: s.doc_count()):
                total += segment.doc_count()
                if segment not in chosen and total <= MERGED_DOCUMENTS:
                    chosen.append(segment)
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
