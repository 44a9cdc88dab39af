"""Weighs what the phrases of a post claim of each person: public office or not, which title, which body.

Must not know how a phrase is read (``officials_phrases``) nor how mentions are listed (``officials``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kb.extraction.officials_bodies import Body, BodyReader
from kb.extraction.officials_claims import Claim
from kb.extraction.officials_near import LEVEL_WORDS, SHORT_NAMED
from kb.extraction.scene import Scene
from kb.gazetteer.titles import TitleBook
from kb.model import OfficialKind

# Units of ministries whose heads are named without their ministry; those of companies are not called so.
_UNIT_HEADS = ("국장", "과장", "실장", "담당관", "감사관", "사무처장")
_LEVELS = {"시장": "시", "지사": "도", "도지사": "도", "군수": "군", "구청장": "구"}
_SPOKEN = ("대변인", "사무총장", "수석대변인")
# Ranks of desk officers: one named right after another is of the same body.
_DESK_RANKS = (
    "국장",
    "과장",
    "팀장",
    "계장",
    "사무관",
    "서기관",
    "주무관",
    "연구관",
    "조사관",
    "전문관",
    "행정관",
)
_AND = re.compile(r"(?:\([^()\n]{1,30}\))? ?(?:[,·ㆍ/]|[과와]|및) ?|(?:\([^()\n]{1,30}\)) ?")
_NUMBER_LINE = re.compile(r"\n[^\n가-힣]{0,4}(?:전화|연락처|TEL|Tel)?[ :.)]{0,3}\(?0\d{1,2}[-.) ]")
_DESK_LINE = re.compile(r"\d{3,4}-\d{4}|책임자|담당자|문의")
_LABELLED = re.compile(r"[\s·•*○●□■▶-]{0,4}(?:책임자|담당\s?(?:자|부서|과장|과)|[가-힣]{0,4}문의)")
_LINES_ABOVE = 80
_SHORT_LINE = 20  # a person alone, the number below
_DOUBTFUL = 0.6  # a name no surer than this needs its body beside it
_NOMINEES = ("후보자", "내정자", "지명자")
_HEARING = re.compile(r"후보|청문|내정|지명")
_PRIVATE = (
    "연구위원",
    "논설위원",
    "해설위원",
    "편집위원",
    "심사위원",
    "전문위원",
    "자문위원",
    "평가위원",
)  # researchers, jurors
_MANY = 100  # claims of one person: more is a post made to take long
_POLICE_RANKS = ("치안정감", "치안감", "경무관", "총경", "경정", "경감")
_SURE = 0.8
_COMPANY_HEADS = ("회장", "사장", "부회장", "대표", "이사장", "감사")


@dataclass(frozen=True, slots=True)
class Office:
    """A claim judged: the title and body to list, and how much it counts."""

    claim: Claim
    title: str
    body: str | None
    kind: OfficialKind


class Judge:
    """Weighs all claims of one post, person by person."""

    def __init__(self, scene: Scene, book: TitleBook, bodies: BodyReader, claims: list[Claim]) -> None:
        self._scene = scene
        self._holders = book.holders
        self._bodies = bodies
        self._places: dict[str, str | None] = {}
        self._claims: dict[str, list[Claim]] = {}
        for claim in claims:
            self._claims.setdefault(claim.name, []).append(claim)
        self._last_words = {max(claim.end, claim.hit.end): claim for claim in claims if claim.body is not None}
        self._book = book

    @cached_property
    def _parties(self) -> set[str]:
        """The parties that the post names; few posts have a claim that asks for them."""
        named = (
            word for word, kind in self._book.body_words.items() if _party(word, kind) and word in self._scene.text
        )
        return {self._book.body_names.get(word, word) for word in named}

    def of(self, name: str) -> list[Claim]:
        return self._claims.get(name, [])

    def offices(self) -> Iterator[Office]:
        """The office of each person who has one, in order of first claim."""
        for claims in self._claims.values():
            offices = [office for claim in claims if (office := self._judged(claim, claims)) is not None]
            if offices and any(claim.body is not None or claim.confidence > _DOUBTFUL for claim in claims):
                yield _chosen(offices)

    def _judged(self, claim: Claim, claims: list[Claim]) -> Office | None:
        """What one claim is worth in the light of the person's others; None when it tells no public office."""
        if claim.title.endswith(_PRIVATE) or (claim.hit.kind.word in _POLICE_RANKS and not self._of_police(claim)):
            return None
        evidence = claim.hit.kind.evidence
        body = claim.body or self._shared(claim, claims) or self._colleague(claim)
        if body is not None and body.kind == "firm":
            return None
        if self._of_another_country(claim) or (evidence == "party" and body is None and not self._parties):
            return None
        if evidence in ("member", "party") or (body is None and self._politician(claim, claims)):
            return self._political(claim, body)
        if body is not None:
            return self._beside(claim, body)
        if evidence == "foreign":
            return Office(claim, claim.title, None, "foreign") if " " in claim.name else None
        if evidence == "place":
            return self._local(claim)
        if claim.hit.kind.word == "청장" and claim.hit.compound:
            return self._police(claim)
        if claim.title in _SPOKEN and self._parties:
            return self._political(claim, None)
        inherited = self._inherited(claim)
        if evidence == "alone" or (evidence == "compound" and claim.hit.compound):
            return Office(claim, claim.title, inherited, claim.hit.kind.kind)
        return Office(claim, claim.title, inherited, "central") if inherited and self._believed(claim) else None

    def _of_another_country(self, claim: Claim) -> bool:
        """기시다 총리: nobody who held that office here, and no country beside it; a surname, that is."""
        holders = self._holders.get(claim.title)
        return holders is not None and claim.body is claim.hit.body and claim.name not in holders

    def _beside(self, claim: Claim, body: Body) -> Office | None:
        """An office of the body that stands beside it."""
        if body.country and claim.hit.kind.word in _COMPANY_HEADS:
            return None
        if body.kind == "firm" or (body.kind == "foreign" and not self._full_name(claim, body)):
            return None
        if body.name in LEVEL_WORDS:
            return Office(claim, claim.title, self._place(body.name), "public")
        name = self._fullest(body.name) if body.kind == "public" else body.name
        return Office(claim, _without_place(claim.title, body.name), name or None, body.kind)

    def _fullest(self, name: str) -> str:
        """남대문경찰서 as the post writes it in full: 서울 남대문경찰서."""
        at = self._scene.text.find(f" {name}")
        if at <= 0 or " " in name or self._bodies.is_place_word(name):
            return name
        before = self._scene.text[:at].rsplit(maxsplit=1)[-1:]
        return f"{before[0]} {name}" if before and self._bodies.is_place_word(before[0]) else name

    def _full_name(self, claim: Claim, body: Body) -> bool:
        """마크롱 프랑스 대통령 is a surname; one word is a whole name next door and at international bodies."""
        return " " in claim.name or not body.country or body.name in SHORT_NAMED

    def _politician(self, claim: Claim, claims: list[Claim]) -> bool:
        """A member who is given an office without a body: one of his party's."""
        plain = claim.hit.kind.evidence == "body" and not claim.hit.kind.of
        return plain and bool(self._parties) and any(c.hit.kind.evidence == "member" for c in claims)

    def _shared(self, claim: Claim, claims: list[Claim]) -> Body | None:
        """The body that another claim gives the same person with the same closing word."""
        for other in claims[:_MANY]:
            if other.body is not None and _same_office(claim, other):
                return other.body
        return None

    def _colleague(self, claim: Claim) -> Body | None:
        """김도윤 서기관, 이서연 주무관: the second is of the body that stands beside the first."""
        if claim.hit.kind.word not in _DESK_RANKS or claim.rule not in ("official:name-title", "official:title-name"):
            return None
        start = min(claim.start, claim.hit.start)
        for end in range(start, max(start - 36, 0), -1):
            other = self._last_words.get(end)
            if other is not None and other is not claim:
                between = _AND.fullmatch(self._scene.text, end, start)
                return other.body if between and other.hit.kind.word in _DESK_RANKS else None
        return None

    def _believed(self, claim: Claim) -> bool:
        """Titles that companies have too are believed without a body only in the forms that ministries use."""
        kind = claim.hit.kind
        if claim.desk or self._contact(claim):
            return True
        return bool(kind.of) or (claim.hit.compound and kind.word in _UNIT_HEADS) or claim.title == "대변인"

    def _of_police(self, claim: Claim) -> bool:
        """경감, 경정 are reductions and corrections too: a sure name, in a post about the police."""
        return claim.confidence >= _SURE and "경찰" in self._scene.text

    def _police(self, claim: Claim) -> Office | None:
        """서울청장: of the police, where the post is about them."""
        place = claim.hit.office.removesuffix("청장")
        if not self._bodies.is_place_word(place) or "경찰" not in self._scene.text:
            return None
        return Office(claim, "청장" + claim.hit.acting, f"{place}경찰청", "public")

    def _contact(self, claim: Claim) -> bool:
        """책임자 과장 김도윤 (044-203-4832): a line that tells whom to call at an agency."""
        start = self._scene.text.rfind("\n", 0, claim.start) + 1
        end = self._scene.text.find("\n", claim.start)
        line = self._scene.text[start : end if end >= 0 else None]
        if len(line) <= _SHORT_LINE and _NUMBER_LINE.match(self._scene.text, start + len(line)):
            return bool(self._scene.mentions_in("agency", max(0, start - _LINES_ABOVE), start + len(line)))
        above = max(0, start - _LINES_ABOVE) if _LABELLED.match(line) else start  # 담당자: 김도윤 사무관
        at_agency = "\t" in line or bool(self._scene.mentions_in("agency", above, start + len(line)))
        return at_agency and bool(_DESK_LINE.search(line))

    def _political(self, claim: Claim, body: Body | None) -> Office:
        """A member of the Assembly, or the one party of the post has such an officer."""
        if body is None and claim.hit.office in ("의원", "국회의원"):
            return Office(claim, claim.title, "국회", "assembly")
        only = next(iter(self._parties)) if len(self._parties) == 1 else None
        return Office(claim, claim.title, body.name if body else only, "assembly")

    def _local(self, claim: Claim) -> Office | None:
        """김진태 지사: the one province of the post. 시장 is a market too, and needs both a city and a sure name."""
        word = claim.hit.kind.word
        if claim.hit.compound or (word not in _LEVELS and claim.hit.kind.kind != "public"):
            return None
        place = self._place(_LEVELS.get(word, "?"))
        if word == "시장" and (place is None or claim.confidence < 0.95 or claim.name[-1] in "동역로"):
            return None
        return Office(claim, claim.title, place, "public")

    def _place(self, level: str) -> str | None:
        """The one local government of a level that the post names."""
        if level not in self._places:
            named = {name for short, name in self._bodies.places(level) if short in self._scene.text}
            self._places[level] = named.pop() if len(named) == 1 else None
        return self._places[level]

    def _held(self, claim: Claim) -> set[str]:
        """Bodies whose such office the post gives to another person: an office has one holder."""
        return {
            other.body.name
            for name, others in self._claims.items()
            if name != claim.name
            for other in others
            if other.body is not None and other.hit.office == claim.hit.office and not other.former
        }

    def _inherited(self, claim: Claim) -> str | None:
        """The agency meant when none stands beside the name: the last one before it that has such an office."""
        if claim.rule == "official:names-title":  # A·B 장관: of two ministries, and which is whose is not said
            return None
        endings = claim.hit.kind.of
        agencies = self._scene.mentions("agency")
        held = self._held(claim)
        fitting = [m for m in agencies if _has_such(m.entity.name, endings) and m.entity.name not in held]
        if claim.hit.kind.word in _NOMINEES:  # of the body whose hearing it is
            fitting = [m for m in fitting if _HEARING.search(self._scene.text, m.end, m.end + 12)]
        before = [m for m in fitting if m.start < claim.hit.start]
        nearest = before[-1] if before else (fitting[0] if fitting else None)
        return nearest.entity.name if nearest else None


