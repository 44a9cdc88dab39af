"""Sums are what counting gives, whatever was done to posts, and what pages cost does not follow their number."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import Identity, identify, standing_name
from kb.model import EntityRef, Extraction, Mention, Post, Provenance
from kb.search.entity_page import entity_page
from kb.search.overview import Overviews
from kb.store import directory, entities, lineage, overview, portraits, posts, sums, writes
from kb.store import tables as t
from kb.store.database import Database, Session
from tests.kb.store.test_migrations import go_down

REFS = (
    EntityRef("agency", "지식경제부"),  # one body under three names
    EntityRef("agency", "산업통상자원부"),
    EntityRef("agency", "산업통상부"),
    EntityRef("agency", "관세청"),
    EntityRef("topic", "strategic-items"),
    EntityRef("topic", "sanctions"),
    EntityRef("country", "CN"),
    EntityRef("official", "김철수", "산업통상자원부", None, "과장"),
    EntityRef("official", "김철수", "산업통상자원부", None, "국장"),
    EntityRef("official", "김철수", "산업통상자원부"),
    EntityRef("contact", "044-203-4000", "산업통상자원부", "무역안보과"),
    EntityRef("contact", "044-203-4000", "관세청", "무역안보과"),
    EntityRef("contact", "044-203-4000", None, "무역안보과"),
    EntityRef("contact", "044-203-4000"),
)
DAYS = tuple(dt.date(2024, 2, 27) + dt.timedelta(days=n) for n in (0, 1, 2, 3, 6, 40))


@cache
def gazetteer() -> Gazetteer:
    """No fixture: hypothesis shows what it is given, and this is large."""
    return Gazetteer.load()


def extraction(named: tuple[int, ...]) -> Extraction:
    return Extraction(tuple(Mention(REFS[n], at, at + 1, "가", "test", 1.0) for at, n in enumerate(named)))


def read_post(name: str, day: dt.date, named: tuple[int, ...], source: str = "s") -> writes.ReadPost:
    body = "가" * 20
    provenance = Provenance(None, None, None, ())
    post = Post(source, name, f"{name}.md", body, "", day, (), None, body, 3, 3, (), provenance, f"{name}{named}")
    return writes.ReadPost(post, b"", b"", "a", extraction(named), "e")


def identified(ref: EntityRef, _surface: str, _post: str) -> Identity:
    return identify(ref, gazetteer())


# -- an independent count, from the rows of posts and mentions alone ------------------------------


def by_hand(session: Session) -> dict[str, Any]:
    """Everything that the sums must say, in plain words."""
    dates = dict(session.execute(select(t.PostRow.id, t.PostRow.date)).all())
    m, e = t.MentionRow, t.EntityRow
    said = session.execute(
        select(m.id, m.post_id, e.kind, e.key, m.agency, m.department, m.title).join(e, e.id == m.entity_id)
    ).all()
    named = {(row.post_id, row.kind, row.key) for row in said}
    found: dict[str, Any] = {
        "days": Counter(tuple(row) for row in session.execute(select(t.PostRow.source_id, t.PostRow.date))),
        "months": Counter((kind, key, f"{dates[post]:%Y-%m}") for post, kind, key in named),
        "entities": {
            (kind, key): (len(days), min(days), max(days))
            for kind, key in {(kind, key) for _, kind, key in named}
            if (days := [dates[post] for post, k, n in named if (k, n) == (kind, key)])
        },
    }
    topics: dict[int, set[str]] = defaultdict(set)
    bodies: dict[int, set[str | None]] = defaultdict(set)
    for post, kind, key in named:
        if kind == "topic":
            topics[post].add(key)
        if kind == "agency":
            bodies[post].add(standing_name(key, gazetteer()))
    found["bodies"] = Counter(
        (body, topic) for post in topics for body in bodies[post] for topic in (None, *topics[post])
    )
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in said:
        if row.kind in ("contact", "official"):
            part = row.department if row.kind == "contact" else row.title
            groups[row.kind, row.key, row.agency, part].append(row)
    found["roles"] = {
        key: (
            len({row.post_id for row in rows}),
            min(dates[row.post_id] for row in rows),
            max(dates[row.post_id] for row in rows),
        )
        for key, rows in groups.items()
    }
    owned = sorted((dates[r.post_id], r.id, r.key, r.agency) for r in said if r.kind == "contact" and r.agency)
    found["owners"] = {key: agency for *_, key, agency in owned}
    return found


def as_kept(session: Session) -> dict[str, Any]:
    """The same, read as pages read it."""
    e = t.EntityRow
    rows = session.scalars(select(e).where(e.posts > 0)).all()
    bodies: Counter[tuple[str, str | None]] = Counter()
    for row in overview.agencies_of_topics(session):
        bodies[row.body, row.topic] += row.led
    offices = [
        (("official", office.official.value, office.agency, office.title), (office.posts, office.first, office.last))
        for row in rows
        if row.kind == "official"
        for office in entities.offices(session, official=row.id)
    ]
    desks = [
        (("contact", desk.contact.value, desk.agency, desk.department), (desk.posts, desk.first, desk.last))
        for row in rows
        if row.kind == "contact"
        for desk in entities.desks(session, contact=row.id)
    ]
    d = t.SourceDay
    return {
        "days": Counter(
            {(source, day): count for source, day, count in session.execute(select(d.source_id, d.date, d.posts))}
        ),
        "months": Counter(
            {(row.kind, row.key, month): n for row in rows for month, n in entities.months(session, row.id) if n}
        ),
        "entities": {(row.kind, row.key): (row.posts, row.first, row.last) for row in rows},
        "bodies": +bodies,
        "roles": dict(offices + desks),
        "owners": {row.key: row.agency for row in rows if row.kind == "contact" and row.agency},
    }


# -- any changes in any order ---------------------------------------------------------------------

NAMED = st.lists(st.integers(0, len(REFS) - 1), max_size=8).map(tuple)
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
STORED = st.tuples(
    st.just("store"), st.dictionaries(NAMES, st.tuples(st.sampled_from(DAYS), NAMED), min_size=1, max_size=4)
)
FOUND = st.tuples(st.just("extract"), st.dictionaries(NAMES, NAMED, max_size=3))
REMOVED = st.tuples(st.just("remove"), st.sets(NAMES, max_size=3))


def do(session: Session, act: str, given_posts: Any) -> None:
    source = writes.source_id(session, "s")
    stored = {p.name: p for p in session.scalars(select(t.PostRow).where(t.PostRow.source_id == source))}
    if act == "store":
        batch = [read_post(name, day, named) for name, (day, named) in given_posts.items()]
        writes.store_posts(session, source, batch, identified)
    elif act == "extract":
        batch = [
            (stored[name].id, read_post(name, stored[name].date, ()).post, extraction(named))
            for name, named in given_posts.items()
            if name in stored
        ]
        writes.replace_extractions(session, batch, "f", identified)
    else:
        writes.remove_posts(session, [stored[name].id for name in given_posts if name in stored])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(STORED, FOUND, REMOVED), min_size=1, max_size=8))
def test_after_any_changes_sums_are_what_counting_gives(database: Database, steps: list[tuple[str, Any]]) -> None:
    with database.writing() as session:
        writes.remove_posts(session, session.scalars(select(t.PostRow.id)).all())
        assert as_kept(session) == {name: {} for name in as_kept(session)}  # nothing is left of earlier examples
        for act, given_posts in steps:
            do(session, act, given_posts)
        assert as_kept(session) == by_hand(session)
        assert sums.differences(session) == {}


def fill(database: Database, count: int = 24) -> None:
    with database.writing() as session:
        batch = [
            read_post(f"p{n}", DAYS[n % len(DAYS)], tuple((n * step) % len(REFS) for step in (1, 3, 5, 7)))
            for n in range(count)
        ]
        writes.store_posts(session, writes.source_id(session, "s"), batch, identified)


def test_a_change_that_is_not_committed_leaves_the_sums_as_they_were(database: Database) -> None:
    fill(database)
    with database.session() as session:
        before = as_kept(session)
    with pytest.raises(RuntimeError), database.writing() as session:
        do(session, "remove", ["p1", "p2"])
        do(session, "store", {"p3": (DAYS[0], (0, 4)), "new": (DAYS[1], (1, 5, 10))})
        raise RuntimeError("killed here")
    with database.session() as session:
        assert as_kept(session) == before == by_hand(session)


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("source_days", update(t.SourceDay).values(posts=t.SourceDay.posts + 1)),
        ("entity_periods", delete(t.EntityPeriod).where(t.EntityPeriod.first < dt.date(2024, 3, 1))),
        ("topic_agencies", update(t.TopicAgency).values(led=0)),
        ("roles", update(t.Role).values(last=dt.date(2030, 1, 1))),
        ("entities", update(t.EntityRow).values(posts=7)),
        ("entities", update(t.EntityRow).where(t.EntityRow.kind == "contact").values(agency="외교부")),
    ],
)
def test_wrong_sums_are_found_and_made_anew(database: Database, table: str, damage: Any) -> None:
    fill(database)
    with database.writing() as session:
        session.execute(damage)
    with database.snapshot() as session:
        assert table in sums.differences(session)
    with database.writing() as session:
        sums.count_anew(session.connection())
    with database.snapshot() as session:
        assert sums.differences(session) == {}
        assert as_kept(session) == by_hand(session)


def test_a_body_that_becomes_another_is_counted_anew(database: Database) -> None:
    """The list of agencies said before that none of the names is another's."""
    fill(database)
    with database.writing() as session:
        session.execute(update(t.EntityRow).values(standing=None))
        sums.recount_bodies(session.connection())
        assert as_kept(session)["bodies"] != by_hand(session)["bodies"]
        lineage.store_lineage(session, gazetteer())
        assert as_kept(session)["bodies"] == by_hand(session)["bodies"]
        assert not lineage.put_standing(session.connection(), gazetteer())


