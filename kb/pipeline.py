"""From a folder of posts to the store: read what changed, analyse, extract, write, remove what is gone.

One pass of Kiwi serves extraction and search. Batches are committed as they are ready, each with the
state of its files, so an interrupted run goes on where it stopped. What cannot be read is recorded
with its reason, and everything else goes on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Protocol, TypeVar

from index.analysis.stream import Analysis
from index.analysis.terms import laid_terms, terms_fingerprint
from kb.ahead import Ahead
from kb.errors import PostUnreadable, UsageError
from kb.extraction.pipeline import Extractor
from kb.identity import Identifier
from kb.model import Extraction, Post
from kb.posts.folder import UNSURE
from kb.posts.reader import PostFile, PostFolder, find_posts, fingerprint, read_original
from kb.store import files, runs, stored, writes
from kb.store.database import Database
from kb.store.files import FileRecord
from kb.store.writes import ReadPost

log = logging.getLogger(__name__)

BATCH = 100  # posts a transaction
LOOK = 400  # files whose state is looked up at once
AHEAD = range(200, 3001)
"""So many files are worth a second process that reads while the analyzer is loaded, and no more are read so early."""

Item = TypeVar("Item")
Original = tuple[Post, bytes]
"""A post and the bytes of its file."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is found in posts and which entities that names. Posts of another fingerprint are read anew."""

    extractor: Extractor
    identify: Identifier

    @property
    def fingerprint(self) -> str:
        return f"{self.extractor.fingerprint}-{self.identify.fingerprint}"


class Analyzer(Protocol):
    """What is needed of ``index.analysis.korean.KoreanAnalyzer``."""

    @property
    def fingerprint(self) -> str: ...

    def analyse_many(self, texts: Iterable[str]) -> Iterator[Analysis]: ...


Progress = Callable[[int], object]
"""Told how many more files are done with."""


def silent(done: int) -> None:
    """A progress that tells nobody."""


COUNTS = ("seen", "added", "updated", "unchanged", "removed", "recovered", "reread")


@dataclass(slots=True)
class IngestReport:
    """What a run did. ``seen`` counts every file looked at; ``recovered`` the posts that had to be mended.

    ``reread`` counts posts whose files are as they were and that a newer reader read again: where it reads the same,
    they are unchanged, else updated.
    """

    seen: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    recovered: int = 0
    reread: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTS} | {"failed": len(self.failed)}

    def to_json(self) -> dict[str, object]:
        failed = [{"path": path, "reason": reason} for path, reason in self.failed]
        return self.counts() | {"failed": failed, "seconds": round(self.seconds, 2)}

    def add(self, other: IngestReport) -> None:
        """Sums of several folders."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failed += other.failed
        self.seconds += other.seconds


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to read, whether it was stored before, and its number (0: never seen)."""

    file: PostFile
    known: bool
    id: int


@dataclass(frozen=True, slots=True)
class _Read:
    found: _Found
    post: Post
    original: bytes


