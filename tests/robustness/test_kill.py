"""A few kills, so that the suite notices; ``python -m bench.kill --kills 300`` is the measurement."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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


def test_sums_that_a_kill_prevented_are_made_by_the_next_run(data: Path, posts: Path, analyzer: KoreanAnalyzer) -> None:
    """Between the last post and the sums over entities: nothing has changed for the next run, yet they are due."""
    with KnowledgeBase.open(Settings(data_dir=data), analyzer) as base:
        (posts / "2024-07-05-x.md").write_text("---\ntitle: 새 글\n---\n여성가족부가 알린다.", encoding="utf-8")
        renew, base._renew_entities = base._renew_entities, die  # type: ignore[method-assign] # dies there once
        try:
            base.ingest([posts])
        except Killed:
            base._renew_entities = renew  # type: ignore[method-assign] # and lives again
        assert base.ingest([posts]).unchanged == 13
        assert {item.link.label: item.posts for item in base.entities("agency").items} == {
            "관세청": 12,
            "여성가족부": 1,
        }


class Killed(BaseException):
    pass


def die() -> None:
    raise Killed
