"""Finds titles of office in a text and reads what each word of title tells: title, embedded body, particle.

Owns the reading of one word ("방위사업청장", "국토부장관", "제2차관", "충남지사"). Must not know sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import ahocorasick

from kb.extraction.officials_bodies import Body, BodyReader
from kb.extraction.officials_words import Words, lines_at
from kb.gazetteer.gazetteer import Gazetteer
from kb.gazetteer.titles import Title, TitleBook

_ACTING = "후보자|후보|내정자|지명자|당선인|당선자|전담 ?직무대리|직무대행|직무대리|권한대행"
_PARTICLE = (
    "과의|와의|과는|와는|과도|와도|에서|에서도|으로부터|만은|까지도|라며|라고|은|는|이|가|을|를|과|와|의|도|에게|에|께서|으로서|으로는|로는|으로|로서|로|이라고|라고|이며|이자|이고|입니다|이다|인|이었던|이던|출신|님은|님이|님|등"
    "|만|까지|부터|급|이나|나|측은|측|에게서|에게는|에게도|에는|에도|이라는|이란|이었다|였던"
)
_TAIL = re.compile(rf"(?P<acting> ?(?:{_ACTING}))?(?P<particle>{_PARTICLE})?(?![가-힣A-Za-z0-9])")
_EMBASSY = re.compile(r"주(?!한)[가-힣]{1,12}")
_ENVOYS = ("대사", "총영사", "대사대리")
_SCHOOLS = ("교육감", "부교육감")
_COUNCILLORS = ("시의원", "도의원", "군의원", "구의원")
_SPACED = re.compile(r"(?<=\t)([국과실팀단]) +장(?=\t)|(?<=[자:：] )([국과실팀단]) +장(?= [가-힣]{2,4} ?[(\d])")
_NUMBER = re.compile(r"제?\d+(?:부)?")


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A title at ``[start, end)``, in the words ``word`` to ``last``.

    ``title`` is without the body's name and white space; ``stem`` is what stood before it in its word when
    that is no body ("윤석열" of 윤석열대통령). ``compound`` marks a longer title ("무역안보정책관").
    """

    word: int
    last: int
    start: int
    end: int
    title: str
    kind: Title
    body: Body | None
    compound: bool
    particle: str
    acting: str
    opens: bool = False  # stands straight before another title, as 대통령 in "대통령 비서실장"

    @property
    def office(self) -> str:
        """The title without 후보자, 직무대행 and the like."""
        return self.title.removesuffix(self.acting)


@lru_cache(maxsize=4)
def _automaton(gazetteer: Gazetteer) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word in gazetteer.titles.titles:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return automaton


def find_titles(text: str, gazetteer: Gazetteer, bodies: BodyReader) -> tuple[Words, list[TitleHit]]:
    """The words of the lines that hold titles, and the titles in reading order, those marked that only open one."""
    closings = _closings(text, gazetteer)
    spaced = list(_SPACED.finditer(text)) if " 장" in text else []
    words = Words(text, lines_at(text, [*(end - 1 for end, *_ in closings), *(match.start() for match in spaced)]))
    reader = _TitleReader(text, words, gazetteer.titles, bodies)
    hits = [reader.read(*closing) for closing in closings]
    if spaced:
        hits = sorted([*hits, *map(reader.spaced, spaced)], key=lambda hit: hit.start)
    return words, _with_openers(hits, words)


def _closings(text: str, gazetteer: Gazetteer) -> list[tuple[int, str, re.Match[str]]]:
    """Where a word of title closes a word of the text: its end, the longest such word, and what follows it."""
    longest: dict[int, str] = {}
    for last, word in _automaton(gazetteer).iter(text):
        if len(word) > len(longest.get(last + 1, "")):
            longest[last + 1] = word
    return [(end, word, tail) for end, word in longest.items() if (tail := _TAIL.match(text, end)) is not None]


def _with_openers(hits: list[TitleHit], words: Words) -> list[TitleHit]:
    kept = []
    for at, hit in enumerate(hits):
        following = hits[at + 1] if at + 1 < len(hits) else None
        opens = (
            following is not None
            and following.word == hit.last + 1
            and not hit.particle
            and words.joint(hit.last) == "space"
            and following.body is not hit.body
        )
        kept.append(replace(hit, opens=True) if opens and hit.kind.evidence != "member" else hit)
    return kept


