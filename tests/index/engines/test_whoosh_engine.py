"""What only the Whoosh engine promises: its files, its segments, and that Whoosh itself can read them."""

from __future__ import annotations

import errno
import gc
import os
import pickle
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engine_samples import found, promoted, sample, sample_engine, sample_terms, searched
from whoosh import query as whoosh_query
from whoosh.index import open_dir

from index.document import IndexDoc, SearchRequest
from index.engines import whoosh_session
from index.engines.whoosh_codec import SCHEMA, load_segment
from index.engines.whoosh_engine import WhooshEngine
from index.errors import IndexBroken, NoLiveBuild, SearchError
from index.query.tree import And, Filter, MatchAll, Or, Phrase, Prefix, Term

WORDS = [f"w{number}" for number in range(60)]


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


def live_folder(engine: WhooshEngine) -> Path:
    return engine.store.live_path()[1]


def test_the_schema_pickles_small() -> None:
    # Whoosh pickles it into every commit; an analyzer in it would make opening take a second.
    assert len(pickle.dumps(SCHEMA)) < 1500


def test_whoosh_itself_finds_the_same(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(300))
    with engine.open_writer() as writer:
        writer.delete(["p0003", "p0004"])
    index = open_dir(str(live_folder(engine)), schema=SCHEMA)
    ids = load_segment(live_folder(engine), *index._segments()).ids
    with index.searcher() as searcher:
        for left, right in zip(WORDS[:10], WORDS[10:20], strict=True):
            ours = Or((Term("body", left), And((Term("title", left), Term("body", right)))))
            theirs = whoosh_query.Or(
                [
                    whoosh_query.Term("body", left),
                    whoosh_query.And([whoosh_query.Term("title", left), whoosh_query.Term("body", right)]),
                ]
            )
            assert {ids[doc] for doc in searcher.docs_for_query(theirs)} == set(found(engine, ours))
        assert searcher.reader().doc_frequency("body", WORDS[0]) >= searched(engine, Term("body", WORDS[0])).total


def test_many_segments_answer_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = many(400)
    one, several = WhooshEngine(tmp_path / "a", sample_terms), WhooshEngine(tmp_path / "b", sample_terms)
    promoted(one, docs)
    monkeypatch.setattr(whoosh_session, "SEGMENT_POSTINGS", 500)
    promoted(several, docs)
    assert segments(several) > 5 > segments(one)
    for query in (Term("body", "w1"), Phrase("body", ("w1", "w2")), Prefix("title", "w1"), MatchAll()):
        ours, theirs = searched(one, query, facets=("agency",)), searched(several, query, facets=("agency",))
        assert (ours.hits, ours.total, ours.facets) == (theirs.hits, theirs.total, theirs.facets)


def segments(engine: WhooshEngine) -> int:
    return len(list(live_folder(engine).glob("*.trm")))


def test_small_commits_do_not_pile_up_segments_or_files(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(50))
    most = 0
    for number in range(40):
        with engine.open_writer() as writer:
            writer.add([sample(f"n{number}", "neu", agency="z")])
        most = max(most, segments(engine))
    assert most <= whoosh_session.MANY
    assert len(found(engine, Term("body", "neu"))) == 40
    assert len(list(live_folder(engine).glob("*.toc"))) == 1


def test_merges_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SMALL", 4), ("MANY", 3), ("MERGED_DOCUMENTS", 20)):
        monkeypatch.setattr(whoosh_session, name, value)
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(100))
    taken: list[int] = []
    take_over = whoosh_session.SegmentSession._take_over

    def counted(session: whoosh_session.SegmentSession, segment: Any) -> None:
        taken[-1] += segment.doc_count()
        take_over(session, segment)

    monkeypatch.setattr(whoosh_session.SegmentSession, "_take_over", counted)
    for number in range(60):
        taken.append(0)
        with engine.open_writer() as writer:
            writer.add([sample(f"n{number}-{n}", "neu") for n in range(number % 7 + 1)])
    assert max(taken) <= 20 + 3 * 4
    assert segments(engine) <= 1 + 3 + 3 + 60 * 4 // 10
    assert len(found(engine, Term("body", "neu"))) == sum(number % 7 + 1 for number in range(60))


def test_merging_keeps_every_posting(tmp_path: Path) -> None:
    engine, fresh = WhooshEngine(tmp_path / "a", sample_terms), WhooshEngine(tmp_path / "b", sample_terms)
    docs = many(120)
    promoted(engine, [])
    for start in range(0, 120, 10):
        with engine.open_writer() as writer:
            writer.add(docs[start : start + 10])
            writer.delete([f"p{start:04}"])
    promoted(fresh, [doc for number, doc in enumerate(docs) if number % 10])
    with engine.open_reader() as merged, fresh.open_reader() as reader:
        assert merged.ids() == reader.ids()
        for field in ("title", "body", "agency"):
            assert list(merged.terms(field)) == list(reader.terms(field))
        for word in WORDS[:20]:
            request = SearchRequest(Phrase("body", (word, word)), limit=500)
            assert merged.search(request).hits == reader.search(request).hits
            request = SearchRequest(Term("body", word), limit=500)
            assert merged.search(request).hits == reader.search(request).hits


