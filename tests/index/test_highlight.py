from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import highlight
from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis
from index.highlight import WIDTH, ReadText, Stretch
from index.query.plan import Mark

TEXT = (
    "산업부 소식\n정부가 새 계획을 밝혔다. 날씨가 맑았다. "
    + "아무 상관이 없는 문장이 길게 이어진다. " * 20
    + "관세청은 전략물자의 불법수출을 단속했다고 밝혔다. 비전략물자는 대상이 아니다. MOTIE도 함께했다.\n끝."
)


def mark(text: str, analysis: Analysis, marks: list[Mark]) -> tuple[Stretch, ...]:
    read = ReadText(text, analysis.to_bytes())
    return highlight.marked(read, highlight.spots(read, marks))


def snippet(text: str, analysis: Analysis, marks: list[Mark], begin: int = 0) -> tuple[Stretch, ...]:
    read = ReadText(text, analysis.to_bytes())
    return highlight.snippet(read, highlight.spots(read, marks), begin)


def marked(stretches: tuple[Stretch, ...]) -> list[str]:
    return [stretch.text for stretch in stretches if stretch.marked]


def plain(stretches: tuple[Stretch, ...]) -> str:
    return "".join(stretch.text for stretch in stretches)


def test_the_passage_that_answers_is_shown_from_its_sentence_on(analyzer: KoreanAnalyzer) -> None:
    marks = [Mark(("전략", "물자"), 5.0), Mark(("수출",), 2.0), Mark(("관세청",), 3.0)]
    shown = snippet(TEXT, analyzer.analyse(TEXT), marks)
    assert plain(shown).startswith("관세청은 전략물자의 불법수출을")
    assert marked(shown) == ["관세청", "전략물자", "수출"]
    assert len(plain(shown)) <= WIDTH


def test_the_opposite_is_not_marked_and_another_name_is(analyzer: KoreanAnalyzer) -> None:
    assert marked(mark(TEXT, analyzer.analyse(TEXT), [Mark(("비전략", "물자"), 1.0)])) == ["비전략물자"]
    assert marked(mark(TEXT, analyzer.analyse(TEXT), [Mark(("motie",), 1.0), Mark(("산업부",), 1.0)])) == [
        "산업부",
        "MOTIE",
    ]


def test_a_beginning_marks_every_word_that_begins_so(analyzer: KoreanAnalyzer) -> None:
    assert marked(mark("수출과 수출입", analyzer.analyse("수출과 수출입"), [Mark(("수출",), 1.0, prefix=True)])) == [
        "수출",
        "수출입",
    ]


def test_without_a_match_the_beginning_is_shown(analyzer: KoreanAnalyzer) -> None:
    shown = snippet(TEXT, analyzer.analyse(TEXT), [Mark(("없는말",), 1.0)], begin=7)
    assert marked(shown) == []
    assert plain(shown).startswith("정부가 새 계획을")


@pytest.mark.parametrize("text", ["", "\n", "가", "가" * 500, "가 " * 300])
def test_texts_of_any_size(analyzer: KoreanAnalyzer, text: str) -> None:
    assert len(plain(snippet(text, analyzer.analyse(text), [Mark(("가",), 1.0)]))) <= WIDTH


@settings(max_examples=50, deadline=None)
@given(text=st.text("전략물자 수출을.\n<&>a", max_size=400))
def test_marking_changes_no_character(analyzer: KoreanAnalyzer, text: str) -> None:
    whole = mark(text, analyzer.analyse(text), [Mark(("수출",), 1.0), Mark(("전략", "물자"), 1.0)])
    assert plain(whole) == text.replace("\n", " ")
    assert plain(snippet(text, analyzer.analyse(text), [Mark(("수출",), 1.0)])) in text.replace("\n", " ")


def test_no_part_of_an_opposite_is_marked(analyzer: KoreanAnalyzer) -> None:
    text = "비전략물자 판정을 받았다. 물자는 창고에 있다."
    shown = mark(text, analyzer.analyse(text), [Mark(("물자",), 1.0), Mark(("전략", "물자"), 2.0)])
    assert marked(shown) == ["물자"]
    assert plain(shown).index("물자는") == text.index("물자는")


def test_what_is_kept_of_a_text_answers_as_the_text(analyzer: KoreanAnalyzer) -> None:
    text = "비전략물자 문의: 044-203-4832. 물자는 창고에 있다.\n전략 물자 수출"
    read = ReadText(text, analyzer.analyse(text).to_bytes())
    marks = [Mark(("전략", "물자"), 2.0), Mark(("물자",), 1.0), Mark(("비전략",), 1.0), Mark(("203",), 1.0)]
    once, again, later = (highlight.spots(read, marks) for _ in range(3))
    assert once == again == later
    assert [text[spot.start : spot.end] for spot in once] == ["비전략", "044-203-4832", "물자", "전략 물자"]
