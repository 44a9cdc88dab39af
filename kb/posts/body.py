"""Owns the text of a post: title, lead and body blocks laid end to end with their offsets, and the provenance.

Which markup becomes which block is markup.py's, what is furniture is furniture.py's.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from kb.model import Block, BlockKind, Provenance
from kb.posts import clean, furniture, markup

_HTML_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|code|div|em|font|h[1-6]|hr|i|img|ins|li|mark|ol|p|small|span|strong|sub|sup|u|ul)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(r"</?(?:a|abbr|b|big|code|em|font|i|ins|mark|small|span|strong|sub|sup|u)\b", re.IGNORECASE)
_MD_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((?:https?:|/|#|mailto:)[^()\s]{0,1000}\)")
_MD_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,300}?)\1")
_MD_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});")
_URL = re.compile(r"https?://[^\s<>\"'\])}]+|www\.korea\.kr")


@dataclass(frozen=True, slots=True)
class Text:
    """See kb.model.Post for the offsets."""

    text: str
    title_end: int
    lead_end: int
    blocks: tuple[Block, ...]
    provenance: Provenance


def plain_title(title: str) -> str:
    """A title as a page shows it: no tags, no entities; its brackets and quotes stay."""
    return clean.line(_untagged(title))


def plain_lead(excerpt: str) -> str:
    """An excerpt without Markdown and HTML, on one line."""
    text = _MD_BOLD.sub(r"\2", _MD_LINK.sub(r"\1", _MD_HEADING.sub("", excerpt)))
    return clean.line(_untagged(text))


def _untagged(text: str) -> str:
    if "<" in text:
        text = _HTML_TAG.sub(lambda tag: "" if _INLINE_TAG.match(tag[0]) else " ", text)
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def compose(title: str, lead: str, body: str) -> Text:
    """``title`` and ``lead`` are plain and on one line; ``body`` is the markup after the front matter."""
    raw = markup.parse(body)
    kept, provenance = _sift(raw)
    pieces: list[tuple[BlockKind, int, str]] = [("title", 0, title)]
    if lead:
        pieces.append(("lead", 0, lead))
    pieces += [(block.kind, block.level, block.text) for block in kept]
    text, blocks = _lay(pieces)
    title_end = min(blocks[0].end + 1, len(text))
    lead_end = min(blocks[1].end + 1, len(text)) if lead else title_end
    return Text(text, title_end, lead_end, blocks, provenance)


def _lay(pieces: list[tuple[BlockKind, int, str]]) -> tuple[str, tuple[Block, ...]]:
    """Every block is closed by a line break, the last one too."""
    blocks: list[Block] = []
    at = 0
    for kind, level, text in pieces:
        blocks.append(Block(kind, at, at + len(text), level))
        at += len(text) + 1
    return "".join(f"{text}\n" for _, _, text in pieces), tuple(blocks)


def _sift(raw: markup.RawBody) -> tuple[list[markup.RawBlock], Provenance]:
    kept: list[markup.RawBlock] = []
    apart: list[tuple[furniture.Verdict, str]] = [("furniture", alt) for alt in raw.alts if alt]
    sources: list[str] = []
    for block in raw.blocks:
        judged = furniture.judge(block.text, linked=block.linked, links=len(block.links))
        apart += judged.apart
        if any(verdict == "source" for verdict, _ in judged.apart):
            sources += block.links or _URL.findall(block.text)
        if judged.text:
            block.text = judged.text
            kept.append(block)
    return kept, _provenance(apart, sources)


def _provenance(apart: list[tuple[furniture.Verdict, str]], sources: list[str]) -> Provenance:
    def of(verdict: furniture.Verdict) -> list[str]:
        return list(dict.fromkeys(text for found, text in apart if found == verdict))

    lines = of("source")
    return Provenance(
        source_line=" / ".join(lines) or None,
        source_url=sources[0] if sources else None,
        licence=" ".join(of("licence")) or None,
        furniture=tuple(of("furniture")),
    )


def first_heading(body: str) -> str | None:
    return next((block.text for block in markup.parse(body).blocks if block.kind == "heading"), None)
