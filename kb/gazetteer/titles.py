"""Titles of office, single offices, local governments and the parts of Korean names, as vocabularies.

Owns ``titles*.yaml`` and ``surnames.yaml`` and their checks. Must not know texts: reading a title in
a sentence is extraction's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from kb.gazetteer.records import Record, read_records
from kb.model import OfficialKind

Evidence = Literal["alone", "compound", "body", "place", "member", "party", "foreign"]
BodyKind = Literal["public", "assembly", "foreign", "firm"]
T = TypeVar("T")
NameList = Literal["single", "double", "common", "given", "not_names"]


@dataclass(frozen=True, slots=True)
class Title:
    """A closing word of titles: what makes it a public office, and which bodies have it."""

    word: str
    evidence: Evidence
    of: tuple[str, ...]
    head: str | None
    kind: OfficialKind  # of the office when no body is named


@dataclass(frozen=True, slots=True)
class Office:
    """A single office whose own words tell its body."""

    title: str
    body: str
    kind: OfficialKind
    earlier: str | None = None  # the body until that day
    until: dt.date = dt.date.min

    def body_on(self, date: dt.date) -> str:
        return self.earlier if self.earlier and date <= self.until else self.body


@dataclass(frozen=True, slots=True)
class NameParts:
    """What Korean names are made of, and what looks like one and is none."""

    single: frozenset[str]
    double: frozenset[str]
    common: frozenset[str]
    given: frozenset[str]
    not_names: frozenset[str]
    historical: dict[str, dt.date]  # persons of history, from when on they are that


@dataclass(frozen=True, slots=True)
class TitleBook:
    """All of them, by word. ``places`` maps what stands before 시장 or 지사 to the body's name."""

    titles: dict[str, Title]
    offices: dict[str, Office]
    places: dict[str, str]
    body_words: dict[str, BodyKind]
    body_names: dict[str, str]  # the name to list for a word, where it is another
    body_ends: dict[str, BodyKind]
    names: NameParts
    holders: dict[str, frozenset[str]]  # who held the offices that every country has


def load_titles(folder: Path) -> TitleBook:
    """Reads and checks the lists; ``DataError`` names file and line of what is wrong."""
    bodies = read_records(folder / "titles_bodies.yaml")
    words, ends = _bodies(bodies)
    return TitleBook(
        titles=_keyed(_titles(read_records(folder / "titles.yaml"))),
        offices=_keyed(_offices(read_records(folder / "titles_offices.yaml"))),
        places=_places(read_records(folder / "titles_places.yaml")),
        body_words=words,
        body_names=_body_names(bodies),
        body_ends=ends,
        names=_names(folder / "surnames.yaml"),
        holders=_holders(read_records(folder / "office_holders.yaml")),
    )


def _keyed(pairs: Iterable[tuple[Record, str, T]]) -> dict[str, T]:
    """By word; a word given twice is an error."""
    found: dict[str, T] = {}
    for record, word, value in pairs:
        if word in found:
            raise record.wrong(f"'{word}'가 두 번 나옵니다")
        found[word] = value
    return found


def _choice(record: Record, name: str, allowed: tuple[str, ...]) -> str:
    value = record.text(name)
    if value not in allowed:
        raise record.wrong(f"모르는 값 '{value}'입니다 ({', '.join(allowed)})")
    return value


def _titles(records: Iterable[Record]) -> Iterator[tuple[Record, str, Title]]:
    for record in records:
        record.only(("titles", "evidence", "of", "head", "kind"))
        evidence = cast(Evidence, _choice(record, "evidence", get_args(Evidence)))
        kind = cast(OfficialKind, _choice(record, "kind", ("public",)) if record.optional("kind") else "central")
        for word in record.texts("titles"):
            yield record, word, Title(word, evidence, record.texts("of"), record.optional("head"), kind)


def _offices(records: Iterable[Record]) -> Iterator[tuple[Record, str, Office]]:
    for record in records:
        record.only(("words", "title", "body", "kind", "earlier", "until"))
        kind = cast(OfficialKind, _choice(record, "kind", get_args(OfficialKind)))
        for word in record.texts("words"):
            title, until = record.optional("title") or word, record.date("until") or dt.date.min
            yield record, word, Office(title, record.text("body"), kind, record.optional("earlier"), until)


def _places(records: Iterable[Record]) -> dict[str, str]:
    """The provinces by name and stems; a town's stem is its own only when no other place has it."""
    places: dict[str, str] = {}
    for record in records:
        record.only(("name", "stems", "towns"))
        for town in record.texts("towns"):
            places[town] = town
            places.setdefault(town[:-1], town)
        name = record.optional("name") or ""
        for stem in filter(None, (name, *record.texts("stems"))):
            if stem in places:
                raise record.wrong(f"'{stem}'가 두 번 나옵니다")
            places[stem] = name
    return places


def _bodies(records: Iterable[Record]) -> tuple[dict[str, BodyKind], dict[str, BodyKind]]:
    words: list[tuple[Record, str, BodyKind]] = []
    ends: list[tuple[Record, str, BodyKind]] = []
    for record in records:
        record.only(("kind", "name", "words", "ends"))
        kind = cast(BodyKind, _choice(record, "kind", get_args(BodyKind)))
        words += ((record, word, kind) for word in record.texts("words"))
        ends += ((record, end, kind) for end in record.texts("ends"))
    return _keyed(words), _keyed(ends)


def _body_names(records: Iterable[Record]) -> dict[str, str]:
    return {word: name for record in records if (name := record.optional("name")) for word in record.texts("words")}


def _names(path: Path) -> NameParts:
    lists: dict[str, frozenset[str]] = {}
    historical: dict[str, dt.date] = {}
    for record in read_records(path):
        record.only(("kind", "words", "from"))
        words, since = record.texts("words"), record.date("from")
        twice = [word for word, times in Counter(words).items() if times > 1]
        if twice:
            raise record.wrong(f"'{twice[0]}'가 두 번 나옵니다")
        kind = _choice(record, "kind", (*get_args(NameList), "historical"))
        if kind == "historical":
            historical |= dict.fromkeys(words, since or dt.date.min)
        else:
            lists[kind] = frozenset(words)
    return NameParts(**{kind: lists.get(kind, frozenset()) for kind in get_args(NameList)}, historical=historical)


def _holders(records: Iterable[Record]) -> dict[str, frozenset[str]]:
    held: list[tuple[Record, str, frozenset[str]]] = []
    for record in records:
        record.only(("office", "holders"))
        held.append((record, record.text("office"), frozenset(record.texts("holders"))))
    return _keyed(held)