def test_a_segment_of_deleted_documents_is_written_again(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(200))
    before = engine.health().size
    with engine.open_writer() as writer:
        writer.delete([f"p{number:04}" for number in range(150)])
    assert engine.health().size < before * 0.75
    assert len(found(engine)) == 50


def test_nothing_uncommitted_stays_on_disk(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(5))
    before = sorted(path.name for path in live_folder(engine).iterdir() if path.name != "WRITE.lock")
    with pytest.raises(ZeroDivisionError), engine.open_writer() as writer:
        writer.add(many(5, seed=1))
        raise ZeroDivisionError
    assert sorted(path.name for path in live_folder(engine).iterdir() if path.name != "WRITE.lock") == before


# When Whoosh fails to read a file it leaves it to the garbage collector, which warns.
left_open = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@left_open
@pytest.mark.parametrize("suffix", [".trm", ".pst", ".toc", ".id.col"])
@pytest.mark.parametrize("damage", ["gone", "empty", "noise"])
def test_damage_is_named(tmp_path: Path, suffix: str, damage: str) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(20))
    (path,) = live_folder(engine).glob(f"*{suffix}")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"\x07" * path.stat().st_size)
    with pytest.raises(IndexBroken, match=engine.store.live_id()):
        engine.open_reader()
    gc.collect()


def test_health_and_opening_change_nothing_on_disk(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, many(5))
    tree = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert engine.health().documents == 5
    engine.state()
    engine.open_reader().close()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == tree
    empty = WhooshEngine(tmp_path / "nowhere", sample_terms)
    assert empty.health().problem
    gc.collect()
    with pytest.raises(NoLiveBuild):
        empty.open_reader()
    assert not (tmp_path / "nowhere").exists()


@left_open
def test_damage_shows_in_health_without_raising(tmp_path: Path) -> None:
    engine = sample_engine("whoosh", tmp_path, many(5))
    assert isinstance(engine, WhooshEngine)
    next(live_folder(engine).glob("*.toc")).write_bytes(b"")
    assert "cannot be read" in engine.health().problem
    gc.collect()


def test_a_full_disk_is_named_and_the_index_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = sample_engine("whoosh", tmp_path, many(5))

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(whoosh_session, "sync_file", full)
    with pytest.raises(SearchError, match="no space left"), engine.open_writer() as writer:
        writer.add([sample("n", "neu")])
    monkeypatch.undo()
    assert found(engine, Term("body", "neu")) == []
    with engine.open_writer() as writer:
        writer.add([sample("n", "neu")])
    assert found(engine, Term("body", "neu")) == ["n"]


def test_a_build_without_a_newer_field_still_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {name: field for name, field in whoosh_session.FILTERS.items() if name != "topic"}
    monkeypatch.setattr(whoosh_session, "FILTERS", fewer)
    engine = sample_engine("whoosh", tmp_path, many(5))
    monkeypatch.undo()
    page = searched(engine, filters={"agency": ("x",)}, facets=("topic", "agency"))
    assert page.facets["topic"] == ()
    assert page.total > 0
    assert found(engine, Filter("topic", "t")) == []
    with engine.open_reader() as reader:
        assert list(reader.terms("topic")) == []


KILLED = """
import os, signal, sys
from pathlib import Path
import engine_samples
from index.engines import whoosh_codec, whoosh_session

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

owner, name = {
    "postings": (whoosh_codec.ColumnFieldWriter, "close"),
    "list of segments": (whoosh_session.TOC, "write"),
    "cleaning": (whoosh_session, "clean_files"),
}[sys.argv[2]]
with engine_samples.sample_engine("whoosh", Path(sys.argv[1])).open_writer() as writer:
    writer.add([engine_samples.sample("n", "neu"), engine_samples.sample("p0000", "neu")])
    setattr(owner, name, die)
"""


@pytest.mark.parametrize(("step", "committed"), [("postings", False), ("list of segments", False), ("cleaning", True)])
def test_a_commit_that_is_killed_happened_or_did_not(tmp_path: Path, step: str, committed: bool) -> None:
    engine = sample_engine("whoosh", tmp_path, many(20))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), step], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert found(engine, Term("body", "neu")) == (["n", "p0000"] if committed else [])
    assert len(found(engine)) == (21 if committed else 20)
    with engine.open_writer() as writer:  # done again, as the sync step does
        writer.add([sample("n", "neu"), sample("p0000", "neu")])
    assert found(engine, Term("body", "neu")) == ["n", "p0000"]
    assert isinstance(engine, WhooshEngine)
    assert len(list(live_folder(engine).glob("*.toc"))) == 1
    assert len(list(live_folder(engine).glob("*.pst"))) == len(list(live_folder(engine).glob("*.id.col"))) <= 3