class _TitleReader:
    def __init__(self, text: str, words: Words, book: TitleBook, bodies: BodyReader) -> None:
        self._text = text
        self._words = words
        self._book = book
        self._bodies = bodies

    def read(self, end: int, closing: str, tail: re.Match[str]) -> TitleHit:
        """The title that closes at ``end`` with ``closing``; ``tail`` is what follows it."""
        at = self._words.at(end - 1)
        word = self._words[at]
        start, stem = word.start, word.text[: end - len(closing) - word.start]
        if closing[0] == "부" and closing[1:] in self._book.titles and self._bodies.agency(stem + "부"):
            closing, stem = closing[1:], stem + "부"  # 외교부대변인
        kind = self._book.titles[closing]
        if closing in _ENVOYS:
            start, stem, kind = self._envoy(at, start, stem, kind)
        title, body, compound = self._parts(stem, kind)
        if compound and body is None:
            start = self._dotted(at, start)
            title = re.sub(r"\s+", "", self._text[start:end])
        acting = (tail["acting"] or "").replace(" ", "")
        close = tail.end("acting") if acting else end
        last = self._words.at(close - 1)
        return TitleHit(
            self._words.at(start),
            last,
            start,
            close,
            title + acting,
            kind,
            body,
            compound,
            tail["particle"] or "",
            acting,
        )

    def spaced(self, match: re.Match[str]) -> TitleHit:
        """A title drawn apart to fill a cell of a table: "과  장", "국 장"; also where its line is run together."""
        title = f"{match[1] or match[2]}장"
        first, last = self._words.at(match.start()), self._words.at(match.end() - 1)
        kind = self._book.titles[title]
        return TitleHit(first, last, match.start(), match.end(), title, kind, None, False, "", "")

    def _dotted(self, at: int, start: int) -> int:
        """Where a title with middle dots begins: 산업·에너지정책관."""
        while at > 0 and self._words.joint(at - 1) == "dot":
            before = self._words[at - 1].text
            if any(before.endswith(closing) for closing in self._book.titles if len(closing) > 1):
                break
            at, start = at - 1, self._words[at - 1].start
        return start

    def _envoy(self, at: int, start: int, stem: str, kind: Title) -> tuple[int, str, Title]:
        """주미국대사, "주벨기에유럽연합 대사": the post abroad is part of the title, and makes the office."""
        before = self._words[at - 1] if at and self._words.joint(at - 1) == "space" else None
        if not stem and before is not None and _EMBASSY.fullmatch(before.text):
            start, stem = before.start, before.text
        if not _EMBASSY.fullmatch(stem):
            return start, stem, kind
        return start, stem, replace(kind, evidence="alone", of=("대사관",))

    def _parts(self, stem: str, kind: Title) -> tuple[str, Body | None, bool]:
        """Title without its body, the body, and whether the title is a longer one."""
        whole = stem + kind.word
        office = self._book.offices.get(whole) or self._book.offices.get(whole.removeprefix("대통령"))
        if office is not None:
            return office.title, self._bodies.of_single(office), False
        if not stem:
            return whole, None, False
        if _NUMBER.fullmatch(stem):
            return whole, None, False
        return self._embedded(stem, kind) or (whole, None, True)

    def _embedded(self, stem: str, kind: Title) -> tuple[str, Body | None, bool] | None:
        if kind.word in _COUNCILLORS:
            return kind.word, self._bodies.council(stem, kind.word), False
        if kind.evidence == "place":
            place = self._bodies.place(stem)
            if place is not None and kind.word in _SCHOOLS:
                place = replace(place, name=f"{place.name}교육청")
            return (kind.word, place, False) if place else None
        body = self._bodies.whole(stem) or (self._bodies.headed(stem, kind.head) if kind.head else None)
        if body is not None:  # 남대문경찰서장 is a title of its own, 방위사업청장 is not
            return (stem + kind.word if kind.head == "서" else kind.word), body, False
        leading = self._bodies.leading(stem.removeprefix("전"))
        if leading is None:
            return None
        return leading[1] + kind.word, leading[0], not _NUMBER.fullmatch(leading[1])
