"""How a listed word may be written. Knows nothing of what it means."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product


def ways_to_write(word: str) -> Iterator[str]:
    """With and without each of its blanks: ``수출 통제``, ``수출통제``. Of more than four only all or none."""
    parts = word.split(" ")
    if len(parts) > 5:
        yield from (word, "".join(parts))
        return
    for joints in product((" ", ""), repeat=len(parts) - 1):
        yield "".join(part + joint for part, joint in zip(parts, (*joints, ""), strict=True))
