"""The table of equal names that a query is widened by, from the gazetteer and the reviewed lists of terms."""

from __future__ import annotations

from collections.abc import Iterator

from index.query.names import NameTable, load_names
from kb.gazetteer.gazetteer import Gazetteer

MIN_LENGTH = 2  # "미" for 미국 is read by extraction, which sees what stands around it; a query shows nothing


def name_table(gazetteer: Gazetteer) -> NameTable:
    return NameTable((*_groups(gazetteer), *load_names()))


def _groups(gazetteer: Gazetteer) -> Iterator[tuple[str, ...]]:
    """Agencies with their whole line of names, countries, laws, regimes and bodies."""
    for agency in gazetteer.agencies:
        yield gazetteer.agencies.search_aliases(agency.name)
    codes = dict.fromkeys(code for form in gazetteer.countries for code in form.codes)
    for code in codes:
        yield tuple(name for name in gazetteer.countries.names(code) if len(name) >= MIN_LENGTH)
    for reference in gazetteer.references:
        yield reference.names
