"""What is OpenSearch's own: its text analysis, its locks and snapshots, refused documents, deep windows."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from engine_samples import found, promoted, sample, sample_terms, searched
from servers.clusters import MARKS, fresh_settings

from index.document import IndexDoc, SearchRequest
from index.engines import opensearch_builds, opensearch_reader
from index.engines.base import Engine
from index.engines.opensearch_client import Json, Remote
from index.engines.opensearch_engine import OpenSearchEngine, OpenSearchWriter
from index.engines.opensearch_fields import index_settings, mapping
from index.engines.opensearch_reader import OpenSearchReader
from index.errors import DocumentsRefused, IndexBroken, NoLiveBuild, SearchError, WriterBusy
from index.factory import make_engine
from index.opensearch_settings import OpenSearchSettings
from index.query.tree import Boost, Filter, MatchAll, Or, Phrase, Prefix, Term

pytestmark = MARKS


@pytest.fixture
def settings() -> OpenSearchSettings:
    return fresh_settings()


def engine_of(settings: OpenSearchSettings, docs: list[IndexDoc] | None = None) -> OpenSearchEngine:
    engine = make_engine("opensearch", Path(), sample_terms, settings)
    assert isinstance(engine, OpenSearchEngine)
    if docs is not None:
        promoted(engine, docs)
    return engine


# --- terms


def test_several_terms_at_one_place_and_gaps_between(settings: OpenSearchSettings) -> None:
    terms = {"body": {"전화": (0,), "02-123": (1,), "123": (1,), "02": (1,), "끝": (4,)}}
    engine = OpenSearchEngine(settings, lambda doc: terms)
    promoted(engine, [sample("a")])
    for texts in (("전화", "02"), ("전화", "02-123"), ("전화", "123")):
        assert found(engine, Phrase("body", texts)) == ["a"], texts
    for texts in (("전화", "끝"), ("02", "123"), ("123", "끝"), ("02", "02-123")):
        assert found(engine, Phrase("body", texts)) == [], texts
    with engine.open_reader() as reader:
        assert dict(reader.terms("body")) == dict.fromkeys(terms["body"], 1)


ODD = [
    "~",
    "|",
    "a|b",
    "~~",
    "a\u2003b",
    "\u3000",
    "\x1c",
    "\ufdd0",
    "\ufdd000007c",
    "\ud800",
    "\x00",
    "\"'\\",
    "*",
    "나" * 900,
]


def test_odd_terms_are_found_counted_and_listed(settings: OpenSearchSettings) -> None:
    engine = OpenSearchEngine(settings, lambda doc: {"body": {doc.id: (0,), "plain": (1,)}, "title": {}})
    promoted(engine, [sample(term) for term in ODD])
    for term in ODD:
        assert found(engine, Term("body", term)) == [term]
        assert found(engine, Phrase("body", (term, "plain"))) == [term]
        assert term in found(engine, Prefix("body", term[0]))
    with engine.open_reader() as reader:
        assert dict(reader.terms("body")) == {"plain": len(ODD), **dict.fromkeys(ODD, 1)}
        assert [term for term, _ in reader.terms("body")] == sorted(["plain", *ODD])
        assert reader.ids().keys() == set(ODD)
        assert [reader.doc_freq("body", term) for term in ODD] == [1] * len(ODD)


def test_values_longer_than_lucene_takes_are_found_whole(settings: OpenSearchSettings) -> None:
    long, longer = "가" * 40_000, "가" * 40_001
    engine = engine_of(settings, [sample("a", long, agency=longer), sample("b", longer)])
    assert found(engine, Term("body", long)) == ["a"]
    assert found(engine, Term("body", longer)) == ["b"]
    assert found(engine, Filter("agency", longer)) == ["a"]
    assert found(engine, Filter("agency", long)) == []


def test_ids_longer_than_opensearch_takes_are_replaced_and_deleted(settings: OpenSearchSettings) -> None:
    id_ = "글" * 300
    engine = engine_of(settings, [sample(id_, "하나")])
    with engine.open_writer() as writer:
        writer.add([sample(id_, "둘")])
    assert found(engine, Term("body", "둘")) == [id_]
    with engine.open_writer() as writer:
        assert writer.delete([id_]) == 1
    assert found(engine) == []


def test_scores_below_zero(settings: OpenSearchSettings) -> None:
    engine = engine_of(settings, [sample("a", "x y", title="t", gram="g"), sample("b", "x z", title="t", gram="g")])
    score = searched(engine, Term("body", "y")).hits[0].score
    page = searched(engine, Or((Boost(Term("body", "y"), -2.0), Prefix("body", "z"))))
    assert [(hit.id, round(hit.score, 4)) for hit in page.hits] == [("b", 1.0), ("a", round(-2 * score, 4))]


# --- writing


def test_requests_are_bounded_in_count_and_in_bytes(
    settings: OpenSearchSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    ask = Remote.ask

    def heard(self: Remote, method: str, path: str, body: object = None, **more: object) -> Json:
        if path.endswith("_bulk"):
            assert isinstance(body, bytes)
            sent.append(body)
        return ask(self, method, path, body, **more)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(Remote, "ask", heard)
    engine = engine_of(replace(settings, bulk_docs=7, bulk_bytes=4_000))
    promoted(engine, [sample(f"p{n:03}", "x " * (n % 50 * 20)) for n in range(100)])
    with engine.open_writer() as writer:
        writer.add([sample(f"q{n:03}", "x") for n in range(20)])
    assert len(found(engine)) == 120
    assert max(body.count(b'{"index"') for body in sent) == 7
    assert max(map(len, sent)) < 4_000


def test_refused_documents_are_named_and_the_others_are_there(settings: OpenSearchSettings) -> None:
    engine = engine_of(settings, [sample("a", "x")])
    refused = sample("나쁜" * 9_000, "x")  # its id cannot be sorted by
    with engine.open_writer() as writer:
        writer.add([sample("b", "x"), refused, sample("c", "x")])
        with pytest.raises(DocumentsRefused) as error:
            writer.commit()
    (failure,) = error.value.failures
    assert failure.id == refused.id
    assert "immense term" in failure.reason or "bytes can be at most" in failure.reason
    with engine.open_writer() as writer:
        writer.add([sample("d", "x")])
    assert sorted(found(engine)) == ["a", "b", "c", "d"]


# --- locks


def test_writers_of_two_machines_exclude_each_other(settings: OpenSearchSettings) -> None:
    one, other = engine_of(settings, [sample("a")]), engine_of(settings)
    with one.open_writer() as writer:
        with pytest.raises(WriterBusy, match=r"held by .*pid \d+"):
            other.open_writer()
        writer.add([sample("b")])
    with other.open_writer() as writer:
        writer.add([sample("c")])
    assert sorted(found(one)) == ["a", "b", "c"]


def test_the_lock_of_who_was_killed_runs_out_and_is_lost(settings: OpenSearchSettings) -> None:
    settings = replace(settings, lock_seconds=1.5)
    engine = engine_of(settings, [sample("a")])
    killed = engine.open_writer()
    assert isinstance(killed, OpenSearchWriter)
    killed.add([sample("b")])
    killed._lock._over.set()  # its process no longer runs
    killed._lock._keeper.join()
    with pytest.raises(WriterBusy):
        engine.open_writer()
    time.sleep(1.6)
    with engine.open_writer() as writer:
        writer.add([sample("c")])
        with pytest.raises(WriterBusy):  # and what comes back to life writes nothing
            killed.commit()
    assert sorted(found(engine)) == ["a", "c"]


def test_a_lock_is_kept_as_long_as_it_takes(settings: OpenSearchSettings) -> None:
    engine = engine_of(replace(settings, lock_seconds=1.5), [sample("a")])
    with engine.open_writer() as writer:
        time.sleep(3)
        with pytest.raises(WriterBusy):
            engine.open_writer()
        writer.add([sample("b")])
    assert sorted(found(engine)) == ["a", "b"]


# --- reading


def test_deep_windows_are_walked_to(settings: OpenSearchSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(settings, [sample(f"p{n:03}", "x " * (n % 4 + 1) + "y", day=n % 5 + 1) for n in range(97)])
    whole = {sort: found(engine, Term("body", "x"), sort=sort) for sort in ("relevance", "date")}
    monkeypatch.setattr(opensearch_reader, "DEEP", 10)
    for sort, ids in whole.items():
        assert found(engine, Term("body", "x"), sort=sort) == ids
        for first, limit in ((0, 11), (5, 30), (15, 3), (20, 10), (90, 50), (97, 5), (500, 50)):
            page = searched(engine, Term("body", "x"), sort=sort, offset=first, limit=limit, facets=("agency",))
            assert [hit.id for hit in page.hits] == ids[first : first + limit], (sort, first, limit)
            assert page.total == 97
    with engine.open_reader() as reader:
        assert len(reader.ids()) == 97


def test_a_snapshot_that_is_lost_is_taken_again(settings: OpenSearchSettings) -> None:
    engine = engine_of(settings, [sample("a", "x"), sample("b", "x")])
    reader = engine.open_reader()
    assert isinstance(reader, OpenSearchReader)
    reader._forget(reader._snapshot)
    assert reader.search(SearchRequest(Term("body", "x"))).total == 2
    reader.close()
    with pytest.raises(SearchError):
        reader.search(SearchRequest(MatchAll()))


def test_a_reader_of_a_dropped_build_says_so(settings: OpenSearchSettings) -> None:
    engine = engine_of(settings, [sample("a")])
    with engine.open_reader() as reader:
        old = reader.build
        promoted(engine, [sample("b")])
        engine.drop(old)
        with pytest.raises((NoLiveBuild, IndexBroken)):
            reader.search(SearchRequest(MatchAll()))


# --- builds


def test_leftovers_are_swept_and_nothing_else(settings: OpenSearchSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(settings)
    builds = [promoted(engine, [sample(f"p{n}")]) for n in range(4)]
    unsealed = engine.store.create("f00")
    assert engine.tidy()
    assert sorted(held.build for held in engine.store.every()) == sorted(builds)
    assert unsealed not in builds
    monkeypatch.setattr(opensearch_builds, "GRACE_SECONDS", 0)
    assert engine.tidy()
    assert {info.manifest.build for info in engine.builds()} == set(builds[-2:])
    assert engine.rollback().build == builds[-2]
    assert found(engine) == ["p2"]
    with engine.start_build("f00"):
        assert not engine.tidy()


def test_a_build_made_after_the_clock_was_put_back_is_the_newest(settings: OpenSearchSettings) -> None:
    engine = engine_of(settings, [sample("a")])
    first = engine.live()
    assert first is not None
    ahead = "29991231235958" + first.build[14:]  # as if that one had been made before the clock was put right
    engine.remote.ask(
        "PUT", f"/{settings.prefix}-{ahead}", {"settings": index_settings(settings), "mappings": mapping()}
    )
    engine.store.seal(replace(first, build=ahead))
    engine.promote(ahead)
    promoted(engine, [sample("b")])
    live = engine.live()
    assert live is not None
    assert live.build > ahead
    assert [info.manifest.build for info in engine.builds()] == [first.build, ahead, live.build]


def test_what_is_done_to_builds_is_noted(settings: OpenSearchSettings) -> None:
    engine = engine_of(settings)
    assert engine.log() == []
    builds = [promoted(engine, [sample("a")]), promoted(engine, [sample("a"), sample("b")])]
    engine.rollback()
    engine.drop(builds[1])
    lines = [(line["action"], line["build"], line["documents"]) for line in engine_of(settings).log()]
    assert lines == [
        ("seal", builds[0], 1),
        ("promote", builds[0], 1),
        ("seal", builds[1], 2),
        ("promote", builds[1], 2),
        ("rollback", builds[0], 1),
        ("drop", builds[1], 0),
    ]
    assert all(line["at"] and line["who"] for line in engine.log())


def test_the_log_of_several_writers_loses_no_line(settings: OpenSearchSettings) -> None:
    engines = [engine_of(settings) for _ in range(3)]
    threads = [Thread(target=engine.store.log.note, args=("seal", f"b{n}", n)) for n, engine in enumerate(engines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(line["build"]) for line in engines[0].log()) == ["b0", "b1", "b2"]


def test_an_index_of_locks_from_before_there_was_a_log_is_renewed() -> None:
    settings = fresh_settings()
    settings = replace(settings, locks_index=f"{settings.prefix}-locks")  # goes with the others of its prefix
    engine = engine_of(settings)
    old = {"token": {"type": "keyword"}, "until": {"type": "double"}, "owner": {"type": "keyword"}}
    engine.remote.ask("PUT", f"/{settings.locks}", {"mappings": {"dynamic": "strict", "properties": old}})
    promoted(engine, [sample("a")])
    assert [line["action"] for line in engine.log()] == ["seal", "promote"]


def test_two_prefixes_do_not_see_each_other(settings: OpenSearchSettings) -> None:
    one = engine_of(settings, [sample("a")])
    other: Engine = engine_of(fresh_settings(), [sample("b")])
    assert (found(one), found(other)) == (["a"], ["b"])
    assert len(one.builds()) == len(other.builds()) == 1
    assert one.builds()[0].size > 0
