"""A few kills, so that the suite notices; ``python -m bench.kill --kills 300`` is the measurement."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings


def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    words = ["--kills", "6", "--seed", "3", "--exec", "0", "--posts", "40", "--json", str(figures)]
    subprocess.run(
        [sys.executable, "-m", "bench.kill", *words],
        check=False,
        capture_output=True,
        timeout=300,
        cwd=Path(__file__).parents[2],
    )
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["problems"] == []
    assert found["killed"] == 6
    assert found["searches"] > 30
    assert found["compared"] > 3_000


def test_sums_are_right_though_a_run_was_killed(data: Path, posts: Path, analyzer: KoreanAnalyzer) -> None:
    """After its last post: nothing has changed for the next run, which would not make them."""
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        (posts / "2024-07-05-x.md").write_text("---\ntitle: 새 글\n---\n여성가족부가 알린다.", encoding="utf-8")
        base._follow_lineage = die  # type: ignore[method-assign] # dies there
        with pytest.raises(Killed):
            base.ingest([posts])
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        for _ in range(2):
            assert {item.link.label: item.posts for item in base.entities("agency").items} == {
                "관세청": 12,
                "여성가족부": 1,
            }
            assert base.ingest([posts]).unchanged == 13
        assert base.check().ok


def test_a_collection_is_forgotten_though_a_run_was_killed(data: Path, posts: Path, analyzer: KoreanAnalyzer) -> None:
    """When its posts had gone and the index had not followed: it is run again, like everything."""
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        name = base.status().sources[0][0]
        base._sync.catch_up = die  # type: ignore[method-assign] # dies there
        with pytest.raises(Killed):
            base.forget(name)
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        assert base.forget(name) == 0
        assert (base.status().posts, base.status().indexed, base.status().lag) == (0, 0, 0)
        assert base.check().ok and not base.status().sources


class Killed(BaseException):
    pass


def die(*_: object) -> None:
    raise Killed
