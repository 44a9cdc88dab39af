"""From when what posts announce is in force, read from the newest posts once for each state of the store.

Nothing of it is stored (decision 0660), so a better rule costs no extraction; a list over many posts is worked out by
who asks first, two seconds' work in a base of a hundred thousand posts, and kept.
"""

from __future__ import annotations

import datetime as dt
from threading import Lock
from typing import TypeAlias

from kb.force import Force, in_force
from kb.search.held import Held
from kb.search.post_page import force_in_post
from kb.store import force as store
from kb.store.database import Session
from kb.store.overview import agencies_and_topics
from kb.views import NamedLink
from kb.views.force import DaysOfForce, Statement

Links: TypeAlias = tuple[NamedLink, ...]

MOST = 20_000  # posts that are read, the newest: what is in force in future was announced lately


class ForceDays:
    """Answers from memory until the store changes. One thread reads, the others wait for it."""

    def __init__(self) -> None:
        self._held: Held[DaysOfForce] = Held()
        self._reading = Lock()

    def get(self, session: Session) -> DaysOfForce:
        with self._reading:
            return self._held.get(session, lambda: _read(session))


def _read(session: Session) -> DaysOfForce:
    since = store.day_of_the(session, MOST)
    stated = [
        (found, force)
        for found in store.candidates(session, since)
        for force in in_force(found.text, found.blocks, found.date)
    ]
    links = agencies_and_topics(session, list({found.id for found, _ in stated}))
    statements = (_statement(found, force, *links.get(found.id, ((), ()))) for found, force in stated)
    return DaysOfForce(since, tuple(sorted(statements, key=_by_day)))


def _statement(found: store.Candidate, force: Force, agencies: Links, topics: Links) -> Statement:
    return Statement(
        post=f"{found.source}/{found.name}",
        title=found.title,
        date=found.date,
        source=found.source,
        agencies=agencies,
        topics=topics,
        force=force_in_post(found.text, force),
    )


def _by_day(stated: Statement) -> tuple[bool, dt.date, str]:
    """Days before the month or the year that begins with them."""
    return stated.force.day is None, stated.force.day or dt.date.max, stated.force.grain or ""
