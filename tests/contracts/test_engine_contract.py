"""What every engine promises, run over every engine of ``index.factory``."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_samples import ENGINE_NAMES, found, promoted, sample, sample_engine, searched
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from index.document import FacetCount, IndexDoc, SearchPage, SearchRequest
from index.engines.base import MAX_DEPTH, MAX_PREFIX_TERMS, Engine
from index.errors import BuildRefused, NoLiveBuild, Unsupported, WriterBusy
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

MakeEngine = Callable[[Iterable[IndexDoc] | None], Engine]

POSTS = (
    sample("a", "수출 통제 전략 물자 고시", title="수출 통제", gram="수출 통제", day=1, agency="산업부", topic="t1 t2"),
    sample("b", "전략 물자 수출 허가", title="허가 안내", gram="허가", day=2, agency="산업부 관세청", topic="t1"),
    sample("c", "수출 입 통계 통계 통계", title="통계", day=3, agency="관세청"),
    sample("d", "물자 전략 회의", day=4, agency="외교부", topic="t2"),
    sample("e", "", day=5),
)


def body(text: str) -> Term:
    return Term("body", text)


@pytest.fixture(params=ENGINE_NAMES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeEngine:
    return lambda docs: sample_engine(request.param, tmp_path, docs)


@pytest.fixture
def posts(make: MakeEngine) -> Engine:
    return make(POSTS)


# --- what the nodes match


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (body("수출"), "abc"),
        (body("없음"), ""),
        (Term("title", "통계"), "c"),
        (Term("gram", "허가"), "b"),
        (And((body("전략"), body("수출"))), "ab"),
        (And(()), "abcde"),
        (Or((body("허가"), body("회의"))), "bd"),
        (Or(()), ""),
        (Best((body("허가"), body("회의"))), "bd"),
        (Best(()), ""),
        (Some((body("수출"), body("전략"), body("고시"), body("없음")), 2), "ab"),
        (Some((body("수출"),), 2), ""),
        (Some((body("수출"),), 0), "abcde"),
        (Not(body("수출")), "de"),
        (Not(MatchAll()), ""),
        (Phrase("body", ("전략", "물자")), "ab"),
        (Phrase("body", ("물자", "전략")), "d"),
        (Phrase("body", ("전략", "물자", "수출")), "b"),
        (Phrase("body", ("통계", "통계", "통계")), "c"),
        (Phrase("body", ("통계", "통계", "통계", "통계")), ""),
        (Phrase("body", ("고시",)), "a"),
        (Phrase("body", ("없음", "고시")), ""),
        (Phrase("body", ()), ""),
        (Phrase("title", ("수출", "통제")), "a"),
        (Prefix("body", "통"), "ac"),
        (Prefix("body", "통제"), "a"),
        (Prefix("body", ""), "abcd"),
        (Prefix("body", "힣"), ""),
        (Prefer(body("전략"), body("없음")), "abd"),
        (Boost(body("수출"), 3.0), "abc"),
        (Filter("agency", "관세청"), "bc"),
        (Filter("agency", "관세"), ""),
        (DateRange(dt.date(2024, 1, 2), dt.date(2024, 1, 3)), "bc"),
        (DateRange(None, dt.date(2024, 1, 1)), "a"),
        (DateRange(dt.date(2024, 1, 5), None), "e"),
        (DateRange(None, None), "abcde"),
        (MatchAll(), "abcde"),
        (MatchNone(), ""),
    ],
)
def test_node_matches(posts: Engine, query: Node, ids: str) -> None:
    page = searched(posts, query)
    assert sorted(hit.id for hit in page.hits) == list(ids)
    assert page.total == len(ids)


# --- scores


def scores(engine: Engine, query: Node) -> dict[str, float]:
    return {hit.id: hit.score for hit in searched(engine, query).hits}


def near(engine: Engine, score: float, factor: float = 1.0) -> object:
    """Equal but for rounding. In samples no field is so long that an engine without exact scores rounds its length."""
    return pytest.approx(score, abs=(2e-6 if engine.exact_scores else 2e-4) * factor)


def test_term_scores_are_bm25(posts: Engine) -> None:
    lengths = {"a": 5, "b": 4, "c": 5, "d": 3, **({"e": 0} if posts.empty_fields_count else {})}
    average = sum(lengths.values()) / len(lengths)
    idf = math.log(1 + (len(lengths) - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2.2 * 3 / (3 + 1.2 * (0.25 + 0.75 * lengths["c"] / average))
    assert scores(posts, body("통계")) == {"c": near(posts, expected)}


def test_or_adds_best_takes_the_largest_boost_multiplies(posts: Engine) -> None:
    left, right = scores(posts, body("전략"))["b"], scores(posts, body("허가"))["b"]
    assert left != right
    both = (body("전략"), body("허가"))
    assert scores(posts, Or(both))["b"] == near(posts, left + right)
    assert scores(posts, And(both))["b"] == near(posts, left + right)
    assert scores(posts, Best(both))["b"] == max(left, right)
    assert scores(posts, Boost(body("허가"), 2.5))["b"] == near(posts, 2.5 * right)
    assert scores(posts, Boost(Boost(body("허가"), 2), 3))["b"] == near(posts, 6 * right, 3)
    assert scores(posts, Prefer(body("전략"), body("허가")))["b"] == near(posts, left + right)
    assert scores(posts, Prefer(body("전략"), body("허가")))["d"] == scores(posts, body("전략"))["d"]


def test_phrase_scores_as_its_terms(posts: Engine) -> None:
    terms = scores(posts, And((body("전략"), body("물자"))))
    assert scores(posts, Phrase("body", ("전략", "물자"))) == {"a": terms["a"], "b": terms["b"]}


def test_what_only_restricts_scores_nothing(posts: Engine) -> None:
    for query in (MatchAll(), Not(body("수출")), Filter("topic", "t1"), DateRange(None, None)):
        assert set(scores(posts, query).values()) == {0.0}
    assert set(scores(posts, Prefix("body", "통")).values()) == {1.0}


def test_a_prefix_stands_for_its_most_frequent_terms(make: MakeEngine) -> None:
    rare = [sample(f"r{n:04}", f"가{n:04}") for n in range(MAX_PREFIX_TERMS)]
    engine = make([*rare, sample("s", "가나"), sample("t", "가나")])
    assert searched(engine, Prefix("body", "가")).total == 2 + MAX_PREFIX_TERMS - 1
    assert "r0999" not in found(engine, Prefix("body", "가"), limit=5000)


# --- order, windows, filters, facets


def test_equal_scores_are_ordered_by_date_then_id(make: MakeEngine) -> None:
    engine = make([sample("z", "x", day=1), sample("b", "x", day=2), sample("a", "x", day=1), sample("c", "x", day=2)])
    assert found(engine, body("x")) == ["b", "c", "a", "z"]
    assert found(engine, body("x"), sort="date") == ["b", "c", "a", "z"]


def test_order_by_date_ignores_scores(posts: Engine) -> None:
    assert found(posts, body("통제"), sort="relevance") == ["a"]
    assert found(posts, Or((body("수출"), body("통계"))), sort="date") == ["c", "b", "a"]
    assert searched(posts, body("수출"), sort="date").hits[0].score > 0


def test_pages_repeat_nothing_and_lose_nothing(make: MakeEngine) -> None:
    engine = make([sample(f"p{n:03}", "x " * (n % 4 + 1) + "y", day=n % 5 + 1) for n in range(97)])
    for sort in ("relevance", "date"):
        whole = found(engine, body("x"), sort=sort)
        pages = [found(engine, body("x"), sort=sort, offset=at, limit=7) for at in range(0, 105, 7)]
        assert list(itertools.chain(*pages)) == whole
        assert len(set(whole)) == 97


@pytest.mark.parametrize(
    ("offset", "limit", "ids"), [(-5, 2, "ed"), (3, 99, "ba"), (0, 0, ""), (0, -1, ""), (9, 2, "")]
)
def test_windows_are_rows_and_clamped(posts: Engine, offset: int, limit: int, ids: str) -> None:
    page = searched(posts, MatchAll(), offset=offset, limit=limit)
    assert "".join(hit.id for hit in page.hits) == ids
    assert page.total == 5


def test_values_of_a_filter_are_alternatives_and_filters_all_hold(posts: Engine) -> None:
    assert sorted(found(posts, filters={"agency": ("산업부", "외교부")})) == ["a", "b", "d"]
    assert sorted(found(posts, filters={"agency": ("산업부", "외교부"), "topic": ("t2",)})) == ["a", "d"]
    assert found(posts, filters={"agency": ("없음",)}) == []
    assert found(posts, filters={"agency": ()}) == []
    assert sorted(found(posts, without={"agency": ("관세청", "외교부")})) == ["a", "e"]
    assert found(posts, filters={"topic": ("t1",)}, without={"agency": ("관세청",)}) == ["a"]
    assert found(posts, date_from=dt.date(2024, 1, 2), date_to=dt.date(2024, 1, 3), sort="date") == ["c", "b"]


def test_without_rows_all_is_counted(posts: Engine) -> None:
    """Who counts only asks for no rows: other values of a filter, how much a walk has before it."""
    whole = searched(posts, body("수출"), facets=("agency",))
    for offset in (0, 3):
        page = searched(posts, body("수출"), facets=("agency",), limit=0, offset=offset)
        assert (page.hits, page.total, page.facets) == ((), whole.total, whole.facets)


def test_facets_count_the_match_set_not_the_window(posts: Engine) -> None:
    page = searched(posts, body("수출"), facets=("agency", "topic"), limit=1)
    assert page.facets == {
        "agency": (FacetCount("관세청", 2), FacetCount("산업부", 2)),
        "topic": (FacetCount("t1", 2), FacetCount("t2", 1)),
    }
    assert searched(posts, MatchNone(), facets=("agency",)).facets == {"agency": ()}
    assert searched(posts, MatchAll()).facets == {}


def test_a_value_given_twice_counts_once(make: MakeEngine) -> None:
    page = searched(make([sample("a", agency="x x")]), facets=("agency",))
    assert page.facets["agency"] == (FacetCount("x", 1),)


# --- refusals


@pytest.mark.parametrize(
    "refused",
    [
        SearchRequest(Term("nowhere", "x")),
        SearchRequest(And((MatchAll(), Prefix("nowhere", "x")))),
        SearchRequest(Term("agency", "x")),
        SearchRequest(Phrase("gram", ("x", "y"))),
        SearchRequest(Filter("body", "x")),
        SearchRequest(MatchAll(), facets=("body",)),
        SearchRequest(MatchAll(), filters={"nowhere": ("x",)}),
        SearchRequest(MatchAll(), without={"nowhere": ("x",)}),
        SearchRequest(MatchAll(), sort="random"),  # type: ignore[arg-type]
        SearchRequest(Or(tuple(MatchAll() for _ in range(10_000)))),
    ],
)
def test_what_no_engine_answers_is_refused(posts: Engine, refused: SearchRequest) -> None:
    with posts.open_reader() as reader, pytest.raises(Unsupported):
        reader.search(refused)


def test_deep_trees_are_refused_before_they_hurt(posts: Engine) -> None:
    query: Node = body("수출")
    for _ in range(MAX_DEPTH - 2):
        query = Not(query)
    assert sorted(found(posts, query)) == ["a", "b", "c"]
    for _ in range(10_000):
        query = Not(query)
    with pytest.raises(Unsupported):
        found(posts, query)


# --- vocabulary


def test_terms_beside_a_query(make: MakeEngine) -> None:
    """Many terms, of which some stand in many of the documents, some in one, some in none that matches."""
    docs = [sample(f"d{n}", f"수출 t{n % 30} {'흔한' if n % 2 else '드문' * (n == 40)}") for n in range(200)]
    docs += [sample(f"x{n}", f"수입 u{n}") for n in range(5)]
    asked = ("흔한", "드문", "없음", "수입", *(f"t{n}" for n in range(32)), *(f"u{n}" for n in range(5)))
    with make(docs).open_reader() as reader:
        assert reader.beside(body("수출"), "body", asked) == {"흔한", "드문", *(f"t{n}" for n in range(30))}
        assert reader.beside(body("수입"), "body", asked) == {"수입", *(f"u{n}" for n in range(5))}
        assert reader.beside(MatchNone(), "body", asked) == reader.beside(MatchAll(), "body", ()) == frozenset()
        with pytest.raises(Unsupported):
            reader.beside(MatchAll(), "nothing", asked)


def test_terms_come_in_order_with_their_frequencies(posts: Engine) -> None:
    with posts.open_reader() as reader:
        assert list(reader.terms("body", "통")) == [("통계", 1), ("통제", 1)]
        assert list(reader.terms("agency")) == [("관세청", 2), ("산업부", 2), ("외교부", 1)]
        assert [term for term, _ in reader.terms("body")] == sorted(term for term, _ in reader.terms("body"))
        assert reader.doc_freq("body", "수출") == 3
        assert reader.doc_freq("body", "없음") == 0
        assert reader.doc_freq("agency", "산업부") == 2


# --- changes


def test_adding_again_replaces(posts: Engine) -> None:
    with posts.open_writer() as writer:
        assert writer.add([sample("a", "새 글", version="2", agency="법무부"), sample("f", "새 글")]) == 2
    assert found(posts, body("고시")) == []
    assert sorted(found(posts, body("새"))) == ["a", "f"]
    with posts.open_reader() as reader:
        assert reader.ids() == {"a": "2", "b": "1", "c": "1", "d": "1", "e": "1", "f": "1"}
        assert reader.documents == 6
        assert list(reader.terms("body", "고")) == []
        assert dict(reader.terms("agency"))["산업부"] == 1


def test_the_last_of_several_versions_wins(make: MakeEngine) -> None:
    engine = make([sample("a", "하나"), sample("a", "둘"), sample("b", "하나"), sample("a", "셋", version="3")])
    assert found(engine, Or((body("하나"), body("둘"), body("셋"))), sort="date") == ["a", "b"]
    assert found(engine, body("하나")) == ["b"]
    with engine.open_reader() as reader:
        assert reader.ids() == {"a": "3", "b": "1"}


def test_deleting(posts: Engine) -> None:
    with posts.open_writer() as writer:
        assert writer.delete(["a", "nobody", "a"]) == 1
        assert writer.delete(["e"]) == 1
    assert sorted(found(posts)) == ["b", "c", "d"]
    assert searched(posts, facets=("agency",)).facets["agency"][0] == FacetCount("관세청", 2)
    assert posts.health().documents == 3


def test_deleting_what_was_added_in_the_same_breath(posts: Engine) -> None:
    with posts.open_writer() as writer:
        writer.add([sample("n", "새")])
        assert writer.delete(["n"]) == 1
    assert found(posts, body("새")) == []


def test_scores_are_those_of_an_index_without_the_deleted(make: MakeEngine) -> None:
    engine = make([*POSTS, sample("x", "수출 " * 30), sample("y", "수출")])
    with engine.open_writer() as writer:
        writer.delete(["x", "y"])
    changed = scores(engine, body("수출"))
    promoted(engine, POSTS)
    if engine.exact_scores:
        assert changed == pytest.approx(scores(engine, body("수출")), abs=2e-6)
    else:
        assert changed.keys() == scores(engine, body("수출")).keys()


def test_an_emptied_index_answers(posts: Engine) -> None:
    with posts.open_writer() as writer:
        writer.delete(list("abcde"))
    assert found(posts, Or((body("수출"), Not(body("수출"))))) == []
    with posts.open_writer() as writer:
        writer.add([sample("z", "수출")])
    assert found(posts, body("수출")) == ["z"]


def test_an_empty_index_answers(make: MakeEngine) -> None:
    engine = make([])
    page = searched(engine, Or((body("x"), Phrase("body", ("x", "y")), Prefix("body", "x"))), facets=("agency",))
    assert (page.hits, page.total, page.facets) == ((), 0, {"agency": ()})
    assert found(engine, MatchAll()) == []
    with engine.open_reader() as reader:
        assert (reader.ids(), list(reader.terms("body")), reader.doc_freq("body", "x")) == ({}, [], 0)


def test_what_was_not_committed_is_gone(posts: Engine) -> None:
    with pytest.raises(ZeroDivisionError), posts.open_writer() as writer:
        writer.add([sample("n", "새")])
        writer.delete(["a"])
        raise ZeroDivisionError
    assert sorted(found(posts)) == ["a", "b", "c", "d", "e"]
    with posts.open_writer() as writer:
        writer.add([sample("n", "새")])
    assert found(posts, body("새")) == ["n"]


def test_a_stream_that_fails_leaves_the_index_as_it_was(posts: Engine) -> None:
    def stream() -> Iterator[IndexDoc]:
        yield sample("n", "새")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), posts.open_writer() as writer:
        writer.add(stream())
    assert sorted(found(posts)) == ["a", "b", "c", "d", "e"]


def test_many_small_commits(make: MakeEngine) -> None:
    engine = make([])
    for number in range(25):
        with engine.open_writer() as writer:
            writer.add([sample(f"p{number:02}", f"x n{number}", agency="가"), sample("same", f"x v{number}")])
    assert len(found(engine, body("x"))) == 26
    assert found(engine, body("v24")) == ["same"]
    assert found(engine, body("v23")) == []
    assert found(engine, Phrase("body", ("x", "n7"))) == ["p07"]
    assert searched(engine, facets=("agency",)).facets["agency"] == (FacetCount("가", 25),)


def test_odd_terms_survive(make: MakeEngine) -> None:
    odd = ["\ud800", "a\nb", "😀", "é", "\x00", "가" * 300]
    engine = make([sample("a"), sample("b", "\ud800", topic="\ud800")])
    with engine.open_writer() as writer:
        writer.add(
            [IndexDoc(**{**_fields(sample(f"o{n}")), "filters": {"topic": (term,)}}) for n, term in enumerate(odd)]
        )
    assert found(engine, body("\ud800")) == ["b"]
    for number, term in enumerate(odd):
        assert f"o{number}" in found(engine, Filter("topic", term))


def _fields(doc: IndexDoc) -> dict[str, object]:
    return {name: getattr(doc, name) for name in doc.__slots__}


# --- readers and builds


def test_a_reader_keeps_its_snapshot(posts: Engine) -> None:
    with posts.open_reader() as reader:
        before = reader.search(SearchRequest(MatchAll(), facets=("agency",)))
        for number in range(12):  # enough commits for an engine to merge what the reader has open
            with posts.open_writer() as writer:
                writer.add([sample(f"n{number}", "새", agency="새청")])
                writer.delete(["a"])
        promoted(posts, [])
        assert reader.search(SearchRequest(MatchAll(), facets=("agency",))) == before
        assert reader.search(SearchRequest(Phrase("body", ("전략", "물자")))).total == 2
    assert found(posts) == []


def test_nothing_built_is_an_error_not_an_empty_answer(make: MakeEngine) -> None:
    engine = make(None)
    for attempt in (engine.open_reader, engine.open_writer):
        with pytest.raises(NoLiveBuild):
            attempt()
    assert engine.state() is None
    assert engine.live() is None
    assert engine.builds() == ()
    assert engine.health().problem
    with pytest.raises(BuildRefused):
        engine.rollback()


def test_a_build_is_invisible_until_it_is_promoted(posts: Engine) -> None:
    live = posts.live()
    assert live is not None
    with posts.start_build("f01") as writer:
        writer.add([sample("n", "새")])
        writer.commit()
        assert len(posts.builds()) == 1
        with pytest.raises(BuildRefused):
            posts.promote(writer.build)
        with writer.open_reader() as reader:
            assert reader.ids() == {"n": "1"}
        manifest = writer.seal(seq0=7, checks=("looked at",))
    assert sorted(found(posts)) == ["a", "b", "c", "d", "e"]
    assert [info.live for info in posts.builds()] == [info.manifest.build == live.build for info in posts.builds()]
    posts.promote(manifest.build)
    assert found(posts) == ["n"]
    assert posts.live() == manifest
    assert (manifest.documents, manifest.seq0, manifest.fingerprint, manifest.checks) == (1, 7, "f01", ("looked at",))


def test_a_build_given_up_leaves_nothing(posts: Engine) -> None:
    with pytest.raises(ZeroDivisionError), posts.start_build("f01") as writer:
        writer.add([sample("n", "새")])
        raise ZeroDivisionError
    with posts.start_build("f01") as writer:
        pass
    assert len(posts.builds()) == 1
    assert "n" not in found(posts)


def test_one_builder_and_one_writer_at_a_time(posts: Engine) -> None:
    with posts.start_build("f01"):
        with pytest.raises(WriterBusy) as busy:
            posts.start_build("f01")
        assert busy.value.retryable
        with posts.open_writer() as writer:  # live changes go on while a build is made
            with pytest.raises(WriterBusy):
                posts.open_writer()
            writer.add([sample("n", "새")])
    assert found(posts, body("새")) == ["n"]
    with posts.open_writer(), pytest.raises(WriterBusy):
        posts.open_writer()


def test_a_writer_refuses_another_analysis(posts: Engine) -> None:
    with pytest.raises(BuildRefused):
        posts.open_writer(fingerprint="other")
    with posts.open_writer(fingerprint="f00") as writer:
        writer.delete(["a"])
    assert "a" not in found(posts)


def test_rollback_goes_back_and_forth(posts: Engine) -> None:
    first = posts.live()
    second = promoted(posts, [sample("n")])
    assert found(posts) == ["n"]
    assert posts.rollback() == first
    assert len(found(posts)) == 5
    assert posts.rollback().build == second


def test_the_live_build_is_never_dropped(posts: Engine) -> None:
    old = posts.live()
    assert old is not None
    with pytest.raises(BuildRefused):
        posts.drop(old.build)
    with pytest.raises(BuildRefused):
        posts.drop("20200101000000-s1-abc-zz")
    promoted(posts, [])
    posts.drop(old.build)
    assert [info.live for info in posts.builds()] == [True]
    with pytest.raises(BuildRefused):
        posts.rollback()


def test_state_changes_with_every_change(posts: Engine) -> None:
    states = [posts.state(), posts.state()]
    with posts.open_writer() as writer:
        writer.add([sample("n")])
    states.append(posts.state())
    promoted(posts, [])
    states.append(posts.state())
    assert states[0] == states[1]
    assert len(set(states)) == 3


def test_health_only_reads(posts: Engine) -> None:
    health = posts.health()
    assert (health.documents, health.fingerprint, health.problem) == (5, "f00", "")
    assert health.build is not None


def test_readers_never_fail_while_builds_are_promoted(make: MakeEngine) -> None:
    engine = make([sample("r0", "0", agency="0")] * 1)
    done, failures, seen = threading.Event(), [], 0

    def read() -> None:
        nonlocal seen
        while not done.wait(0.002):
            try:
                page = searched(engine, facets=("agency",))
                # Every hit of a page is from one build: all documents of build n are called rn-….
                assert len({hit.id.partition("-")[0] for hit in page.hits}) == 1
                seen += 1
            except Exception as error:  # whatever it is, it is the finding
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 31):
        promoted(engine, [sample(f"r{number}-{n}", "x", agency=str(number)) for n in range(3)])
        with engine.open_writer() as writer:
            writer.add([sample(f"r{number}-more", "x")])
    until = time.monotonic() + 30  # on a busy machine the readers may get their turn only now
    while seen < 30 and not failures and time.monotonic() < until:
        time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert seen >= 30


# --- laws: every engine says what the memory engine says

QUICK = (Phase.explicit, Phase.generate)
WORDS = ("가", "나", "다", "가나", "가나다")
words = st.sampled_from(WORDS)
lines = st.lists(words, max_size=7).map(" ".join)
documents = st.builds(
    sample,
    st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]),
    body=lines,
    title=lines,
    gram=lines,
    day=st.integers(1, 4),
    version=st.sampled_from(["1", "2"]),
    agency=st.sampled_from(["", "x", "y", "x y"]),
    topic=st.sampled_from(["", "t", "u t"]),
)
days = st.none() | st.integers(1, 4).map(lambda day: dt.date(2024, 1, day))
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, st.sampled_from(["title", "body", "gram"]), words),
    st.builds(Phrase, st.sampled_from(["title", "body"]), st.lists(words, max_size=3).map(tuple)),
    st.builds(Prefix, st.sampled_from(["body", "gram"]), st.sampled_from(["", "가", "가나", "라"])),
    st.builds(Filter, st.just("agency"), st.sampled_from(["x", "y", "z"])),
    st.builds(DateRange, days, days),
    st.just(MatchAll()),
    st.just(MatchNone()),
)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, max_size=4).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Best, several),
        st.builds(Some, several, st.integers(0, 5)),
        st.builds(Not, inner),
        st.builds(Prefer, inner, inner),
        st.builds(Boost, inner, st.sampled_from([0.0, 0.5, 1.0, 3.0, -1.0])),
    )


trees = st.recursive(leaves, grown, max_leaves=12)
value_lists = st.dictionaries(
    st.sampled_from(["agency", "topic"]), st.lists(st.sampled_from(["x", "y", "t", "u"]), max_size=2).map(tuple)
)
requests = st.builds(
    SearchRequest,
    trees,
    filters=value_lists,
    without=value_lists,
    date_from=days,
    date_to=days,
    sort=st.sampled_from(["relevance", "date"]),
    facets=st.just(("agency", "topic")),
)
remote = pytest.mark.parametrize("name", [name for name in ENGINE_NAMES if name.id == "opensearch"])
local = pytest.mark.parametrize("name", [name for name in ENGINE_NAMES if name.id not in ("opensearch", "memory")])
local_or_memory = pytest.mark.parametrize("name", [name for name in ENGINE_NAMES if name.id != "opensearch"])
changed_collections = given(
    first=st.lists(documents, max_size=8),
    changes=st.lists(documents, max_size=4),
    gone=st.lists(st.sampled_from(["p1", "p2", "p3"]), max_size=2),
    asked=st.lists(requests, min_size=1, max_size=8),
)


@local
@settings(max_examples=60, deadline=None)
@changed_collections
def test_engines_agree(name: str, tmp_path_factory: pytest.TempPathFactory, **case: list[Any]) -> None:
    engines_agree(name, tmp_path_factory, **case)


@remote
@settings(max_examples=20, deadline=None, derandomize=True, phases=QUICK)  # an index of its own for each example
@changed_collections
def test_a_cluster_agrees(name: str, tmp_path_factory: pytest.TempPathFactory, **case: list[Any]) -> None:
    engines_agree(name, tmp_path_factory, **case)


def engines_agree(
    name: str,
    tmp_path_factory: pytest.TempPathFactory,
    first: list[IndexDoc],
    changes: list[IndexDoc],
    gone: list[str],
    asked: list[SearchRequest],
) -> None:
    engines = [sample_engine(n, tmp_path_factory.mktemp("index"), first) for n in ("memory", name)]
    for engine in engines:
        with engine.open_writer() as writer:
            writer.add(changes)
            writer.delete(gone)
    with engines[0].open_reader() as definition, engines[1].open_reader() as reader:
        assert reader.ids() == definition.ids()
        for field in ("title", "body", "gram", "agency"):
            assert list(reader.terms(field)) == list(definition.terms(field))
        for request in asked:
            assert reader.beside(request.query, "body", WORDS) == definition.beside(request.query, "body", WORDS)
            expected, answer = definition.search(request), reader.search(request)
            assert answer.total == expected.total
            assert answer.facets == expected.facets
            if engines[1].exact_scores:
                assert [hit.id for hit in answer.hits] == [hit.id for hit in expected.hits]
                assert [hit.score for hit in answer.hits] == pytest.approx([h.score for h in expected.hits], abs=1e-4)
            else:
                same = untouched(first, changes, gone)
                same = same and (engines[1].empty_fields_count or all(map(has_every_field, (*first, *changes))))
                same_order_but_for_rounding(answer, expected, request, same)


def untouched(first: list[IndexDoc], changes: list[IndexDoc], gone: list[str]) -> bool:
    """Whether no document was ever replaced or deleted."""
    ids = [doc.id for doc in (*first, *changes)]
    return len(set(ids)) == len(ids) and not set(ids) & set(gone)


def has_every_field(doc: IndexDoc) -> bool:
    return all(doc.text.split("\n"))


def same_order_but_for_rounding(
    answer: SearchPage, expected: SearchPage, request: SearchRequest, same_scores: bool
) -> None:
    """The same hits; ties by date and id; with the same statistics, the definition's scores in its order."""
    ordered = sorted(answer.hits, key=lambda hit: hit.id)
    ordered.sort(key=lambda hit: hit.date, reverse=True)
    if request.sort == "relevance":
        ordered.sort(key=lambda hit: hit.score, reverse=True)
    assert list(answer.hits) == ordered
    wanted = {hit.id: hit for hit in expected.hits}
    assert {hit.id: hit.date for hit in answer.hits} == {id_: hit.date for id_, hit in wanted.items()}
    if same_scores:
        assert [hit.score for hit in answer.hits] == pytest.approx([wanted[h.id].score for h in answer.hits], abs=2e-4)


