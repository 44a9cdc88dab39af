"""What an engine is: the seam between the project and whatever stores its index.

Owns the abstract classes, the limits every engine keeps and the order of hits. Knows nothing of any
engine's library and nothing of files. Implement ``Engine``, ``Reader`` and ``Writer``; everything
else here is given in terms of them. ``tests/contracts/test_engine_contract.py`` runs over every engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from operator import itemgetter
from types import TracebackType
from typing import ClassVar, Self, TypeAlias, TypeVar

from index.builds import BuildInfo, BuildManifest
from index.document import FacetCount, IndexDoc, SearchPage, SearchRequest
from index.errors import Unsupported
from index.fields import FILTER_FIELDS, TEXT_FIELDS, FilterField, TextField
from index.query.tree import And, Best, Boost, Filter, Node, Not, Or, Phrase, Prefer, Prefix, Some, Term

F = TypeVar("F")

Terms: TypeAlias = Mapping[str, Mapping[str, tuple[int, ...]]]
"""Text field → term → ascending positions. A term's frequency is the number of its positions."""

TermsOf: TypeAlias = Callable[[IndexDoc], Terms]
"""How an engine gets the index terms of a document; ``index.analysis.terms.document_terms`` in service."""

MAX_PREFIX_TERMS = 1_000  # a prefix stands for its most frequent terms, ties in term order
MAX_FACET_VALUES = 1_000
MAX_LIMIT = 100_000
MAX_NODES = 5_000
MAX_DEPTH = 100
SCORE_DIGITS = 6  # scores nearer than this are ties, so that engines agree on the order

TEXT: Mapping[str, TextField] = {field.name: field for field in TEXT_FIELDS}
FILTERS: Mapping[str, FilterField] = {field.name: field for field in FILTER_FIELDS}


@dataclass(frozen=True, slots=True)
class Health:
    """What an engine says of itself without changing anything. ``problem`` is empty when it can answer."""

    engine: str
    build: str | None
    documents: int
    fingerprint: str
    size: int
    problem: str = ""


