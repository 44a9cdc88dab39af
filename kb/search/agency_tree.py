"""The agencies of an answer as a tree: earlier names under the newest, subordinate bodies under their ministry.

Knows the reviewed list of agencies and no store. Counts are those of each name alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from kb.gazetteer.agencies import AgencyList
from kb.views import AgencyBranch, FacetValue


class AgencyTree:
    """Lines of names, worked out once for the list."""

    def __init__(self, agencies: AgencyList) -> None:
        self._agencies = agencies
        self._lines: dict[str, tuple[str, ...]] = {}

    def names(self, name: str) -> tuple[str, ...]:
        """Every name of the body, the newest first: the one it bore last. A name that no list knows is alone."""
        if name not in self._lines:
            line = self._agencies.lineage(name, ("renamed",)) if name in self._agencies.by_name else ()
            newest = sorted((agency.name for agency in line), key=self._last_borne, reverse=True)
            self._lines[name] = tuple(newest) or (name,)
        return self._lines[name]

    def under(self, names: Iterable[str]) -> set[str]:
        """The names, with every name of every body that stands under one of them."""
        found, pending = set(names), set(names)
        while pending:
            more = {name for a in self._agencies if a.parent in pending for name in self.names(a.name)}
            pending = more - found
            found |= more
        return found

    def grown(self, values: Iterable[FacetValue]) -> tuple[AgencyBranch, ...]:
        """The branches, those that most posts name first; what is chosen or excluded is never left out."""
        given = {value.value: value for value in values}
        bodies: dict[str, list[str]] = {}
        for name in given:
            bodies.setdefault(self._head(name, given), []).append(name)
        heads = dict.fromkeys(bodies)
        for head in list(heads):
            for above in self._above(head, given):
                heads.setdefault(above)
        below: dict[str | None, list[str]] = {}
        for head in heads:
            below.setdefault(self._parent(head, given), []).append(head)
        return self._branches(None, below, bodies, given)

    def _head(self, name: str, given: Mapping[str, FacetValue]) -> str:
        """The newest of a body's names among the values; its newest at all where none is."""
        line = self.names(name)
        return next((each for each in line if each in given), name)

    def _parent(self, head: str, given: Mapping[str, FacetValue]) -> str | None:
        agency = self._agencies.by_name.get(head)
        above = agency.parent if agency else None
        return self._head(above, given) if above and above not in self.names(head) else None

    def _above(self, head: str, given: Mapping[str, FacetValue]) -> Iterable[str]:
        while (parent := self._parent(head, given)) is not None:
            yield parent
            head = parent

    def _branches(
        self,
        parent: str | None,
        below: Mapping[str | None, list[str]],
        bodies: Mapping[str, list[str]],
        given: Mapping[str, FacetValue],
    ) -> tuple[AgencyBranch, ...]:
        branches = [
            AgencyBranch(
                given.get(head, FacetValue(head, head, 0)),
                tuple(
                    AgencyBranch(given[name], (), (), *self._borne(name))
                    for name in sorted(bodies.get(head, ()), key=self._last_borne, reverse=True)
                    if name != head
                ),
                self._branches(head, below, bodies, given),
                *self._borne(head),
            )
            for head in below.get(parent, ())
        ]
        return tuple(sorted(branches, key=lambda branch: (-branch.weight, branch.value.label)))

    def _last_borne(self, name: str) -> tuple[dt.date, str]:
        """When the last time began in which a body bore a name."""
        agency = self._agencies.by_name.get(name)
        return (agency.periods[-1][0] if agency else dt.date.min), name

    def _borne(self, name: str) -> tuple[int | None, int | None]:
        """From which year to which a body bore a name that is not its only one."""
        if len(self.names(name)) < 2:
            return None, None
        agency = self._agencies.by_name[name]
        return agency.since.year, agency.until.year if agency.until else None
