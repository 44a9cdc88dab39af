"""The directory: all desks, by agency over its renamings and by text. Read once for each state of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from index.particles import with_particles
from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import fold, standing_name
from kb.search.filters import resolve
from kb.search.held import Held
from kb.store import directory as store
from kb.store.database import Session
from kb.views.directory import Desk, DeskOwner, DirectoryPage, Order

LAST = "\uffff"  # sorts what has no name behind everything that has one
NOBODY = "‘{agency}’(이)라는 기관의 번호가 없습니다. 기관은 옛 이름과 약칭으로도 찾습니다."
CUT = f"번호가 아주 많아 최근에 확인한 {store.MOST:,}개만 다룹니다."


@dataclass(frozen=True, slots=True)
class Entry:
    """A desk with the text it is found by, and the standing name of its body."""

    desk: Desk
    text: str
    standing: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """All entries at one state of the store."""

    entries: tuple[Entry, ...]
    newest: dt.date | None
    cut: bool


class Directory:
    """Answers from memory until the store changes."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._held: Held[Listing] = Held()

    def page(
        self, session: Session, q: str, agency: str, order: Order, page: int, per_page: int | None
    ) -> DirectoryPage:
        """One page of the desks that answer; all of them where ``per_page`` is None."""
        listing = self._held.get(session, lambda: self._listing(session))
        found = [entry for entry in listing.entries if _answers(entry, q)]
        owners = self._owners(found)
        names = self._names(session, agency, listing) if agency else ()
        if agency:
            found = [entry for entry in found if entry.desk.agency in names]
        desks = sorted((entry.desk for entry in found), key=_by_agency if order == "agency" else _by_freshness)
        size = per_page or max(1, len(desks))
        return DirectoryPage(
            q=q,
            agency=agency,
            total=len(desks),
            page=page,
            pages=max(1, -(-len(desks) // size)),
            desks=tuple(desks[(page - 1) * size : page * size]),
            names=names,
            owners=owners,
            newest=listing.newest,
            notes=_notes(agency, names, listing),
        )

    def _listing(self, session: Session) -> Listing:
        read = store.all_desks(session)
        desks = joined(read.desks, lambda body: standing_name(body, self._gazetteer))
        return Listing(tuple(map(self._entry, desks)), read.newest, read.cut)

    def _entry(self, desk: Desk) -> Entry:
        standing = standing_name(desk.agency, self._gazetteer)
        text = "\n".join(map(fold, (desk.number, desk.department or "", desk.owner, *self._called(desk.agency or ""))))
        return Entry(desk, text, standing)

    def _called(self, body: str) -> tuple[str, ...]:
        """Everything a body is called."""
        listed = self._gazetteer.agencies.by_name.get(body) or self._gazetteer.bodies.resolve(body)
        return listed.names if listed else (body,)

    def _names(self, session: Session, agency: str, listing: Listing) -> tuple[str, ...]:
        """The names of the bodies that ``agency`` means, as far as they stand beside some number."""
        keys = {agency, *resolve(session, self._gazetteer, "agency", agency)}
        standing = {standing_name(key, self._gazetteer) for key in keys}
        meant = {entry.desk.agency for entry in listing.entries if entry.standing in standing}
        if not meant:  # a body on no list: its name as printed, or the beginning of it
            printed = {entry.desk.agency for entry in listing.entries if entry.desk.agency}
            meant = {name for name in printed if fold(name) == fold(agency) or name.startswith(f"{agency} ")}
        return tuple(sorted(name for name in meant if name))

    def _owners(self, entries: Iterable[Entry]) -> tuple[DeskOwner, ...]:
        """Bodies by their number of desks, each under the name that was printed last."""
        counts: dict[str, int] = {}
        newest: dict[str, tuple[dt.date, str]] = {}
        for entry in entries:
            if entry.standing and entry.desk.agency:
                counts[entry.standing] = counts.get(entry.standing, 0) + 1
                seen = (entry.desk.last, entry.desk.agency)
                newest[entry.standing] = max(newest.get(entry.standing, seen), seen)
        ordered = sorted(counts, key=lambda name: (-counts[name], newest[name][1]))
        return tuple(DeskOwner(newest[name][1], counts[name]) for name in ordered)


def joined(desks: Iterable[Desk], standing: Callable[[str], str | None]) -> tuple[Desk, ...]:
    """One desk where posts print one desk in several ways.

    A body is the same over its renamings. A number printed with its department alone, as posts do where
    their own line has named the body already, belongs to the one body that prints the pair; where several
    do, nobody knows, and it stays by itself. A number without a department is nobody's desk and never joined.
    """
    pairs: dict[tuple[str, str], dict[str, list[Desk]]] = {}
    for desk in desks:
        body = (standing(desk.agency) or desk.agency) if desk.agency else ""
        pairs.setdefault((desk.number, desk.department or ""), {}).setdefault(body, []).append(desk)
    return tuple(_one(found) for (_, named), bodies in pairs.items() for found in _owned(bodies, bool(named)))


def _owned(bodies: dict[str, list[Desk]], named: bool) -> Iterable[list[Desk]]:
    """The desks of each body; those without one go to the only one there is."""
    known = [body for body in bodies if body]
    if named and len(known) == 1 and "" in bodies:
        return [bodies[known[0]] + bodies[""]]
    return bodies.values()


def _one(found: list[Desk]) -> Desk:
    """Under the name of its body that was printed last."""
    newest = max(found, key=lambda desk: desk.last)
    shown = max((desk for desk in found if desk.agency), key=lambda desk: desk.last, default=newest)
    first, posts = min(desk.first for desk in found), sum(desk.posts for desk in found)
    return replace(shown, first=first, last=newest.last, posts=posts, post=newest.post)


def _answers(entry: Entry, q: str) -> bool:
    """Every word of ``q`` stands somewhere in number, department, or any name of the body."""
    return all(fold(word) in entry.text for word in q.split())


def _by_freshness(desk: Desk) -> tuple[int, str, str, str]:
    return -desk.last.toordinal(), desk.agency or LAST, desk.department or LAST, desk.number


def _by_agency(desk: Desk) -> tuple[str, str, int, str]:
    return desk.agency or LAST, desk.department or LAST, -desk.last.toordinal(), desk.number


def _notes(agency: str, names: tuple[str, ...], listing: Listing) -> tuple[str, ...]:
    told = [with_particles(NOBODY.format(agency=agency))] if agency and not names else []
    return tuple(told + ([CUT] if listing.cut else []))
