"""The filter lists of the search page: which values are shown, in which order, ticked or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.views import AgencyBranch, FacetValue, SearchParams, SearchResult
from web import labels
from web.language import shown
from web.search import params as state

OPEN = 7  # values of a filter shown before "N개 더"
NEAR = 4  # of what stands below a value
SHOWN = 24  # values of a filter shown at all; the others have a page of their own
ORDER = ("agency", "topic", "country", "official", "category", "source")


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a filter list. ``through``: in force by another name in the address (an alias, a renaming).

    ``borne`` says in which years an agency had this name; ``below`` are its earlier names and what stands under it.
    """

    value: str
    label: str
    count: int
    included: bool
    excluded: bool
    through: bool
    former: bool = False
    borne: str = ""
    below: tuple[Row, ...] = ()

    @property
    def active(self) -> bool:
        """In force itself, or something below it is."""
        return self.included or self.excluded or self.through or any(row.active for row in self.below)

    @property
    def near(self) -> tuple[Row, ...]:
        """What stands below and is shown at once: the first few, and what is in force."""
        return tuple(row for at, row in enumerate(self.below) if at < NEAR or row.active)

    @property
    def far(self) -> tuple[Row, ...]:
        near = self.near
        return tuple(row for row in self.below if row not in near)

    @property
    def size(self) -> int:
        return 1 + sum(row.size for row in self.below)


@dataclass(frozen=True, slots=True)
class FacetBox:
    """A filter list. ``kept``: (parameter, value) pairs in force that have no box; the form must send them too.

    ``further``: there are values that only the filter's own page shows.
    """

    name: str
    label: str
    first: tuple[Row, ...]
    more: tuple[Row, ...]
    kept: tuple[tuple[str, str], ...]
    further: bool

    @property
    def hidden(self) -> int:
        return sum(row.size for row in self.more)


def boxes(result: SearchResult) -> tuple[FacetBox, ...]:
    return tuple(_box(result, name) for name in _names(result))


def _names(result: SearchResult) -> tuple[str, ...]:
    named = set(result.facets) | set(result.params.filters) | set(result.params.without)
    further = sorted(named - set(ORDER) - {labels.MONTH})
    return (*(name for name in ORDER if name in named), *further)


def _box(result: SearchResult, name: str) -> FacetBox:
    """The most frequent, and what is in force wherever it stands: a row keeps its place when it is ticked.

    Only what the address names is ticked, so that unticking takes it away.
    """
    values = rows(result, name)
    first, rest = values[:OPEN], values[OPEN:]
    first += tuple(row for row in rest if row.active)
    more = tuple(row for row in rest if not row.active)[: SHOWN - OPEN]
    held = {row.value for row in every((*first, *more))}
    kept = tuple(pair for pair in _asked(result.params, name) if pair[1] not in held)
    cut = sum(row.size for row in values) > sum(row.size for row in (*first, *more))
    return FacetBox(name, labels.FILTERS[name], first, more, kept, cut or len(values) >= state.LISTED)


def _asked(params: SearchParams, name: str) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for value in params.filters.get(name, ()))
    yield from ((state.WITHOUT + name, value) for value in params.without.get(name, ()))


def rows(result: SearchResult, name: str) -> tuple[Row, ...]:
    """Every value that the answer holds of a filter; agencies as a tree."""
    if name == "agency" and result.agencies:
        return tuple(_branch(result.params, branch) for branch in result.agencies)
    return tuple(_row(result.params, name, f) for f in result.facets.get(name, ()))


def _row(params: SearchParams, name: str, f: FacetValue) -> Row:
    included = f.value in params.filters.get(name, ())
    excluded = f.value in params.without.get(name, ())
    return Row(f.value, f.label, f.count, included, excluded, f.selected != 0 and not (included or excluded))


def _branch(params: SearchParams, branch: AgencyBranch, former: bool = False) -> Row:
    row = _row(params, "agency", branch.value)
    below = (
        *(_branch(params, each, former=True) for each in branch.former),
        *(_branch(params, each) for each in branch.under),
    )
    borne = f"{branch.since}~{branch.until or ''}" if branch.since and (former or branch.former) else ""
    return Row(row.value, row.label, row.count, row.included, row.excluded, row.through, former, borne, below)


def every(found: Iterable[Row]) -> Iterator[Row]:
    for row in found:
        yield row
        yield from every(row.below)


def narrowed(found: Iterable[Row], name: str, wanted: str) -> tuple[Row, ...]:
    """The rows whose name has ``wanted``, with all below them, and those that lead to such a row."""
    return tuple(kept for row in found if (kept := _narrow(row, name, wanted.casefold())))


def _narrow(row: Row, name: str, wanted: str) -> Row | None:
    names = f"{row.label} {shown(name, row.value, row.label)}".casefold()
    if wanted in names:
        return row
    below = tuple(kept for each in row.below if (kept := _narrow(each, name, wanted)))
    if not below:
        return None
    return Row(row.value, row.label, row.count, row.included, row.excluded, row.through, row.former, row.borne, below)
