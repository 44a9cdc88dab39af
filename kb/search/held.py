"""A value read once for each state of the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from kb.store.database import Session
from kb.store.state import State, state

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
