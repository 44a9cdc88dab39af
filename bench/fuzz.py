"""Hostile posts and queries by the thousand: the laws that hold for any input, tried for a given time.

    python -m bench.fuzz [--minutes 15] [--seed 0]

Laws, also asked by ``tests/robustness/test_hostile.py``: a file is read or refused with a reason; every mention and
morpheme stands where it says; morphemes survive their storage; a query of any characters is answered or refused
by name. Inputs are made by hypothesis from the pieces that break such readers. What is found becomes a test.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis
from index.errors import SearchError
from index.query.parser import parse
from kb.errors import KbError, PostUnreadable
from kb.extraction.pipeline import Extractor
from kb.gazetteer.gazetteer import Gazetteer
from kb.knowledge import KnowledgeBase
from kb.model import Mention, Post
from kb.posts.reader import read_post
from kb.settings import Settings
from kb.views import SearchParams

WORDS = (
    "관세청 산업통상자원부 무역안보정책과 조사총괄과장 홍길동 김철수 장관 후보자 전 현 미국 러시아 북한"
    " 한미 대외무역법 제19조 전략물자 상황허가"
    " 우회수출 HS 8542.31 바세나르체제 문의 담당 ☎ 및 등 은 는 이 가 을 를"
    " 에게 과 부 처 청 실 국 팀 위원회 2024년 3월 02-1234-5678"
    " 044-203-4832~5 1566-0000 +82-2-1234 kim@korea.kr https://www.korea.kr 출처 정책브리핑 공공누리"
    " ㄱ ㅎㅎ 美 對 ① 😀 👨‍👩‍👧 e\u0301 \u1100\u1161"
).split()
SIGNS = (
    *"()[]{}<>「」『』·ㆍ,.:;-~/|*_`#&!?'\"\\",
    "\n",
    "\n\n",
    "\t",
    " ",
    "\u3000",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ufeff",
)
MARKUP = (
    "<p> </p> <b> </b> <br> <div> <table> <tr> <td> </td> </tr> </table> <ul> <li> <script> <style> <!-- --> <![CDATA[ "
    "<a\x20href='x'> </a> <img\x20alt=' &nbsp; &#0; &#xD800; &lt; &amp;amp; "
    "{{ }} {% %} ``` | |---| > # ** __ [x]( ]( ![ "
    "---\n...\n <o:p> <pre> </pre> <h2> <blockquote> <svg> <math> <template> <td"
).split(" ")
YAML = (
    "title: ,excerpt: ,date: ,categories: ,&a ,*a ,!!python/object ,!!binary ,|\n  ,>-\n  ,"
    "[,],{,},',\",#, : ,- ,---\n,...\n,\n"
    ",? ,<<: *a\n,\t,2024-02-31,0x1F,~,null,[속보] ,'갑' 을,\u2028,\x85"
).split(",")


def pieces(*groups: Any) -> st.SearchStrategy[str]:
    """Texts of known pieces, repeated ones among them, and of any characters at all."""
    known = st.sampled_from([piece for group in groups for piece in group])
    repeated = st.builds(lambda piece, times: piece * times, known, st.sampled_from((1, 1, 1, 2, 3, 40, 400)))
    return st.lists(st.one_of(repeated, repeated, st.text(max_size=12)), max_size=40).map("".join)


bodies = pieces(WORDS, SIGNS, MARKUP)
plain = pieces(WORDS, SIGNS)
files = st.one_of(
    st.builds(
        lambda head, body, code: f"---\n{head}\n---\n{body}".encode(code, errors="replace"),
        pieces(YAML, WORDS),
        bodies,
        st.sampled_from(("utf-8", "utf-8", "cp949", "utf-16", "utf-8-sig")),
    ),
    st.builds(
        lambda text, at, junk: text.encode(errors="surrogatepass")[:at] + junk, bodies, st.integers(0, 400), st.binary()
    ),
    st.binary(max_size=400),
)
queries = pieces(
    WORDS,
    SIGNS,
    ("기관:", "-", "OR", "AND", "NOT", "~", "^2", "제목:", "날짜:2024..", "*", "?", '"', "(", ")", "agency:", "월:"),
)


def read(data: bytes, folder: Path) -> Post | None:
    """The post, or none where the file was refused with a reason."""
    path = folder / "2024-01-01-fuzz.md"
    path.write_bytes(data)
    try:
        post = read_post(folder, path, "fuzz", max_bytes=4_000_000)
    except PostUnreadable as refused:
        assert refused.reason.strip(), "refused without a reason"
        return None
    check_post(post)
    return post


def check_post(post: Post) -> None:
    """The text is the blocks laid end to end, and fit to be stored anywhere."""
    post.text.encode()  # no lone surrogate
    assert "\0" not in post.text
    assert post.text == "".join(post.text[b.start : b.end] + "\n" for b in post.blocks)
    assert 0 < post.title_end <= post.lead_end <= len(post.text)


def check_analysis(text: str, analysis: Analysis) -> None:
    """Morphemes stand in the text, in order, and survive their storage."""
    assert all(0 <= token.start <= token.end <= len(text) for token in analysis)
    assert list(analysis.starts) == sorted(analysis.starts)
    again = Analysis.from_bytes(analysis.to_bytes())
    assert (again.forms, again.tags) == (analysis.forms, analysis.tags)
    assert (again.starts, again.ends) == (analysis.starts, analysis.ends)


def check_mentions(post: Post, mentions: Iterable[Mention]) -> None:
    """Every mention is of the words that stand at its place."""
    for mention in mentions:
        assert mention.start < mention.end, mention
        assert post.text[mention.start : mention.end] == mention.surface, mention
        assert mention.entity.name.strip(), mention
        assert 0 <= mention.confidence <= 1, mention


def check_query(text: str, base: KnowledgeBase) -> None:
    """Any characters are a query: answered, or refused by an error of ours."""
    parse(text)
    for ask in (lambda: base.search(SearchParams(q=text)), lambda: base.explain(text), lambda: base.suggest(text)):
        try:
            ask()
        except (KbError, SearchError) as refused:
            assert str(refused)


class Fuzz:
    """The laws with what they need, loaded once."""

    def __init__(self, folder: Path, analyzer: KoreanAnalyzer) -> None:
        self.folder, self.analyzer = folder, analyzer
        self.extractor = Extractor(Gazetteer.load())
        self.tried: dict[str, int] = {}

    def post(self, data: bytes) -> None:
        self._count("posts")
        post = read(data, self.folder)
        if post is not None:
            analysis = self.analyzer.analyse(post.text)
            check_analysis(post.text, analysis)
            check_mentions(post, self.extractor.extract(post, analysis).mentions)

    def query(self, text: str, base: KnowledgeBase) -> None:
        self._count("queries")
        check_query(text, base)

    def _count(self, what: str) -> None:
        self.tried[what] = self.tried.get(what, 0) + 1


def small_base(folder: Path, analyzer: KoreanAnalyzer) -> KnowledgeBase:
    """A knowledge base of a few posts that the words of ``queries`` find."""
    posts = folder / "site" / "_posts"
    posts.mkdir(parents=True)
    for number in range(20):
        body = "<p>" + " ".join(WORDS[number % 7 :: 3]) + ".</p>"
        text = f"---\ntitle: 관세청 우회수출 단속 {number}\n---\n{body}"
        (posts / f"2024-{number % 12 + 1:02}-01-{number}.md").write_text(text, encoding="utf-8")
    base = KnowledgeBase.open(Settings(data_dir=folder / "var"), analyzer)
    base.ingest([posts])
    return base


def run(law: Callable[[Any], None], inputs: st.SearchStrategy[Any], minutes: float, first_seed: int) -> list[str]:
    """Rounds of a hundred inputs until the time is up; what was found, the smallest input of each."""
    findings: list[str] = []
    until, number = time.monotonic() + minutes * 60, first_seed
    while time.monotonic() < until:
        number += 1
        trial = given(inputs)(law)
        trial = settings(
            max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink), print_blob=False,
        )(seed(number)(trial))  # fmt: skip
        try:
            trial()
        except Exception as problem:
            where = traceback.format_exception_only(problem)[-1].strip()
            notes = " ".join(getattr(problem, "__notes__", ()))
            findings.append(f"seed {number}: {where} {notes}")
            print(findings[-1], file=sys.stderr, flush=True)
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15, help="for each of the two kinds of input")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, analyzer = Path(name), KoreanAnalyzer()
        fuzz = Fuzz(folder, analyzer)
        findings = run(lambda data: fuzz.post(data), files, args.minutes, args.seed)
        with small_base(folder, analyzer) as base:
            findings += run(lambda text: fuzz.query(text, base), queries, args.minutes, args.seed)
    print(json.dumps({"tried": fuzz.tried, "findings": findings}, ensure_ascii=False, indent=1))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
