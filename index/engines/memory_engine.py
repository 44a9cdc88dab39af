"""The reference engine: plain dictionaries, and by that the definition of what a query means.

Slow and complete. Property tests compare every other engine with it; tests of other parts may use it
instead of files. Nothing outlives the process.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from index.builds import FIELDS_VERSION, BuildInfo, BuildManifest, new_build_id, utc_now
from index.document import Hit, IndexDoc, SearchPage, SearchRequest
from index.engines.base import (
    FILTERS,
    MAX_PREFIX_TERMS,
    SCORE_DIGITS,
    TEXT,
    BuildWriter,
    Engine,
    Health,
    Reader,
    Terms,
    TermsOf,
    Writer,
    check_request,
    top_facet_values,
    window,
)
from index.errors import BuildRefused, NoEarlierBuild, NoLiveBuild, WriterBusy
from index.query.tree import (
    And,
    Best,
    Boost,
    DateRange,
    Filter,
    MatchAll,
    MatchNone,
    Node,
    Not,
    Or,
    Phrase,
    Prefer,
    Prefix,
    Some,
    Term,
)

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is kept of a document."""

    id: str
    content_hash: str
    date: dt.date
    filters: Mapping[str, tuple[str, ...]]
    terms: Terms

    def length(self, name: str) -> int:
        return sum(len(places) for places in self.terms.get(name, {}).values())


