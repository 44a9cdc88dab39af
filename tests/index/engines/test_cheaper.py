"""Trees that are cheaper to evaluate match what they matched, and are cheaper where it counts."""

from __future__ import annotations

import random

import pytest
from engine_samples import sample, sample_engine
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import SearchRequest
from index.engines.base import Reader
from index.engines.cheaper import Cheaper, narrowed
from index.query.tree import And, Best, Boost, Filter, MatchAll, MatchNone, Node, Not, Or, Phrase, Prefer, Some, Term

WORDS = ("a", "b", "c", "d", "e", "f", "없음")
WEIGHTS = (64, 16, 8, 4, 2, 1, 0)  # far apart, so that counting is taken to pieces


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    dice = random.Random(1)
    docs = [
        sample(f"p{number}", " ".join(dice.choices(WORDS, WEIGHTS, k=dice.randrange(9))), agency=dice.choice("xy"))
        for number in range(80)
    ]
    return sample_engine("memory", tmp_path_factory.mktemp("index"), docs).open_reader()


words = st.sampled_from(WORDS)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, st.just("body"), words),
    st.builds(Phrase, st.just("body"), st.lists(words, max_size=3).map(tuple)),
    st.builds(Filter, st.just("agency"), st.sampled_from(["x", "없음"])),
    st.sampled_from([MatchAll(), MatchNone()]),
)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, max_size=6).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Best, several),
        st.builds(Some, several, st.integers(-1, 6)),
        st.builds(Some, st.lists(inner, min_size=3, max_size=7).map(tuple), st.integers(2, 4)),
        st.builds(Not, inner),
        st.builds(Prefer, inner, inner),
        st.builds(Boost, inner, st.sampled_from([0.0, -1.0])),
    )


def ids(reader: Reader, tree: Node) -> set[str]:
    return {hit.id for hit in reader.search(SearchRequest(tree, limit=1000)).hits}


@settings(max_examples=500, deadline=None)
@given(tree=st.recursive(leaves, grown, max_leaves=20), wrong=st.integers(0, 40))
def test_the_set_is_the_same(reader: Reader, tree: Node, wrong: int) -> None:
    """Also where deleted documents are still counted."""

    def frequency(field: str, term: str) -> int:
        held = reader.doc_freq(field, term)
        return held and held + wrong

    assert ids(reader, Cheaper(frequency, reader.documents).of(tree)) == ids(reader, tree)


COUNTS = {"rare": 10, "less": 100, "some": 1_000, "often": 100_000, "mostly": 500_000}


def cheaper(tree: Node) -> Node:
    return Cheaper(lambda field, term: COUNTS.get(term, 0), 1_000_000).of(tree)


def body(word: str) -> Term:
    return Term("body", word)


RARE, LESS, SOME, OFTEN, MOSTLY = map(body, COUNTS)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Best((RARE, Phrase("body", ("rare", "often")))), RARE),  # a phrase within its word
        (Or((And((OFTEN, RARE)), RARE)), RARE),
        (Best((RARE, Phrase("body", ("rare", "없음")), body("없음"))), RARE),
        (And((RARE, body("없음"))), MatchNone()),
        (Some((RARE, LESS, body("없음")), 2), And((RARE, LESS))),
        (Some((RARE, body("없음")), 2), MatchNone()),
        (Prefer(Boost(And((And((RARE, SOME)), MatchAll())), 0.0), OFTEN), And((RARE, SOME))),
        # two of three, of which one is everywhere: both of the others, or one of them and that
        (Some((OFTEN, MOSTLY, RARE), 2), Or((And((RARE, OFTEN)), And((MOSTLY, Or((RARE, OFTEN))))))),
        (Some((OFTEN, body("mostly"), MOSTLY), 2), Some((OFTEN, MOSTLY, MOSTLY), 2)),
        (And((RARE, Or((OFTEN, MOSTLY)))), Or((And((OFTEN, RARE)), And((MOSTLY, RARE))))),
        (And((OFTEN, Or((RARE, LESS)))), And((OFTEN, Or((RARE, LESS))))),
    ],
)
def test_what_becomes_of(tree: Node, expected: Node) -> None:
    assert cheaper(tree) == expected


def test_a_tree_does_not_explode() -> None:
    counts = {f"w{n}": 1 << n for n in range(20)}
    tree = Some(tuple(map(body, counts)), 10)
    assert str(Cheaper(lambda field, term: counts[term], 1 << 20).of(tree)).count("Term(") < 8 * len(counts) * 2


def test_narrowing_reaches_every_leaf_of_a_union() -> None:
    tree = Some((OFTEN, Or((MatchAll(), And((SOME, LESS))))), 1)
    assert narrowed(tree, RARE) == Some((And((OFTEN, RARE)), Or((RARE, And((SOME, LESS, RARE))))), 1)
