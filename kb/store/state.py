"""Which state the store is in: a value that differs whenever the stored posts differ."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.store import tables as t

State: TypeAlias = tuple[int, int, int]


_STATE = select(
    select(func.max(t.Change.seq)).scalar_subquery(),
    select(func.max(t.IndexCursor.seq)).scalar_subquery(),
    select(func.max(t.Run.id)).scalar_subquery(),
)


def state(session: Session) -> State:
    """The newest change, how far indexes have followed, the newest run.

    The outbox alone would not do: changes that every index has followed are forgotten.
    """
    change, followed, run = session.connection().execute(_STATE).one()
    return change or 0, followed or 0, run or 0
