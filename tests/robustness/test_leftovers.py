"""What piles up: builds of a wrong clock or of many rebuilds in a row, cursors of killed builders."""

from __future__ import annotations

import os
import time
from pathlib import Path

from engine_samples import promoted, sample, sample_engine

from index.analysis.korean import KoreanAnalyzer
from index.engines.whoosh_engine import WhooshEngine
from index.filestore import KEPT_RETIRED
from kb.knowledge import KnowledgeBase
from kb.search.sync import BUILDING
from kb.settings import Settings
from kb.store import outbox


def builds(engine: WhooshEngine) -> int:
    return len(engine.builds())


def test_many_builds_in_a_row_are_not_all_kept(tmp_path: Path) -> None:
    engine = sample_engine("whoosh", tmp_path, [sample("a")])
    for _ in range(8):
        promoted(engine, [sample("a")])
    assert engine.tidy()
    assert builds(engine) == 2 + KEPT_RETIRED


def test_a_build_retired_by_a_clock_that_was_wrong_goes(tmp_path: Path) -> None:
    engine = sample_engine("whoosh", tmp_path, [sample("a")])
    for _ in range(2):
        promoted(engine, [sample("a")])
    (mark,) = tmp_path.rglob("RETIRED")
    assert engine.tidy()
    assert builds(engine) == 3
    os.utime(mark, (time.time() + 1e8, time.time() + 1e8))
    assert engine.tidy()
    assert builds(engine) == 2


def test_nothing_is_tidied_while_a_build_is_made(tmp_path: Path) -> None:
    engine = sample_engine("whoosh", tmp_path, [sample("a")])
    with engine.start_build("f01"):
        assert not engine.tidy()
    assert engine.tidy()


def test_a_killed_builder_does_not_keep_the_outbox_for_ever(data: Path, posts: Path, analyzer: KoreanAnalyzer) -> None:
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        with base._database.writing() as session:
            outbox.set_cursor(session, "whoosh", BUILDING, 0)  # all that a killed rebuild leaves in the database
        base.ingest([posts])
        with base._database.session() as session:
            assert outbox.cursor(session, "whoosh", BUILDING) is None
            assert outbox.lag(session, 0) == 0
