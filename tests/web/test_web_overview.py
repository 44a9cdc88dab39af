"""The overview: its figures are those of the searches that they lead to; its pictures lose nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.search.overview import MOST_PERIODS, gaps, periods_of, quarters
from kb.views import NamedLink
from kb.views.overview import CountryTurn, Overview, Period
from web.overview import coverage, flow
from web.overview.page import SHADES, quarter, view

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31))
TABLES = st.dictionaries(DAYS, st.integers(1, 300), min_size=1, max_size=50).map(lambda table: sorted(table.items()))


def found(client: FlaskClient, address: str) -> int:
    """Posts behind an address of the search page, folded copies counted too: facets count posts."""
    told = client.get(address.replace("/search", "/api/v1/search") + "&per_page=100").get_json()
    return int(told["total"]) + sum(len(hit["copies"]) for hit in told["hits"])


def links(client: FlaskClient, selector: str) -> list[tuple[str, str]]:
    nodes = HTMLParser(client.get("/overview").text).css(selector)
    assert nodes, selector
    return [(node.text(), node.attributes["href"] or "") for node in nodes]


def test_a_square_counts_the_posts_behind_it(client: FlaskClient) -> None:
    for text, address in links(client, ".heat td a")[:10]:
        assert int(text) == found(client, address), address


def test_a_country_counts_its_posts_of_the_quarter(client: FlaskClient) -> None:
    for text, address in links(client, ".countries td a")[:6]:
        assert int(text) == found(client, address), address


def test_a_bar_counts_its_posts(client: FlaskClient) -> None:
    bars = HTMLParser(client.get("/overview").text).css(".small-multiples .bars a")
    assert bars
    for link in bars[:6]:
        label = link.attributes["aria-label"] or ""
        assert label.endswith(f" {found(client, link.attributes['href'] or '')}건")


def test_a_day_counts_its_posts(client: FlaskClient) -> None:
    days = HTMLParser(client.get("/overview").text).css(".days a")
    assert days
    for link in days[:6]:
        title = link.css_first("title")
        assert title is not None
        assert title.text().endswith(f" {found(client, link.attributes['href'] or '')}건")


@pytest.mark.parametrize("selector", [".small-multiples h3 a", ".heat thead a", ".heat tbody th a", ".news div > a"])
def test_every_name_has_its_page(client: FlaskClient, selector: str) -> None:
    for _, address in links(client, selector)[:5]:
        assert client.get(address).status_code in (200, 302)


def test_page_and_json_agree(client: FlaskClient) -> None:
    told = client.get("/api/v1/overview").get_json()
    tree = HTMLParser(client.get("/overview").text)
    assert [node.text() for node in tree.css(".news div > a")] == [post["title"] for post in told["newest"]]
    assert [node.text() for node in tree.css(".heat tbody th a")] == [row["agency"] for row in told["agencies"]]
    assert told["posts"] == sum(source["posts"] for source in told["sources"])
    assert all(len(topic["counts"]) == len(told["periods"]) for topic in told["topics"])
    assert sum(period["posts"] for period in told["periods"]) <= told["posts"]


def test_the_newest_are_the_newest(client: FlaskClient) -> None:
    newest = client.get("/api/v1/overview").get_json()["newest"]
    days = [post["date"] for post in newest]
    assert days == sorted(days, reverse=True) and all(post["topics"] for post in newest)
    hits = client.get("/api/v1/search?sort=date&per_page=100").get_json()["hits"]
    assert days == [hit["date"] for hit in hits if hit["topics"]][: len(days)]


def test_all_names_of_an_agency_count_as_one(knowledge: KnowledgeBase) -> None:
    shown = [row.agency.value for row in knowledge.overview().agencies]
    lines = [{a.name for a in knowledge.gazetteer.agencies.lineage(name, ("renamed",))} | {name} for name in shown]
    for name, others in zip(shown, lines, strict=True):
        assert not (others - {name}) & set(shown)


def test_shades_grow_with_numbers(knowledge: KnowledgeBase) -> None:
    squares = [s for row in view(knowledge.overview()).heat for s in row.squares]
    ordered = sorted(squares, key=lambda square: square.count)
    assert [s.shade for s in ordered] == sorted(s.shade for s in ordered)
    assert all((s.shade == 0) == (s.count == 0) for s in squares)
    assert max(s.shade for s in squares) == SHADES


@given(TABLES)
def test_periods_follow_one_another_and_lose_only_what_is_too_old(days: list[tuple[dt.date, int]]) -> None:
    grain, periods = periods_of(days)
    assert 1 <= len(periods) <= MOST_PERIODS
    for before, after in pairwise(periods):
        assert after.first == before.last + dt.timedelta(days=1)
    assert periods[0].first <= days[0][0] and days[-1][0] <= periods[-1].last
    assert sum(period.posts for period in periods) == sum(count for _, count in days)
    drawn = flow.bars(grain, periods, [period.posts for period in periods], lambda a, b: f"{a}..{b}")
    assert drawn is not None and max(bar.height for bar in drawn.bars) == flow.HEIGHT
    assert all(bar.x >= 0 and bar.x + bar.width <= flow.WIDTH + 0.1 for bar in drawn.bars)
    ticks = [bar.x for bar in drawn.bars if bar.tick]
    assert all(after - before >= 33 for before, after in pairwise(ticks))


@given(TABLES)
def test_the_calendar_shows_every_day_once(days: list[tuple[dt.date, int]]) -> None:
    drawn = coverage.weeks(days, SHADES)
    assert drawn is not None
    assert drawn.last == days[-1][0]
    shown = [square.day for square in drawn.days]
    assert shown == [drawn.first + dt.timedelta(days=n) for n in range(len(shown))]
    assert len({(square.x, square.y) for square in drawn.days}) == len(shown) <= coverage.WEEKS * 7
    assert sum(s.count for s in drawn.days) == sum(count for day, count in days if day >= drawn.first)
    assert all(s.x + coverage.CELL <= drawn.width and s.y + coverage.CELL <= drawn.height for s in drawn.days)
    assert all((s.url is None) == (s.count == 0) == (s.shade == 0) for s in drawn.days)


@given(TABLES)
def test_the_table_of_months_holds_every_post(days: list[tuple[dt.date, int]]) -> None:
    years = coverage.years(days, SHADES)
    if years:
        assert sum(m.count for y in years for m in y.months if m) == sum(count for _, count in days)
        assert [y.year for y in years] == sorted((y.year for y in years), reverse=True)
    else:
        drawn = coverage.weeks(days, SHADES)
        assert drawn is not None and drawn.first == days[0][0], "what no table shows, the calendar does"


@given(TABLES)
def test_quarters_meet(days: list[tuple[dt.date, int]]) -> None:
    now, before = quarters(days)
    assert now is not None and before is not None
    assert before.last + dt.timedelta(days=1) == now.first
    assert now.last == days[-1][0] and now.first.month in (1, 4, 7, 10)
    assert now.posts == sum(count for day, count in days if now.first <= day)


def test_gaps_are_working_days() -> None:
    friday, monday, thursday = dt.date(2024, 7, 5), dt.date(2024, 7, 8), dt.date(2024, 7, 11)
    assert gaps([(friday, 1), (monday, 1)]) == ()
    assert gaps([(friday, 1), (thursday, 1)]) == ((monday, dt.date(2024, 7, 10)),)


def test_shares_are_compared_where_posts_are_many() -> None:
    now = Period(dt.date(2024, 7, 1), dt.date(2024, 7, 9), 40)
    before = Period(dt.date(2024, 4, 1), dt.date(2024, 6, 30), 80)
    turn = CountryTurn(NamedLink("country", "US", "미국"), 20, 20)
    overview = Overview((), "week", (), (), (), now, before, (turn,), (), (), ())
    (row,) = view(overview).countries
    assert (row.now_share, row.before_share, row.change) == (50.0, 25.0, 25.0)
    (row,) = view(replace(overview, before=replace(before, posts=3))).countries
    assert (row.before_share, row.change) == (None, None)
    assert not view(replace(overview, now=replace(now, posts=0))).comparable
    assert quarter(now) == "2024년 3분기"


def test_an_empty_base_has_no_pictures() -> None:
    nothing = Overview((), "month", (), (), (), None, None, (), (), (), ())
    shown = view(nothing)
    assert (shown.flows, shown.heat, shown.countries, shown.calendar, shown.years) == ((), (), (), None, ())
