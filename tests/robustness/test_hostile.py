"""Hostile posts and queries: a sample of ``bench.fuzz``, the known bombs, and a bound on the time of each."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import fuzz
from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis, Token
from kb.knowledge import KnowledgeBase

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LONG = 100_000
SECONDS = 60.0  # of a processor: the worst needs a tenth of it; quadratic readers needed minutes


@pytest.fixture(scope="module")
def hostile(analyzer: KoreanAnalyzer, tmp_path_factory: pytest.TempPathFactory) -> fuzz.Fuzz:
    return fuzz.Fuzz(tmp_path_factory.mktemp("hostile"), analyzer)


@pytest.fixture(scope="module")
def base(analyzer: KoreanAnalyzer, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    with fuzz.small_base(tmp_path_factory.mktemp("hostile-base"), analyzer) as opened:
        yield opened


@RELAXED
@given(data=fuzz.files)
def test_any_file_is_read_or_refused_and_everything_stands_where_it_says(hostile: fuzz.Fuzz, data: bytes) -> None:
    hostile.post(data)


@RELAXED
@given(text=fuzz.queries)
def test_any_query_is_answered_or_refused(base: KnowledgeBase, text: str) -> None:
    fuzz.check_query(text, base)


@given(
    st.lists(
        st.builds(
            Token,
            st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\n"), max_size=6),
            st.sampled_from(["NNG", "SW", "W_URL", ""]),
            st.integers(0, 2**32 - 1),
            st.integers(0, 2**32 - 1),
        ),
        max_size=20,
    )
)
def test_morphemes_survive_their_storage(tokens: list[Token]) -> None:
    analysis = Analysis.of(tokens)
    assert list(Analysis.from_bytes(analysis.to_bytes())) == tokens


ALIASES = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40))])
BOMBS = {
    "aliases that explode": f"---\ntitle: t\n{ALIASES}\n---\n관세청".encode(),
    "merge keys": ("---\n" + "\n".join(f"k{n}: &k{n}\n  <<: *k{n - 1}" for n in range(1, 300)) + "\n---\nx").encode(),
    "flow nesting": b"---\ntitle: " + b"[" * 100_000 + b"\n---\nx",
    "mapping nesting": b"---\ntags: " + b"{a: " * 20_000 + b"\n---\nx",
    "python tag": b"---\ntitle: !!python/object/apply:os.system ['echo x']\n---\nx",
    "divs": b"---\ntitle: t\n---\n" + b"<div>" * 100_000 + "관세청".encode(),
    "open bold": b"---\ntitle: t\n---\n" + b"<b>" * 100_000 + b"x",
    "blockquotes": b"---\ntitle: t\n---\n" + b"> " * 50_000 + b"x",
    "tables in tables": b"---\ntitle: t\n---\n" + b"<table><tr><td>" * 20_000 + b"x",
    "lists in lists": b"---\ntitle: t\n---\n" + b"<ul><li>" * 20_000 + b"x",
    "stars": b"---\ntitle: t\n---\n" + b"**a " * 50_000,
    "brackets": b"---\ntitle: t\n---\n" + b"[" * 100_000 + b"](http://a)",
    "pipes": b"---\ntitle: t\n---\n" + b"|" * 100_000 + b"\n|---|\n",
    "unclosed tag": b"---\ntitle: t\n---\n<a href='" + b"x" * 200_000,
    "many quotes": b"---\ntitle: t\n---\n<a " + b"x=\"y' " * 30_000 + b">",
    "entities": b"---\ntitle: t\n---\n" + b"&amp;" * 90_000,
    "NUL": b"---\ntitle: t\n---\nx\0y",
    "surrogates": "---\ntitle: t\ud800\n---\nx\udfffy".encode(errors="surrogatepass"),
    "bidi": "---\ntitle: a\u202eb\u2066c\n---\n관\u202e세청\u2069".encode(),
    "two encodings": "---\ntitle: 관세청\n---\n".encode() + "산업통상자원부는 수출을 막는다".encode("cp949"),
    "one line of 4 MB": b"---\ntitle: t\n---\n" + "관세청은 ".encode() * 300_000,
    "5 MB": b"---\ntitle: t\n---\n" + b"a" * 5_000_000,
    "combining": ("---\ntitle: t\n---\n가" + "\u0301" * 50_000).encode(),
    "conjoining jamo": ("---\ntitle: t\n---\n" + "\u1100\u1161\u11a8" * 30_000).encode(),
    "dashes": b"---\n" * 50_000,
    "carriage returns": b"---\rtitle: t\r---\r" + b"\r" * 90_000 + b"x",
    "no end": b"---\n" + b"title: t\n" * 50_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_read_or_refused_in_time(hostile: fuzz.Fuzz, name: str) -> None:
    began = time.process_time()
    post = fuzz.read(BOMBS[name], hostile.folder)
    if post is not None and len(post.text) <= LONG:
        hostile.post(BOMBS[name])
    assert time.process_time() - began < SECONDS / 4


RUNS = (
    "1", "1 ", "02-", "02-1234-5678", "044-203-4832~5, ", "(가)", "홍길동", "장관", "장관 ", "홍길동 장관은 ", "전 ",
    "관세청·국세청·", "산업통상자원부", "신임 장관에 홍길동 ", "무역안보정책과 ", "문의: ", "美", "제1조제2항", "a",
    "「법", "HS 8542.31 ", "http://a.kr/", "a@", "| 관세청 | 02-1234-5678 |\n", "가\n\n", "다. ", "☎", "청장 ",
    "관세청(청장 홍길동, 042-481-7818) ",
)  # fmt: skip


@pytest.mark.parametrize("run", RUNS)
def test_a_long_run_of_anything_takes_bounded_time(hostile: fuzz.Fuzz, run: str) -> None:
    """A quarter of the longest post: what is quadratic shows, what is linear stays a fraction of a second."""
    data = f"---\ntitle: t\n---\n{run * (LONG // 4 // len(run))}".encode()
    began = time.process_time()
    hostile.post(data)
    assert time.process_time() - began < SECONDS / 4


@pytest.mark.parametrize(
    "query",
    ["(" * 5000, "관세청 " * 3000, '"' * 999, "-" * 5000, "ㄱ" * 3000, "a*" * 2000, "기관:" * 1000, "\ud800", "\0",
     "가" * 10_000, "1" * 10_000, "OR " * 3000, "~" * 5000, "()" * 3000, "\u202e관세청", "NOT " * 2000 + "x",
     "날짜:" + "9" * 400],
    ids=lambda query: ascii(query[:10]),
)  # fmt: skip
def test_hostile_queries_are_answered_in_time(base: KnowledgeBase, query: str) -> None:
    began = time.process_time()
    fuzz.check_query(query, base)
    assert time.process_time() - began < SECONDS / 4
