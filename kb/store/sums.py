"""The sums that pages show, kept beside what they count so that no request counts posts.

Whoever changes posts renews them in the same transaction: ``counted`` before and after, and ``renew`` writes the
difference. A change costs by what it changes, and a killed process leaves nothing half counted. ``count_anew`` makes
all of them by the same statements, and ``differences`` compares. Knows tables and no page.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from importlib import import_module
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    Connection,
    Select,
    String,
    Table,
    and_,
    case,
    delete,
    distinct,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy import bindparam as given
from sqlalchemy.orm import Session

from kb.store import tables as t

ANY_TOPIC = 0
CHUNK = 5_000  # rows read and written at once where all are
PARTS = {"contact": "department", "official": "title"}  # what beside the body tells the roles of an entity apart

Progress = Callable[[str], object]
"""Told which table is made next."""


class RoleSum(NamedTuple):
    posts: int
    mentions: int
    first: dt.date
    last: dt.date
    post: int


Key: TypeAlias = tuple[Any, ...]
Keyed: TypeAlias = Mapping[Key, tuple[int, ...]]
Roles: TypeAlias = Mapping[Key, RoleSum]
Rows: TypeAlias = Iterator[tuple[Any, ...]]
Ids: TypeAlias = Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What some posts add to the sums: numbers by the keys of the tables."""

    days: Keyed = field(default_factory=dict)
    periods: Keyed = field(default_factory=dict)
    pairs: Keyed = field(default_factory=dict)
    roles: Roles = field(default_factory=dict)


def _table(model: Any) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


_DAYS, _PERIODS, _PAIRS, _ROLES = map(_table, (t.SourceDay, t.EntityPeriod, t.TopicAgency, t.Role))
_POSTS, _NAMED, _SAID, _ENTITIES = map(_table, (t.PostRow, t.PostEntity, t.MentionRow, t.EntityRow))
_P, _N, _M, _E = _POSTS.c, _NAMED.c, _SAID.c, _ENTITIES.c


# -- counting -------------------------------------------------------------------------------------


def _by(*columns: Any) -> Select[Any]:
    return select(*columns, func.count()).group_by(*columns).order_by(*columns)


def _as_stored(day: Any) -> Any:
    """A day as the database gives it: what is no day is for ``kb check --deep`` to name, and must not stop it."""
    return type_coerce(day, String)


def _day(stored: Any) -> dt.date:
    """What ``_as_stored`` read; the first of all days for what is none."""
    if isinstance(stored, dt.date):  # PostgreSQL keeps days, SQLite letters
        return stored
    try:
        return dt.date.fromisoformat(stored)
    except (TypeError, ValueError):
        return dt.date.min


_COUNT_DAYS = _by(_P.source_id, _as_stored(_P.date))
_COUNT_DATES = _by(_N.entity_id, _as_stored(_N.date))
_TOPICS_AND_AGENCIES = (
    select(_N.post_id, _N.entity_id, _E.kind, func.coalesce(_E.standing, _E.key))
    .join_from(_NAMED, _ENTITIES, _E.id == _N.entity_id)
    .where(_E.kind.in_(("agency", "topic")))
    .order_by(_N.post_id, _N.entity_id)
)
_BODY = func.coalesce(_M.agency, "").label("body")
_PART = func.coalesce(case(*((_E.kind == kind, _M[column]) for kind, column in PARTS.items())), "").label("part")
_COUNT_ROLES = (
    select(_E.id, _BODY, _PART, func.count(distinct(_M.post_id)), func.count())
    .add_columns(_as_stored(func.min(_P.date)), _as_stored(func.max(_P.date)), func.max(_P.id))
    .join_from(_SAID, _ENTITIES, _E.id == _M.entity_id)
    .join(_POSTS, _P.id == _M.post_id)
    .where(func.coalesce(_E.kind, "").in_(PARTS))  # no column: the search begins with the posts, not with the kind
    .group_by(_E.id, "body", "part")
    .order_by(_E.id, "body", "part")
)


def counted(session: Session, posts: Collection[int]) -> Sums:
    """What these posts, as they are stored now, add to the sums."""
    if not posts:
        return Sums()
    connection, ids = session.connection(), list(posts)
    return Sums(
        {row[:2]: row[2:] for row in _days(connection, ids)},
        {row[:2]: row[2:] for row in _periods(connection, ids)},
        {row[:2]: row[2:] for row in _pairs(connection, ids)},
        {row[:3]: RoleSum(*row[3:]) for row in _roles(connection, ids)},
    )


def _read(connection: Connection, statement: Select[Any], post: Any, ids: Ids) -> Iterable[Any]:
    """Of some posts or, a few thousand rows at a time, of all."""
    if ids is not None:
        return connection.execute(statement.where(post.in_(given("ids", expanding=True))), {"ids": ids})
    return connection.execute(statement, execution_options={"yield_per": CHUNK})