def test_a_base_of_an_earlier_program_is_counted_when_it_is_brought_up(database: Database) -> None:
    fill(database)
    go_down(database, "0004")
    database.migrate()
    with database.session() as session:
        assert sums.differences(session) == {}
        assert as_kept(session) == by_hand(session)


def test_weeks_and_months_are_made_of_whole_periods() -> None:
    for n in range(800):
        day = dt.date(2023, 11, 20) + dt.timedelta(days=n)
        period, monday = sums.period_of(day, True), day - dt.timedelta(days=day.weekday())
        assert max(monday, day.replace(day=1)) == period <= day
        assert sums.period_of(day, False) == day.replace(day=1)


# -- what pages cost ------------------------------------------------------------------------------


def steps_of(database: Database, read: Callable[[Session], object]) -> int:
    """Instructions of SQLite's machine, in hundreds: what a query costs whatever else the machine does."""
    done = 0

    def count() -> int:
        nonlocal done
        done += 1
        return 0

    with database.session() as session:
        read(session)  # statements are put together once
        raw = session.connection().connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(count, 100)
        read(session)
        raw.set_progress_handler(None, 0)
    return done


def test_what_pages_cost_does_not_follow_the_number_of_posts(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same days, entities and desks, ten times as many posts."""
    for module in (entities, portraits):
        monkeypatch.setattr(module, "RECENT_POSTS", 40)
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    database.migrate()

    def page_of(kind: str, key: str) -> Callable[[Session], object]:
        def read(session: Session) -> object:
            found = entities.find_entity(session, kind, key)
            assert found is not None
            return entity_page(session, found, gazetteer(), 1)

        return read

    pages: dict[str, Callable[[Session], object]] = {
        "overview": lambda session: Overviews().get(session),
        "directory": directory.all_desks,
        "status": posts.overview,
        "agency": page_of("agency", "관세청"),
        "official": page_of("official", "김철수 산업통상부"),
        "contact": page_of("contact", "044-203-4000"),
        "topic": page_of("topic", "sanctions"),
    }
    fill(database, 150)
    few = {name: steps_of(database, read) for name, read in pages.items()}
    fill(database, 1500)
    many = {name: steps_of(database, read) for name, read in pages.items()}
    database.close()
    assert all(many[name] < 1.5 * few[name] + 5 for name in pages), (few, many)
