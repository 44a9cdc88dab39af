"""``kb check --deep``: every stored value, and every post beside its own original read again.

Damage inside a value is found here and, as far as the original is whole, mended without the file: morphemes, terms and
mentions are made anew, and a text is read again from its original. What cannot be mended is named with the way back.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from index.analysis.stream import Analysis
from index.analysis.terms import laid_terms, terms_fingerprint
from kb.errors import PostUnreadable
from kb.model import Post
from kb.pipeline import Progress, Rules, silent
from kb.posts.reader import post_of
from kb.store import inspect, writes
from kb.store.database import Database
from kb.store.stored import StoredPost
from kb.store.writes import ReadPost

PARTS = {
    "text": "글",
    "original": "원본",
    "morphemes": "형태소",
    "terms": "색인할 낱말",
    "mentions": "엔티티가 나온 곳",
    "page": "데이터베이스의 쪽",
    "row": "표의 값",
}
COMPARED = ("title", "text", "date", "title_end", "lead_end", "categories", "blocks", "provenance")


class Analyzer(Protocol):
    """What is needed of ``index.analysis.korean.KoreanAnalyzer``."""

    @property
    def fingerprint(self) -> str: ...

    def analyse(self, text: str) -> Analysis: ...


@dataclass(frozen=True, slots=True)
class Damage:
    """``part`` of ``where`` (a post, a table) is not what was stored. ``post_id`` is 0 for what is no post's."""

    where: str
    part: str
    post_id: int = 0
    detail: str = ""

    def told(self) -> str:
        return f"{self.where}: {PARTS[self.part]}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True, slots=True)
class InspectionReport:
    """What was looked at, what is damaged, and how many of those were mended (None: nobody asked for it)."""

    posts: int
    damages: tuple[Damage, ...]
    mended: int | None = None

    @property
    def ok(self) -> bool:
        return len(self.damages) == (self.mended or 0)

    def to_json(self) -> dict[str, object]:
        found = [{"where": d.where, "part": d.part, "detail": d.detail} for d in self.damages]
        return {"posts": self.posts, "damaged": found, "mended": self.mended or 0}

    def told(self) -> str:
        if not self.damages:
            return f"글 {self.posts:,}편의 담긴 값이 모두 온전합니다."
        kinds = Counter(PARTS[damage.part] for damage in self.damages)
        summary = ", ".join(f"{part} {count:,}" for part, count in kinds.items())
        lines = [f"글 {self.posts:,}편 가운데 깨졌거나 원본과 다른 값 {len(self.damages):,}개 ({summary})"]
        lines += [f"  {damage.told()}" for damage in self.damages[:20]]
        if self.mended:
            lines.append(f"{self.mended:,}개를 고쳤습니다.")
        if not self.ok:
            lines.append(_way_back(self))
        return "\n".join(lines)


OLDER = "글이 원본과 다른 것은 값이 깨졌거나 옛 판의 프로그램이 읽은 것입니다. --repair는 원본에서 다시 읽습니다.\n"


def _way_back(report: InspectionReport) -> str:
    if report.mended is not None:
        return "남은 것은 kb ingest로 글 폴더를 다시 읽으면 고쳐지고, 파일이 없으면 kb restore로 백업을 되돌리십시오."
    older = OLDER if any(damage.part == "text" for damage in report.damages) else ""
    return (
        older + "kb check --deep --repair로 고치십시오. 데이터베이스의 쪽이 깨졌으면 kb restore로 백업을 되돌리십시오."
    )


class Inspection:
    """Looks, and mends what it finds."""

    def __init__(self, database: Database, rules: Rules, make_analyzer: Callable[[], Analyzer]) -> None:
        self._database = database
        self._rules = rules
        self._make_analyzer = make_analyzer

    def run(self, progress: Progress = silent) -> InspectionReport:
        """Reads every value once; some seven milliseconds a post."""
        damages = [Damage("데이터베이스", "page", detail=told) for told in inspect.broken_pages(self._database)]
        damages += [Damage(table, "row", detail=told) for table, told in inspect.broken_rows(self._database)]
        with self._database.session() as session:
            numbers = inspect.numbers(session)
        for number in numbers:
            damages += self._damages(number)
            progress(1)
        return InspectionReport(len(numbers), tuple(damages))

    def repair(self, report: InspectionReport) -> InspectionReport:
        """Mends what can be. The refresh of ``kb.pipeline`` has to follow: it makes what is derived."""
        by_post: dict[int, set[str]] = {}
        for damage in report.damages:
            by_post.setdefault(damage.post_id, set()).add(damage.part)
        mended = sum(len(parts) for number, parts in by_post.items() if number and self._mend(number, parts))
        return InspectionReport(report.posts, report.damages, mended)

    def _damages(self, number: int) -> Iterator[Damage]:
        with self._database.session() as session:
            places = inspect.look(session, number)
        for part in places.damaged:
            yield Damage(places.name, part, number)
        if places.stored is not None and places.original is not None:
            different = _different(places.stored, places.original)
            if different:
                yield Damage(places.name, "text", number, different)
            elif not places.damaged and places.terms is not None and _other_terms(places.stored, *places.terms):
                yield Damage(places.name, "terms", number)

    def _mend(self, number: int, parts: set[str]) -> bool:
        if "original" in parts:
            with self._database.writing() as session:
                inspect.forget_files(session, [number])
            return False
        if "text" in parts:
            return self._read_again(number)
        with self._database.writing() as session:
            forget = inspect.forget_terms if parts == {"terms"} else inspect.forget_derived
            forget(session, [number])
        return True

    def _read_again(self, number: int) -> bool:
        """The post as its original says, in place of the stored one."""
        with self._database.session() as session:
            original = inspect.look(session, number).original
            place = inspect.source_and_path(session, number)
            files = inspect.files_of(session, number)
        if original is None or place is None:
            return False
        try:
            post = post_of(place[1], place[2], original)
        except PostUnreadable:
            return False
        with self._database.writing() as session:
            ids = writes.store_posts(session, place[0], [self._read(post, original)], self._rules.identify)
            inspect.hand_over(session, files, ids[post.name])
        return True

    def _read(self, post: Post, original: bytes) -> ReadPost:
        analyzer = self._make_analyzer()
        analysis = analyzer.analyse(post.text)
        extraction = self._rules.extractor.extract(post, analysis)
        return ReadPost(post, original, analysis.to_bytes(), analyzer.fingerprint, extraction, self._rules.fingerprint)


def _other_terms(stored: StoredPost, fingerprint: str, kept: bytes) -> bool:
    """Whether kept terms that count as today's are not those that the morphemes give."""
    if stored.fingerprint is None or stored.morphemes is None or fingerprint != terms_fingerprint(stored.fingerprint):
        return not fingerprint
    analysis = Analysis.from_bytes(stored.morphemes)
    made = laid_terms(analysis, stored.post.text, stored.post.title_end).to_bytes()
    try:
        return zlib.decompress(kept) != zlib.decompress(made)
    except zlib.error:
        return True


def _different(stored: StoredPost, original: bytes) -> str:
    """In what a stored post is not what its original says; empty when it is."""
    try:
        again = post_of(stored.post.source, stored.post.path, original)
    except PostUnreadable as problem:
        return problem.reason
    return ", ".join(name for name in COMPARED if getattr(again, name) != getattr(stored.post, name))