def _has_such(agency: str, endings: tuple[str, ...]) -> bool:
    """Whether bodies so called have the office: a 부 has ministers, a 본부 has none; bureaus are the ministries'."""
    if not endings:
        return not agency.endswith(("본부", "대통령실", "국가안보실"))
    return agency.endswith(endings) and not (agency.endswith("본부") and "부" in endings)


def _without_place(title: str, body: str) -> str:
    """서울경찰청 … 서울청장: the place stands in the body's name already."""
    return "청장" if title.endswith("청장") and body.endswith("청") and body.startswith(title[:-2]) else title


def _party(word: str, kind: str) -> bool:
    return kind == "assembly" and word.endswith(("당", "힘"))


def _same_office(one: Claim, other: Claim) -> bool:
    """제2차관 and 차관, 여성정책국장 and 국장 are one office of a person."""
    return one.title.endswith(other.title) or other.title.endswith(one.title)


def _chosen(offices: list[Office]) -> Office:
    """The office to list: new before current before former, with its body before without, the oftenest, the first."""
    counts = Counter(office.title for office in offices)

    def weight(at_office: tuple[int, Office]) -> tuple[bool, bool, bool, bool, bool, int, int]:
        at, office = at_office
        claim = office.claim
        return (
            claim.rule == "official:appointment",
            not claim.former,
            not office.title.endswith("부총리"),  # 부총리 겸 장관: the ministry is the office
            claim.rule not in ("official:second", "official:joint"),
            claim.body is not None,
            counts[office.title],
            -at,
        )

    best = max(enumerate(offices), key=weight)[1]
    longer = [o for o in offices if o.title.endswith(best.title) and len(o.title) > len(best.title)]
    specific = max(longer, key=lambda o: len(o.title), default=best)
    return Office(specific.claim, specific.title, specific.body or best.body, specific.kind)
