"""The index follows the store: from the outbox into the live build, or into a new build made aside.

Each build has its own cursor in the store. A process killed anywhere repeats at most one batch, and
writing a batch twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from index.analysis.fingerprint import fingerprint
from index.analysis.terms import VERSION as TERMS_VERSION
from index.analysis.terms import document_terms, terms_fingerprint
from index.builds import FIELDS_VERSION, BuildManifest
from index.document import IndexDoc
from index.engines.base import Engine, Reader, Writer
from index.errors import IndexBroken, NoLiveBuild, SearchError
from index.factory import ENGINES
from index.rebuild import Rebuild
from kb.search.documents import index_doc
from kb.store import documents, outbox, writes
from kb.store.database import Database, Session
from kb.store.documents import Document
from kb.waiting import Waiting, patiently

log = logging.getLogger(__name__)

Progress = Callable[[int], object]


def silent(done: int) -> None:
    """A progress that tells nobody."""


BATCH = 1000
KEPT_AT_ONCE = 200  # posts whose terms are written in one transaction
EVERY = 10_000_000
BUILDING = "building"  # the cursor of a build that has no name yet
PATIENCE = 60.0  # seconds to wait for a lock that is held for a batch
TIDYING = 3.0  # seconds: the builder's lock is held so long by one who only tidies


SUMS = {
    "source_days": "날마다의 글 수",
    "entity_periods": "달마다의 글 수",
    "topic_agencies": "주제와 기관의 글 수",
    "roles": "직책과 부서의 글 수",
    "entities": "엔티티의 글 수",
}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How store and index differ beyond the changes that are still to be followed; ``sums``: wrong rows by table."""

    posts: int
    indexed: int
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    outdated: tuple[str, ...]
    lag: int
    sums: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not (self.missing or self.surplus or self.outdated or self.sums)

    def to_json(self) -> dict[str, object]:
        return {
            "ok": self.ok,
            "posts": self.posts,
            "indexed": self.indexed,
            "missing": list(self.missing),
            "surplus": list(self.surplus),
            "outdated": list(self.outdated),
            "lag": self.lag,
            "sums": dict(self.sums),
        }

    def told(self) -> str:
        lines = [f"글 {self.posts:,}편, 색인 {self.indexed:,}편, 밀린 변경 {self.lag:,}"]
        for name, posts in (("색인에 없음", self.missing), ("글이 없음", self.surplus), ("옛 내용", self.outdated)):
            lines += [f"  {name}: {post}" for post in posts[:20]]
            lines += [f"  {name}: … 모두 {len(posts):,}편"] if len(posts) > 20 else []
        lines += [f"  합계가 틀림: {SUMS[table]} {rows:,}줄" for table, rows in self.sums.items()]
        return "\n".join(
            [*lines, "맞습니다." if self.ok else "어긋납니다. kb check --repair 나 kb reindex로 맞추십시오."]
        )