def _days(connection: Connection, ids: Ids = None) -> Rows:
    for source, day, posts in _read(connection, _COUNT_DAYS, _P.id, ids):
        yield source, _day(day), posts


def _periods(connection: Connection, ids: Ids = None) -> Rows:
    """(entity, first day, posts) of its months; a topic's also by week, which the overview of a young base shows."""
    weekly = set(connection.scalars(select(_E.id).where(_E.kind == "topic")))
    rows = _read(connection, _COUNT_DATES, _N.post_id, ids)
    dated = ((entity, period_of(_day(day), entity in weekly), count) for entity, day, count in rows)
    for (entity, first), some in groupby(dated, itemgetter(0, 1)):
        yield entity, first, sum(count for *_, count in some)


@lru_cache(maxsize=20_000)
def period_of(day: dt.date, weekly: bool) -> dt.date:
    """The first day of the month or, where that is later, of the week.

    Weeks are cut at the ends of months, so that weeks, months, quarters and years are all made of whole periods.
    """
    month = day.replace(day=1)
    return max(month, day - dt.timedelta(days=day.weekday())) if weekly else month


def _pairs(connection: Connection, ids: Ids = None) -> Rows:
    """(agency, topic, posts with both, those of them that name no earlier agency that is the same body).

    The latter may be added up over the names of a body: a post with two of them is one post.
    """
    posts: Counter[tuple[int, int]] = Counter()
    led: Counter[tuple[int, int]] = Counter()
    for _, rows in groupby(_read(connection, _TOPICS_AND_AGENCIES, _N.post_id, ids), itemgetter(0)):
        named = list(rows)
        topics = [entity for _, entity, kind, _ in named if kind == "topic"]
        bodies = {entity: body for _, entity, kind, body in named if kind == "agency"}
        leaders = {body: entity for entity, body in reversed(bodies.items())}
        for topic in (ANY_TOPIC, *topics) if topics else ():
            posts.update((agency, topic) for agency in bodies)
            led.update((agency, topic) for agency in leaders.values())
    for pair in sorted(posts):
        yield *pair, posts[pair], led[pair]


def _roles(connection: Connection, ids: Ids = None) -> Rows:
    for *role, first, last, post in _read(connection, _COUNT_ROLES, _M.post_id, ids):
        yield *role, _day(first), _day(last), post


# -- what is written -------------------------------------------------------------------------------

_R = _ROLES.c
_OWNED = select(func.max(_R.last)).where(_R.entity_id == _E.id, _R.agency != "").correlate(_ENTITIES).scalar_subquery()
_LAST = select(_N.post_id).where(_N.entity_id == _E.id, _N.date == _OWNED).correlate(_ENTITIES)
_OWNER = (  # a number belongs to whom the last post that prints it with an owner says
    select(_M.agency)
    .where(_M.entity_id == _E.id, _M.post_id.in_(_LAST), _M.agency.is_not(None))
    .order_by(_M.id.desc())
    .limit(1)
    .correlate(_ENTITIES)
    .scalar_subquery()
)
_SUMS = (
    select(func.coalesce(func.sum(_PERIODS.c.posts), 0)).where(_PERIODS.c.entity_id == _E.id).scalar_subquery(),
    select(func.min(_N.date)).where(_N.entity_id == _E.id).scalar_subquery(),
    select(func.max(_N.date)).where(_N.entity_id == _E.id).scalar_subquery(),
    case((_E.kind == "contact", _OWNER), else_=_E.agency),
)
_RENEWED = (_E.posts, _E.first, _E.last, _E.agency)
_RENEW = update(_ENTITIES).values(dict(zip(_RENEWED, _SUMS, strict=True)))
_SAME_ROLE = and_(_E.id == given("e"), _BODY.element == given("a"), _PART.element == given("p"))
_SAID_IN = and_(_M.entity_id == _N.entity_id, _M.post_id == _N.post_id)
_DATE = (
    select(_N.date).join_from(_ENTITIES, _NAMED, _N.entity_id == _E.id).join(_SAID, _SAID_IN).where(_SAME_ROLE).limit(1)
)
_POST = select(_M.post_id).join_from(_ENTITIES, _SAID, _M.entity_id == _E.id).where(_SAME_ROLE).limit(1)
_ENDS = (
    update(_ROLES)
    .where(_R.entity_id == given("e"), _R.agency == given("a"), _R.part == given("p"))
    .values(
        first=_DATE.order_by(_N.date).scalar_subquery(),
        last=_DATE.order_by(_N.date.desc()).scalar_subquery(),
        post=_POST.order_by(_M.post_id.desc()).scalar_subquery(),
    )
)
_SMALLER, _GREATER, _ADDED = ("first",), ("last", "post"), ("posts", "led", "mentions")


