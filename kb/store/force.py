"""Posts that may say from when something is in force: told by a word of force in the text, read by ``kb.force``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.model import Block
from kb.store import tables as t

WORDS = ("시행", "발효", "적용", "효력")  # one of them stands in whatever kb.force finds


@dataclass(frozen=True, slots=True)
class Candidate:
    id: int
    source: str
    name: str
    title: str
    date: dt.date
    text: str
    blocks: tuple[Block, ...]


def day_of_the(session: Session, newest: int) -> dt.date | None:
    """The date of the post that so many are newer than; None where there are not so many."""
    p = t.PostRow
    return session.scalars(select(p.date).order_by(p.date.desc(), p.id.desc()).offset(newest).limit(1)).first()


def candidates(session: Session, since: dt.date | None) -> Iterator[Candidate]:
    """The newest first."""
    p, d = t.PostRow, t.PostDetail
    chosen = (
        select(p.id, t.Source.name, p.name, p.title, p.date, p.text, d.blocks)
        .join(t.Source, t.Source.id == p.source_id)
        .join(d, d.post_id == p.id)
        .where(or_(*(p.text.contains(word) for word in WORDS)))
        .order_by(p.date.desc(), p.id.desc())
        .execution_options(yield_per=200)
    )
    for number, source, name, title, date, text, blocks in session.execute(
        chosen.where(p.date >= since) if since else chosen
    ):
        held = tuple(Block(kind, start, end, level) for kind, start, end, level in blocks)
        yield Candidate(number, source, name, title, date, text, held)
