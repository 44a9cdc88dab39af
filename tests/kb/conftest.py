"""A real knowledge base in a temporary directory, and posts written inline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings

WritePost = Callable[..., Path]


@pytest.fixture
def base(tmp_path: Path, address: str, analyzer: KoreanAnalyzer) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(data_dir=tmp_path / "var", database_url=address), analyzer) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty ``_posts`` folder of a site called ``site``."""
    posts = tmp_path / "site" / "_posts"
    posts.mkdir(parents=True)
    return posts


@pytest.fixture
def write(folder: Path) -> WritePost:
    """Writes a post into the folder and returns its path."""

    def write_post(name: str, title: str = "전략물자 수출 안내", body: str = "산업통상자원부가 안내한다.") -> Path:
        path = folder / name
        path.write_text(f"---\ntitle: {title}\ncategories:\n  - 무역\n---\n<p>{body}</p>\n", encoding="utf-8")
        return path

    return write_post
