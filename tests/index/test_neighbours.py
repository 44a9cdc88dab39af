from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import rescue
from index.analysis.korean import KoreanAnalyzer
from index.document import SearchRequest
from index.neighbours import matching, nearest_terms, similar_to, telling_terms
from tests.index.test_search import World, world_of

TEXTS = {
    "a": "수출 통제 강화\n정부가 반도체 수출과 수입을 통제한다. 관세와 무역 대책도 냈다.",
    "b": "무역 협상\n수출과 수입, 무역 관세를 협상한다. 반도체도 다룬다.",
    "c": "수입 관세 인상\n수입 관세를 올린다. 수출 무역이 준다.",
    "d": "축구 결승\n선수단이 결승에서 이겼다. 골키퍼가 막았다.",
    "e": "축구 감독 선임\n축구 선수단의 새 감독이 결승을 약속했다. 골키퍼도 뽑는다.",
    **{f"f{n}": f"소식 {n}\n날씨가 {n}도였다." for n in range(30)},
}


@pytest.fixture(scope="module")
def world(analyzer: KoreanAnalyzer) -> Iterator[World]:
    made = world_of(analyzer, TEXTS)
    yield made
    made.reader.close()


def test_related_words_are_used_alike_occur_and_narrow(world: World, analyzer: KoreanAnalyzer) -> None:
    plan = world.plan("수출")
    nearest = nearest_terms(plan, world.lexicon, analyzer, limit=12)
    found = world.reader.beside(matching(plan.tree), "body", nearest)
    assert "수입" in found and "무역" in found
    assert "수출" not in found
    assert "골키퍼" not in found
    assert all(world.ask(f"수출 {word}").total for word in found)


def test_telling_words_lead_to_documents_that_speak_of_the_same(world: World, analyzer: KoreanAnalyzer) -> None:
    text = world.texts["d"].text
    node = similar_to(telling_terms(analyzer.analyse(text), text, world.reader))
    assert node is not None
    assert [hit.id for hit in world.reader.search(SearchRequest(node)).hits] == ["d", "e"]
    assert similar_to(()) is None


def test_what_finds_nothing_is_named_and_left_out(world: World) -> None:
    plan = world.plan("축구 AND 쀍쀍쀍")
    assert world.ask("축구 AND 쀍쀍쀍").total == 0
    assert rescue.counts(world.reader, plan) == (2, 0)
    assert rescue.instead(world.reader, plan) == "축구"


def test_where_all_words_or_none_find_something_there_is_nothing_to_leave_out(world: World) -> None:
    assert rescue.instead(world.reader, world.plan("축구 AND 관세")) is None
    assert rescue.instead(world.reader, world.plan("쀍쀍쀍")) is None
