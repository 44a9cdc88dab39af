"""The files of one segment: Whoosh's dictionary and document columns, our postings beside them.

Writes and reads them; knows nothing of commits, builds or queries. With ``whoosh_session`` the only
importer of whoosh. Whoosh's files contain pickles (decision 0300); the postings do not.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns as whoosh_columns
from whoosh import fields as whoosh_fields
from whoosh import formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.matching import ListMatcher

from index.engines.base import FILTERS, TEXT
from index.engines.columns import Segment
from index.engines.postings import FieldPostings, Ints, Longs

ID, HASH = whoosh_columns.VarBytesColumn(), whoosh_columns.VarBytesColumn()
NUMBER = whoosh_columns.NumericColumn("I")
_FIELD = whoosh_fields.FieldType(formats.Existence(), None)
SCHEMA = whoosh_fields.Schema(**dict.fromkeys((*TEXT, *FILTERS), _FIELD))
"""Pickled into every commit, so it holds nothing; indexes are always opened with this one."""

# Whoosh's W3TermInfo: flags, weight, df, lengths, largest weight, first and last document, offset, length
_TERM_INFO = np.dtype("u1, >f4, >u4, u1, u1, >f4, >u4, >u4, >i8, >i4")


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


def load_ids(folder: Path, segment: Any) -> list[str]:
    """The ids of a segment's documents, in order, the deleted ones too."""
    with closing(_perdoc(folder, segment)) as perdoc:
        return _strings(perdoc, "id", ID)


_NO_POSTINGS = {
    **dict.fromkeys(("docs", "freqs", "places"), ("<u1", 0, 0)),
    **dict.fromkeys(("starts", "term_places"), ("<u1", 0, 1)),
}


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


def _strings(perdoc: Any, name: str, column: Any) -> list[str]:
    return [bytes(value).decode("utf-8", "surrogatepass") for value in perdoc.column_reader(name, column)]


def _numbers(perdoc: Any, name: str, count: int) -> Longs:
    if not perdoc.has_column(name):
        return np.zeros(count, np.int64)
    return np.array(perdoc.column_reader(name, NUMBER).load(), np.int64)
