"""Terms that a store kept laid out become the same fields as those that come as a mapping."""

from __future__ import annotations

import re

import pytest
from engine_samples import sample
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.korean import KoreanAnalyzer
from index.analysis.terms import laid_terms
from index.engines.opensearch_client import Json
from index.engines.opensearch_fields import FILLER, STACK, VOCABULARY, source_of
from index.fields import TEXT_FIELDS
from index.laid import LaidTerms, lay_out

NAMES = [field.name for field in TEXT_FIELDS]
word = st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=6) | st.sampled_from(
    ["관세청", FILLER, STACK, "a|b", "\ufdd0", "긴" * 2_001, "\u2028x", "\x00"]
)


def fields_of(made: Json) -> dict[str, object]:
    """Per field: what stands at each place, and the vocabulary. Neither says in which order."""
    found: dict[str, object] = {}
    for name in NAMES:
        places = made.get(name, "").split(" ")
        found[name] = [sorted(place.split(STACK)) for place in places], sorted(made.get(name + VOCABULARY, []))
    return found


def both(terms: LaidTerms) -> tuple[dict[str, object], dict[str, object]]:
    doc = sample("a")
    return fields_of(source_of(doc, terms)), fields_of(source_of(doc, {name: terms[name] for name in NAMES}))


@given(st.lists(st.tuples(word, st.integers(0, 30)), max_size=25), st.integers(0, 5), st.lists(word, max_size=6))
def test_laid_terms_say_the_same_as_a_mapping(found: list[tuple[str, int]], titled: int, grams: list[str]) -> None:
    ascending = sorted({(term, place) for term, place in found if not re.search(r"\s", term)}, key=lambda pair: pair[1])
    grams = [gram for gram in grams if not re.search(r"\s", gram)]
    taken, asked = both(lay_out(ascending, min(titled, len(ascending)), " ".join(grams)))
    assert {name: taken[name] for name in ("title", "body")} == {name: asked[name] for name in ("title", "body")}
    assert sorted_words(taken["gram"]) == sorted_words(asked["gram"])


def sorted_words(field: object) -> object:
    places, vocabulary = field  # type: ignore[misc] # as ``fields_of`` makes it
    return sorted(word for place in places for word in place), vocabulary


@pytest.mark.parametrize(
    "text",
    [
        "관세청 조사총괄과(042-481-7818)는 우회수출을 단속한다.",
        "수출통제 | 전략물자 ~ 상황허가",
        "EU 2021/821 및 Russia-related sanctions, 「대외무역법」 제19조",
    ],
)
def test_a_post_as_it_is_kept(analyzer: KoreanAnalyzer, text: str) -> None:
    post = f"제목: 단속\n{text}"
    kept = LaidTerms.from_bytes(laid_terms(analyzer.analyse(post), post, 6).to_bytes())
    taken, asked = both(kept)
    assert taken["body"] == asked["body"]
    assert taken["title"] == asked["title"]
    assert sorted_words(taken["gram"]) == sorted_words(asked["gram"])
