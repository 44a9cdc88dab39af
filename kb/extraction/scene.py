"""What every finder is given: the post, its morphemes, what earlier finders found, and a few look-ups.

Owns positions (blocks, sentences, tokens at an offset). Must not know any rule of extraction.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from index.analysis.stream import Analysis, Token
from kb.extraction.desks import Desk
from kb.extraction.phones import Phone
from kb.model import Block, EntityKind, EntityRef, Mention, Post

_SENTENCE_END = re.compile(r"(?<=[.!?。…])[\"'”’」』)\]]*\s+(?=\S)|\n+")
# Full-width brackets and marks, and rare dots, are read as the ones that the rules are written with.
_WIDE = {ord(wide): narrow for wide, narrow in zip("（）［］：，／～＆｜․･", "()[]:,/~&|··", strict=True)}
_IS_WIDE = re.compile("[（）［］：，／～＆｜․･]")


class Scene:
    """One post under extraction. Finders read it; only the extractor adds mentions."""

    def __init__(self, post: Post, analysis: Analysis | None = None) -> None:
        self.post = post
        # Same length as the post's: places in one are places in the other.
        self.text: str = post.text.translate(_WIDE) if _IS_WIDE.search(post.text) else post.text
        self.date: dt.date = post.date
        self.blocks: tuple[Block, ...] = post.blocks
        self.analysis = analysis
        self.phones: list[Phone] | None = None  # found once, by the finder that first needs them
        self.desks: list[Desk] | None = None
        self._mentions: dict[EntityKind, list[Mention]] = {}

    # -- blocks and sentences ---------------------------------------------------------------

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def block_of(self, offset: int) -> Block | None:
        """The block that holds ``offset``; its closing line break belongs to it."""
        at = self.block_index(offset)
        return None if at is None else self.blocks[at]

    def block_index(self, offset: int) -> int | None:
        """Which of ``blocks`` holds ``offset``."""
        at = bisect_right(self._block_starts, offset) - 1
        return at if at >= 0 and offset <= self.blocks[at].end else None

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [0, *(m.end() for m in _SENTENCE_END.finditer(self.text))]

    @cached_property
    def _sentence_ends(self) -> list[int]:
        """Cut once for all words of a sentence: it may be as long as the text."""
        bounds = pairwise((*self._sentence_starts, len(self.text)))
        return [start + len(self.text[start:following].rstrip()) for start, following in bounds]

    def sentence_bounds(self, offset: int) -> tuple[int, int]:
        """Start and end of the sentence around ``offset``; never over a line break."""
        at = bisect_right(self._sentence_starts, offset) - 1
        return self._sentence_starts[at], self._sentence_ends[at]

    # -- morphemes --------------------------------------------------------------------------

    def tokens(self, start: int, end: int) -> Iterator[Token]:
        """The morphemes that begin in ``[start, end)``; none without an analysis."""
        a = self.analysis
        if a is None:
            return
        for i in range(bisect_left(a.starts, start), bisect_left(a.starts, end)):
            yield Token(a.forms[i], a.tags[i], a.starts[i], a.ends[i])

    def token_at(self, offset: int) -> Token | None:
        """The morpheme that covers ``offset`` (the last of those that begin at or before it)."""
        a = self.analysis
        if a is None:
            return None
        i = bisect_right(a.starts, offset) - 1
        if i < 0 or a.ends[i] <= offset:
            return None
        return Token(a.forms[i], a.tags[i], a.starts[i], a.ends[i])

    # -- mentions ---------------------------------------------------------------------------

    def add(self, mentions: Iterable[Mention]) -> None:
        """Keeps mentions, in reading order within their kind."""
        touched = set()
        for mention in mentions:
            self._mentions.setdefault(mention.entity.kind, []).append(mention)
            touched.add(mention.entity.kind)
        for kind in touched:
            self._mentions[kind].sort(key=lambda m: (m.start, m.end))

    def mentions(self, kind: EntityKind) -> list[Mention]:
        """What has been found of a kind so far, in reading order."""
        return self._mentions.get(kind, [])

    def mentions_in(self, kind: EntityKind, start: int, end: int) -> list[Mention]:
        """Mentions of a kind that lie wholly in ``[start, end)``."""
        found = self.mentions(kind)
        at = bisect_left(found, start, key=lambda m: m.start)
        inside = []
        for mention in found[at:]:
            if mention.start >= end:
                break
            if mention.end <= end:
                inside.append(mention)
        return inside

    def mention_before(self, kind: EntityKind, offset: int) -> Mention | None:
        """The last mention of a kind that ends at or before ``offset``."""
        found = self.mentions(kind)
        at = bisect_right(found, offset, key=lambda m: m.end)
        return found[at - 1] if at else None

    def all_mentions(self) -> tuple[Mention, ...]:
        """Everything, in reading order; at one place the longer mention first."""
        flat = [m for found in self._mentions.values() for m in found]
        return tuple(sorted(flat, key=lambda m: (m.start, -m.end, m.entity.kind, m.entity.name)))

    def mention(self, entity: EntityRef, start: int, end: int, rule: str, confidence: float) -> Mention:
        """A mention at ``[start, end)`` of this text, its surface filled in."""
        return Mention(entity, start, end, self.post.text[start:end], rule, confidence)
