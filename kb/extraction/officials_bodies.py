"""Reads a word as the body that an office belongs to: agency, public body, party, foreign, firm.

Owns what a single word (or the stem of a title) says of a body. Must not know sentences or persons.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel import Locale

from kb.gazetteer.agencies import Agency
from kb.gazetteer.gazetteer import Gazetteer
from kb.gazetteer.titles import Office, TitleBook
from kb.model import OfficialKind

Kind = Literal["central", "public", "assembly", "foreign", "firm"]
# Public institutes by the shape of their names; private ones are seldom called so.
_NATIONAL = re.compile(
    r"(?:한국|국립|국가|대한민국|중앙)[가-힣]+(?:원|재단|센터|기금|협력단|진흥회|연구소|관|거래소|공사|공단)"
)
_STATE_RUN = re.compile(r"국립[가-힣]{2,}(?:원|관|소|센터|공단|재단)")  # 국립중앙의원, and no private clinic
_LONGEST_END = 12
_ASSOCIATIONS = ("협회", "상공회의소", "연합회", "중앙회", "조합")  # 한국무역협회: its people hold no public office
_LONGEST = 40  # letters of an agency's name: a run of a hundred thousand is no word
_HOME = frozenset(("한국", "대한민국", "우리나라", "남한"))


@dataclass(frozen=True, slots=True)
class Body:
    """``name`` is the official name of an agency, or the body as written. ``country`` marks a whole country."""

    name: str
    kind: Kind
    country: bool = False


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    names = Locale("ko").territories
    return frozenset(name for code, name in names.items() if code.isalpha() and code != "KR") | {"북한"}


@lru_cache(maxsize=8192)  # the words beside titles are the same in post after post, and most are no body
def _kind_by_ending(gazetteer: Gazetteer, word: str) -> Kind | None:
    """By its last syllables; a committee that no list knows is a firm's until another word says otherwise."""
    book = gazetteer.titles
    if _STATE_RUN.fullmatch(word):
        return "public"
    for cut in range(max(1, len(word) - _LONGEST_END), len(word)):
        kind = book.body_ends.get(word[cut:])
        if kind is not None:
            return kind
    if _NATIONAL.fullmatch(word):
        return "public"
    if word.endswith("주") and len(word) > 3 and word[-2:] != "민주":  # 켄터키주
        return "foreign"
    if word.endswith("서") and word[:-1] in book.places and len(word) > 2:  # 용산서
        return "public"
    return None


class BodyReader:
    """Reads bodies as they stood on one date."""

    def __init__(self, gazetteer: Gazetteer, date: dt.date) -> None:
        self._gazetteer = gazetteer
        self._agencies = gazetteer.agencies
        self._bodies = gazetteer.bodies
        self._book: TitleBook = gazetteer.titles
        self._date = date

    def agency(self, word: str) -> Body | None:
        """A central body by any name that is read in texts."""
        found = self._agencies.read(word, self._date)
        return Body(found.name, "central") if found else None

    def read(self, word: str) -> Body | None:
        """What body the word names, if any. One's own country is none."""
        if word in _HOME:
            return None
        found = self.agency(word) or self._listed(word)
        if found is not None:
            return found
        kind = _kind_by_ending(self._gazetteer, word)
        return Body(word, kind) if kind is not None else None

    def _listed(self, word: str) -> Body | None:
        kind = self._book.body_words.get(word)
        if kind is not None:
            name = self._book.body_names.get(word, word)
            return Body(name, kind, country=kind == "foreign" and len(word) == 1)  # 미, 美, 日
        listed = self._bodies.resolve(word)
        if listed is not None:
            return Body(word, "firm" if listed.name.endswith(_ASSOCIATIONS) else "public")
        if word in _countries():
            return Body(word, "foreign", country=True)
        place = self._book.places.get(word)
        return Body(place, "public") if place is not None and word[-1] in "시도군구" else None

    def of_single(self, office: Office) -> Body:
        """The body of an office that tells it by its own words: 통상교섭본부장."""
        return self.of_office(office.body_on(self._date), office.kind)

    def of_office(self, body: str, kind: OfficialKind) -> Body:
        """The body of a single office under the name it bore on the date."""
        if kind != "central":
            return Body(body, kind)
        agency = self._agencies.on(body, self._date) or self._before_split(body)
        agency = agency or self._agencies.resolve(body, self._date)
        return Body(agency.name if agency else body, "central")

    def _before_split(self, body: str) -> Agency | None:
        """The body that it was a part of on the date: 기획예산처's offices were 기획재정부's before 2026."""
        parts = [link.name for link in self._agencies.former(body) if link.kind == "split"]
        return self._agencies.on(parts[0], self._date) if parts else None

    def headed(self, stem: str, ending: str) -> Body | None:
        """The body whose name is ``stem`` and ``ending``: 방위사업 + 청, 금융 + 위원회 (or 위), 국방 + 부."""
        short = self.read(stem + "위") if ending == "위원회" else None
        whole = self.read(stem + ending)
        return short if whole is None or (short is not None and whole.kind == "firm") else whole

    def whole(self, stem: str) -> Body | None:
        """A body's full name before its head: 국방부 + 장관, 국민연금공단 + 이사장. Short words mean other things."""
        return self.agency(stem) or (self.read(stem) if len(stem) > 3 else None)

    def leading(self, word: str) -> tuple[Body, str] | None:
        """An agency's name run together with what follows it: 산업부무역안보정책관."""
        for cut in range(min(len(word) - 2, _LONGEST), 1, -1):
            body = self.agency(word[:cut])
            if body is None and self._book.body_words.get(word[:cut]) == "public":
                body = Body(word[:cut], "public")
            if body is not None:
                return body, word[cut:]
        return None

    def place(self, stem: str) -> Body | None:
        """The local government that stands before 시장, 지사 …: its name, a stem or a short form."""
        places = self._book.places
        if stem.endswith("특례"):  # 용인특례시장
            return Body(f"{stem}시", "public") if stem[:-2] in places else None
        place = places.get(stem) or places.get(f"{stem}도") or places.get(f"{stem}시")
        return Body(place, "public") if place else None

    def council(self, stem: str, councillor: str) -> Body | None:
        """서울 + 시의원: the council of that place."""
        name = stem + councillor[0]
        return Body(f"{name}의회", "public") if name in self._book.places or stem in self._book.places else None

    def names(self, word: str) -> bool:
        """Whether the word is a body or a place, and so no person."""
        return word in self._book.places or word in _HOME or self.read(word) is not None

    def places(self, ending: str) -> Iterator[tuple[str, str]]:
        """Names in use and full names of the local governments of one level: 시, 도, 군, 구."""
        return ((word, name) for word, name in self._book.places.items() if word.endswith(ending) and len(word) > 2)

    def is_place_word(self, word: str) -> bool:
        """서울, 경기, 강남구: may stand before the name of a local body."""
        return word in self._book.places
