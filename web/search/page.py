"""What the search page shows beside the hits: chips, filter lists, the histogram, the pager."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.views import FacetValue, SearchResult
from web import charts, labels
from web.language import noop as n_
from web.language import shown
from web.search import params as state

OPEN = 7  # values of a filter shown before "N개 더"
SHOWN = 24  # values of a filter shown at all
ORDER = ("agency", "topic", "country", "official", "category", "source")


@dataclass(frozen=True, slots=True)
class Chip:
    """An active condition and the address without it."""

    name: str
    label: str
    url: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a filter list. ``through``: in force by another name in the address (an alias, a renaming)."""

    value: str
    label: str
    count: int
    included: bool
    excluded: bool
    through: bool


@dataclass(frozen=True, slots=True)
class FacetBox:
    """A filter list. ``kept``: (parameter, value) pairs in force that have no box; the form must send them too."""

    name: str
    label: str
    first: tuple[Row, ...]
    more: tuple[Row, ...]
    kept: tuple[tuple[str, str], ...]


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
        boxes=tuple(_box(result, name) for name in _names(result)),
        histogram=_histogram(result),
        pages=_pages(result),
        clear_url=state.url(state.unfiltered(result.params)),
        active=len(chips),
    )


def _names(result: SearchResult) -> tuple[str, ...]:
    named = set(result.facets) | set(result.params.filters) | set(result.params.without)
    further = sorted(named - set(ORDER) - {labels.MONTH})
    return (*(name for name in ORDER if name in named), *further)


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


def _box(result: SearchResult, name: str) -> FacetBox:
    """What is in force stands first. Only what the address names is ticked, so that unticking takes it away."""
    wanted, unwanted = result.params.filters.get(name, ()), result.params.without.get(name, ())
    values = sorted(result.facets.get(name, ()), key=lambda f: f.selected == 0)[:SHOWN]
    rows = tuple(_row(f, f.value in wanted, f.value in unwanted) for f in values)
    boxed = {row.value for row in rows}
    kept = [(name, value) for value in wanted if value not in boxed]
    kept += [(state.WITHOUT + name, value) for value in unwanted if value not in boxed]
    cut = max(OPEN, sum(1 for f in values if f.selected))
    return FacetBox(name, labels.FILTERS[name], rows[:cut], rows[cut:], tuple(kept))


def _row(f: FacetValue, included: bool, excluded: bool) -> Row:
    through = f.selected != 0 and not (included or excluded)
    return Row(f.value, f.label, f.count, included, excluded, through)


def _histogram(result: SearchResult) -> charts.BarChart | None:
    counts = {f.value: f.count for f in result.facets.get(labels.MONTH, ())}
    if not counts:
        return None

    def link(first: dt.date, last: dt.date) -> str:
        return state.url(state.period(result.params, first, last))

    return charts.by_month(tuple(counts.items()), link, width=250, height=52)


def _pages(result: SearchResult) -> tuple[tuple[int, str] | None, ...]:
    return pager(result.params.page, result.pages, lambda page: state.url(state.moved(result.params, page)))


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
