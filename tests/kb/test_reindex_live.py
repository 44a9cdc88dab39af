"""A reindex under searches: no request fails, every answer is whole, old builds do not pile up."""

from __future__ import annotations

import threading
from pathlib import Path

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.views import SearchParams
from tests.kb.conftest import WritePost

POSTS = 40


def test_searches_go_on_while_builds_are_swapped(
    base: KnowledgeBase, analyzer: KoreanAnalyzer, folder: Path, write: WritePost
) -> None:
    for number in range(POSTS):
        write(f"2024-07-01-{number}.md", f"우회수출 단속 {number}", f"관세청이 {number}번째로 단속했다.")
    base.ingest([folder])
    totals: list[int] = []
    failures: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                totals.append(base.search(SearchParams(q="우회수출", per_page=5)).total)
            except Exception as error:  # whatever fails, fails the test
                failures.append(error)

    searchers = [threading.Thread(target=search) for _ in range(3)]
    for thread in searchers:
        thread.start()
    with KnowledgeBase.open(base.settings, analyzer) as other:  # as another process would
        for _ in range(6):
            other.reindex()
    stop.set()
    for thread in searchers:
        thread.join()
    assert not failures
    assert set(totals) == {totals[0]}
    assert len(totals) > 10
    builds = [p for p in (base.settings.index_dir / "whoosh").iterdir() if (p / "MANIFEST.json").exists()]
    assert len(builds) <= 8  # live, previous, and those within their grace period