@lru_cache
def _upsert(table: Table, dialect: str) -> Any:
    """Numbers are added to those that are there, ends moved outwards."""
    # loaded when asked for: PostgreSQL's takes a tenth of what a command takes to start
    rows: Any = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    new = rows.excluded
    changed = {name: table.c[name] + new[name] for name in _ADDED if name in table.c}
    for name in _SMALLER + _GREATER if table is _ROLES else ():
        further = new[name] < table.c[name] if name in _SMALLER else new[name] > table.c[name]
        changed[name] = case((further, new[name]), else_=table.c[name])
    return rows.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


# -- renewing -------------------------------------------------------------------------------------


def renew(session: Session, before: Sums, after: Sums) -> None:
    """Brings the sums from ``before`` to ``after``, when posts, entities and mentions already are as they will be."""
    connection = session.connection()
    _add(connection, _DAYS, _change(before.days, after.days))
    _add(connection, _PERIODS, _change(before.periods, after.periods))
    _add(connection, _PAIRS, _change(before.pairs, after.pairs))
    _renew_roles(connection, before.roles, after.roles)
    entities = sorted({entity for entity, _ in (*before.periods, *after.periods)})
    for at in range(0, len(entities), CHUNK):
        connection.execute(_RENEW.where(_E.id.in_(given("ids", expanding=True))), {"ids": entities[at : at + CHUNK]})


def _change(before: Keyed, after: Keyed) -> Keyed:
    change = {key: tuple(-number for number in numbers) for key, numbers in before.items()}
    for key, numbers in after.items():
        change[key] = tuple(map(sum, zip(change[key], numbers, strict=True))) if key in change else numbers
    return {key: numbers for key, numbers in change.items() if any(numbers)}


def _renew_roles(connection: Connection, before: Roles, after: Roles) -> None:
    """Ends are looked up where one may be gone."""
    change = _change({key: role[:2] for key, role in before.items()}, {key: role[:2] for key, role in after.items()})
    rows = {key: (*change.get(key, (0, 0)), *role[2:]) for key, role in {**before, **after}.items()}
    _add(connection, _ROLES, rows)
    gone = [key for key, role in before.items() if key not in after or role[2:] != after[key][2:]]
    if gone:
        connection.execute(_ENDS, [dict(zip("eap", key, strict=True)) for key in gone])


def _add(connection: Connection, table: Table, change: Mapping[Key, Key]) -> None:
    if not change:
        return
    rows = [dict(zip(table.c.keys(), key + values, strict=True)) for key, values in change.items()]
    connection.execute(_upsert(table, connection.dialect.name), rows)
    less = [{f"k{n}": part for n, part in enumerate(key)} for key, values in change.items() if values[0] < 0]
    if less:
        keys = (column == given(f"k{n}") for n, column in enumerate(table.primary_key))
        connection.execute(delete(table).where(*keys, table.c.posts <= 0), less)


# -- all of them ----------------------------------------------------------------------------------

_COUNTS: Mapping[Table, Callable[[Connection], Rows]] = {
    _DAYS: _days,
    _PERIODS: _periods,
    _PAIRS: _pairs,
    _ROLES: _roles,
}


def count_anew(connection: Connection, progress: Progress = lambda table: None) -> None:
    """Makes all sums, whatever they were; some thousand rows are held in memory at once."""
    for table in _COUNTS:
        progress(table.name)
        _recount(connection, table)
    progress(_ENTITIES.name)
    connection.execute(_RENEW)


def recount_bodies(connection: Connection) -> None:
    """Where agencies became one body, or are no longer."""
    _recount(connection, _PAIRS)


def _recount(connection: Connection, table: Table) -> None:
    connection.execute(delete(table))
    rows = _COUNTS[table](connection)
    while some := list(islice(rows, CHUNK)):
        connection.execute(insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in some])


def differences(session: Session) -> dict[str, int]:
    """How many rows of each table are not what counting anew gives; nothing where all are."""
    connection = session.connection()
    found = {table.name: _differing(_kept(connection, table), count(connection)) for table, count in _COUNTS.items()}
    kept, count = _entities(connection, *_RENEWED), _entities(connection, *_SUMS)
    found[_ENTITIES.name] = _differing(kept, count)
    return {table: count for table, count in found.items() if count}


def _kept(connection: Connection, table: Table) -> Rows:
    for row in _read(connection, select(table).order_by(*table.primary_key), None, None):
        yield tuple(row)


def _entities(connection: Connection, *columns: Any) -> Rows:
    """The sums that stand in the entities themselves, or what they must be."""
    for row in _read(connection, select(_E.id, *columns).order_by(_E.id), None, None):
        yield (*row[:2], *map(str, row[2:]))


def _differing(kept: Rows, counted: Rows) -> int:
    """Both are in order."""
    both = merge(kept, counted)
    return sum(len(list(same)) == 1 for _, same in groupby(both))
