from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.model import Post
from kb.posts.reader import read_post

Write = Callable[..., Post]


@pytest.fixture
def post(tmp_path: Path) -> Write:
    """Write a file and read it as a post."""

    def write(content: str | bytes, name: str = "2024-07-01-1.md", max_bytes: int = 1_000_000) -> Post:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_post(tmp_path, path, "test", max_bytes=max_bytes)

    return write
