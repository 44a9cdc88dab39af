"""The overview, put together from the sums of the store once for each of its states."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from kb.search.held import Held
from kb.store import overview as store
from kb.store.database import Session
from kb.views import NamedLink
from kb.views.overview import AgencyTopics, CountryTurn, Grain, Overview, Period, SourceCover, TopicFlow

NEWEST = 8
AGENCIES = 15
COUNTRIES = 12
GAPS = 5
MOST_PERIODS = 36
GRAINS: tuple[Grain, ...] = ("week", "month", "quarter", "year")
SHORTEST_GAP = 2  # working days without a post

Days = Sequence[tuple[dt.date, int]]


class Overviews:
    """Answers from memory until the store changes."""

    def __init__(self) -> None:
        self._held: Held[Overview] = Held()

    def get(self, session: Session) -> Overview:
        return self._held.get(session, lambda: _read(session))


def _read(session: Session) -> Overview:
    rows = store.posts_by_day(session)
    days = summed((day, count) for _, day, count in rows)
    grain, periods = periods_of(days)
    topics = _flows(session, periods)
    now, before = quarters(days)
    return Overview(
        newest=store.newest(session, NEWEST),
        grain=grain,
        periods=periods,
        topics=topics,
        agencies=_agencies(session, topics),
        now=now,
        before=before,
        countries=_countries(session, now, before),
        sources=_sources(rows),
        days=tuple(days),
        gaps=gaps(days),
    )


def _agencies(session: Session, topics: Sequence[TopicFlow]) -> tuple[AgencyTopics, ...]:
    """The agencies most named in posts about any topic. All names of an agency count as one."""
    posts: dict[str, Counter[str | None]] = defaultdict(Counter)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for row in store.agencies_of_topics(session):
        posts[row.body][row.topic] += row.led
        names[row.body][row.agency] += row.posts if row.topic else 0
    chosen = sorted(posts, key=lambda body: (-posts[body][None], body))[:AGENCIES]
    shown = {body: names[body].most_common(1)[0][0] for body in chosen}
    return tuple(
        AgencyTopics(
            NamedLink("agency", shown[body], shown[body]),
            posts[body][None],
            tuple(posts[body][flow.topic.value] for flow in topics),
        )
        for body in chosen
    )


def summed(days: Iterable[tuple[dt.date, int]]) -> list[tuple[dt.date, int]]:
    """One count a day, in order."""
    counts: Counter[dt.date] = Counter()
    for day, count in days:
        counts[day] += count
    return sorted(counts.items())


def periods_of(days: Days) -> tuple[Grain, tuple[Period, ...]]:
    """The finest periods that are few enough to be drawn, without gaps, from the first day to the last."""
    if not days:
        return "month", ()
    first, last = days[0][0], days[-1][0]
    for grain in GRAINS:
        starts = _starts(grain, first, last)
        if len(starts) <= MOST_PERIODS:
            break
    starts = starts[-MOST_PERIODS:]
    counts = _counted(starts, days)
    return grain, tuple(Period(s, _end(grain, s), count) for s, count in zip(starts, counts, strict=True))


def _starts(grain: Grain, first: dt.date, last: dt.date) -> list[dt.date]:
    found = [_start(grain, first)]
    while (following := _end(grain, found[-1]) + dt.timedelta(days=1)) <= last:
        found.append(following)
    return found


def _start(grain: Grain, day: dt.date) -> dt.date:
    """The first day of the period that ``day`` falls into. Weeks begin on Monday."""
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}[grain]
    return dt.date(day.year, month, 1)


def _end(grain: Grain, start: dt.date) -> dt.date:
    if grain == "week":
        return start + dt.timedelta(days=6)
    month = start.month + {"month": 0, "quarter": 2, "year": 11}[grain]
    return dt.date(start.year, month, calendar.monthrange(start.year, month)[1])


def _counted(starts: Sequence[dt.date], days: Days) -> list[int]:
    """What falls between each start and the next; days before the first are left out."""
    counts = [0] * len(starts)
    for day, count in days:
        at = bisect_right(starts, day) - 1
        if at >= 0:
            counts[at] += count
    return counts


def _flows(session: Session, periods: Sequence[Period]) -> tuple[TopicFlow, ...]:
    days: dict[NamedLink, list[tuple[dt.date, int]]] = defaultdict(list)
    for topic, day, count in store.by_period(session, "topic"):
        days[topic].append((day, count))
    starts = [period.first for period in periods]
    flows = [
        TopicFlow(topic, sum(count for _, count in found), tuple(_counted(starts, found)))
        for topic, found in days.items()
    ]
    return tuple(sorted(flows, key=lambda flow: (-flow.posts, flow.topic.value)))


def quarters(days: Days) -> tuple[Period, Period] | tuple[None, None]:
    """The quarter of the newest day up to that day, and the whole quarter before."""
    if not days:
        return None, None
    last = days[-1][0]
    first = _start("quarter", last)
    end = first - dt.timedelta(days=1)
    start = _start("quarter", end)
    return (
        Period(first, last, sum(count for day, count in days if first <= day)),
        Period(start, end, sum(count for day, count in days if start <= day <= end)),
    )


def _countries(session: Session, now: Period | None, before: Period | None) -> tuple[CountryTurn, ...]:
    """The countries named most in this quarter."""
    if now is None or before is None:
        return ()
    later = store.named_between(session, "country", now.first, now.last)
    earlier = store.named_between(session, "country", before.first, before.last)
    chosen = sorted(later, key=lambda link: (-later[link], link.value))[:COUNTRIES]
    return tuple(CountryTurn(link, later[link], earlier.get(link, 0)) for link in chosen)


def _sources(rows: Iterable[tuple[str, dt.date, int]]) -> tuple[SourceCover, ...]:
    found: dict[str, list[tuple[dt.date, int]]] = defaultdict(list)
    for source, day, count in rows:
        found[source].append((day, count))
    return tuple(
        SourceCover(source, sum(count for _, count in days), days[0][0], days[-1][0], len(days))
        for source, days in sorted(found.items())
    )


def gaps(days: Days) -> tuple[tuple[dt.date, dt.date], ...]:
    """The longest stretches from a working day to a working day without posts, the longest first."""
    found = []
    for (before, _), (after, _) in pairwise(days):
        missing = [before + dt.timedelta(days=n) for n in range(1, (after - before).days)]
        working = [day for day in missing if day.weekday() < 5]
        if len(working) >= SHORTEST_GAP:
            found.append((working[0], working[-1]))
    return tuple(sorted(found, key=lambda gap: (gap[0] - gap[1], gap[0]))[:GAPS])
