"""One reader for many requests."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from engine_samples import ENGINE_NAMES, promoted, sample, sample_engine

from index.document import SearchRequest
from index.engines.base import Engine
from index.engines.shared import SharedReader
from index.errors import NoLiveBuild, SearchError
from index.query.tree import MatchAll

ALL = SearchRequest(MatchAll())


@pytest.fixture(params=ENGINE_NAMES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return sample_engine(request.param, tmp_path, [sample("a")])


def test_the_reader_is_kept_while_nothing_changes(engine: Engine) -> None:
    shared = SharedReader(engine)
    with shared.lease() as first:
        pass
    with shared.lease() as second:
        assert second is first


def test_commits_and_promotions_are_seen_at_the_next_lease(engine: Engine) -> None:
    shared = SharedReader(engine)
    totals = []
    for step in (lambda: None, lambda: add(engine, "b"), lambda: promoted(engine, []), lambda: add(engine, "c")):
        step()
        with shared.lease() as reader:
            totals.append(reader.search(ALL).total)
    assert totals == [1, 2, 0, 1]


def add(engine: Engine, id_: str) -> None:
    with engine.open_writer() as writer:
        writer.add([sample(id_)])


def test_a_search_under_way_finishes_on_the_old_reader(engine: Engine) -> None:
    shared = SharedReader(engine)
    with shared.lease() as old:
        promoted(engine, [])
        with shared.lease() as new:
            assert (old.search(ALL).total, new.search(ALL).total) == (1, 0)
        assert old.search(ALL).total == 1
    if engine.name != "memory":  # the memory reader has nothing to close
        with pytest.raises(SearchError):
            old.search(ALL)


def test_no_live_build_is_said_every_time_and_ends_with_the_first_build(tmp_path: Path) -> None:
    engine = sample_engine("whoosh", tmp_path)
    shared = SharedReader(engine)
    for _ in range(2):
        with pytest.raises(NoLiveBuild), shared.lease():
            pass
    promoted(engine, [sample("a")])
    with shared.lease() as reader:
        assert reader.documents == 1
    shared.close()
    with shared.lease() as reader:
        assert reader.documents == 1


def test_threads_share_readers_through_commits_and_promotions(engine: Engine) -> None:
    shared, done, failures = SharedReader(engine), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            try:
                with shared.lease() as reader:
                    for _ in range(3):
                        assert reader.search(ALL).total == reader.documents
            except Exception as error:  # whatever it is, it is the finding
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(25):
        add(engine, f"n{number}")
        if number % 5 == 0:
            promoted(engine, [sample("a")])
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
