from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.fields import FILTER_FIELDS, FilterField
from index.query.lexer import MAX_CHARS, MAX_DEPTH, MAX_TOKENS
from index.query.parser import parse
from index.query.printer import write
from index.query.syntax import (
    All,
    Any,
    Ask,
    Dates,
    Field,
    Group,
    Quoted,
    Starts,
    Value,
    Without,
    Word,
)

WORDS = st.text("가나수출통제abZ0189", min_size=1, max_size=6).filter(
    lambda text: text not in ("AND", "OR", "NOT") and not text[0].isdigit()
)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
VALUES = st.one_of(
    st.lists(WORDS.map(Value), min_size=1, max_size=2).map(tuple), PHRASES.map(lambda text: (Value(text, True),))
)
ATOMS: st.SearchStrategy[Ask] = st.one_of(
    WORDS.map(Word),
    PHRASES.map(Quoted),
    WORDS.map(Starts),
    st.builds(Field, st.sampled_from(["title", "agency", "topic"]), VALUES),
    st.tuples(DAYS, DAYS).map(lambda days: Dates(min(days), max(days))),
    DAYS.map(lambda day: Dates(None, day)),
)


def compounds(children: st.SearchStrategy[Ask]) -> st.SearchStrategy[Ask]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Group),
        several.map(All),
        several.map(Any),
        children.filter(lambda c: not isinstance(c, Without)).map(Without),
    )


@given(st.recursive(ATOMS, compounds, max_leaves=8))
def test_what_is_printed_reads_back_as_the_same_tree(tree: Ask) -> None:
    query = parse(write(tree))
    assert query.root == tree
    assert write(query.root) == write(tree)


@settings(max_examples=400)
@example("*-가:")
@given(st.text(max_size=80) | st.text('()"-*:ORANDT가a \t\n\0😀\ud800.,|&기관날짜', max_size=60))
def test_every_text_is_read_and_its_reading_is_stable(text: str) -> None:
    query = parse(text)
    if query.root is not None:
        again = parse(write(query.root))
        assert again.root == query.root
        assert not any(ord(c) < 32 for c in write(query.root))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("전략물자 수출", Group((Word("전략물자"), Word("수출")))),
        ('"수출 통제"', Quoted("수출 통제")),
        ("“수출 통제”", Quoted("수출 통제")),
        ("수출*", Starts("수출")),
        ("수출 -러시아", Group((Word("수출"), Without(Word("러시아"))))),
        ("NOT 러시아", Without(Word("러시아"))),
        ("산업부 OR 관세청", Any((Word("산업부"), Word("관세청")))),
        ("(a b) AND c OR d", Any((All((Group((Word("a"), Word("b"))), Word("c"))), Word("d")))),
        ("(a OR b) c", Group((Any((Word("a"), Word("b"))), Word("c")))),
        ("기관:관세청,산업부", Field("agency", (Value("관세청"), Value("산업부")))),
        ("agency: 관세청", Field("agency", (Value("관세청"),))),
        ('제목:"수출 통제"', Field("title", (Value("수출 통제", True),))),
        ("날짜:2024-07..2024-08", Dates(dt.date(2024, 7, 1), dt.date(2024, 8, 31))),
        ("date:2024", Dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31))),
        ("date:2024.7.15", Dates(dt.date(2024, 7, 15), dt.date(2024, 7, 15))),
        ("기간:..2024-02", Dates(None, dt.date(2024, 2, 29))),
        ("catch-all", Word("catch-all")),
        ("소매판매 -3.1%", Group((Word("소매판매"), Word("-3.1%")))),
        ("전략물자(strategic items)", Group((Word("전략물자"), Word("strategic"), Word("items")))),
        ("https://a.b/c", Word("https://a.b/c")),
        ("12:30", Word("12:30")),
        ("", None),
        ("😀 !!! ", None),
    ],
)
def test_what_a_text_asks(text: str, tree: Ask | None) -> None:
    query = parse(text)
    assert query.root == tree
    assert query.notes == ()


@pytest.mark.parametrize(
    ("text", "tree", "note"),
    [
        ('"열린 구절', Group((Word("열린"), Word("구절"))), "따옴표"),
        ("(a b", Group((Word("a"), Word("b"))), "닫는 괄호가 없어"),
        ("a) b", Group((Word("a"), Word("b"))), "여는 괄호가 없는"),
        ("OR a", Word("a"), "짝이 없는 OR"),
        ("a AND", Word("a"), "짝이 없는 AND"),
        ("*", None, "앞부분 뒤에서만"),
        ("*수출", Word("수출"), "앞부분 뒤에서만"),
        ("주제어:값", Group((Word("주제어"), Word("값"))), "아는 조건이 아니어서"),
        ("기관:", None, "값이 없어"),
        ("날짜:2024-02-31", Word("2024-02-31"), "날짜로 읽을 수 없어"),
        ("a OR b c", Any((Word("a"), Group((Word("b"), Word("c"))))), "괄호를 쓰십시오"),
        ("a NOT", Word("a"), "뺄 낱말이 없는"),
    ],
)
def test_a_malformed_text_is_read_and_the_reading_told(text: str, tree: Ask | None, note: str) -> None:
    query = parse(text)
    assert query.root == tree
    assert any(note in told for told in query.notes)


@pytest.mark.parametrize("field", FILTER_FIELDS, ids=lambda field: field.name)
def test_every_filter_has_a_korean_and_an_english_name(field: FilterField) -> None:
    asked = Field(field.name, (Value("값"),))
    assert parse(f"{field.korean}:값").root == parse(f"{field.name}:값").root == asked
    assert parse(f"{field.name.upper()}: 값").root == asked


def test_limits_are_kept_and_told() -> None:
    assert len(parse("가" * 10_000).text) == MAX_CHARS
    assert "앞의 500자까지만" in parse("가" * 10_000).notes[0]
    many = parse(" ".join(f"w{number}" for number in range(500)))
    assert isinstance(many.root, Group) and len(many.root.children) == MAX_TOKENS
    assert any("까지만 읽었습니다" in note for note in many.notes)
    deep = parse("(" * 60 + "a" + ")" * 60)
    assert any(f"{MAX_DEPTH}겹까지만" in note for note in deep.notes)


def test_places_are_those_of_the_cleaned_text() -> None:
    query = parse("ＡＢ  수출 -러시아")
    assert isinstance(query.root, Group)
    first = query.root.children[0]
    assert isinstance(first, Word)
    assert query.text[first.span.start : first.span.end] == first.text == "AB"
