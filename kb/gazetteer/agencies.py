"""The central bodies of the Republic of Korea through time: names, aliases, lineage.

Owns ``agencies.yaml`` and its checks. Must not know texts; finding names in a text is extraction's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, cast, get_args

from kb.errors import DataError
from kb.gazetteer.records import Record, read_records

LinkKind = Literal["renamed", "split", "merged", "function"]
Period = tuple[dt.date, dt.date | None]  # first and last day; None: to this day

_ANNOUNCED = dt.timedelta(days=90)
_FIELDS = ("name", "aliases", "english", "lookup", "dated", "from", "to", "again", "parent", "hosted", "former")


@dataclass(frozen=True, slots=True)
class Link:
    """How a body came from an earlier one: it is the same under a new name, a part of it, or took over work."""

    name: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Alias:
    """A short name that means the body in one period only (청와대 was a park for three years)."""

    text: str
    period: Period


@dataclass(frozen=True, slots=True)
class Agency:
    """One body under one name, in one or more periods (해양경찰청 was dissolved and founded anew)."""

    name: str
    aliases: tuple[str, ...]  # Korean short names, read in texts
    english: tuple[str, ...]  # English names and acronyms, read in texts
    lookup: tuple[str, ...]  # names that find the body but are too ambiguous to be read in a text
    dated: tuple[Alias, ...]
    periods: tuple[Period, ...]
    parent: str | None
    hosted: bool  # set up inside a ministry when needed; named right after one, it is that one's unit
    former: tuple[Link, ...]
    where: str  # file:line

    @property
    def since(self) -> dt.date:
        return self.periods[0][0]

    @property
    def until(self) -> dt.date | None:
        return self.periods[-1][1]

    def held_on(self, date: dt.date) -> bool:
        return any(_within(date, period) for period in self.periods)

    @property
    def written(self) -> tuple[str, ...]:
        """The names that mean it in a text, at any time: the official name first."""
        return (self.name, *self.aliases, *self.english)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called."""
        return (*self.written, *self.lookup)


class AgencyList:
    """All bodies, by any name, on any date."""

    def __init__(self, agencies: tuple[Agency, ...]) -> None:
        self.agencies = agencies
        self.by_name = {agency.name: agency for agency in agencies}
        self._by_alias: dict[str, list[Agency]] = {}
        self._dated: dict[str, list[tuple[Period, Agency]]] = {}
        self._later: dict[str, list[Link]] = {}
        for agency in agencies:
            self._register(agency)

    def _register(self, agency: Agency) -> None:
        for name in agency.names:
            self._by_alias.setdefault(name, []).append(agency)
        for alias in agency.dated:
            self._dated.setdefault(alias.text, []).append((alias.period, agency))
        for link in agency.former:
            self._later.setdefault(link.name, []).append(Link(agency.name, link.kind))

    def __iter__(self) -> Iterator[Agency]:
        return iter(self.agencies)

    def written(self) -> set[str]:
        """Every name that may mean a body in a text, on some date."""
        return {name for agency in self.agencies for name in agency.written} | self._dated.keys()

    def candidates(self, name: str) -> tuple[Agency, ...]:
        """All bodies that were ever called so."""
        return tuple(self._by_alias.get(name, ()))

    def read(self, name: str, date: dt.date) -> Agency | None:
        """As ``resolve``, for a name met in a text.

        Look-up names mean nobody, nor do names not yet borne; dated names mean somebody in their time only.
        """
        if name in self._dated:
            return next((agency for period, agency in self._dated[name] if _within(date, period)), None)
        if not any(_is_known(agency, date) and name not in agency.lookup for agency in self.candidates(name)):
            return None
        return self.resolve(name, date)

    def resolve(self, name: str, date: dt.date) -> Agency | None:
        """The body meant by ``name`` on ``date``, under the official name it bore that day.

        A name used out of its time means the body that bore another name that day, when only renamings
        lie between; where there is none (dissolved, not yet founded), the body that once bore the name.
        """
        claimed = self._by_alias.get(name, ())
        for agency in claimed:
            if agency.held_on(date):
                return agency
        for agency in claimed:
            same = self.on(agency.name, date)
            if same is not None:
                return same
        return min(claimed, key=lambda a: _distance(a, date), default=None)

    def on(self, name: str, date: dt.date) -> Agency | None:
        """The body that ``name`` is on ``date`` when only renamings are followed, both ways."""
        seen: set[str] = set()
        pending = [name]
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            if self.by_name[current].held_on(date):
                return self.by_name[current]
            links = (*self.former(current), *self.later(current))
            pending += [link.name for link in links if link.kind == "renamed"]
        return None

    def former(self, name: str) -> tuple[Link, ...]:
        """What a body came from, and how."""
        return self.by_name[name].former if name in self.by_name else ()

    def later(self, name: str) -> tuple[Link, ...]:
        """What became of a body, and how."""
        return tuple(self._later.get(name, ()))

    def lineage(self, name: str, kinds: tuple[LinkKind, ...] = ("renamed", "split", "merged")) -> tuple[Agency, ...]:
        """The forerunners and the successors of ``name`` (any alias), itself among them, oldest first.

        Only links of ``kinds`` are followed, straight back and straight on: sisters that were split
        from one body are in the lineage of that body, not in each other's.
        """
        starts = [agency.name for agency in self.candidates(name)]
        found = self._follow(starts, self.former, kinds) | self._follow(starts, self.later, kinds)
        return tuple(sorted((self.by_name[n] for n in found), key=lambda a: (a.since, a.name)))

    def _follow(self, starts: list[str], links: Callable[[str], tuple[Link, ...]], kinds: tuple[str, ...]) -> set[str]:
        found: set[str] = set()
        pending = list(starts)
        while pending:
            current = pending.pop()
            if current not in found:
                found.add(current)
                pending += [link.name for link in links(current) if link.kind in kinds]
        return found

    def search_aliases(self, name: str) -> tuple[str, ...]:
        """What a search for ``name`` should also find: all names it bore, and of what it split into or from."""
        same = {agency.name for agency in self.lineage(name, ("renamed",))}
        parts = {link.name for n in same for link in (*self.former(n), *self.later(n)) if link.kind == "split"}
        kin = sorted((self.by_name[n] for n in same | parts), key=lambda a: (a.since, a.name))
        return tuple(dict.fromkeys(alias for agency in kin for alias in agency.names))


