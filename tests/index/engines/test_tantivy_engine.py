"""What only the Tantivy engine promises: terms laid out exactly, order across segments, bounded files, named damage."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from engine_samples import found, promoted, sample, sample_engine, sample_terms, searched
from hypothesis import given, settings
from hypothesis import strategies as st

from index import deadline
from index.document import FacetCount, IndexDoc, SearchRequest
from index.engines import tantivy_fields, tantivy_query, tantivy_reader
from index.engines.base import Engine, Terms
from index.engines.memory_engine import MemoryEngine
from index.engines.tantivy_engine import TantivyEngine
from index.engines.tantivy_fields import Order
from index.errors import IndexBroken, NoLiveBuild, SearchError, SearchTooSlow
from index.query.tree import And, Best, Boost, Filter, MatchAll, Node, Or, Phrase, Prefer, Prefix, Some, Term

WORDS = [f"w{number}" for number in range(40)]


def many(count: int, seed: int = 0) -> list[IndexDoc]:
    dice = random.Random(seed)
    return [
        sample(
            f"p{number:04}",
            body=" ".join(dice.choices(WORDS, k=dice.randrange(20))),
            title=" ".join(dice.choices(WORDS, k=3)),
            day=dice.randrange(300) + 1,
            agency=dice.choice(["x", "y", "x y"]),
        )
        for number in range(count)
    ]


def holding(tmp_path: Path, **posts: Mapping[str, tuple[int, ...]]) -> TantivyEngine:
    """An engine with posts of these terms and positions in the body."""

    def terms_of(doc: IndexDoc) -> Terms:
        return {"body": posts[doc.id]}

    engine = TantivyEngine(tmp_path, terms_of)
    promoted(engine, [sample(id_) for id_ in posts])
    return engine


def live_folder(engine: TantivyEngine) -> Path:
    return engine.store.live_path()[1]


def segments(engine: TantivyEngine) -> int:
    return len(list(live_folder(engine).glob("*.idx")))


# --- terms as they are given


def test_positions_are_those_given_with_their_gaps(tmp_path: Path) -> None:
    engine = holding(tmp_path, near={"a": (0,), "b": (1,)}, apart={"a": (0, 7), "b": (2,), "c": (8,)})
    assert found(engine, Phrase("body", ("a", "b"))) == ["near"]
    assert found(engine, Phrase("body", ("a", "c"))) == ["apart"]


def test_two_terms_may_stand_at_one_place(tmp_path: Path) -> None:
    engine = holding(tmp_path, a={"전화": (0,), "0442034832": (1,), "044": (1,), "203": (2,), "4832": (3,)})
    for row in (("전화", "0442034832"), ("전화", "044", "203", "4832"), ("0442034832", "203")):
        assert found(engine, Phrase("body", row)) == ["a"]
    assert found(engine, Phrase("body", ("044", "0442034832"))) == []


def test_rows_and_tokens_make_the_same_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = many(60)
    rows = TantivyEngine(tmp_path / "rows", sample_terms)
    promoted(rows, docs)
    monkeypatch.setattr(tantivy_fields, "_SPARSE", -1000)
    tokens = TantivyEngine(tmp_path / "tokens", sample_terms)
    promoted(tokens, docs)
    for query in (
        *(Term("body", word) for word in WORDS[:9]),
        Phrase("body", ("w1", "w2")),
        Phrase("title", WORDS[:2]),
    ):
        assert searched(rows, query).hits == searched(tokens, query).hits


LETTERS = st.sampled_from("abcde")
PLACES = st.sets(st.integers(0, 12), min_size=1, max_size=5).map(sorted).map(tuple)
POSTS = st.dictionaries(st.sampled_from(["p1", "p2", "p3"]), st.dictionaries(LETTERS, PLACES, max_size=5), min_size=1)


@settings(max_examples=40, deadline=None)
@given(posts=POSTS, rows=st.lists(st.lists(LETTERS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=6))
def test_any_terms_at_any_places(
    tmp_path_factory: pytest.TempPathFactory,
    posts: dict[str, dict[str, tuple[int, ...]]],
    rows: list[tuple[str, ...]],
) -> None:
    engine, definition = (
        holding(tmp_path_factory.mktemp("index"), **posts),
        MemoryEngine(lambda d: {"body": posts[d.id]}),
    )
    promoted(definition, [sample(id_) for id_ in posts])
    for row in rows:
        ours, theirs = searched(engine, Phrase("body", row)), searched(definition, Phrase("body", row))
        assert {hit.id: hit.score for hit in ours.hits} == pytest.approx({h.id: h.score for h in theirs.hits}, abs=2e-4)


def test_far_gaps_cost_no_space(tmp_path: Path) -> None:
    engine = holding(tmp_path, a={"a": (0,), "b": (1_000_000_000,), "c": (1_000_000_001,)})
    assert found(engine, Phrase("body", ("b", "c"))) == ["a"]
    assert found(engine, Phrase("body", ("a", "b"))) == []


ODD = ["two words", "a\nb", "\x00", "\x01", "\ud800", "\ufdd0", "\ufdd000000a", "é", "😀", "가" * 300, "\x0b", "\u3000"]


def test_odd_terms_come_back_as_they_were(tmp_path: Path) -> None:
    engine = holding(tmp_path, **{f"p{n}": {term: (0,), "plain": (1,)} for n, term in enumerate(ODD)})
    with engine.open_reader() as reader:
        assert dict(reader.terms("body")) == {"plain": len(ODD), **dict.fromkeys(ODD, 1)}
        assert [term for term, _ in reader.terms("body")] == sorted(["plain", *ODD])
    for number, term in enumerate(ODD):
        assert found(engine, Phrase("body", (term, "plain"))) == [f"p{number}"]
        assert found(engine, Prefix("body", term)) == [f"p{n}" for n, odd in enumerate(ODD) if odd.startswith(term)]


def test_values_and_ids_keep_case_spaces_and_signs(tmp_path: Path) -> None:
    odd = [*ODD, "EU Dual-Use", "산업통상부 무역안보정책과", "A/b:c"]
    docs = [
        IndexDoc(**{**fields(sample(f"{value} {n}")), "filters": {"topic": (value,)}}) for n, value in enumerate(odd)
    ]
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, docs)
    page = searched(engine, facets=("topic",))
    assert {count.value for count in page.facets["topic"]} == set(odd)
    for number, value in enumerate(odd):
        assert found(engine, Filter("topic", value)) == [f"{value} {number}"]
    with engine.open_writer() as writer:
        assert writer.delete([doc.id for doc in docs]) == len(odd)
    assert found(engine) == []


def fields(doc: IndexDoc) -> dict[str, object]:
    return {name: getattr(doc, name) for name in doc.__slots__}


def test_the_order_of_equal_scores_is_the_order_of_one_string() -> None:
    docs = [(day, id_) for day in (1, 2, 300) for id_ in ("a", "a b", "a/1", "ab", "가", "a\x00", "😀")]
    orders = [Order(sample(id_, day=day).id, "h", sample(id_, day=day).date) for day, id_ in docs]
    by_rule = sorted(
        sorted(orders, key=lambda order: order.id.replace("\x00", "\ufdd0")), key=lambda o: -o.date.toordinal()
    )
    assert sorted(orders, key=Order.text) == by_rule
    assert [Order.of(order.text()) for order in orders] == orders


# --- windows, facets and scores over several segments


def in_pieces(tmp_path: Path, docs: list[IndexDoc], step: int) -> TantivyEngine:
    """The documents in as many commits as it takes."""
    engine = TantivyEngine(tmp_path / "pieces", sample_terms)
    promoted(engine, [])
    for start in range(0, len(docs), step):
        with engine.open_writer() as writer:
            writer.add(docs[start : start + step])
    return engine


QUERIES: tuple[Node, ...] = (
    MatchAll(),
    Term("body", "w1"),
    Phrase("body", ("w1", "w2")),
    Prefix("title", "w1"),
    Or((Term("body", "w1"), Prefix("title", "w2"))),
    Some((Term("body", "w1"), Term("body", "w2"), Term("title", "w3")), 2),
    Prefer(Boost(Or((Term("body", "w4"), Term("body", "w5"))), 0), Best((Term("title", "w4"), Term("body", "w6")))),
    Best((Boost(Term("body", "w1"), -1), Boost(Term("title", "w2"), 2))),
)


def test_many_segments_answer_as_the_definition_does(tmp_path: Path) -> None:
    docs = many(300)
    engine, definition = in_pieces(tmp_path, docs, 50), MemoryEngine(sample_terms)
    promoted(definition, docs)
    assert segments(engine) > 3
    for query in QUERIES:
        for sort in ("relevance", "date"):
            ours = searched(engine, query, facets=("agency",), sort=sort, filters={"agency": ("x",)})
            theirs = searched(definition, query, facets=("agency",), sort=sort, filters={"agency": ("x",)})
            assert (ours.total, ours.facets) == (theirs.total, theirs.facets)
            scores = {hit.id: hit.score for hit in theirs.hits}
            assert {hit.id: hit.score for hit in ours.hits} == pytest.approx(scores, abs=2e-4)
            if sort == "date":
                assert [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits]


@pytest.mark.parametrize("query", QUERIES)
def test_windows_are_cut_from_one_order(tmp_path: Path, query: Node) -> None:
    engine = in_pieces(
        tmp_path, [sample(f"p{n:03}", "w1 w2 w4", f"w1{n % 3} w2", day=n % 4 + 1) for n in range(160)], 40
    )
    whole = searched(engine, query).hits
    assert list(whole) == sorted(whole, key=lambda hit: (-hit.score, -hit.date.toordinal(), hit.id))
    with engine.open_reader() as reader:
        pages = [reader.search(SearchRequest(query, offset=at, limit=9)).hits for at in range(0, 160, 9)]
    assert [hit for page in pages for hit in page] == list(whole)


def test_facets_cut_among_equals_keep_the_first_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tantivy_reader, "MAX_FACET_VALUES", 5)
    monkeypatch.setattr("index.engines.base.MAX_FACET_VALUES", 5)
    docs = [sample(f"p{n}", "x", agency=f"v{n % 20:02} often") for n in range(200)]
    counts = searched(in_pieces(tmp_path, docs, 40), facets=("agency",)).facets["agency"]
    assert counts == (FacetCount("often", 200), *(FacetCount(f"v{n:02}", 10) for n in range(4)))


def test_deleted_documents_count_nowhere(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, [sample(f"p{n}", "x y" if n % 2 else "x", agency="z") for n in range(20)])
    with engine.open_writer() as writer:
        writer.delete([f"p{n}" for n in range(1, 20, 2)])
    with engine.open_reader() as reader:
        assert (reader.documents, len(reader.ids())) == (10, 10)
        assert (reader.doc_freq("body", "x"), reader.doc_freq("body", "y"), reader.doc_freq("agency", "z")) == (
            10,
            0,
            10,
        )
        assert list(reader.terms("body")) == [("x", 10)]
        page = reader.search(SearchRequest(Prefix("body", ""), facets=("agency",)))
        assert (page.total, page.facets["agency"]) == (10, (FacetCount("z", 10),))
    assert engine.health().documents == 10


ODD_TERMS = [
    'a"b',
    "\\",
    '"',
    '\\"',
    "AND",
    "NOT",
    "a*",
    "-a",
    "(a",
    "[a",
    "a^2",
    "a:b",
    "*",
    "/a/",
    "",
    "a b",
    "\ud800",
    "없",
]


def test_any_term_can_be_looked_for_beside(tmp_path: Path) -> None:
    posts = {f"p{n}": {"all": (0,), term: (1,)} for n, term in enumerate(ODD_TERMS) if term}
    engine = holding(tmp_path, **posts, other={"other": (0,)})
    with engine.open_reader() as reader:
        everywhere = SearchRequest(Term("body", "all"), facets=("agency",), beside=(*ODD_TERMS, "other"))
        expected = frozenset(ODD_TERMS) - {""}
        assert (
            reader.search(everywhere).beside == reader.beside(everywhere.query, "body", everywhere.beside) == expected
        )
        assert reader.search(SearchRequest(Term("body", "all"))).beside is None
        assert reader.search(SearchRequest(Term("body", "없음"), beside=("all",))).beside == frozenset()


def test_builds_made_before_terms_could_be_asked_in_words_still_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy_fields, "_TOKENIZER", "given_terms")
    engine = holding(tmp_path, a={"x": (0,), "y": (1,)}, b={"z": (0,)})
    monkeypatch.undo()
    with engine.open_writer() as writer:
        writer.add([sample("b")])
    with engine.open_reader() as reader:
        assert reader.search(SearchRequest(Term("body", "x"), beside=("y",))).beside is None
        assert reader.beside(Term("body", "x"), "body", ("y", "z")) == {"y"}
        assert found(engine, Term("body", "z")) == ["b"]


@pytest.mark.parametrize("limits", [{"MANY": 0}, {"MANY": 0, "A_LOT": -1}])
def test_rows_and_counts_at_once_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    engine = in_pieces(tmp_path, many(200), 50)
    requests = [SearchRequest(query, facets=("agency",), beside=("w1", "없음")) for query in (*QUERIES, MatchAll())]
    with engine.open_reader() as reader:
        alone = [reader.search(request) for request in requests]
        for name, value in limits.items():
            monkeypatch.setattr(tantivy_reader, name, value)
        assert [reader.search(request) for request in requests] == alone
        with deadline.within(1e-9), pytest.raises(SearchTooSlow):
            reader.search(requests[0])
        assert reader.search(requests[0]) == alone[0]


def test_a_lifted_maximum_is_deep_enough() -> None:
    tree = Or((Boost(Phrase("body", ("a", "b")), -3.0), Term("body", "c")))
    assert tantivy_query.terms_in(tree) == 7.0
    assert tantivy_query.may_be_negative(tree)
    assert not tantivy_query.may_be_negative(And((Term("body", "c"),)))


def test_threads_share_a_reader(tmp_path: Path) -> None:
    engine = in_pieces(tmp_path, many(200), 50)
    requests = [SearchRequest(query, facets=("agency",)) for query in QUERIES] * 8
    with engine.open_reader() as reader, ThreadPoolExecutor(8) as threads:
        alone = [reader.search(request) for request in requests]
        assert list(threads.map(reader.search, requests)) == alone


def test_a_closed_reader_says_so(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(3))
    reader = engine.open_reader()
    reader.close()
    with pytest.raises(SearchError, match="closed"):
        reader.search(SearchRequest(MatchAll()))


# --- files


def files(engine: TantivyEngine) -> list[str]:
    return sorted(path.name for path in live_folder(engine).iterdir() if not path.name.endswith(".lock"))


def test_a_build_is_one_segment(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(500))
    assert segments(engine) == 1


def test_small_commits_do_not_pile_up_segments_or_files(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(50))
    most = 0
    for number in range(40):
        with engine.open_writer() as writer:
            writer.add([sample(f"n{number}", "neu", agency="z")])
        most = max(most, segments(engine))
    assert most <= 16
    assert len(found(engine, Term("body", "neu"))) == 40


def test_nothing_uncommitted_stays_on_disk(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(5))
    before = files(engine)
    with pytest.raises(ZeroDivisionError), engine.open_writer() as writer:
        writer.add(many(5, seed=1))
        raise ZeroDivisionError
    assert files(engine) == before


def test_a_writer_that_changes_nothing_commits_nothing(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(5))
    before = engine.state()
    with engine.open_writer() as writer:
        assert writer.delete(["nobody"]) == 0
    assert engine.state() == before


def test_health_and_state_change_nothing_on_disk(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(5))
    tree = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert engine.health().documents == 5
    engine.state()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == tree
    empty = TantivyEngine(tmp_path / "nowhere", sample_terms)
    assert empty.health().problem
    with pytest.raises(NoLiveBuild):
        empty.open_reader()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("suffix", ["meta.json", ".idx", ".term", ".fast", ".store", ".pos"])
@pytest.mark.parametrize("damage", ["gone", "empty", "noise"])
def test_damage_is_named(tmp_path: Path, suffix: str, damage: str) -> None:
    engine = TantivyEngine(tmp_path, sample_terms)
    promoted(engine, many(20))
    (path,) = live_folder(engine).glob(f"*{suffix}")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"\x07" * path.stat().st_size)
    with pytest.raises(IndexBroken, match=engine.store.live_id()), engine.open_reader() as reader:
        everything_asked(reader.search)
    if suffix == "meta.json":
        assert "cannot be read" in engine.health().problem


def everything_asked(search: object) -> None:
    assert callable(search)
    for query in QUERIES:
        search(SearchRequest(query, facets=("agency",)))


FULL = """
import resource, signal, sys
from pathlib import Path
import engine_samples
from index.errors import SearchError

