"""What a user gives as a filter, by any name, as the values the index holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from index.stages import staged
from kb.gazetteer.gazetteer import Gazetteer
from kb.search.agency_tree import AgencyTree
from kb.store import entities
from kb.store.database import Session
from kb.views import FacetValue, Reach

Labels = Callable[[str, Sequence[str]], Mapping[str, str]]
"""Kind and keys of entities → the names to show."""

PLAIN = frozenset({"category", "source", "month"})  # values that are no entities


def resolve(session: Session, gazetteer: Gazetteer, field: str, value: str, reach: Reach = "line") -> tuple[str, ...]:
    """The values of the filter field that ``value`` means; none when nothing bears that name.

    An agency stands for its whole line of renamings unless ``reach`` says otherwise, an official for everybody of
    that name.
    """
    if field in PLAIN:
        return (value,)
    keys = entities.keys_of_alias(session, field, value)
    if field == "agency" and reach == "name":
        return (value,) if value in keys else keys
    if field == "agency":
        names = {agency.name for key in (value, *keys) for agency in gazetteer.agencies.lineage(key, ("renamed",))}
        names |= set(keys)
        return tuple(sorted(AgencyTree(gazetteer.agencies).under(names) if reach == "under" else names))
    return keys


@staged("facets")
def facet_values(
    labels: Labels,
    field: str,
    counts: Sequence[tuple[str, int]],
    chosen: Mapping[str, tuple[str, ...]],
    without: Mapping[str, tuple[str, ...]],
) -> tuple[FacetValue, ...]:
    """Facet counts with the names to show, and which of them are chosen or excluded.

    What is excluded is in no hit; it is listed with 0 so that a page can name it.
    """
    counted = {value for value, _ in counts}
    counts = [*counts, *((value, 0) for value in without.get(field, ()) if value not in counted)]
    names = {} if field in PLAIN else labels(field, [value for value, _ in counts])
    picked, dropped = set(chosen.get(field, ())), set(without.get(field, ()))
    return tuple(
        FacetValue(value, names.get(value, value), count, (value in picked) - (value in dropped))
        for value, count in counts
    )