class Ingestion:
    """Reads folders into one database. ``make_analyzer`` is called only when there is something to analyse."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        make_analyzer: Callable[[], Analyzer],
        *,
        max_bytes: int,
        max_chars: int,
        progress: Progress = silent,
        stored: Callable[[], object] = lambda: None,
    ) -> None:
        """``stored`` is called after every transaction that wrote posts."""
        self._database = database
        self._rules = rules
        self._make_analyzer = make_analyzer
        self._analyzer: Analyzer | None = None
        self._stored = stored
        self._max_bytes = max_bytes
        self._max_chars = max_chars
        self._progress = progress

    @property
    def loaded(self) -> bool:
        return self._analyzer is not None

    @property
    def analyzer(self) -> Analyzer:
        if self._analyzer is None:
            self._analyzer = self._make_analyzer()
        return self._analyzer

    def run(self, path: Path, source: str) -> IngestReport:
        """Brings the store in line with the posts under ``path``. Raises UsageError when there are none."""
        return _FolderRun(self, find_posts(path.absolute()), source).run()


class _FolderRun:
    """One folder, one run: the report and what its steps share."""

    def __init__(self, ingestion: Ingestion, folder: PostFolder, source: str) -> None:
        self.folder = folder
        self.source = source
        self.report = IngestReport()
        self._seen: set[int] = set()
        self._touched: list[FileRecord] = []
        self._reader = fingerprint()
        self._ingestion = ingestion
        self._database = ingestion._database
        self._rules = ingestion._rules
        self._stored = ingestion._stored
        self._max_bytes = ingestion._max_bytes
        self._max_chars = ingestion._max_chars
        self._progress = ingestion._progress

    def run(self) -> IngestReport:
        began = time.perf_counter()
        with self._database.writing() as session:
            self._source_id = writes.source_id(session, self.source)
            run = runs.begin_run(session, self.source, str(self.folder.root))
        self._report_skipped()
        self._store_all(self._changed_files())
        self._remove_gone()
        self.report.seconds = time.perf_counter() - began
        with self._database.writing() as session:
            runs.end_run(session, run, self.report.counts(), self.report.failed)
        return self.report

    # -- what is there ------------------------------------------------------------------------

    def _report_skipped(self) -> None:
        for skipped in self.folder.skipped:
            self.report.seen += 1
            self.report.failed.append((skipped.path, skipped.reason))

    def _changed_files(self) -> Iterator[_Found]:
        """Files that are new or not as they were; the others are counted as unchanged."""
        for some in _chunks(self.folder, LOOK):
            with self._database.session() as session:
                known = files.known_files(session, self._source_id, [str(file.path) for file in some])
            for file in some:
                self.report.seen += 1
                state = known.get(str(file.path))
                if state is not None:
                    self._seen.add(state.id)
                if state and state.post_id and self._is_as_it_was(file, state, state.post_id):
                    self.report.unchanged += 1
                    self._progress(1)
                else:
                    yield _Found(file, known=bool(state and state.post_id), id=state.id if state else 0)
            self._record_touched()

    def _is_as_it_was(self, file: PostFile, state: files.FileState, post_id: int) -> bool:
        """The file and what is read of it."""
        if state.reader != self._reader:
            same = self._reads_the_same(file, state, post_id)
        elif _untouched(file, state):
            return True
        else:
            same = _hash(file.path) == state.content_hash
        if same and (state.size, state.mtime_ns, state.reader) != (file.size, file.stamp, self._reader):
            self._touched.append(self._record(file, state.content_hash, post_id))
        return same

    def _reads_the_same(self, file: PostFile, state: files.FileState, post_id: int) -> bool:
        """Most rules of reading touch few posts: the others need no analysis."""
        try:
            post, _ = self._original(file)
        except PostUnreadable:
            return False
        self.report.reread += post.content_hash == state.content_hash
        with self._database.session() as session:
            return post.content_hash == state.content_hash and stored.is_stored(session, post_id, post)

    def _record(
        self, file: PostFile, content: str | None, post_id: int | None, reason: str | None = None
    ) -> FileRecord:
        return FileRecord(str(file.path), file.size, file.stamp, content, post_id, self._reader, reason)

    def _record_touched(self) -> None:
        """Same content under a new time, or under a newer reader."""
        if self._touched:
            with self._database.writing() as session:
                files.record_files(session, self._source_id, self._touched)
                renewed = files.known_files(session, self._source_id, [record.path for record in self._touched])
            self._seen.update(state.id for state in renewed.values())
            self._touched = []

    def _read(self, changed: Iterator[_Found], ahead: Iterator[Original | None]) -> Iterator[_Read]:
        """``ahead`` are the first of them, as far as they were read already."""
        for found in changed:
            try:
                post, original = next(ahead, None) or self._original(found.file)
                if len(post.text) > self._max_chars:
                    limit = f"본문이 {len(post.text):,}자로 한도 {self._max_chars:,}자를 넘습니다 (KB_MAX_POST_CHARS)"
                    raise PostUnreadable(post.path, limit)
            except PostUnreadable as problem:
                self._unread(found, problem)
            else:
                yield _Read(found, post, original)

    def _original(self, file: PostFile) -> Original:
        return read_original(self.folder.root, file.path, self.source, max_bytes=self._max_bytes)

    def _originals(self, changed: list[_Found]) -> Iterator[Original | None]:
        """None stands for what cannot be read: whoever needs it will see why."""
        for found in changed:
            try:
                yield self._original(found.file)
            except PostUnreadable:
                yield None

    def _unread(self, found: _Found, problem: PostUnreadable) -> None:
        """What is no post takes its earlier post with it; what could not be opened just now does not.

        A file that vanished is left to ``_remove_gone``, which knows whether the folder did.
        """
        if problem.cause == "content" or (problem.cause == "access" and not found.known):
            self._fail(found.file, problem.reason)
            return
        if problem.cause == "gone":
            self._seen.discard(found.id)
        self.report.failed.append((str(found.file.path), problem.reason))
        self._progress(1)

    def _fail(self, file: PostFile, reason: str) -> None:
        """A file that holds no post: its earlier post goes, its reason stays."""
        path = str(file.path)
        self.report.failed.append((path, reason))
        with self._database.writing() as session:
            known = files.known_files(session, self._source_id, [path]).get(path)
            if known and known.post_id:
                self.report.removed += writes.remove_posts(session, [known.post_id])
            files.record_files(session, self._source_id, [self._record(file, None, None, reason)])
            self._seen.add(files.known_files(session, self._source_id, [path])[path].id)
        self._progress(1)

    # -- storing ------------------------------------------------------------------------------

    def _store_all(self, changed: Iterator[_Found]) -> None:
        first = list(islice(changed, AHEAD.stop - 1))
        if not first:
            return
        with ExitStack() as stack:
            ahead: Iterator[Original | None] = iter(())
            if len(first) in AHEAD and not self._ingestion.loaded and (os.cpu_count() or 1) > 1:
                child = stack.enter_context(Ahead(self._originals(first)))
                self._ingestion.analyzer  # noqa: B018  # loads it meanwhile
                ahead = iter(child)
            self._store_read(self._read(chain(first, changed), ahead))

    def _store_read(self, reads: Iterator[_Read]) -> None:
        first = next(reads, None)
        if first is None:
            return
        analyzer = self._ingestion.analyzer
        pairs = _analysed(analyzer, chain((first,), reads))
        for batch in _chunks(self._extracted(pairs, analyzer.fingerprint), BATCH):
            self._store(batch)

    def _extracted(
        self, pairs: Iterator[tuple[_Read, Analysis]], fingerprint: str
    ) -> Iterator[tuple[_Found, ReadPost]]:
        for read, analysis in pairs:
            try:
                made = _made(read, analysis, fingerprint, self._rules)
            except Exception as problem:  # one post's trouble with a rule must not end the run; it is named and kept
                log.exception("extraction of %s", read.post.id)
                self._fail(read.found.file, f"엔티티 추출 중 오류가 났습니다: {problem!r}")
                continue
            yield read.found, made

    def _store(self, batch: list[tuple[_Found, ReadPost]]) -> None:
        kept = self._without_doubles(batch)
        with self._database.writing() as session:
            ids = writes.store_posts(session, self._source_id, [read for _, read in kept], self._rules.identify)
            records = [self._record(f.file, read.post.content_hash, ids[read.post.name]) for f, read in kept]
            files.record_files(session, self._source_id, records)
            renewed = files.known_files(session, self._source_id, [record.path for record in records])
        self._seen.update(state.id for state in renewed.values())
        for found, read in kept:
            self.report.updated += found.known
            self.report.added += not found.known
            self.report.recovered += bool(read.post.recovered)
        self._progress(len(kept))
        self._stored()

    def _without_doubles(self, batch: list[tuple[_Found, ReadPost]]) -> list[tuple[_Found, ReadPost]]:
        """Refuses a second file of one name; a file that is gone gives its name up."""
        with self._database.session() as session:
            owners = files.paths_of_names(session, self._source_id, [read.post.name for _, read in batch])
        kept = []
        for found, read in batch:
            path = str(found.file.path)
            owner = owners.setdefault(read.post.name, path)
            if owner != path and Path(owner).exists():
                self._fail(found.file, f"같은 이름의 글이 이미 있습니다: {owner}. 파일 이름을 바꾸면 읽습니다")
            else:
                owners[read.post.name] = path
                kept.append((found, read))
        return kept

    # -- removal ------------------------------------------------------------------------------

    def _remove_gone(self) -> None:
        """Posts of this folder whose files are gone. A single file was named: nothing is removed."""
        if self.folder.single:
            return
        if not self.folder.is_there():
            lost = f"'{self.folder.root}' 폴더가 읽는 사이에 없어지거나 비었습니다. 없어진 글을 빼지 않고 멈췄습니다."
            raise UsageError(f"{lost} 폴더를 확인한 뒤 다시 실행하십시오.")
        below, unknown = str(self.folder.root).rstrip("/") + "/", self.folder.unknown
        with self._database.session() as session:
            unseen = [s for s in files.files_under(session, self._source_id, below) if s.id not in self._seen]
        gone = [state for state in unseen if not state.path.startswith(unknown)]
        with self._database.writing() as session:
            posts = [state.post_id for state in gone if state.post_id]
            self.report.removed += sum(writes.remove_posts(session, some) for some in _chunks(iter(posts), LOOK))
            files.forget_files(session, [state.id for state in gone])


class Refresh:
    """Brings stored posts up to date with a newer analyzer or newer rules, without their files."""

    def __init__(self, database: Database, rules: Rules, progress: Progress = silent) -> None:
        self._database = database
        self._rules = rules
        self._progress = progress

    def stale(self, analysis_fingerprint: str) -> int:
        with self._database.session() as session:
            return stored.count_stale(session, analysis_fingerprint, self._rules.fingerprint)

    def run(self, analysis_fingerprint: str, make_analyzer: Callable[[], Analyzer]) -> int:
        """Returns how many posts were renewed. Kiwi is loaded only if morphemes are stale."""
        with self._database.session() as session:
            renewed = 0
            posts = stored.stale_posts(session, analysis_fingerprint, self._rules.fingerprint)
            for batch in _chunks(posts, BATCH):
                self._renew(batch, analysis_fingerprint, make_analyzer)
                renewed += len(batch)
                self._progress(len(batch))
        return renewed

    def _renew(self, batch: list[stored.StoredPost], fingerprint: str, make_analyzer: Callable[[], Analyzer]) -> None:
        analyses = {
            s.id: found
            for s in batch
            if s.morphemes and s.fingerprint == fingerprint and (found := Analysis.read(s.morphemes))
        }
        old = [s for s in batch if s.id not in analyses]
        if old:
            fresh = make_analyzer().analyse_many(s.post.text for s in old)
            analyses |= {s.id: analysis for s, analysis in zip(old, fresh, strict=True)}
        extracted: list[tuple[int, Post, Extraction]] = [
            (s.id, s.post, self._rules.extractor.extract(s.post, analyses[s.id])) for s in batch
        ]
        with self._database.writing() as session:
            rows = [(s.id, s.post.id, s.post.content_hash, analyses[s.id].to_bytes()) for s in old]
            if rows:
                writes.replace_analyses(session, rows, fingerprint)
                terms = [(s.id, s.post.content_hash, _terms(s.post, analyses[s.id])) for s in old]
                writes.keep_terms(session, terms, terms_fingerprint(fingerprint))
            writes.replace_extractions(session, extracted, self._rules.fingerprint, self._rules.identify)


def _analysed(analyzer: Analyzer, reads: Iterator[_Read]) -> Iterator[tuple[_Read, Analysis]]:
    """Each post with its morphemes. Reading runs a little ahead of Kiwi's threads, and only a little."""
    waiting: deque[_Read] = deque()

    def texts() -> Iterator[str]:
        for read in reads:
            waiting.append(read)
            yield read.post.text

    for analysis in analyzer.analyse_many(texts()):
        yield waiting.popleft(), analysis


def _made(read: _Read, analysis: Analysis, fingerprint: str, rules: Rules) -> ReadPost:
    """Everything that is stored of a post."""
    return ReadPost(
        read.post,
        read.original,
        analysis.to_bytes(),
        fingerprint,
        rules.extractor.extract(read.post, analysis),
        rules.fingerprint,
        _terms(read.post, analysis),
        terms_fingerprint(fingerprint),
    )


def _terms(post: Post, analysis: Analysis) -> bytes:
    return laid_terms(analysis, post.text, post.title_end).to_bytes()


def _untouched(file: PostFile, state: files.FileState) -> bool:
    return file.stamp != UNSURE and (state.size, state.mtime_ns) == (file.size, file.stamp)


def _hash(path: Path) -> str | None:
    """SHA-256 of a file's bytes, None when it has vanished meanwhile."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
