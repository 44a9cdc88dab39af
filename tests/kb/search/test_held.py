"""What is kept from the store is never older than the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kb.knowledge import KnowledgeBase

WritePost = Callable[..., Path]
CONTACT = "자세한 사항은 관세청 조사총괄과(042-481-{}) 로 문의하면 된다."


def numbers(base: KnowledgeBase) -> list[str]:
    return sorted(desk.number for desk in base.directory().desks)


def test_both_follow_every_ingestion(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    assert numbers(base) == [] and base.overview().posts == 0
    path = write("2024-07-01-1.md", body=CONTACT.format("7818"))
    base.ingest([folder])
    assert numbers(base) == ["042-481-7818"] and base.overview().posts == 1
    write("2024-07-02-2.md", body=CONTACT.format("7831"))
    base.ingest([folder])
    assert numbers(base) == ["042-481-7818", "042-481-7831"]
    assert base.overview().newest[0].post == "site/2024-07-02-2"
    write("2024-07-02-2.md", body=CONTACT.format("7832"))
    path.unlink()
    base.ingest([folder])
    assert numbers(base) == ["042-481-7832"] and base.overview().posts == 1


def test_nothing_is_read_twice_without_a_change(base: KnowledgeBase, folder: Path, write: WritePost) -> None:
    write("2024-07-01-1.md")
    base.ingest([folder])
    first = base.overview()
    assert base.overview() is first
    base.reindex()
    assert base.overview() == first
