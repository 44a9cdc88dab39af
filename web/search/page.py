"""What the search page shows beside the hits: chips, the histogram, the pager; filter lists are in ``boxes``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.views import SearchResult
from web import charts, labels
from web.language import noop as n_
from web.language import shown
from web.search import params as state
from web.search.boxes import FacetBox, boxes


@dataclass(frozen=True, slots=True)
class Chip:
    """An active condition and the address without it."""

    name: str
    label: str
    url: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class SearchView:
    """Everything the template needs beyond the result itself."""

    chips: tuple[Chip, ...]
    boxes: tuple[FacetBox, ...]
    histogram: charts.BarChart | None
    pages: tuple[tuple[int, str] | None, ...]  # None is a gap
    clear_url: str
    active: int


def view(result: SearchResult) -> SearchView:
    chips = _chips(result)
    return SearchView(
        chips=chips,
        boxes=boxes(result),
        histogram=_histogram(result),
        pages=_pages(result),
        clear_url=state.url(state.unfiltered(result.params)),
        active=len(chips),
    )


def _label(result: SearchResult, name: str, value: str) -> str:
    return next((shown(name, value, f.label) for f in result.facets.get(name, ()) if f.value == value), value)


def _chips(result: SearchResult) -> tuple[Chip, ...]:
    params = result.params
    chips = [
        Chip(labels.FILTERS[name], _label(result, name, value), state.url(state.dropped(params, name, value)))
        for name, values in params.filters.items()
        for value in values
    ]
    chips += [
        Chip(
            labels.FILTERS[name],
            _label(result, name, value),
            state.url(state.dropped(params, state.WITHOUT + name, value)),
            excluded=True,
        )
        for name, values in params.without.items()
        for value in values
    ]
    if params.date_from or params.date_to:
        spell = f"{params.date_from or ''} ~ {params.date_to or ''}".strip()
        chips.append(Chip(n_("기간"), spell, state.url(state.period(params, None, None))))
    return tuple(chips)


def _histogram(result: SearchResult) -> charts.BarChart | None:
    counts = {f.value: f.count for f in result.facets.get(labels.MONTH, ())}
    if not counts:
        return None

    params = result.params

    def link(first: dt.date, last: dt.date) -> str:
        """To its posts; from the one period that is chosen, back to all."""
        chosen = (params.date_from, params.date_to) == (first, last)
        return state.url(state.period(params, *((None, None) if chosen else (first, last))))

    chart = charts.by_month(tuple(counts.items()), link, width=250, height=52)
    return charts.within(chart, params.date_from, params.date_to) if chart else None


def _pages(result: SearchResult) -> tuple[tuple[int, str] | None, ...]:
    reached = min(result.pages, state.DEEPEST // result.params.per_page)
    return pager(result.params.page, reached, lambda page: state.url(state.moved(result.params, page)))


def pager(page: int, pages: int, link: charts.PageLink) -> tuple[tuple[int, str] | None, ...]:
    """First, last and the neighbours of this page, with a gap where numbers are left out."""
    if pages < 2:
        return ()
    wanted = sorted({1, pages, *(n for n in range(page - 2, page + 3) if 1 <= n <= pages)})
    found: list[tuple[int, str] | None] = []
    for before, number in zip([0, *wanted], wanted, strict=False):
        if number - before > 1:
            found.append(None)
        found.append((number, link(number)))
    return tuple(found)
