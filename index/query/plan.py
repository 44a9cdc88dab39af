"""What will be asked of an engine, and everything that is told of it: the tree, what each word became,
what snippets mark, what ranking weighs. Made from a parsed query; engine-neutral.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.query.tree import Node

WordRole = Literal["word", "phrase", "prefix", "title", "filter", "date", "without", "function"]


@dataclass(frozen=True, slots=True)
class PlanWord:
    """What became of one part of the query; each list is in the order of its weight."""

    typed: str
    role: WordRole
    terms: tuple[str, ...] = ()
    expansions: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    node: Node | None = None  # what it matches alone


@dataclass(frozen=True, slots=True)
class Needle:
    """What ranking looks for in a text: any of ``forms`` (folded, no white space), worth ``weight``.

    ``parts`` are the words it is made of, looked for instead where no candidate holds the whole.
    """

    forms: tuple[str, ...]
    weight: float
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Terms that a snippet marks where they stand in a row (one term: wherever it stands)."""

    terms: tuple[str, ...]
    weight: float
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """``looser`` are trees to ask in turn when nothing matches, each with the note that says so.

    ``suggestion`` is the query with its misspelt words put right, when there are any.
    """

    text: str
    canonical: str
    tree: Node
    looser: tuple[tuple[Node, str], ...]
    words: tuple[PlanWord, ...]
    needles: tuple[Needle, ...]
    pairs: tuple[str, ...]  # of characters of what is looked for, as typed
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]
    suggestion: str | None
    asks: bool  # whether anything but filters is asked: without, there is nothing to rank by
