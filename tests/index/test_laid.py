"""Terms laid out as text say the same as terms with their positions, kept or not."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from index.laid import LaidField, LaidTerms, lay_out

TERMS = st.sampled_from("수출 통제 0442034832 044 a ¬비 \ud800 \ufdd0".split(" "))


@st.composite
def sequences(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Terms in reading order; several may stand at one place, and whole numbers before their parts."""
    place, found = 0, []
    for term in draw(st.lists(TERMS, max_size=30)):
        found.append((term, place))
        place += draw(st.integers(0, 3))
    return found


def positions(found: list[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    places = defaultdict(list)
    for term, place in found:
        places[term].append(place)
    return {term: tuple(at) for term, at in places.items()}


@given(sequences(), st.integers(0, 30), st.lists(TERMS))
def test_what_is_laid_out_has_its_places(found: list[tuple[str, int]], titled: int, grams: list[str]) -> None:
    while 0 < titled < len(found) and found[titled - 1][1] == found[titled][1]:
        titled += 1  # a place is in the title or not
    laid = lay_out(found, titled, " ".join(grams))
    kept = LaidTerms.from_bytes(laid.to_bytes())
    for terms in (laid, kept):
        assert dict(terms) == {
            "title": positions(found[:titled]),
            "body": positions(found),
            "gram": positions([(gram, place) for place, gram in enumerate(grams)]),
        }
        assert terms.laid("body").counts() == Counter(term for term, _ in found)


def test_parts_of_a_number_stand_upon_the_whole() -> None:
    body = lay_out([("문의", 0), ("0442034832", 2), ("044", 2), ("203", 3), ("4832", 4)], 0, "").laid("body")
    assert body == LaidField("문의 \x01 0442034832 203 4832", ((2, "044"),))


def test_a_late_term_takes_a_free_place() -> None:
    assert lay_out([("b", 3), ("a", 1)], 0, "").laid("body").text == "\x01 a \x01 b"
