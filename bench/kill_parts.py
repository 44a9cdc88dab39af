"""The parts of ``bench.kill``: a folder that changes, the command in a forked process, everything that is stored.

Not compared are the choices by number of a row among equals (``roles.post``, which name of a body leads in a post):
who was killed numbers otherwise. ``kb check`` counts these anew.
"""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import kb.knowledge  # loaded once by the fork server, not by each process
import kb.pipeline
import kb.search.sync
from index.analysis.fingerprint import analysis_fingerprint
from index.analysis.stream import Analysis
from index.document import SearchRequest
from index.factory import make_engine
from index.fields import FILTER_FIELDS
from index.query.tree import MatchAll
from kb.cli import main

AGENCIES = (
    "관세청",
    "산업통상부",
    "외교부",
    "방위사업청",
    "무역안보관리원",
    "기획재정부",
    "국세청",
    "원자력안전위원회",
)
COUNTRIES = ("미국", "중국", "러시아", "일본", "베트남", "튀르키예", "이란", "독일", "카자흐스탄")
TOPICS = (
    "전략물자 수출허가",
    "우회수출 단속",
    "상황허가 품목",
    "반도체 장비 수출통제",
    "대북 제재 이행",
    "덤핑방지관세",
)
OFFICES = ("조사총괄과", "무역안보정책과", "수출입안전검사과", "기술안보과")
FILTER_NAMES = tuple(one.name for one in FILTER_FIELDS)
ROWS = {
    "posts": """
        select s.name, p.name, p.path, p.title, p.date, p.text, p.title_end, p.lead_end, p.categories, p.recovered,
               p.content_hash, p.extraction, d.image, d.blocks, d.source_line, d.source_url, d.licence, d.furniture,
               hex(d.original), a.content_hash, a.fingerprint, hex(a.morphemes)
        from posts p join sources s on s.id = p.source_id
        left join post_details d on d.post_id = p.id left join analyses a on a.post_id = p.id""",
    "mentions": """
        select p.name, e.kind, e.key, m.start, m.end, m.surface, m.rule, m.confidence, m.name, m.agency, m.department,
               m.title, m.office_kind
        from mentions m join posts p on p.id = m.post_id join entities e on e.id = m.entity_id""",
    "entities": "select kind, key, label, agency, valid_from, valid_to, posts, first, last from entities where posts",
    "aliases": """
        select e.kind, e.key, a.folded, a.alias from entity_aliases a join entities e on e.id = a.entity_id
        where e.posts""",
    "lineage": """
        select e.key, o.key, l.relation from entity_links l
        join entities e on e.id = l.entity_id join entities o on o.id = l.other_id""",
    "places": """
        select e.kind, e.key, x.date, p.name, x.mentions from post_entities x
        join entities e on e.id = x.entity_id join posts p on p.id = x.post_id""",
    "days": "select s.name, d.date, d.posts from source_days d join sources s on s.id = d.source_id",
    "periods": """
        select e.kind, e.key, p.first, p.posts from entity_periods p join entities e on e.id = p.entity_id""",
    "pairs": """
        select a.key, o.key, p.posts from topic_agencies p
        join entities a on a.id = p.agency_id left join entities o on o.id = p.topic_id""",
    "led": """
        select coalesce(a.standing, a.key), o.key, sum(p.led) from topic_agencies p
        join entities a on a.id = p.agency_id left join entities o on o.id = p.topic_id group by 1, 2""",
    "roles": """
        select e.kind, e.key, r.agency, r.part, r.posts, r.mentions, r.first, r.last
        from roles r join entities e on e.id = r.entity_id""",
    "files": """
        select f.path, f.size, f.content_hash, f.reason, p.name
        from source_files f left join posts p on p.id = f.post_id""",
}


class Folder:
    """Posts of our own making that change from round to round, the same for the same seed."""

    def __init__(self, path: Path, dice: random.Random, count: int) -> None:
        self.path, self._random, self._next = path, dice, 0
        path.mkdir(parents=True)
        for _ in range(count):
            self._add()

    def change(self) -> None:
        """A few new posts, a few changed, renamed, broken, mended and gone."""
        names = sorted(self.path.iterdir())
        chosen = self._random.sample(names, 24)
        for path in chosen[:10]:
            path.write_text(self._post(path.stem), encoding="utf-8")
        for path in chosen[10:14]:
            path.rename(path.with_name(f"{path.stem}-r{path.suffix}"))
        for path in chosen[14:16]:
            path.write_bytes(b"\0" * 64)
        for path in chosen[16:]:
            path.unlink()
        for _ in range(8):
            self._add()

    def _add(self) -> None:
        self._next += 1
        name = f"20{self._random.randint(10, 26)}-{self._random.randint(1, 12):02}-{self._random.randint(1, 28):02}"
        path = self.path / f"{name}-{self._next}.{self._random.choice(('md', 'html'))}"
        path.write_text(self._post(path.stem), encoding="utf-8")

    def _post(self, name: str) -> str:
        pick = self._random.choice
        paragraphs = "".join(
            f"<p>{pick(AGENCIES)} {pick(OFFICES)}(044-{self._random.randint(200, 999)}-"
            f"{self._random.randint(1000, 9999)})는 {pick(COUNTRIES)}에 대한 {pick(TOPICS)} 방안을 "
            f"{pick(AGENCIES)}과 함께 {self._random.randint(1, 12)}월부터 시행한다고 밝혔다.</p>\n"
            for _ in range(self._random.randint(2, 6))
        )
        return f"---\ntitle: {pick(AGENCIES)}, {pick(TOPICS)} {name}\ncategories:\n  - 무역\n---\n{paragraphs}"


class RecordedAnalyzer:
    """Morphemes that the control has already; stands in for Kiwi."""

    def __init__(self, control: Path) -> None:
        self.fingerprint = analysis_fingerprint()
        self._control = control

    def analyse_many(self, texts: Iterable[str]) -> Iterator[Analysis]:
        with sqlite3.connect(f"file:{self._control}?mode=ro", uri=True) as database:
            rows = database.execute("select p.text, a.morphemes from posts p join analyses a on a.post_id = p.id")
            known = {text: Analysis.from_bytes(morphemes) for text, morphemes in rows}
        return (known[text] for text in texts)


def run_command(words: list[str], control: Path, engine: str) -> None:
    """The command line in this process, which may be killed at any moment."""
    kb.pipeline.BATCH, kb.search.sync.BATCH = 7, 9  # more commits to be killed between
    kb.knowledge.KnowledgeBase.analyzer = RecordedAnalyzer(control)  # type: ignore[assignment] # in place of Kiwi
    sys.stdout = sys.stderr = Path("/dev/null").open("w")  # noqa: SIM115 # for as long as the process lives
    main(words)


def content(data: Path, engine: str) -> dict[str, set[tuple[object, ...]]]:
    """Everything that is stored and indexed, without the numbers that only join tables."""
    with sqlite3.connect(f"file:{data / 'kb.sqlite3'}?mode=ro", uri=True) as database:
        found: dict[str, set[tuple[object, ...]]] = {name: set(database.execute(sql)) for name, sql in ROWS.items()}
    with make_engine(engine, data / "index").open_reader() as reader:
        found["index"] = set(reader.ids().items())
        for name in ("title", "body", "gram"):
            found[f"terms of {name}"] = set(reader.terms(name))
        page = reader.search(SearchRequest(MatchAll(), facets=FILTER_NAMES))
        found["facets"] = {(name, fc.value, fc.count) for name, counts in page.facets.items() for fc in counts}
    return found