class IndexSync:
    """Keeps one engine's index in line with one database."""

    def __init__(self, database: Database, engine: Engine, analysis: str) -> None:
        self._database = database
        self._engine = engine
        self._analysis = analysis
        self._terms = terms_fingerprint(analysis)
        self.fingerprint = fingerprint((analysis, f"terms {TERMS_VERSION}", f"fields {FIELDS_VERSION}"))

    def catch_up(self, progress: Progress = silent, waiting: Waiting | None = None) -> int:
        """Follows the outbox into the live build; without a whole one of this analysis, builds anew.

        Returns how many changes there were. Without ``waiting``, raises WriterBusy when another writes for too long.
        """
        live = self._engine.live()
        if live is None or live.fingerprint != self.fingerprint:
            return self.rebuild(progress, waiting).documents
        try:
            return self._follow(live.build, progress, waiting)
        except IndexBroken as problem:
            log.warning("쓰던 색인이 깨져 새로 만듭니다: %s", problem)
            return self.rebuild(progress, waiting).documents

    def rebuild(self, progress: Progress = silent, waiting: Waiting | None = None) -> BuildManifest:
        """A new build beside the live one, brought up to date, verified, sealed and promoted."""
        with patiently(lambda: Rebuild(self._engine, self.fingerprint), TIDYING, waiting) as build:
            return self._finish(build, self._begin(build, progress))

    def in_step(self, waiting: Waiting | None = None) -> InStep:
        """For a run that writes posts: the index is built while they are written. See ``InStep``."""
        return InStep(self, waiting)

    def _begin(self, build: Rebuild, progress: Progress) -> _Feed:
        """Every post that is stored now, and from where to go on."""
        with self._database.writing() as session:
            feed = _Feed(self, outbox.last_seq(session))
            outbox.set_cursor(session, self._engine.name, BUILDING, feed.seq)  # keeps changes from being pruned
        build.writer.add(self._all(progress))
        return feed

    def _finish(self, build: Rebuild, feed: _Feed) -> BuildManifest:
        manifest = build.finish(seq0=feed.seq0, replay=feed.replay, verify=feed.verify)
        with self._database.writing() as session:
            outbox.set_cursor(session, self._engine.name, manifest.build, feed.seq)
            outbox.drop_cursor(session, self._engine.name, BUILDING)
        self._follow(manifest.build, silent)
        return manifest

    def pending(self) -> int:
        """Changes that the live build has not followed yet."""
        live = self._engine.live()
        with self._database.session() as session:
            at = outbox.cursor(session, self._engine.name, live.build) if live else None
            return outbox.lag(session, at or 0)

    def check(self) -> CheckReport:
        """Compares every post with the live build. Raises NoLiveBuild."""
        with self._engine.open_reader() as reader, self._database.session() as session:
            return compare(session, reader, outbox.cursor(session, self._engine.name, reader.build) or 0)

    def repair(self) -> CheckReport:
        """Brings the live build in line with the store, whatever its cursor says; one that is broken is replaced."""
        try:
            self.catch_up()
            report = self.check()
        except (IndexBroken, NoLiveBuild):
            self.rebuild()
            report = self.check()
        if not report.ok:
            with self._engine.open_writer(fingerprint=self.fingerprint) as writer:
                self._write(writer, (*report.missing, *report.outdated), report.surplus)
            report = self.check()
        return report

    def _follow(self, build: str, progress: Progress, waiting: Waiting | None = None) -> int:
        done = 0
        while self._changes(build)[1]:
            writer = patiently(lambda: self._engine.open_writer(build, fingerprint=self.fingerprint), PATIENCE, waiting)
            with writer:
                changes, count = self._changes(build)  # again: another process may have followed them meanwhile
                self._write(writer, changes.changed, changes.removed)
                writer.commit()
                with self._database.writing() as session:
                    outbox.set_cursor(session, self._engine.name, build, changes.seq)
            done += count
            progress(count)
        self._prune()
        return done

    def _changes(self, build: str) -> tuple[outbox.ChangeSet, int]:
        """The next changes that a build has to follow, and how many posts they touch."""
        with self._database.session() as session:
            at = outbox.cursor(session, self._engine.name, build)
            if at is None:
                at = next(info.manifest.seq0 for info in self._engine.builds() if info.manifest.build == build)
            if at < outbox.forgotten(session):
                raise IndexBroken(f"build {build} has not followed changes that are forgotten")
            changes = outbox.changes_after(session, at, BATCH)
        return changes, len(changes.changed) + len(changes.removed)

    def _prune(self) -> None:
        self._engine.tidy()
        with self._database.writing() as session:
            outbox.hold(session)  # who begins or ends a build now writes its cursor after us
            building = () if self._is_left(session) else (BUILDING,)
            kept = (*building, *(info.manifest.build for info in self._engine.builds()))
            outbox.prune(session, self._engine.name, kept, tuple(ENGINES))

    def _is_left(self, session: Session) -> bool:
        """A killed builder's cursor would keep changes for ever; that of one who is at work keeps them for him."""
        return outbox.cursor(session, self._engine.name, BUILDING) is not None and self._engine.tidy()

    def _write(self, writer: Writer, changed: Iterable[str], removed: Iterable[str]) -> None:
        with self._database.session() as session:
            writer.delete(removed)
            writer.add(self._index_docs(documents.documents(session, tuple(changed), self._terms)))

    def _all(self, progress: Progress) -> Iterator[IndexDoc]:
        with self._database.session() as session:
            for doc in self._index_docs(documents.all_documents(session, self._terms)):
                yield doc
                progress(1)

    def _index_docs(self, found: Iterable[Document]) -> Iterator[IndexDoc]:
        """What an engine gets. Terms that were not kept are made, and kept from now on."""
        made: list[tuple[int, str, bytes]] = []
        for document in found:
            doc = index_doc(document)
            if doc.terms is None:
                doc = replace(doc, terms=document_terms(doc))
                if document.read and document.read.fingerprint == self._analysis and doc.terms:
                    made.append((document.id, document.content_hash, doc.terms.to_bytes()))
            yield doc
            if len(made) >= KEPT_AT_ONCE:
                self._keep(made)
                made = []
        self._keep(made)

    def _keep(self, made: list[tuple[int, str, bytes]]) -> None:
        if made:
            with self._database.writing() as session:
                writes.keep_terms(session, made, self._terms)


