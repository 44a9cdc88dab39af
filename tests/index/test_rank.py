from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Hit
from index.query.plan import Needle, Plan
from index.query.tree import MatchAll
from index.rank import Ranked, StoredText, rerank

DAY = dt.date(2024, 7, 1)


def plan(*forms: str, pairs: tuple[str, ...] = ()) -> Plan:
    needles = tuple(Needle((form,), 2.0) for form in forms)
    return Plan("", "", MatchAll(), (), (), needles, pairs, (), (), None, True)


def ranked(
    texts: dict[str, str], asked: Plan, scores: dict[str, float] | None = None, newest: dt.date | None = None
) -> list[Ranked]:
    hits = [Hit(id_, (scores or {}).get(id_, 5.0), DAY) for id_ in texts]
    return rerank(hits, {id_: StoredText(id_, DAY, text) for id_, text in texts.items()}, asked, newest)


def order(texts: dict[str, str], asked: Plan, scores: dict[str, float] | None = None) -> list[str]:
    return [found.hit.id for found in ranked(texts, asked, scores)]


def test_the_text_that_holds_more_of_the_query_comes_first() -> None:
    assert order({"a": "수출 소식", "b": "수출 통제 소식"}, plan("수출", "통제")) == ["b", "a"]


def test_of_equal_words_the_nearer_come_first() -> None:
    far = "수출" + "가" * 500 + "통제"
    assert order({"a": far, "b": "앞말 수출 관련 통제"}, plan("수출", "통제")) == ["b", "a"]


def test_neighbours_in_the_query_are_looked_for_as_neighbours_even_over_a_space() -> None:
    assert order({"a": "통제와 수출", "b": "수출 통제"}, plan("수출", "통제")) == ["b", "a"]


def test_a_strong_score_outweighs_weak_evidence() -> None:
    assert order({"a": "수출", "b": "수출 통제"}, plan("수출", "통제"), {"a": 30.0, "b": 3.0}) == ["a", "b"]


def test_recency_is_gentle_and_can_be_left_out() -> None:
    old, new = Hit("old", 5.0, DAY - dt.timedelta(days=900)), Hit("new", 5.0, DAY)
    asked = plan("수출")
    texts = {hit.id: StoredText(hit.id, hit.date, "수출") for hit in (old, new)}
    with_it, without = rerank([old, new], texts, asked, DAY), rerank([old, new], texts, asked, None)
    assert 0 < with_it[0].evidence.score - with_it[1].evidence.score < 0.05
    assert without[0].evidence.score == without[1].evidence.score
    assert [found.hit.id for found in without] == ["new", "old"]  # ties: the newer first


@given(st.lists(st.tuples(st.text("수출통제가 나", max_size=30), st.floats(0, 50)), max_size=6))
def test_every_share_is_one_and_the_order_is_total(rows: list[tuple[str, float]]) -> None:
    texts = {f"p{n}": text for n, (text, _) in enumerate(rows)}
    scores = {f"p{n}": score for n, (_, score) in enumerate(rows)}
    found = ranked(texts, plan("수출", "통제", pairs=("수출", "통제")), scores, DAY)
    assert sorted(f.hit.id for f in found) == sorted(texts)
    for item in found:
        e = item.evidence
        assert all(
            0 <= share <= 1.0000001 for share in (e.engine, e.coverage, e.nearness, e.spelling, e.rows, e.recency)
        )
    assert found == ranked(dict(reversed(texts.items())), plan("수출", "통제", pairs=("수출", "통제")), scores, DAY)


def test_without_texts_the_engine_decides() -> None:
    hits = [Hit("a", 1.0, DAY), Hit("b", 2.0, DAY)]
    assert [found.hit.id for found in rerank(hits, {}, plan("수출"), None)] == ["b", "a"]


def test_an_opposite_is_no_evidence() -> None:
    """Neither is a prefix without a word of its own one: 업무 전략물자 is not 무전략물자."""
    texts = {"a": "비전략물자 (비전략물자) 판정", "b": "그 밖의 업무 전략물자 판정"}
    assert order(texts, plan("전략물자")) == ["b", "a"]
    assert order(texts, plan("비전략물자")) == ["a", "b"]
    assert [round(found.evidence.coverage) for found in ranked(texts, plan("전략물자"))] == [1, 0]


def test_a_name_that_no_text_holds_is_looked_for_in_its_parts() -> None:
    asked = Plan(
        "",
        "",
        MatchAll(),
        (),
        (),
        (Needle(("전략물자고시",), 6.0, ("전략", "물자", "고시")), Needle(("개정",), 2.0)),
        (),
        (),
        (),
        None,
        True,
    )
    texts = {"goods": "전략 물자 관리", "other": "전기차 개정안 개정"}
    assert order(texts, asked) == ["goods", "other"]
    assert ranked(texts, asked)[0].evidence.coverage == pytest.approx(0.5)


def test_parts_say_nothing_where_some_text_holds_the_whole() -> None:
    asked = Plan("", "", MatchAll(), (), (), (Needle(("전략물자",), 6.0, ("전략", "물자")),), (), (), (), None, True)
    coverage = {
        found.hit.id: found.evidence.coverage for found in ranked({"whole": "전략물자", "parts": "물자 전략"}, asked)
    }
    assert coverage == {"whole": 1.0, "parts": 0.0}
