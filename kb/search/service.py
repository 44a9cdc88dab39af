"""Searching: what a user asked becomes a plan, the engine's answer becomes a page.

The same steps for site, API and command line: parse, plan, search, hydrate from SQL, cut snippets.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Protocol

from index import searcher
from index.analysis.stream import Analysis
from index.document import SearchRequest
from index.engines.base import Engine, Reader
from index.engines.shared import SharedReader
from index.errors import NoLiveBuild
from index.hangul import are_initials
from index.lexicon import Lexicon, LexiconCache
from index.neighbours import matching, nearest_terms
from index.query.concepts import ConceptReader
from index.query.expand import Planner
from index.query.parser import parse
from index.query.plan import Plan
from index.rank import StoredText
from index.rescue import counts, instead
from index.searcher import Answers
from index.spelling import Speller
from index.stages import staged
from kb.gazetteer.gazetteer import Gazetteer
from kb.search.agency_tree import AgencyTree
from kb.search.beside import asked_tree, counted, counts_beside
from kb.search.completion import Completions
from kb.search.explain import explained
from kb.search.filters import facet_values, resolve
from kb.search.hits import ShownPost, hit_view
from kb.search.names import name_table
from kb.search.remembered import Memory, Remembered
from kb.search.similar import similar_posts
from kb.search.walk import walked
from kb.store import posts
from kb.store.database import Database, Session
from kb.store.stored import StoredPost
from kb.views import CopyView, ExplainView, HitView, Reach, SearchParams, SearchResult, Suggestion, SuggestItem

log = logging.getLogger(__name__)

FACETS = ("agency", "topic", "country", "official", "category", "source", "month")
SHOWN_VALUES = 50
RELATED = 6
NO_VALUE = "'{value}'에 해당하는 값이 없어 이 조건에 맞는 글이 없습니다."


class Analyzer(Protocol):
    """What is needed of ``index.analysis.korean.KoreanAnalyzer``."""

    def analyse(self, text: str) -> Analysis: ...

    def knows(self, form: str) -> bool: ...

    def similar(self, form: str, tag: str, limit: int = 20) -> tuple[tuple[str, str, float], ...]: ...


@dataclass(frozen=True, slots=True)
class _State:
    """What belongs to one state of the index."""

    reader: Reader
    lexicon: Lexicon
    speller: Speller
    remembered: Remembered


class SearchService:
    """One engine, one database. Safe for many threads."""

    def __init__(
        self, database: Database, engine: Engine, gazetteer: Gazetteer, analyzer: Analyzer, answer_bytes: int = 0
    ) -> None:
        """``answer_bytes``: of answers that are kept whole until index or store change."""
        self._database = database
        self._readers = SharedReader(engine)
        self._lexicons = LexiconCache()
        self._gazetteer = gazetteer
        self._analyzer = analyzer
        self._completions = Completions(database)
        self._memory = Memory(answer_bytes)
        self._spelling: tuple[Lexicon, Speller] | None = None
        self._tree = AgencyTree(gazetteer.agencies)

    @cached_property
    def _names(self) -> tuple[Planner, tuple[str, ...]]:
        """The planner and the names it knows, which spelling may correct to."""
        table = name_table(self._gazetteer)
        return Planner(ConceptReader(self._analyzer, table), self._resolve), tuple(table.names())

    @property
    def openings(self) -> int:
        """How often a reader was opened: once for each state of the index that this process saw."""
        return self._readers.opened

    def close(self) -> None:
        self._readers.close()

    def warm_up(self) -> None:
        """Loads everything a first search needs; without an index, all but that."""
        self._analyzer.analyse("예열")
        try:
            self.search(SearchParams(q="관세쳥 수출"))
            self.suggest("ㄱ", 1)
        except NoLiveBuild:
            log.warning(
                "색인이 아직 없어 검색은 503으로 답합니다. kb ingest 폴더로 글을 넣거나 kb reindex로 만드십시오."
            )

    def search(self, params: SearchParams) -> SearchResult:
        """Raises NoLiveBuild."""
        began = time.perf_counter()
        with self._database.session() as session, self._state(session) as state:
            key = _key(params)
            result = state.remembered.answers.get(key)
            if result is None:
                result = self._answer(params, state, session)
                if params.snippets:
                    state.remembered.answers.put(key, result)
        return replace(result, seconds=time.perf_counter() - began)

    def _answer(self, params: SearchParams, state: _State, session: Session) -> SearchResult:
        plan = self._plan(params.q, state)
        filters, notes = self._resolved(session, params.filters, params.reach)
        without, _ = self._resolved(session, params.without, params.reach)
        request = _request(params, plan, filters, without)
        if params.after:
            answers, onward = walked(state.reader, plan, replace(request, offset=0), params.after)
            hits = self._hits(state, session, answers, plan, snippets=params.snippets)
            told = (*plan.notes, *notes)
            pages = max(1, -(-answers.total // params.per_page))
            return SearchResult(params, answers.total, hits, {}, None, told, (), pages, 0.0, onward)
        nearest = self._nearest(plan, state)
        answers = searcher.search(
            state.reader,
            state.lexicon,
            plan,
            request if _restricts(request) else replace(request, beside=nearest),
            self._load(state, session),
            recency=params.recency,
        )
        labels = partial(state.remembered.labels, session)
        counts = {name: counted(found) for name, found in answers.facets.items()}
        counts |= counts_beside(state.reader, replace(request, query=asked_tree(plan, answers)))
        agencies = facet_values(labels, "agency", counts["agency"], filters, without)
        return SearchResult(
            params=params,
            total=answers.total,
            hits=self._hits(state, session, answers, plan, snippets=params.snippets),
            facets={
                name: facet_values(labels, name, _most(name, found, params.whole), filters, without)
                for name, found in counts.items()
            },
            suggestion=self._suggestion(state, plan, answers),
            notes=(*plan.notes, *_notes(plan, answers, state.reader), *notes),
            related=self._related(plan, state, nearest, answers),
            pages=max(1, -(-answers.total // params.per_page)),
            seconds=0.0,
            tree=partial(self._tree.grown, agencies),
        )

    @staticmethod
    def _load(state: _State, session: Session) -> searcher.Load:
        return lambda ids: state.remembered.texts(ids, lambda missing: _texts(session, missing))

    def explain(self, q: str) -> ExplainView:
        """Raises NoLiveBuild."""
        with self._database.session() as session, self._state(session) as state:
            plan = self._plan(q, state)
            answers = searcher.search(
                state.reader, state.lexicon, plan, SearchRequest(plan.tree), self._load(state, session)
            )
            titles = posts.titles(session, [answer.id for answer in answers.answers])
            return explained(q, plan, answers, state.reader, titles)

    def suggest(self, q: str, limit: int) -> tuple[SuggestItem, ...]:
        """Completions of what has been typed. Raises NoLiveBuild."""
        with self._readers.lease() as reader:
            return self._completions.complete(q, limit, self._lexicons.get(reader))

    def similar(self, post: StoredPost) -> tuple[tuple[CopyView, ...], tuple[CopyView, ...]]:
        """(similar, copies) of a post; none while there is no index."""
        try:
            with self._database.session() as session, self._state(session) as state:
                return similar_posts(session, post, state.reader, state.lexicon)
        except NoLiveBuild:
            return (), ()

    @contextmanager
    def _state(self, session: Session) -> Iterator[_State]:
        """The newest state of the index, kept open for one request. Raises NoLiveBuild."""
        with self._readers.lease() as reader:
            lexicon = self._lexicons.get(reader)
            held = self._spelling
            if held is None or held[0] is not lexicon:
                self._spelling = held = (lexicon, Speller(lexicon, self._names[1], self._analyzer.knows))
            yield _State(reader, lexicon, held[1], self._memory.at(reader, session))

    @staged("plan")
    def _plan(self, q: str, state: _State) -> Plan:
        plan = state.remembered.plans.get(q)
        if plan is None:
            plan = self._names[0].plan(parse(q), state.reader, state.speller)
            state.remembered.plans.put(q, plan)
        return plan

    @staged("nearest")
    def _nearest(self, plan: Plan, state: _State) -> tuple[str, ...]:
        """Words used alike, which may refine the search; none when it is known already which do."""
        if state.remembered.related.get(plan.text) is not None:
            return ()
        return nearest_terms(plan, state.lexicon, self._analyzer, limit=4 * RELATED)

    @staged("related")
    def _related(self, plan: Plan, state: _State, nearest: tuple[str, ...], answers: Answers) -> tuple[str, ...]:
        """Those of the nearest that find something. Another country is used like every country and refines nothing."""
        related = state.remembered.related.get(plan.text)
        if related is None:
            found = answers.beside
            if found is None and nearest:
                found = state.reader.beside(matching(plan.tree), "body", nearest)
            words = [word for word in nearest if word in (found or ())][: 2 * RELATED]
            related = tuple(word for word in words if self._gazetteer.countries.code(word) is None)[:RELATED]
            state.remembered.related.put(plan.text, related)
        return related

    @staged("suggestion")
    def _suggestion(self, state: _State, plan: Plan, answers: Answers) -> Suggestion | None:
        """What may have been meant: a slip put right, initial consonants completed, or what finds something."""
        if plan.suggestion:
            return Suggestion(plan.suggestion)
        if are_initials(plan.text.strip()):
            named = self._completions.complete(plan.text, 1, state.lexicon)
            return Suggestion(named[0].text) if named else None
        other = instead(state.reader, plan) if not answers.total else None
        return Suggestion(other) if other else None

    def _resolve(self, field: str, value: str) -> tuple[str, ...]:
        """A filter typed in the query."""
        with self._database.session() as session:
            return resolve(session, self._gazetteer, field, value)

    def _resolved(
        self, session: Session, given: Mapping[str, tuple[str, ...]], reach: Reach
    ) -> tuple[dict[str, tuple[str, ...]], list[str]]:
        resolved, notes = {}, []
        for field, values in given.items():
            found = {value: resolve(session, self._gazetteer, field, value, reach) for value in values}
            notes += [NO_VALUE.format(value=value) for value, keys in found.items() if not keys]
            resolved[field] = tuple(key for value, keys in found.items() for key in keys or (value,))
        return resolved, notes

    @staged("hits")
    def _hits(
        self, state: _State, session: Session, answers: Answers, plan: Plan, *, snippets: bool
    ) -> tuple[HitView, ...]:
        ids = [answer.id for answer in answers.answers]
        if snippets:
            found = state.remembered.shown(session, ids)
        else:  # long lists, which would push out what pages show
            found = {post: ShownPost(summary) for post, summary in posts.summaries(session, ids).items()}
        titles = posts.titles(session, [copy for answer in answers.answers for copy in answer.copies])
        copies = {post: CopyView(post, title, date) for post, (title, date) in titles.items()}
        return tuple(
            hit_view(
                found[answer.id],
                answer.score,
                tuple(copies[c] for c in answer.copies if c in copies),
                plan,
                snippets=snippets,
            )
            for answer in answers.answers
            if answer.id in found
        )


def _key(params: SearchParams) -> Hashable:
    """Everything that an answer depends on."""
    given = {field.name: getattr(params, field.name) for field in fields(params)}
    chosen = [tuple(sorted(given.pop(name).items())) for name in ("filters", "without")]
    return *chosen, *given.values()


def _restricts(request: SearchRequest) -> bool:
    """Whether more decides what matches than the query."""
    return bool(request.filters or request.without or request.date_from or request.date_to)


def _request(
    params: SearchParams, plan: Plan, filters: Mapping[str, tuple[str, ...]], without: Mapping[str, tuple[str, ...]]
) -> SearchRequest:
    return SearchRequest(
        plan.tree,
        filters,
        without,
        params.date_from,
        params.date_to,
        params.sort,
        offset=(params.page - 1) * params.per_page,
        limit=params.per_page,
        facets=FACETS,
    )


def _notes(plan: Plan, answers: Answers, reader: Reader) -> Iterator[str]:
    """What may surprise about an answer, and which words are to blame for none."""
    if answers.loosened:
        yield answers.loosened
    if plan.text.strip() and not plan.words and answers.total:
        yield "찾을 낱말이 없어 모든 글을 보입니다."
    if answers.loosened or not answers.total:
        missing = [word.typed for word, count in zip(plan.words, counts(reader, plan), strict=True) if count == 0]
        if missing:
            yield f"이 말이 있는 글이 없습니다: {', '.join(missing)}"


def _most(field: str, counts: Sequence[tuple[str, int]], whole: str) -> Sequence[tuple[str, int]]:
    """Months all and in their order, of the rest the most frequent; all of the one that is wanted whole."""
    return sorted(counts) if field == "month" else counts[: None if field == whole else SHOWN_VALUES]


def _texts(session: Session, ids: Sequence[str]) -> dict[str, StoredText]:
    return {post: StoredText(post, date, text) for post, date, text in posts.texts(session, ids)}