engine = engine_samples.sample_engine("tantivy", Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))  # what a full disk looks like to a writer
try:
    with engine.open_writer() as writer:
        writer.add([engine_samples.sample(f"n{n}", f"neu x{n} y{n} z{n}") for n in range(2000)])
except SearchError as error:
    print("named:", "cannot be written" in str(error))
"""

KILLED = """
import os, signal, sys
from pathlib import Path
import engine_samples

with engine_samples.sample_engine("tantivy", Path(sys.argv[1])).open_writer() as writer:
    writer.add([engine_samples.sample("n", "neu"), engine_samples.sample("p0000", "neu")])
    if sys.argv[2] == "committed":
        writer.commit()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def test_a_full_disk_is_named_and_the_index_stays_as_it_was(tmp_path: Path) -> None:
    engine = sample_engine("tantivy", tmp_path, many(5))
    assert run(FULL, str(tmp_path)).stdout == "named: True\n"
    assert_goes_on(engine, [], 5)


@pytest.mark.parametrize(("when", "committed"), [("before", False), ("committed", True)])
def test_a_writer_that_is_killed_committed_or_did_not(tmp_path: Path, when: str, committed: bool) -> None:
    engine = sample_engine("tantivy", tmp_path, many(20))
    assert run(KILLED, str(tmp_path), when).returncode == -signal.SIGKILL
    assert_goes_on(engine, ["n", "p0000"] if committed else [], 21 if committed else 20)


def assert_goes_on(engine: Engine, new: list[str], count: int) -> None:
    assert found(engine, Term("body", "neu")) == new
    assert len(found(engine)) == count
    with engine.open_writer() as writer:
        writer.add([sample("n", "neu"), sample("p0000", "neu")])
    assert found(engine, Term("body", "neu")) == ["n", "p0000"]