class Reader(ABC):
    """A snapshot of one build: what is committed later is not seen. Safe to use from several threads."""

    build: str
    documents: int

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchPage: ...

    @abstractmethod
    def ids(self) -> Mapping[str, str]:
        """Every id with its content hash, for verification and set difference."""

    @abstractmethod
    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """The terms (or filter values) of a field with their document frequencies, in term order."""

    @abstractmethod
    def doc_freq(self, field: str, term: str) -> int: ...

    def beside(self, query: Node, field: str, terms: Sequence[str]) -> frozenset[str]:
        """Those of the terms that stand in a document that the query matches. Engines may do better than one by one."""
        asked = {term: SearchRequest(And((query, Term(field, term))), limit=0) for term in terms}
        return frozenset(term for term, request in asked.items() if self.search(request).total)

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Writer(ABC):
    """Changes to one build, under its lock. Leaving the block commits; leaving it by an exception does not."""

    build: str

    @abstractmethod
    def add(self, docs: Iterable[IndexDoc]) -> int:
        """Puts documents in, replacing those of the same id (the last one wins); how many were given."""

    @abstractmethod
    def delete(self, ids: Iterable[str]) -> int:
        """Removes documents; how many there were. Unknown ids are no error."""

    @abstractmethod
    def commit(self) -> None:
        """After it returns, a new reader sees the changes, and they survive a crash."""

    @abstractmethod
    def close(self) -> None:
        """Gives the lock back; what was not committed is gone."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()


class BuildWriter(Writer):
    """A writer on a new build that nobody sees. Left unsealed, the build is removed."""

    @abstractmethod
    def open_reader(self) -> Reader:
        """A reader on what has been committed so far, for verification."""

    @abstractmethod
    def seal(self, *, seq0: int = 0, checks: tuple[str, ...] = ()) -> BuildManifest:
        """Commits, makes everything durable and writes the manifest, last. Only then can it be promoted."""


class Engine(ABC):
    """One engine with all its builds. Holds no open index itself; cheap to make, safe to share."""

    name: ClassVar[str]
    exact_scores: ClassVar[bool] = True
    """Scores are BM25 to six digits, over live documents only. Without it lengths may be rounded and deleted
    documents may count until they are merged away; sets, totals, facets and the order of ties are the same."""
    empty_fields_count: ClassVar[bool] = True
    """Whether a document without a term in a field counts in the field's averages. In Lucene's it does not."""

    @abstractmethod
    def open_reader(self) -> Reader:
        """A reader on the live build. Raises ``NoLiveBuild``; never builds or repairs."""

    @abstractmethod
    def state(self) -> Hashable:
        """Changes whenever a new reader would see something else; asked at every request, so cheap."""

    @abstractmethod
    def start_build(self, fingerprint: str) -> BuildWriter:
        """A new invisible build. Raises ``WriterBusy`` while another is being made."""

    @abstractmethod
    def open_writer(self, build: str | None = None, *, fingerprint: str | None = None) -> Writer:
        """A writer on a sealed build (the live one by default).

        Raises ``NoLiveBuild``, ``WriterBusy``, and ``BuildRefused`` when the build was made with
        another fingerprint than the one given.
        """

    @abstractmethod
    def promote(self, build: str) -> None:
        """Makes a sealed build the live one, atomically. Raises ``BuildRefused``."""

    @abstractmethod
    def rollback(self) -> BuildManifest:
        """Makes the build before the live one live again. Raises ``BuildRefused`` when there is none."""

    @abstractmethod
    def builds(self) -> tuple[BuildInfo, ...]:
        """The sealed builds, oldest first."""

    @abstractmethod
    def drop(self, build: str) -> None:
        """Deletes a build. Raises ``BuildRefused`` for the live one."""

    @abstractmethod
    def health(self) -> Health:
        """Reads only, raises nothing."""

    def log(self) -> Sequence[Mapping[str, str | int]]:
        """What was done to builds, oldest first: ``at``, ``who``, ``action``, ``build``, ``documents``.

        Nothing where an engine keeps no log.
        """
        return ()

    def tidy(self) -> bool:
        """Removes what killed builders left and builds retired long ago. False while a build is being made."""
        return True

    def close(self) -> None:  # noqa: B027 # most engines hold none
        """Gives back connections to a server. The next use opens them again, in whichever process it is."""

    def live(self) -> BuildManifest | None:
        """The manifest of the live build, if there is one."""
        return next((info.manifest for info in self.builds() if info.live), None)


def check_request(request: SearchRequest) -> None:
    """Raises ``Unsupported`` for what no engine would answer: unknown fields, trees without measure."""
    for name in (*request.filters, *request.without, *request.facets):
        _known(name, FILTERS)
    if request.sort not in ("relevance", "date"):
        raise Unsupported(f"no such order: {request.sort!r}")
    level, nodes, depth = [request.query], 0, 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise Unsupported("the query is too large")
        level = [child for node in level for child in _checked_children(node)]


def _checked_children(node: Node) -> tuple[Node, ...]:
    match node:
        case Term(field=name) | Prefix(field=name):
            _known(name, TEXT)
        case Phrase(field=name):
            if not _known(name, TEXT).positions:
                raise Unsupported(f"field {name!r} has no positions, so no phrases")
        case Filter(field=name):
            _known(name, FILTERS)
        case And(children=children) | Or(children=children) | Best(children=children) | Some(children=children):
            return children
        case Not(child=child) | Boost(child=child):
            return (child,)
        case Prefer(base=base, extra=extra):
            return (base, extra)
    return ()


def _known(name: str, table: Mapping[str, F]) -> F:
    try:
        return table[name]
    except KeyError:
        raise Unsupported(f"no field {name!r}; there are {', '.join(table)}") from None


def window(request: SearchRequest) -> tuple[int, int]:
    """First and last row (exclusive) of a request, clamped: rows, never pages, never negative."""
    first = max(request.offset, 0)
    return first, first + min(max(request.limit, 0), MAX_LIMIT)


def top_facet_values(counts: Iterable[tuple[str, int]]) -> tuple[FacetCount, ...]:
    """The most frequent values, ties in value order."""
    ranked = sorted([pair for pair in counts if pair[1]])
    ranked.sort(key=itemgetter(1), reverse=True)  # which leaves equals as they stand
    return tuple(starmap(FacetCount, ranked[:MAX_FACET_VALUES]))
