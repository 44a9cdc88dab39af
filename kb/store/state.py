"""Which state the store is in: a value that differs whenever the stored posts differ."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.store import outbox
from kb.store import tables as t

State: TypeAlias = tuple[int, int, int]


def state(session: Session) -> State:
    """The newest change, how far indexes have followed, the newest run.

    The outbox alone would not do: changes that every index has followed are forgotten.
    """
    followed = session.scalar(select(func.max(t.IndexCursor.seq))) or 0
    run = session.scalar(select(func.max(t.Run.id))) or 0
    return outbox.last_seq(session), followed, run