class MemoryReader(Reader):
    """Answers by walking over every document; see ``index.query.tree`` for the table it follows."""

    def __init__(self, build: str, entries: Mapping[str, _Entry]) -> None:
        self.build = build
        self.documents = len(entries)
        self._entries = entries
        self._lengths = {name: {id_: e.length(name) for id_, e in entries.items()} for name in TEXT}
        self._postings: dict[tuple[str, str], dict[str, tuple[int, ...]]] = {}
        for entry in entries.values():
            for name, terms in entry.terms.items():
                for term, places in terms.items():
                    self._postings.setdefault((name, term), {})[entry.id] = places

    def search(self, request: SearchRequest) -> SearchPage:
        check_request(request)
        found = {id_: score for id_, score in self._match(request.query).items() if self._passes(request, id_)}
        hits = [Hit(id_, round(score, SCORE_DIGITS), self._entries[id_].date) for id_, score in found.items()]
        hits.sort(key=lambda hit: hit.id)
        hits.sort(key=lambda hit: hit.date, reverse=True)
        if request.sort == "relevance":
            hits.sort(key=lambda hit: hit.score, reverse=True)
        first, last = window(request)
        facets = {name: top_facet_values(self._counts(name, found)) for name in request.facets}
        return SearchPage(tuple(hits[first:last]), len(hits), facets, self.build)

    def ids(self) -> Mapping[str, str]:
        return {entry.id: entry.content_hash for entry in self._entries.values()}

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        if field in FILTERS:
            counts = Counter(value for entry in self._entries.values() for value in set(entry.filters.get(field, ())))
        else:
            counts = Counter({term: len(found) for (name, term), found in self._postings.items() if name == field})
        return iter(sorted((term, count) for term, count in counts.items() if term.startswith(prefix)))

    def doc_freq(self, field: str, term: str) -> int:
        return next((count for found, count in self.terms(field, term) if found == term), 0)

    def close(self) -> None:
        pass

    def _passes(self, request: SearchRequest, id_: str) -> bool:
        entry = self._entries[id_]
        return (
            _within(entry.date, request.date_from, request.date_to)
            and all(set(values) & set(entry.filters.get(name, ())) for name, values in request.filters.items())
            and not any(set(values) & set(entry.filters.get(name, ())) for name, values in request.without.items())
        )

    def _counts(self, name: str, found: Scores) -> Iterable[tuple[str, int]]:
        return Counter(value for id_ in found for value in set(self._entries[id_].filters.get(name, ()))).items()

    def _match(self, node: Node) -> Scores:
        match node:
            case MatchAll():
                return dict.fromkeys(self._entries, 0.0)
            case MatchNone():
                return {}
            case Term(field=name, text=text):
                return {id_: self._bm25(name, text, id_) for id_ in self._postings.get((name, text), {})}
            case Phrase(field=name, texts=texts):
                return {id_: sum(self._bm25(name, t, id_) for t in texts) for id_ in self._in_a_row(name, texts)}
            case Prefix(field=name, text=text):
                return dict.fromkeys(self._with_prefix(name, text), 1.0)
            case Filter(field=name, value=value):
                return {id_: 0.0 for id_, entry in self._entries.items() if value in entry.filters.get(name, ())}
            case DateRange(first=first, last=last):
                return {id_: 0.0 for id_, entry in self._entries.items() if _within(entry.date, first, last)}
            case And(children=children):
                return self._some(children, len(children))
            case Or(children=children):
                return self._some(children, 1)
            case Some(children=children, minimum=minimum):
                return self._some(children, minimum)
            case Best(children=children):
                return _best([self._match(child) for child in children])
            case Not(child=child):
                return dict.fromkeys(self._entries.keys() - self._match(child).keys(), 0.0)
            case Prefer(base=base, extra=extra):
                more = self._match(extra)
                return {id_: score + more.get(id_, 0.0) for id_, score in self._match(base).items()}
            case Boost(child=child, factor=factor):
                return {id_: score * factor for id_, score in self._match(child).items()}

    def _some(self, children: tuple[Node, ...], minimum: int) -> Scores:
        matches = [self._match(child) for child in children]
        counts = Counter(id_ for match in matches for id_ in match)
        wanted = self._entries if minimum <= 0 else [id_ for id_, count in counts.items() if count >= minimum]
        return {id_: sum(match.get(id_, 0.0) for match in matches) for id_ in wanted}

    def _in_a_row(self, name: str, texts: tuple[str, ...]) -> list[str]:
        lists = [self._postings.get((name, text), {}) for text in texts]
        if not lists:
            return []
        return [
            id_
            for id_, places in lists[0].items()
            if any(all(place + i in other.get(id_, ()) for i, other in enumerate(lists)) for place in places)
        ]

    def _with_prefix(self, name: str, prefix: str) -> set[str]:
        ranked = sorted(self.terms(name, prefix), key=lambda pair: (-pair[1], pair[0]))
        return {id_ for term, _ in islice(ranked, MAX_PREFIX_TERMS) for id_ in self._postings[name, term]}

    def _bm25(self, name: str, text: str, id_: str) -> float:
        postings, kind = self._postings[name, text], TEXT[name]
        idf = math.log(1 + (self.documents - len(postings) + 0.5) / (len(postings) + 0.5))
        average = sum(self._lengths[name].values()) / self.documents
        frequency = len(postings[id_])
        norm = kind.k1 * (1 - kind.b + kind.b * self._lengths[name][id_] / average)
        return idf * (kind.k1 + 1) * frequency / (frequency + norm)