two_trees = given(docs=st.lists(documents, max_size=8), left=trees, right=trees)


@local_or_memory
@settings(max_examples=40, deadline=None)
@two_trees
def test_sets_obey_algebra(name: str, tmp_path_factory: pytest.TempPathFactory, **case: Any) -> None:
    sets_obey_algebra(name, tmp_path_factory, **case)


@remote
@settings(max_examples=10, deadline=None, derandomize=True, phases=QUICK)
@two_trees
def test_sets_of_a_cluster_obey_algebra(name: str, tmp_path_factory: pytest.TempPathFactory, **case: Any) -> None:
    sets_obey_algebra(name, tmp_path_factory, **case)


def sets_obey_algebra(
    name: str, tmp_path_factory: pytest.TempPathFactory, docs: list[IndexDoc], left: Node, right: Node
) -> None:
    with sample_engine(name, tmp_path_factory.mktemp("index"), docs).open_reader() as reader:

        def match(node: Node) -> set[str]:
            return {hit.id for hit in reader.search(SearchRequest(node, limit=100)).hits}

        everything, one, other = match(MatchAll()), match(left), match(right)
        assert match(And((left, right))) == one & other
        assert match(Or((left, right))) == match(Best((left, right))) == one | other
        assert match(Not(left)) == everything - one
        assert match(Not(Or((left, right)))) == match(And((Not(left), Not(right))))
        assert match(Prefer(left, right)) == match(Boost(left, 2)) == one
        assert match(Some((left, right), 1)) == one | other
        assert match(Some((left, right), 2)) == one & other
