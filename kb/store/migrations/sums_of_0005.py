"""How migration 0005 counted what was there: the program's own way of that day, kept as it was.

Knows the tables as they were after 0005, and nothing of the program's own but days and numbers.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeAlias

import sqlalchemy as sa

CHUNK = 5_000  # rows read and written at once
ANY_TOPIC = 0

Rows: TypeAlias = Iterator[tuple[Any, ...]]
Progress: TypeAlias = Callable[[str], object]

DAYS = "SELECT source_id, date, count(*) FROM posts GROUP BY source_id, date ORDER BY source_id, date"
DATES = "SELECT entity_id, date, count(*) FROM post_entities GROUP BY entity_id, date ORDER BY entity_id, date"
NAMED = """
SELECT n.post_id, n.entity_id, e.kind, coalesce(e.standing, e.key)
FROM post_entities n JOIN entities e ON e.id = n.entity_id
WHERE e.kind IN ('agency', 'topic') ORDER BY n.post_id, n.entity_id
"""
ROLES = """
SELECT e.id, coalesce(m.agency, '') AS body,
       coalesce(CASE WHEN e.kind = 'contact' THEN m.department WHEN e.kind = 'official' THEN m.title END, '') AS part,
       count(DISTINCT m.post_id), count(*), min(p.date), max(p.date), max(p.id)
FROM mentions m JOIN entities e ON e.id = m.entity_id JOIN posts p ON p.id = m.post_id
WHERE coalesce(e.kind, '') IN ('contact', 'official') GROUP BY e.id, body, part ORDER BY e.id, body, part
"""
RENEW = """
UPDATE entities SET
  posts = (SELECT coalesce(sum(s.posts), 0) FROM entity_periods s WHERE s.entity_id = entities.id),
  first = (SELECT min(n.date) FROM post_entities n WHERE n.entity_id = entities.id),
  last = (SELECT max(n.date) FROM post_entities n WHERE n.entity_id = entities.id),
  agency = CASE WHEN kind = 'contact' THEN (
    SELECT m.agency FROM mentions m
    WHERE m.entity_id = entities.id AND m.agency IS NOT NULL AND m.post_id IN (
      SELECT n.post_id FROM post_entities n WHERE n.entity_id = entities.id AND n.date = (
        SELECT max(r.last) FROM roles r WHERE r.entity_id = entities.id AND r.agency <> ''))
    ORDER BY m.id DESC LIMIT 1) ELSE agency END
"""


def count_anew(connection: sa.Connection, progress: Progress) -> None:
    """Makes all sums; some thousand rows are held in memory at once."""
    for name, columns, count in TABLES:
        progress(name)
        _fill(connection, _table(name, columns), count(connection))
    progress("entities")
    connection.execute(sa.text(RENEW))


def _table(name: str, columns: str) -> sa.TableClause:
    days = ("date", "first", "last")
    return sa.table(name, *(sa.column(c, sa.Date()) if c in days else sa.column(c) for c in columns.split()))


def _fill(connection: sa.Connection, table: sa.TableClause, rows: Rows) -> None:
    names = [column.name for column in table.columns]
    while some := list(islice(rows, CHUNK)):
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in some])


def _read(connection: sa.Connection, statement: str) -> Iterable[Any]:
    return connection.execute(sa.text(statement), execution_options={"yield_per": CHUNK})


def _day(stored: Any) -> dt.date:
    """PostgreSQL keeps days, SQLite letters; the first of all days for what is none."""
    if isinstance(stored, dt.date):
        return stored
    try:
        return dt.date.fromisoformat(stored)
    except (TypeError, ValueError):
        return dt.date.min


def _days(connection: sa.Connection) -> Rows:
    for source, day, posts in _read(connection, DAYS):
        yield source, _day(day), posts


def _periods(connection: sa.Connection) -> Rows:
    weekly = set(connection.scalars(sa.text("SELECT id FROM entities WHERE kind = 'topic'")))
    dated = ((e, _period(_day(day), e in weekly), count) for e, day, count in _read(connection, DATES))
    for (entity, first), some in groupby(dated, itemgetter(0, 1)):
        yield entity, first, sum(count for *_, count in some)


def _period(day: dt.date, weekly: bool) -> dt.date:
    """The first day of the month or, where that is later, of the week."""
    month = day.replace(day=1)
    return max(month, day - dt.timedelta(days=day.weekday())) if weekly else month


def _pairs(connection: sa.Connection) -> Rows:
    """(agency, topic, posts with both, those of them that name no earlier agency that is the same body)."""
    posts: Counter[tuple[int, int]] = Counter()
    led: Counter[tuple[int, int]] = Counter()
    for _, rows in groupby(_read(connection, NAMED), itemgetter(0)):
        named = list(rows)
        topics = [entity for _, entity, kind, _ in named if kind == "topic"]
        bodies = {entity: body for _, entity, kind, body in named if kind == "agency"}
        leaders = {body: entity for entity, body in reversed(bodies.items())}
        for topic in (ANY_TOPIC, *topics) if topics else ():
            posts.update((agency, topic) for agency in bodies)
            led.update((agency, topic) for agency in leaders.values())
    for pair in sorted(posts):
        yield *pair, posts[pair], led[pair]


def _roles(connection: sa.Connection) -> Rows:
    for *role, first, last, post in _read(connection, ROLES):
        yield *role, _day(first), _day(last), post


TABLES = (
    ("source_days", "source_id date posts", _days),
    ("entity_periods", "entity_id first posts", _periods),
    ("topic_agencies", "agency_id topic_id posts led", _pairs),
    ("roles", "entity_id agency part posts mentions first last post", _roles),
)
