from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.korean import KoreanAnalyzer
from index.analysis.normalize import key
from index.analysis.stream import Analysis, Token
from index.analysis.terms import Piece, pieces
from index.glance import _keys, glance

WORDS = [
    (form, tag) for form in ("비", "미", "전략", "물자", "중", "(", ")") for tag in ("NNG", "XPN", "NNP", "JKO", "VV")
]
OTHERS = [
    ("을", "JKO"),
    ("하", "VV"),
    ("MOTIE", "SL"),
    ("10,030", "SN"),
    (".", "SF"),
    ("02-1234", "W_SERIAL"),
    ("미", "MM"),
]
GAPS = ("", "", " ", "  ", "\n")


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, Analysis]:
    """Any morphemes side by side, over spaces and over lines: more than an analyzer would ever read."""
    text, tokens = "", []
    for (form, tag), gap in draw(st.lists(st.tuples(st.sampled_from(WORDS + OTHERS), st.sampled_from(GAPS)))):
        text += gap
        tokens.append(Token(form, tag, len(text), len(text) + len(form)))
        text += form
    return text, Analysis.of(tokens)


def told(analysis: Analysis, text: str, wanted: set[str]) -> list[tuple[object, ...]]:
    """What is wanted, and which of it follows which without anything between."""
    found: list[Piece] = [piece for piece in pieces(analysis, text, wanted) if piece.term in wanted]
    steps = [min(after.position - piece.position, 2) for piece, after in pairwise(found)]
    return [(*piece[:5], piece.turned, step) for piece, step in zip(found, [*steps, 2], strict=False)]


@settings(max_examples=200)
@given(texts(), st.data())
def test_a_glance_tells_what_reading_everything_does(read: tuple[str, Analysis], data: st.DataObject) -> None:
    text, analysis = read
    terms = sorted({piece.term for piece in pieces(analysis, text)})
    wanted = data.draw(st.sets(st.sampled_from(terms), max_size=4)) if terms else {"수출"}
    assert told(glance(analysis, wanted), text, wanted) == told(analysis, text, wanted)


def test_of_prefixes_side_by_side_the_last_is_told_with_its_noun() -> None:
    words = [("비", "NNG"), ("비", "NNG"), ("비", "NNG"), ("비", "XPN"), ("미", "NNG")]
    analysis = Analysis.of([Token(form, tag, at, at + 1) for at, (form, tag) in enumerate(words)])
    assert told(glance(analysis, {"비"}), "비비비비미", {"비"}) == told(analysis, "비비비비미", {"비"})


def test_most_of_a_text_is_passed_over(analyzer: KoreanAnalyzer) -> None:
    text = "산업부는 오늘 서울에서 회의를 열었다. " * 20 + "비전략물자 수출을 허가한다."
    analysis = analyzer.analyse(text)
    assert len(glance(analysis, {"수출"})) < len(analysis) / 20
    assert [piece.start for piece in pieces(glance(analysis, {"물자"}), text, {"물자"}) if piece.turned] == [
        text.index("물자")
    ]


def test_syllables_are_their_own_key() -> None:
    """What lets a form of syllables pass without being folded; any two beside each other are enough to compose."""
    every = "".join(map(chr, range(ord("가"), ord("힣") + 1)))
    assert key(every) == every
    assert key(every[::-1]) == every[::-1]


@given(st.text("가각힣미美ａA,1 ㄱ·\u1100\u1161\u11a8", max_size=6))
def test_a_form_is_known_by_its_key(form: str) -> None:
    assert _keys[form] == "".join(key(form).replace(",", "").split())
