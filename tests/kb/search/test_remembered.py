"""What requests remember: bounded, forgotten with its state, and never another answer than without."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.search.bounded import Bounded
from kb.search.held import HeldPages
from kb.search.remembered import Remembered
from kb.settings import Settings
from kb.views import AgencyBranch, FacetValue, SearchParams, SearchResult
from tests.kb.conftest import WritePost

QUERIES = ("전략물자", "수출 안내", "관세청 수출", "기관:산업통상자원부", "", "없는말쀍", '"수출 안내"', "전략*")


@given(steps=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=40), most=st.integers(0, 20))
def test_the_last_used_are_kept_up_to_a_sum(steps: list[tuple[int, int]], most: int) -> None:
    held: Bounded[int, list[int]] = Bounded(most, len)
    last: dict[int, int] = {}
    for key, size in steps:
        held.put(key, [key] * size)
        last.pop(key, None)
        last[key] = size
    found = [key for key in last if held.get(key) is not None]
    assert sum(last[key] for key in found) <= most
    assert found == list(last)[len(last) - len(found) :]  # those put last, and no gap among them


@pytest.fixture
def remembering(tmp_path: Path, analyzer: KoreanAnalyzer) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(data_dir=tmp_path / "var", answer_cache=1_000_000), analyzer) as opened:
        yield opened


def told(result: SearchResult) -> object:
    return result.to_json(), result.hits, result.facets, result.agencies


def test_an_answer_that_is_kept_is_the_answer(remembering: KnowledgeBase, folder: Path, write: WritePost) -> None:
    for number in range(4):
        write(f"2024-07-0{number + 1}-{number}.md", body="관세청은 전략물자 수출을 안내한다." * (number + 1))
    remembering.ingest([folder])
    forgetful = remembering.settings.model_copy(update={"answer_cache": 0})
    with KnowledgeBase.open(forgetful, remembering.analyzer) as other:
        for _ in range(3):
            for q in QUERIES:
                assert told(remembering.search(SearchParams(q=q))) == told(other.search(SearchParams(q=q)))


def test_a_change_is_seen_at_once(remembering: KnowledgeBase, folder: Path, write: WritePost) -> None:
    path = write("2024-07-01-1.md", body="관세청은 전략물자 수출을 안내한다.")
    remembering.ingest([folder])
    before = remembering.search(SearchParams(q="수출"))
    page = remembering.entity("agency", "관세청")
    assert before.total == page.posts == remembering.status().posts == 1
    path.write_text(path.read_text(encoding="utf-8").replace("전략물자 수출을", "수출 통제 품목을"), encoding="utf-8")
    write("2024-07-02-2.md", title="다른 글", body="관세청의 수출 소식이다.")
    remembering.ingest([folder])
    after = remembering.search(SearchParams(q="수출"))
    assert after.total == remembering.entity("agency", "관세청").posts == remembering.status().posts == 2
    shown = next(hit for hit in after.hits if hit.post.endswith("2024-07-01-1"))
    assert "통제 품목" in "".join(segment.text for segment in shown.snippet)


def test_what_differs_in_the_question_is_another_answer(
    remembering: KnowledgeBase, folder: Path, write: WritePost
) -> None:
    for number in range(3):
        write(f"2024-07-0{number + 1}-{number}.md", body=f"관세청은 수출을 {number}번 안내한다.")
    remembering.ingest([folder])
    asked = (
        SearchParams(q="수출", per_page=1),
        SearchParams(q="수출", per_page=1, page=2),
        SearchParams(q="수출", per_page=1, sort="date"),
        SearchParams(q="수출", per_page=1, filters={"agency": ("없는청",)}),
        SearchParams(q="수출", per_page=1, without={"agency": ("관세청",)}),
    )
    answers = [remembering.search(params) for params in asked]
    assert [answer.params for answer in answers] == list(asked)
    assert [answer.total for answer in answers] == [3, 3, 3, 0, 0]
    assert answers[0].hits[0].post != answers[1].hits[0].post


def test_pages_are_kept_one_by_one(base: KnowledgeBase) -> None:
    held: HeldPages[int, str] = HeldPages(2)
    read: list[int] = []

    def page(key: int) -> str:
        read.append(key)
        return str(key)

    with base._database.session() as session:
        for key in (1, 1, 2, 3, 1):
            assert held.get(session, key, partial(page, key)) == str(key)
    assert read == [1, 2, 3, 1]


def test_keeping_an_answer_grows_no_tree() -> None:
    """What an answer takes is asked when it comes and when it goes; a tree costs more than all else of keeping."""

    def grown() -> tuple[AgencyBranch, ...]:
        raise AssertionError("nobody asked for the tree")

    values = tuple(FacetValue(str(number), str(number), 1) for number in range(20))
    answer = SearchResult(SearchParams(), 0, (), {"agency": values}, None, (), (), 1, 0.0, tree=grown)
    room = 2 * (4_000 + 250 * 2 * len(values))  # two answers, with a tree as large as the values
    remembered = Remembered(room)
    for key in range(5):
        remembered.answers.put(key, answer)
    assert [key for key in range(5) if remembered.answers.get(key)] == [3, 4]
