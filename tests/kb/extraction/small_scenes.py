"""Scenes of a few sentences: the first line is the title, "## " opens a heading, the rest are paragraphs."""

from __future__ import annotations

import datetime as dt

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.scene import Scene
from kb.model import Block, BlockKind, Mention, Post, Provenance

DATE = dt.date(2024, 9, 1)


def small_scene(written: str, analyzer: KoreanAnalyzer | None = None, date: dt.date = DATE) -> Scene:
    post = small_post(written, date)
    return Scene(post, analyzer.analyse(post.text) if analyzer else None)


def small_post(written: str, date: dt.date = DATE) -> Post:
    text, blocks = "", []
    for at, line in enumerate(written.strip().split("\n")):
        kind: BlockKind = "title" if at == 0 else "heading" if line.startswith("## ") else "paragraph"
        line = line.removeprefix("## ")
        blocks.append(Block(kind, len(text), len(text) + len(line), 2 if kind == "heading" else 0))
        text += line + "\n"
    title_end = blocks[0].end + 1
    return Post(
        source="test",
        name=f"{date}-1",
        path=f"{date}-1.md",
        title=text[: title_end - 1],
        lead="",
        date=date,
        categories=(),
        image=None,
        text=text,
        title_end=title_end,
        lead_end=title_end,
        blocks=tuple(blocks),
        provenance=Provenance(),
        content_hash="",
    )


def check_places(scene: Scene, mentions: list[Mention]) -> None:
    """What holds of every finder's mentions."""
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    for mention in mentions:
        assert scene.post.text[mention.start : mention.end] == mention.surface != ""
        assert 0 < mention.confidence <= 1
        assert mention.rule
