"""What requests have read and worked out, kept for those that come after: bounded, and for one state only.

A ``Remembered`` belongs to one reader and one state of the store. When either changes a new one is begun, so
nothing in it can be out of date, and nothing has to be thrown out by name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from index.engines.base import Reader
from index.query.plan import Plan
from index.rank import StoredText
from kb.search.bounded import Bounded
from kb.search.hits import ShownPost
from kb.store import entities, posts
from kb.store.database import Session
from kb.store.state import State, state
from kb.views import SearchResult

Value = TypeVar("Value")

QUERIES = 300  # their plans, for pages and filters that follow; some twenty kilobytes each
LABELS = 50_000
POSTS = 200  # that were shown; some twenty kilobytes each
CHARACTERS = 500_000  # of texts that were ranked; with what was worked out of them some twelve bytes each


class Remembered:
    """Of one state: plans and related words of queries, texts of candidates, labels of entities, whole answers."""

    def __init__(self, answer_bytes: int) -> None:
        self.plans: Bounded[str, Plan] = Bounded(QUERIES)
        self.related: Bounded[str, tuple[str, ...]] = Bounded(QUERIES)
        self.answers: Bounded[Hashable, SearchResult] = Bounded(answer_bytes, _bytes_of)
        self._texts: Bounded[str, StoredText] = Bounded(CHARACTERS, lambda found: len(found.text) + 100)
        self._shown: Bounded[str, ShownPost] = Bounded(POSTS)
        self._labels: Bounded[tuple[str, str], str] = Bounded(LABELS)

    def texts(
        self, ids: Sequence[str], load: Callable[[Sequence[str]], Mapping[str, StoredText]]
    ) -> dict[str, StoredText]:
        """Those of ``ids`` that there are; ``load`` reads what is not remembered."""
        return _kept(self._texts, ids, load)

    def shown(self, session: Session, ids: Sequence[str]) -> dict[str, ShownPost]:
        """Those of ``ids`` that are stored."""
        return _kept(
            self._shown,
            ids,
            lambda missing: {post: ShownPost(found) for post, found in posts.summaries(session, missing).items()},
        )

    def labels(self, session: Session, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """The names to show of entities; those without one are left out."""
        held = {key: label for key in keys if (label := self._labels.get((kind, key))) is not None}
        missing = [key for key in keys if key not in held]
        fresh = entities.labels(session, kind, missing) if missing else {}
        for key in missing:
            self._labels.put((kind, key), fresh.get(key, key))
        return {**held, **fresh}


def _kept(
    held: Bounded[str, Value], ids: Sequence[str], load: Callable[[Sequence[str]], Mapping[str, Value]]
) -> dict[str, Value]:
    found = {post: value for post in ids if (value := held.get(post)) is not None}
    missing = [post for post in ids if post not in found]
    fresh = load(missing) if missing else {}
    for post, value in fresh.items():
        held.put(post, value)
    return {**found, **fresh}


class Memory:
    """The ``Remembered`` of the state that was seen last. Safe for many threads."""

    def __init__(self, answer_bytes: int) -> None:
        self._answer_bytes = answer_bytes
        self._held: tuple[Reader, State, Remembered] | None = None

    def at(self, reader: Reader, session: Session) -> Remembered:
        """Threads may race to begin a new one; each gets one that is right, the last is kept."""
        now = state(session)  # before anything else is read: what is remembered may be newer than it says, never older
        held = self._held
        if held is None or held[0] is not reader or held[1] != now:
            self._held = held = (reader, now, Remembered(self._answer_bytes))
        return held[2]


def _bytes_of(result: SearchResult) -> int:
    """About what an answer takes: what varies are its hits and filter values, of which agencies may grow a tree.

    The tree itself is not asked for: it would be grown for every answer, and JSON never needs it.
    """
    values = sum(map(len, result.facets.values())) + len(result.facets.get("agency", ()))
    return 4_000 + 250 * values + sum(3_000 + 200 * len(hit.copies) for hit in result.hits)
