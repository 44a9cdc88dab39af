"""The same posts in SQLite and in PostgreSQL give the same answers, value for value: every list, page and export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.errors import NotFound
from kb.knowledge import KINDS, KnowledgeBase
from kb.settings import Settings
from kb.views import SearchParams
from kb.views.directory import Order
from tests.servers import postgresql

pytestmark = postgresql.MARKS

POSTS = Path(__file__).parents[2] / "data" / "posts"
ODD = """---
title: "Z-순서 é 😀 관세청"
categories: [무역, "a_b%c", "Ａ"]
---
<p>관세청 조사총괄과(042-481-7818)와 무역안보정책과(044-203-4832), 미국·EU·러시아. 100% a_b.</p>
<p>산업통상자원부 홍길동 장관은 &#0; 말했다. \ufffe\x1b 김철수 과장(044-203-4000)</p>
"""
QUERIES = ("", "전략물자", "관세청 우회수출", '"수출통제"', "기관:관세청", "러시아 -미국", "Z-순서 é", "a_b%c", "100%")


@pytest.fixture(scope="module")
def both(
    postgresql_server: postgresql.Server, tmp_path_factory: pytest.TempPathFactory, analyzer: KoreanAnalyzer
) -> Iterator[tuple[KnowledgeBase, KnowledgeBase]]:
    root = tmp_path_factory.mktemp("both")
    odd = root / "odd" / "_posts"
    odd.mkdir(parents=True)
    (odd / "2025-01-02-odd.md").write_text(ODD, encoding="utf-8")
    (odd / "2025-01-02-Odd.html").write_text(ODD.replace("Z-", "z-"), encoding="utf-8")
    (odd / "2025-01-01-가.md").write_bytes("---\ntitle: 유티에프 16\n---\n관세청".encode("utf-16"))
    made = postgresql_server.make()
    addresses = {"sqlite": None, "postgresql": made.render_as_string(hide_password=False)}
    opened = [
        KnowledgeBase.open(Settings(data_dir=root / name, database_url=address), analyzer)
        for name, address in addresses.items()
    ]
    for base in opened:
        assert base.ingest([POSTS], "samples").failed == []
        base.ingest([odd.parent], "odd")
    yield opened[0], opened[1]
    for base in opened:
        base.close()
    postgresql_server.drop(made)


Both = tuple[KnowledgeBase, KnowledgeBase]


def same(both: Both, ask: Callable[[KnowledgeBase], object]) -> object:
    one, other = (ask(base) for base in both)
    assert one == other
    return one


def all_of(base: KnowledgeBase, kind: str) -> list[str]:
    return [item.link.value for item in base.entities(kind, per_page=10_000).items]


@pytest.mark.parametrize("kind", KINDS)
def test_lists_of_entities(both: Both, kind: str) -> None:
    for q in ("", "관", "a", "%", "_", "0", "총괄 과", "E", "\\"):
        for page in (1, 2):
            same(both, lambda base, q=q, page=page: base.entities(kind, q, page, per_page=7))


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_an_entity(both: Both, kind: str) -> None:
    names = same(both, lambda base: all_of(base, kind))
    assert isinstance(names, list)
    for name in names:
        same(both, lambda base, name=name: base.entity(kind, name))
    if kind == "agency":
        assert "관세청" in names
        same(both, lambda base: base.entity(kind, "관세청", page=2))


def test_every_post(both: Both) -> None:
    names = same(both, lambda base: [post.post for post in base.export_entities()])
    assert isinstance(names, list)
    assert len(names) > 50
    assert "odd/2025-01-02-odd" in names
    for name in names:
        same(both, lambda base, name=name: base.post(name))
        same(both, lambda base, name=name: base.original(name))


def test_the_directory_in_every_order(both: Both) -> None:
    for order in get_args(Order):
        same(both, lambda base, order=order: base.directory(order=order, per_page=500))
    same(both, lambda base: base.directory("총괄", "관세청"))


def test_the_overview(both: Both) -> None:
    same(both, lambda base: base.overview())


@pytest.mark.parametrize("q", QUERIES)
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_searches(both: Both, q: str, sort: Literal["relevance", "date"]) -> None:
    params = SearchParams(q=q, sort=sort, per_page=50)
    same(both, lambda base: replace(base.search(params), seconds=0.0))
    same(both, lambda base: base.suggest(q))


def test_what_is_exported(both: Both) -> None:
    same(both, lambda base: list(base.export_entities()))
    same(both, lambda base: list(base.export_posts(SearchParams(q="관세청"))))


def test_state(both: Both) -> None:
    def told(base: KnowledgeBase) -> object:
        status = base.status()
        assert status.database_bytes > 100_000
        return status.posts, status.first, status.last, status.sources, status.entities, status.indexed, status.lag

    same(both, told)
    assert both[1].check().ok


@pytest.mark.parametrize("name", ["\x00", "관세청\x00", "%", "'", "\\", "😀", "\ufffd", "a" * 5000])
def test_names_from_nowhere(both: Both, name: str) -> None:
    for base in both:
        with pytest.raises(NotFound):
            base.entity("agency", name)
        with pytest.raises(NotFound):
            base.post(f"samples/{name}")
