"""Values read once for each state of the store."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from kb.search.bounded import Bounded
from kb.store.database import Session
from kb.store.state import State, state

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Held(Generic[Value]):
    """Kept until a post changes. Threads may race to read it anew; each gets a right one, the last is kept."""

    def __init__(self) -> None:
        self._held: tuple[State, Value] | None = None

    def get(self, session: Session, read: Callable[[], Value]) -> Value:
        now = state(session)  # before reading: a change meanwhile makes the next call read again
        held = self._held
        if held is None or held[0] != now:
            self._held = held = (now, read())
        return held[1]


class HeldPages(Generic[Key, Value]):
    """The pages asked for last, kept until a post changes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Held[Bounded[Key, Value]] = Held()

    def get(self, session: Session, key: Key, read: Callable[[], Value]) -> Value:
        held = self._held.get(session, lambda: Bounded(self._most))
        value = held.get(key)
        if value is None:
            value = read()
            held.put(key, value)
        return value
