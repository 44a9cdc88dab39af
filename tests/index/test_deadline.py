"""A search that takes too long stops itself, wherever it is, and the next one is not touched."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from engine_samples import promoted, sample, sample_terms

from index import deadline
from index.document import SearchRequest
from index.engines.whoosh_engine import WhooshEngine
from index.errors import SearchTooSlow
from index.query.tree import And, Term
from index.stages import staged


def test_time_that_has_passed_is_noticed_and_forgotten() -> None:
    deadline.check()
    with deadline.within(60):
        deadline.check()
    with deadline.within(1e-9), pytest.raises(SearchTooSlow):
        deadline.check()
    deadline.check()
    deadline.begin(1e-9)
    with pytest.raises(SearchTooSlow):
        deadline.check()
    deadline.begin(0)
    deadline.check()


def test_it_is_a_threads_own() -> None:
    wrong: list[BaseException] = []

    def other() -> None:
        try:
            deadline.check()
        except SearchTooSlow as error:
            wrong.append(error)

    with deadline.within(1e-9):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert wrong == []


def test_the_engine_asks_at_every_node(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, sample_terms)
    promoted(engine, [sample("a", "수출 통제")])
    reader = engine.open_reader()
    request = SearchRequest(And((Term("body", "수출"), Term("body", "통제"))))
    with deadline.within(1e-9), pytest.raises(SearchTooSlow):
        reader.search(request)
    assert reader.search(request).total == 1
    reader.close()


def test_a_stage_asks_before_it_begins() -> None:
    done: list[int] = []

    @staged("시험")
    def stage() -> None:
        done.append(1)

    with deadline.within(1e-9), pytest.raises(SearchTooSlow):
        stage()
    assert done == []
    stage()
    assert done == [1]