class InStep:
    """An index that is built while posts are written, so that it is nearly there when the last one is.

    It begins with the first posts that are written, and only where no build is live: what follows a live build does
    so afterwards, in one commit. Left without ``finish``, by an error or a kill, it leaves nothing but kept terms,
    from which the next run makes it in little time.
    """

    def __init__(self, sync: IndexSync, waiting: Waiting | None = None) -> None:
        self._sync = sync
        self._waiting = waiting
        self._build: Rebuild | None = None
        self._feed: _Feed | None = None
        self._over = False  # or not begun, where there is nothing to build in step

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def follow(self) -> None:
        """Takes in what was written since the last call. Trouble with the index does not stop who writes posts."""
        try:
            if self._feed is None and not self._over:
                self._begin()
            if self._feed is not None and self._build is not None:
                self._feed.replay(self._build.writer)
        except SearchError as problem:
            log.warning("읽으면서 만들던 색인을 그만두고 나중에 만듭니다: %s", problem)
            self._drop()

    def finish(self, progress: Progress = silent) -> None:
        """Makes the build live, or brings the live one in line."""
        if self._feed is not None and self._build is not None:
            self._sync._finish(self._build, self._feed)
        else:
            self._sync.catch_up(progress, self._waiting)

    def _begin(self) -> None:
        self._over = self._sync._engine.live() is not None
        if not self._over:
            self._build = Rebuild(self._sync._engine, self._sync.fingerprint)
            self._feed = self._sync._begin(self._build, silent)

    def _drop(self) -> None:
        build, self._build, self._feed, self._over = self._build, None, None, True
        if build is not None:
            build.close()


class _Feed:
    """The outbox as a builder sees it: how far it has come, and whether what it made is what is stored."""

    def __init__(self, sync: IndexSync, seq: int) -> None:
        self._sync = sync
        self.seq0 = self.seq = seq

    def replay(self, writer: Writer) -> int:
        """Applies the next changes; how many there were."""
        with self._sync._database.session() as session:
            changes = outbox.changes_after(session, self.seq, BATCH)
        self._sync._write(writer, changes.changed, changes.removed)
        self.seq = changes.seq
        return len(changes.changed) + len(changes.removed)

    def verify(self, reader: Reader) -> list[str]:
        """Posts on which build and store differ, but for those that have changed since the last replay."""
        with self._sync._database.session() as session:
            report = compare(session, reader, self.seq)
        return [] if report.ok else [report.told()]


def compare(session: Session, reader: Reader, seq: int) -> CheckReport:
    """Every post of the store beside the index; changes after ``seq`` are still to be followed and no error."""
    indexed = dict(reader.ids())
    stored = dict(documents.content_hashes(session))
    waiting = outbox.changes_after(session, seq, limit=EVERY)
    pending = {*waiting.changed, *waiting.removed}
    return CheckReport(
        len(stored),
        len(indexed),
        tuple(sorted(stored.keys() - indexed.keys() - pending)),
        tuple(sorted(indexed.keys() - stored.keys() - pending)),
        tuple(sorted(p for p in (stored.keys() & indexed.keys()) - pending if stored[p] != indexed[p])),
        outbox.lag(session, seq),
    )
