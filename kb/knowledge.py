"""The knowledge base: settings, database, index, gazetteer and analyzer behind one object.

``KnowledgeBase`` is the ``Service`` that web and command line use. It is opened once and safe for many
threads: sessions are made per call, readers are snapshots, what is slow to load is loaded once on first use.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, get_args

from index.analysis.fingerprint import analysis_fingerprint
from index.builds import BuildInfo, BuildManifest
from index.errors import SearchError
from index.factory import ENGINES, make_engine
from index.filestore import FileLock
from kb import private
from kb.access.tokens import Token
from kb.errors import KbError, NotFound, UsageError
from kb.extraction.evaluate import Figure, GoldPost, evaluate
from kb.extraction.pipeline import Extractor
from kb.gazetteer.corrections import CORRECTIONS, load_corrections
from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import Identifier
from kb.inspection import Inspection, InspectionReport
from kb.model import EntityKind
from kb.pipeline import Ingestion, IngestReport, Progress, Refresh, Rules, silent
from kb.search.days_of_force import ForceDays
from kb.search.directory import Directory
from kb.search.entity_page import entity_page
from kb.search.gold import gold_posts
from kb.search.held import Held, HeldPages
from kb.search.overview import Overviews
from kb.search.post_page import post_page
from kb.search.sync import CheckReport, IndexSync
from kb.settings import Settings
from kb.store import desks as stored_desks
from kb.store import entities, outbox, posts, runs, sources, stored, sums, writes
from kb.store.database import Database, Limits
from kb.store.documents import count_posts
from kb.store.lineage import store_lineage
from kb.store.tokens import TokenStore
from kb.views import (
    ContactInPost,
    EntityList,
    EntityPage,
    ExplainView,
    HitView,
    PostPage,
    Pulse,
    SearchParams,
    SearchResult,
    StatusView,
    SuggestItem,
)
from kb.views.directory import DirectoryPage, Order
from kb.views.force import DaysOfForce
from kb.views.overview import Overview
from kb.waiting import Waiting, patiently

if TYPE_CHECKING:
    from index.analysis.korean import KoreanAnalyzer
    from kb.search.service import SearchService

log = logging.getLogger(__name__)

ENTITY_PAGES = 100  # kept until a post changes
FORGOTTEN_AT_ONCE = 500  # posts in one transaction
KINDS: tuple[str, ...] = get_args(EntityKind)


@dataclass(frozen=True, slots=True)
class IndexBuilt:
    """What a reindex made."""

    build: str
    engine: str
    documents: int
    seconds: float


class KnowledgeBase:
    """One data directory. Use as a context manager, or call ``close``."""

    def __init__(self, settings: Settings, database: Database, corrections: Path = CORRECTIONS) -> None:
        if settings.engine not in ENGINES:
            raise UsageError(f"엔진 '{settings.engine}'은(는) 없습니다. 쓸 수 있는 것: {', '.join(ENGINES)}")
        self.settings = settings
        self._database = database
        self._corrections = corrections
        self._engine = make_engine(settings.engine, settings.index_dir, opensearch=settings.opensearch)

    @classmethod
    def open(cls, settings: Settings, analyzer: KoreanAnalyzer | None = None, corrections: Path = CORRECTIONS) -> Self:
        """Opens (and on first use makes) the database; the index is opened when it is asked.

        ``analyzer`` shares one that is already loaded; without it Kiwi is loaded when it is needed.
        """
        database = Database(settings.database, Limits(settings.database_pool, settings.database_seconds))
        try:
            database.migrate()
            base = cls(settings, database, corrections)
        except BaseException:  # whatever it was, the connection is not left open
            database.close()
            raise
        if analyzer is not None:
            base.__dict__["analyzer"] = analyzer  # what the cached property would have loaded
        return base

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives back readers and connections. What was loaded stays, and the next call opens them again."""
        if "_search" in self.__dict__:
            self._search.close()
        self._engine.close()
        self._database.close()

    # -- what is slow to load -------------------------------------------------------------------

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer.load()

    @cached_property
    def rules(self) -> Rules:
        return Rules(Extractor(self.gazetteer), Identifier(self.gazetteer, load_corrections(self._corrections)))

    @cached_property
    def analyzer(self) -> KoreanAnalyzer:
        from index.analysis.korean import KoreanAnalyzer  # loading Kiwi's library takes a while

        return KoreanAnalyzer(workers=self.settings.jobs)

    @cached_property
    def _sync(self) -> IndexSync:
        return IndexSync(self._database, self._engine, analysis_fingerprint())

    @cached_property
    def _search(self) -> SearchService:
        from kb.search.service import SearchService  # with numpy and all that ranks: not for who only reads posts

        return SearchService(self._database, self._engine, self.gazetteer, self.analyzer, self.settings.answer_cache)

    @cached_property
    def _overviews(self) -> Overviews:
        return Overviews()

    @cached_property
    def _force_days(self) -> ForceDays:
        return ForceDays()

    @cached_property
    def _entity_pages(self) -> HeldPages[tuple[int, int], EntityPage]:
        return HeldPages(ENTITY_PAGES)

    @cached_property
    def _sums(self) -> Held[tuple[posts.Sums, dict[str, int]]]:
        return Held()

    @cached_property
    def _directory(self) -> Directory:
        return Directory(self.gazetteer)

    def warm_up(self) -> None:
        """Loads everything a first search needs."""
        self._search.warm_up()

    # -- reading posts --------------------------------------------------------------------------

    def ingest(
        self,
        paths: Sequence[Path],
        source: str | None = None,
        *,
        jobs: int | None = None,
        progress: Progress = silent,
        waiting: Waiting | None = None,
    ) -> IngestReport:
        """Brings store and index in line with the posts under ``paths``.

        While another writes, raises WriterBusy or Busy; with ``waiting``, waits and tells it for whom.
        """
        if jobs is not None:
            self.settings = self.settings.model_copy(update={"jobs": jobs})
        report, began = IngestReport(), time.perf_counter()
        with self._lock(waiting), self._sync.in_step(waiting) as index:
            ingestion = Ingestion(
                self._database,
                self.rules,
                lambda: self.analyzer,
                max_bytes=self.settings.max_post_bytes,
                max_chars=self.settings.max_post_chars,
                progress=progress,
                stored=index.follow,
            )
            for path in paths:
                report.add(ingestion.run(path, source or source_name(path)))
            self._refresh()
            self._follow_lineage()
            index.finish()
        report.seconds = time.perf_counter() - began
        return report

    def forget(self, source: str, progress: Progress = silent) -> int:
        """Takes a collection out of store and index; its files stay. Returns how many posts went. Raises NotFound.

        Its name goes last: who was killed runs it again, and the index follows then.
        """
        removed = 0
        with self._lock(), self._sync.in_step() as index:
            self.count_posts_of(source)
            while gone := self._forget_some(source):
                index.follow()
                progress(gone)
                removed += gone
            index.finish()
            with self._database.writing() as session:
                sources.drop_source(session, source)
        return removed

    def _forget_some(self, source: str) -> int:
        with self._database.writing() as session:
            return writes.remove_posts(session, sources.some_posts(session, source, FORGOTTEN_AT_ONCE))

    @contextmanager
    def _lock(self, waiting: Waiting | None = None) -> Iterator[None]:
        """Held while posts are written, on this machine and in the database. Raises WriterBusy or Busy."""
        private.make_folder(self.settings.data_dir)
        with ExitStack() as stack:
            stack.enter_context(
                patiently(lambda: FileLock(self.settings.data_dir / "ingest.lock", "ingest"), waiting=waiting)
            )
            patiently(lambda: stack.enter_context(self._database.run("kb ingest")), waiting=waiting)
            yield

    def _refresh(self) -> int:
        """Posts that an older analyzer or older rules read are read anew from the store."""
        refresh = Refresh(self._database, self.rules)
        analysis = analysis_fingerprint()
        return refresh.run(analysis, lambda: self.analyzer) if refresh.stale(analysis) else 0

    def _follow_lineage(self) -> None:
        """The reviewed list of agencies may be another; the sums are renewed with every post."""
        with self._database.writing() as session:
            store_lineage(session, self.gazetteer)

    def reindex(self, progress: Progress = silent, waiting: Waiting | None = None) -> IndexBuilt:
        """A new build beside the live one. Kiwi runs only where morphemes are of another analysis."""
        began = time.perf_counter()
        if Refresh(self._database, self.rules).stale(analysis_fingerprint()):
            with self._lock(waiting):
                self._refresh()
                self._follow_lineage()
        manifest = self._sync.rebuild(progress, waiting)
        return self._built(manifest, began)

    def rollback(self) -> IndexBuilt:
        began = time.perf_counter()
        manifest = self._engine.rollback()
        self._sync.catch_up()
        return self._built(manifest, began)

    def _built(self, manifest: BuildManifest, began: float) -> IndexBuilt:
        return IndexBuilt(manifest.build, manifest.engine, manifest.documents, time.perf_counter() - began)

    def check(self) -> CheckReport:
        """Raises StoreError for a damaged database, IndexBroken for a damaged index."""
        self._database.verify()
        return replace(self._sync.check(), sums=self._wrong_sums())

    def repair(self) -> CheckReport:
        """Index and sums are put right by the posts; a damaged database raises StoreError."""
        self._database.verify()
        wrong = self._wrong_sums()
        if wrong:
            with self._database.writing() as session:
                sums.count_anew(session.connection())
            wrong = self._wrong_sums()
        return replace(self._sync.repair(), sums=wrong)

    def _wrong_sums(self) -> Mapping[str, int]:
        with self._database.snapshot() as session:
            return sums.differences(session)

    def inspect(self, *, repair: bool = False, progress: Progress = silent) -> InspectionReport:
        """Every stored value, whatever it costs; with ``repair`` what is damaged is made anew where it can be."""
        inspection = Inspection(self._database, self.rules, lambda: self.analyzer)
        report = inspection.run(progress)
        if repair and report.damages:
            with self._lock():
                report = inspection.repair(report)
                self._refresh()
                self._follow_lineage()
                self._sync.catch_up()
        return report

    # -- answers --------------------------------------------------------------------------------

    def search(self, params: SearchParams) -> SearchResult:
        return self._search.search(params)

    def explain(self, q: str) -> ExplainView:
        return self._search.explain(q)

    def suggest(self, q: str, limit: int = 10) -> tuple[SuggestItem, ...]:
        return self._search.suggest(q, limit)

    def post(self, post: str) -> PostPage:
        with self._database.session() as session:
            found = stored.stored_post(session, post)
            mentions = posts.linked_mentions(session, found.id)
        similar, copies = self._search.similar(found)
        return post_page(found, mentions, similar, copies)

    def original(self, post: str) -> bytes:
        with self._database.session() as session:
            return stored.original(session, stored.stored_post(session, post).id)

    def entities(
        self, kind: str, q: str = "", page: int = 1, per_page: int = 50, after: str | None = None
    ) -> EntityList:
        _check_kind(kind)
        with self._database.session() as session:
            total, items = entities.list_entities(session, kind, q, (page - 1) * per_page, per_page, after)
        return EntityList(kind, q, total, page, max(1, -(-total // per_page)), items)

    def entity(self, kind: str, name: str, page: int = 1) -> EntityPage:
        _check_kind(kind)
        with self._database.session() as session:
            found = entities.find_entity(session, kind, name)
            if found is None:
                raise NotFound(f"그런 {KIND_NAMES[kind]}이(가) 없습니다: {name}")
            return self._entity_pages.get(
                session, (found.id, page), lambda: entity_page(session, found, self.gazetteer, page)
            )

    def desks(self, posts: Sequence[str]) -> dict[str, tuple[ContactInPost, ...]]:
        with self._database.session() as session:
            return stored_desks.desks_of(session, posts)

    def directory(
        self, q: str = "", agency: str = "", order: Order = "fresh", page: int = 1, per_page: int | None = None
    ) -> DirectoryPage:
        with self._database.session() as session:
            return self._directory.page(session, q, agency, order, page, per_page)

    def overview(self) -> Overview:
        with self._database.session() as session:
            return self._overviews.get(session)

    def days_of_force(self) -> DaysOfForce:
        with self._database.session() as session:
            return self._force_days.get(session)

    # -- state ----------------------------------------------------------------------------------

    def count_posts(self) -> int:
        with self._database.session() as session:
            return count_posts(session)

    def count_posts_of(self, source: str) -> int:
        """Raises NotFound, which says what there is."""
        with self._database.session() as session:
            found = sources.count_posts_by_source(session)
        if source not in found:
            raise NotFound(f"'{source}'(이)라는 글 모음이 없습니다. 있는 것: {', '.join(found) or '없음'}")
        return found[source]

    def status(self) -> StatusView:
        health = self._engine.health()
        with self._database.session() as session:
            (total, first, last, sources), kinds = self._sums.get(
                session, lambda: (posts.overview(session), entities.counts_by_kind(session))
            )
            latest = runs.last_runs(session)
            waiting = outbox.lag(session, 0)
        live = self._engine.live()
        return StatusView(
            posts=total,
            first=first,
            last=last,
            sources=sources,
            entities={kind: kinds.get(kind, 0) for kind in KINDS},
            engine=health.engine,
            build=health.build,
            indexed=health.documents,
            lag=self._sync.pending(),
            database_bytes=self._database.size(),
            index_bytes=health.size,
            runs=latest,
            built=dt.datetime.fromisoformat(live.created) if live else None,
            outbox=waiting,
        )

    @cached_property
    def tokens(self) -> TokenStore:
        return TokenStore(self._database)

    def token(self, ident: str) -> Token | None:
        return self.tokens.find(ident)

    def ready(self) -> tuple[bool, str]:
        """Reads only."""
        try:
            self._database.ping()
            problem = self._engine.health().problem
        except KbError:
            return False, "데이터베이스에 연결할 수 없습니다. 데이터베이스 서버를 확인하십시오."
        except SearchError as error:
            problem = str(error)
        return not problem, problem and "검색 색인이 없거나 읽을 수 없습니다. kb ingest 또는 kb reindex를 실행하십시오."

    def builds(self) -> tuple[BuildInfo, ...]:
        """The builds of the index, oldest first."""
        return self._engine.builds()

    def build_log(self) -> Sequence[Mapping[str, str | int]]:
        """What was done to builds, oldest first."""
        return self._engine.log()

    def pulse(self) -> Pulse:
        ready, advice = self.ready()
        try:
            live = self._engine.live()
            return Pulse(
                ready,
                advice,
                self._sync.pending(),
                live.build if live else None,
                dt.datetime.fromisoformat(live.created) if live else None,
            )
        except (KbError, SearchError) as error:
            log.error("지식베이스가 답하지 않습니다: %s", error)
            return Pulse(False, advice or "데이터베이스를 읽을 수 없습니다. kb check를 실행하십시오.", None, None, None)

    def openings(self) -> int:
        return self._search.openings if "_search" in self.__dict__ else 0

    # -- taking it along ------------------------------------------------------------------------

    def export_entities(self) -> Iterator[GoldPost]:
        with self._database.session() as session:
            yield from gold_posts(session)

    def export_posts(self, params: SearchParams) -> Iterator[HitView]:
        """Every post the search finds, page by page."""
        page = 1
        while True:
            result = self.search(replace(params, page=page, per_page=200, snippets=False))
            yield from result.hits
            if page >= result.pages:
                return
            page += 1

    def evaluate(self, gold: Path) -> tuple[Figure, ...]:
        """The figures of the stored entities against an annotated file. Raises UsageError naming the line."""
        wanted = list(_read_gold(gold))
        names = {post.post for post in wanted}
        return evaluate(wanted, [post for post in self.export_entities() if post.post in names])


KIND_NAMES = {
    "agency": "기관",
    "department": "부서",
    "official": "인물",
    "country": "국가",
    "contact": "연락처",
    "topic": "주제",
    "law": "법령",
    "regime": "국제체제",
    "hscode": "HS 코드",
    "organisation": "단체",
}


def source_name(path: Path) -> str:
    """The name of a collection when none is given: the folder's, or that of the site above ``_posts``."""
    folder = path.resolve()
    if folder.is_file():
        folder = folder.parent
    return folder.parent.name if folder.name == "_posts" else folder.name


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound(f"'{kind}'이라는 종류는 없습니다. 쓸 수 있는 것: {', '.join(KINDS)}")


def _read_gold(path: Path) -> Iterator[GoldPost]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: 읽을 수 없습니다 ({error.strerror})") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield GoldPost.from_json(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}:{number}: 주석이 아닙니다 ({error})") from error
