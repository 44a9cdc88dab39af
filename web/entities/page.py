"""What an entity page shows beside its view model: addresses, chart, bars, how fresh a number is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from kb.views import EntityCount, EntityPage, NamedLink, SearchParams
from web import charts, labels
from web.entities.relations import Relations, narrow, relations
from web.entities.timeline import Timeline, timeline
from web.language.catalog import noop as n_
from web.search import params as state
from web.search.page import pager

STALE = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Together:
    """The entities of one kind that are named in the same posts; ``highest`` is the longest bar."""

    kind: str
    label: str
    items: tuple[EntityCount, ...]
    highest: int


@dataclass(frozen=True, slots=True)
class EntityView:
    """``ROWS`` of a table and ``NEAR`` neighbours of a kind are shown before "N개 더", ``LAST`` at all."""

    ROWS: ClassVar[int] = 12
    NEAR: ClassVar[int] = 6
    LAST: ClassVar[int] = 72
    LANES: ClassVar[Mapping[str, str]] = {
        "office": n_("직책이 글에 나온 때"),
        "holder": n_("직책을 맡은 사람이 글에 나온 때"),
        "desk": n_("번호가 글에 적힌 때"),
        "agency": n_("발표한 기관과 때"),
    }
    chart: charts.BarChart | None
    together: tuple[Together, ...]
    relations: Relations | None
    narrow: Relations | None  # the same on a phone
    timeline: Timeline | None
    search_url: str
    pages: tuple[tuple[int, str] | None, ...]
    stale_before: dt.date | None  # a number last printed before this day may be out of date


def view(found: EntityPage) -> EntityView:
    return EntityView(
        chart=charts.by_month(found.by_month, link=lambda first, last: search_url(found.link, first, last)),
        together=tuple(_together(found)),
        relations=relations(found.together),
        narrow=narrow(found.together),
        timeline=timeline(found),
        search_url=search_url(found.link),
        pages=pager(found.page, found.pages, lambda page: page_url(found.link, page)),
        stale_before=found.last - STALE if found.last else None,
    )


def _together(found: EntityPage) -> list[Together]:
    return [
        Together(kind, label, found.together[kind], max(item.posts for item in found.together[kind]))
        for kind, label in labels.KINDS.items()
        if found.together.get(kind)
    ]


def search_url(link: NamedLink, first: dt.date | None = None, last: dt.date | None = None) -> str:
    """The search for an entity's posts: its filter where there is one, else its name as a phrase."""
    if link.kind in labels.FILTERS:
        return state.url(SearchParams(filters={link.kind: (link.value,)}, date_from=first, date_to=last))
    phrase = '"' + link.label.replace('"', " ") + '"'
    return state.url(SearchParams(q=phrase, date_from=first, date_to=last))


def page_url(link: NamedLink, page: int) -> str:
    return link.url if page == 1 else f"{link.url}?page={page}"


def list_url(kind: str, q: str, page: int) -> str:
    asked = ([("q", q)] if q else []) + ([("page", str(page))] if page > 1 else [])
    return f"/entities/{kind}" + (f"?{urlencode(asked)}" if asked else "")