def _within(date: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    return (first is None or first <= date) and (last is None or date <= last)


def _best(matches: list[Scores]) -> Scores:
    best: Scores = {}
    for match in matches:
        for id_, score in match.items():
            best[id_] = max(score, best.get(id_, score))
    return best


@dataclass(slots=True)
class _Build:
    """A build under way or sealed. ``entries`` is replaced, never changed, so readers keep their snapshot."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    manifest: BuildManifest | None = None
    locked: bool = False
    commits: int = 0


class MemoryWriter(Writer):
    def __init__(self, engine: MemoryEngine, build: str) -> None:
        self.build = build
        self._engine = engine
        self._target = engine.builds_by_id[build]
        if self._target.locked:
            raise WriterBusy(f"another writer is on {build}")
        self._target.locked = True
        self._closed = False
        self._entries = dict(self._target.entries)

    def add(self, docs: Iterable[IndexDoc]) -> int:
        count = 0
        for doc in docs:
            terms = self._engine.terms_of(doc)
            self._entries[doc.id] = _Entry(doc.id, doc.content_hash, doc.date, doc.filters, terms)
            count += 1
        return count

    def delete(self, ids: Iterable[str]) -> int:
        return sum(self._entries.pop(id_, None) is not None for id_ in ids)

    def commit(self) -> None:
        self._target.entries = dict(self._entries)
        self._target.commits += 1

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._target.locked = False


class MemoryBuildWriter(MemoryWriter, BuildWriter):
    def __init__(self, engine: MemoryEngine, build: str, fingerprint: str) -> None:
        super().__init__(engine, build)
        self._fingerprint = fingerprint

    def open_reader(self) -> Reader:
        return MemoryReader(self.build, self._target.entries)

    def seal(self, *, seq0: int = 0, checks: tuple[str, ...] = ()) -> BuildManifest:
        self.commit()
        counted = len(self._target.entries)
        self._target.manifest = BuildManifest(
            self.build, self._engine.name, self._fingerprint, FIELDS_VERSION, counted, seq0, utc_now(), checks
        )
        return self._target.manifest

    def close(self) -> None:
        super().close()
        if self._target.manifest is None:
            self._engine.builds_by_id.pop(self.build, None)


class MemoryEngine(Engine):
    """Builds in a dictionary."""

    name = "memory"

    def __init__(self, terms_of: TermsOf) -> None:
        self.terms_of = terms_of
        self.builds_by_id: dict[str, _Build] = {}
        self._live: str | None = None
        self._previous: str | None = None

    def open_reader(self) -> Reader:
        if self._live is None:
            raise NoLiveBuild("memory: nothing has been built yet")
        return MemoryReader(self._live, self.builds_by_id[self._live].entries)

    def state(self) -> Hashable:
        return (self._live, self.builds_by_id[self._live].commits) if self._live else None

    def start_build(self, fingerprint: str) -> BuildWriter:
        if any(build.manifest is None for build in self.builds_by_id.values()):
            raise WriterBusy("another build is being made")
        build = new_build_id(fingerprint)
        self.builds_by_id[build] = _Build()
        return MemoryBuildWriter(self, build, fingerprint)

    def open_writer(self, build: str | None = None, *, fingerprint: str | None = None) -> Writer:
        build = build or self._live
        if build is None:
            raise NoLiveBuild("memory: nothing has been built yet")
        self._sealed(build).check_made_with(fingerprint)
        return MemoryWriter(self, build)

    def promote(self, build: str) -> None:
        self._sealed(build)
        if build != self._live:
            self._live, self._previous = build, self._live

    def rollback(self) -> BuildManifest:
        if self._previous is None:
            raise NoEarlierBuild("memory: there is no earlier build to go back to")
        manifest = self._sealed(self._previous)
        self.promote(manifest.build)
        return manifest

    def builds(self) -> tuple[BuildInfo, ...]:
        sealed = ((name, build.manifest) for name, build in sorted(self.builds_by_id.items()) if build.manifest)
        return tuple(BuildInfo(made, name == self._live, name == self._previous, 0) for name, made in sealed)

    def drop(self, build: str) -> None:
        if build == self._live:
            raise BuildRefused(f"{build} is the live build")
        self._sealed(build)
        del self.builds_by_id[build]
        self._previous = None if build == self._previous else self._previous

    def health(self) -> Health:
        live = self.live()
        if live is None:
            return Health(self.name, None, 0, "", 0, "nothing has been built yet")
        return Health(self.name, live.build, len(self.builds_by_id[live.build].entries), live.fingerprint, 0)

    def _sealed(self, build: str) -> BuildManifest:
        found = self.builds_by_id.get(build)
        if found is None or found.manifest is None:
            raise BuildRefused(f"build {build} is not there or not sealed")
        return found.manifest
