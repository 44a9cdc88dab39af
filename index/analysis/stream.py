"""The morphemes of one text, column by column, as they are kept in the store.

Offsets are characters of the analysed text, which is the stored text: ``text[start:end]`` is the
surface a morpheme was read from (for contracted forms two morphemes may share a place).
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Token(NamedTuple):
    """One morpheme: its dictionary form, Kiwi's part-of-speech tag and its place in the text."""

    form: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """All morphemes of a text in reading order.

    ``to_bytes``/``from_bytes`` round-trip. Forms never hold a line break (Kiwi's forms come from
    within one line), so they are stored one a line.
    """

    forms: tuple[str, ...]
    tags: tuple[str, ...]
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.forms)

    def __iter__(self) -> Iterator[Token]:
        return map(Token, self.forms, self.tags, self.starts, self.ends)

    def to_bytes(self) -> bytes:
        """Compressed columns; about 3 bytes a morpheme."""
        starts, ends = array("I", self.starts), array("I", self.ends)
        if sys.byteorder == "big":
            starts.byteswap()
            ends.byteswap()
        head = "\n".join((str(len(self.forms)), *self.forms, *self.tags)).encode()
        return zlib.compress(len(head).to_bytes(4, "little") + head + starts.tobytes() + ends.tobytes(), 1)

    @classmethod
    def from_bytes(cls, blob: bytes) -> Analysis:
        raw = zlib.decompress(blob)
        size = int.from_bytes(raw[:4], "little")
        lines = raw[4 : 4 + size].decode().split("\n")
        count = int(lines[0])
        starts, ends = array("I"), array("I")
        starts.frombytes(raw[4 + size : 4 + size + 4 * count])
        ends.frombytes(raw[4 + size + 4 * count :])
        if sys.byteorder == "big":
            starts.byteswap()
            ends.byteswap()
        return cls(tuple(lines[1 : 1 + count]), tuple(lines[1 + count :]), starts, ends)

    @classmethod
    def read(cls, blob: bytes) -> Analysis | None:
        """What was kept; None where it is damaged, which ``kb check --deep`` finds and mends."""
        try:
            found = cls.from_bytes(blob)
        except (ValueError, IndexError, zlib.error):
            return None
        return found if len(found.forms) == len(found.tags) == len(found.starts) == len(found.ends) else None

    @classmethod
    def of(cls, tokens: list[Token]) -> Analysis:
        """From a list of tokens (tests, small inputs)."""
        return cls(
            tuple(t.form for t in tokens),
            tuple(t.tag for t in tokens),
            array("I", (t.start for t in tokens)),
            array("I", (t.end for t in tokens)),
        )