def _is_known(agency: Agency, date: dt.date) -> bool:
    """Whether a text of ``date`` may speak of it: a wholly new body is announced some weeks before it exists."""
    new = not any(link.kind == "renamed" for link in agency.former)
    return agency.since - (_ANNOUNCED if new else dt.timedelta()) <= date


def _within(date: dt.date, period: Period) -> bool:
    return period[0] <= date and (period[1] is None or date <= period[1])


def _distance(agency: Agency, date: dt.date) -> int:
    if date < agency.since:
        return (agency.since - date).days
    return (date - agency.until).days if agency.until else 0


def load_agencies(path: Path) -> AgencyList:
    """Reads and checks the list; ``DataError`` names file and line of what is wrong."""
    agencies = tuple(_agency(record) for record in read_records(path))
    listed = AgencyList(agencies)
    for agency in agencies:
        _check_names(agency, listed)
        _check_links(agency, listed)
    return listed


def _agency(record: Record) -> Agency:
    record.only(_FIELDS)
    return Agency(
        name=record.text("name"),
        aliases=record.texts("aliases"),
        english=record.texts("english"),
        lookup=record.texts("lookup"),
        dated=tuple(Alias(item.text("alias"), _period(item)) for item in record.records("dated")),
        periods=_periods(record),
        parent=record.optional("parent"),
        hosted=record.optional("hosted") is not None,
        former=tuple(_link(item) for item in record.records("former")),
        where=record.where,
    )


def _periods(record: Record) -> tuple[Period, ...]:
    periods = (_period(record), *(_period(item) for item in record.records("again")))
    for before, after in pairwise(periods):
        if before[1] is None or before[1] >= after[0]:
            raise record.wrong(f"기간이 겹칩니다: {after[0]}부터 다시 시작합니다")
    return periods


def _period(record: Record) -> Period:
    since, until = record.date("from"), record.date("to")
    if since is None:
        raise record.wrong("'from' 날짜가 없습니다")
    if until is not None and until < since:
        raise record.wrong(f"끝난 날 {until}이 시작한 날 {since}보다 앞섭니다")
    return since, until


def _link(record: Record) -> Link:
    record.only(("name", "how"))
    how = record.text("how")
    if how not in get_args(LinkKind):
        raise record.wrong(f"모르는 연결 '{how}'입니다 ({', '.join(get_args(LinkKind))})")
    return Link(record.text("name"), cast(LinkKind, how))


def _check_names(agency: Agency, listed: AgencyList) -> None:
    if listed.by_name[agency.name] is not agency:
        raise DataError(agency.where, f"'{agency.name}' 항목이 두 번 나옵니다")
    if len(set(agency.names)) < len(agency.names):
        raise DataError(agency.where, f"'{agency.name}'에 같은 이름이 두 번 적혀 있습니다")
    for alias in agency.names:
        for other in listed.candidates(alias):
            if other is not agency and _overlap(agency, other):
                raise DataError(agency.where, f"'{alias}' 이름을 같은 때에 '{other.name}'({other.where})도 씁니다")


def _check_links(agency: Agency, listed: AgencyList) -> None:
    if agency.parent is not None and agency.parent not in listed.by_name:
        raise DataError(agency.where, f"상위 기관 '{agency.parent}' 항목이 없습니다")
    for link in agency.former:
        former = listed.by_name.get(link.name)
        if former is None:
            raise DataError(agency.where, f"앞선 기관 '{link.name}' 항목이 없습니다")
        if former.since >= agency.periods[-1][0]:
            raise DataError(agency.where, f"앞선 기관 '{link.name}'이(가) '{agency.name}'보다 먼저 생기지 않았습니다")
        if link.kind == "renamed" and former.periods[0][1] is None:
            raise DataError(former.where, f"'{former.name}'은(는) '{agency.name}'(으)로 바뀌었으나 끝난 날이 없습니다")


def _overlap(one: Agency, other: Agency) -> bool:
    return any(
        a[0] <= (b[1] or dt.date.max) and b[0] <= (a[1] or dt.date.max) for a in one.periods for b in other.periods
    )
