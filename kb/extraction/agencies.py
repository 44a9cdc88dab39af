"""Agencies named in a text: the longest name first, then what stands around it decides.

Owns which stretches of a text name a central body. Must not know units, persons or numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import ahocorasick

from kb.extraction.officials_names import BY_SOUND
from kb.extraction.scene import Scene
from kb.gazetteer.agencies import Agency
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef, Mention

# -- what may follow a name ---------------------------------------------------------------------
_PARTICLE = (
    r"(?:은|는|이|가|을|를|의|에|와|과|로|으로|도|만|께|나|이나|란|이란|라|이라|인|이다|다|였|이었|입니다|입|이며"
    r"|며|이고|고"
    r"|에서|에게|께서|부터|까지|마다|보다|처럼|같이|뿐|조차|에선|만큼|로서|로써|으로서|한테|라는|이라는|라고|인데"
    r"|및|등|간|내|외|별|측|급|발)"
)
_NOUN = (
    r"(?:장관|차관|원장|원회|원(?=[\s은는이가을를의과으에,.)]|$)|위원|부위원장|대변인|관계자|직원|공무원|소속|산하"
    r"|출신|주관|주최|주재|발표|제공|자료|고시|훈령|예규|공고|홈페이지"
    r"|누리집|콜센터|상담|고객|국장|과장|실장|담당|주도|추진|지정|인증|예산|국감|국정감사|업무|관련|합동|공동"
    r"|직제|조직|개편|예하|책임자)"
)
_AFTER = re.compile(rf"(?:{_PARTICLE}{{1,4}}(?![가-힣])|{_NOUN})")
_HEAD = re.compile(rf"장(?:직|관|급)?(?:{_PARTICLE}{{0,4}}(?![가-힣])|{_NOUN}|직무대)")
_MINISTRY_HEAD = re.compile(r"장(?!관)")  # 산업부장, 외교부장: an editor, a foreign minister
_OF_MINISTERS = ("기획예산처",)  # no 부 and yet led by a 장관: 기획처장 is an office of a university
_NEWSROOM = re.compile(
    r"\s?(?:선임|전문|수습)?(?:기자(?!단|실|회견|간담|브리핑|들)|데스크|에디터|앵커)|\s[가-힣]{3} 기자(?!단|실"
    r"|회견|들|간담)(?![가-힣]{3})"
)

# -- what may stand before it -------------------------------------------------------------------
_BEFORE = re.compile(
    r"(?:문의|번호|출처|자료|제공|사진|담당|담당부서|한국|대한민국|우리나라|정부|현|전|구|신임|및|와|과|은|는|의|가)$"
)
_REGION = (
    r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|제주|호남|영남|영동|수도권"
    r"|충북|충남|충청|전북|전남|전라|경북|경남|경상)(?:특별|광역|특별자치)?(?:시|도)?"
)
_LOCAL = re.compile(rf"(?:{_REGION}|[남북중동서]부|[가-힣]{{1,4}}지방|지방|관할|일선|시·?도|전국 시·?도) $")
_LOCAL_KIND = ("청", "본부", "위원회", "위")
_PARTISAN = re.compile(
    r"(?:국회|의회|시의회|도의회|국민의힘|더불어민주당|민주당|조국혁신당|개혁신당|정의당|당내|(?<![가-힣])당"
    r"|대한변협|변호사회"
    r"|학교|대학|대학교|노조) $"
)
_ABROAD_ABBREVIATED = re.compile(
    r"(?:(?:^|[^가-힣])(?:미|영|러|독|불|북|북측|EU|유럽연합|유럽|상대국|주재국|현지|자국|각국|해당국|제3국"
    r"|주변국)|[美中日英獨佛露北臺]"
    r"|(?:^|[.,…·:‘’“”\"'\[\(\n] ?)중)(?:\s정부|\s연방)?의?\s?$"
)
_ABROAD_GOVERNMENT = re.compile(r"(?:\s?정부|\s?연방|\s?중앙|\s?측|\s?현지)?의?\s?$")
_ABROAD_SPEAKS = re.compile(r"(?:\s?정부|\s?당국)?(?:은|는|이|가)\s$")  # 중국은 외교부 대변인을 통해
_SPEAKER = re.compile(r"(?:를|을)? (?:통해|통하여)| (?:대변인|성명|명의|담화)")
# 폴란드 방한단은 국방부 …: whoever is named after a delegation of another state is of that state.
_DELEGATION = re.compile(r"\s?(?:정부 )?(?:방한단|대표단|사절단|방문단|측)(?:은|는|이|에는|에서는|에선|에서)\s")
_OURS_AGAIN = re.compile(r"우리|한국|양국|국내|정부|방사청|산업부")
_AMONG = re.compile(r"[^.\n]{0,60}(?:일원|포함|구성|참여|참석|배석)")
# 세르게이 라브로프 외교부 장관: a name written by sound before it, an office behind it.
_PERSON_ABROAD = re.compile(r"(?<![가-힣])[가-힣]{1,7} (?P<last>[가-힣]{2,8}) $")
_OFFICE = re.compile(r" ?(?:제?[12])?(?:부?장관|차관|부?실장|부?총리|대변인|국장|차관보)")
_ABROAD_BESIDE = re.compile(r"\s?[가-힣]{1,8}(?:부|성|청|처|실|원|위원회)(?:와|과|및|·|,| 및)\s?$")
_EVERYWHERE = frozenset(
    "외교부 국방부 법무부 교육부 노동부 환경부 통일부 보건복지부 국세청 관세청 경찰청 통계청 기상청 특허청"
    " 대통령실 국가안보실 안보실".split()
)
_PARTICLES = ("은", "는", "을", "를", "의", "에", "에서", "으로", "로", "와", "과", "한", "된", "할", "될")
_BOTH = re.compile(r"(?:한|韓)[·ㆍ‧-]?[미일중러북영독불호인체몽베태美日中]{1,2}(?: 양국)?(?:의)? ?$")  # 한미 국방부
_OURS = re.compile(r"(?:한국|대한민국|우리|우리나라|국내|韓)(?:\s정부)?의?\s?$")

# 윤서연관세청장: the name of its head run together with it.
_NAMED = re.compile(
    r"(?<![가-힣])[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄원천방공현]"
    r"[가-힣]{2}$"
)
_CHIEF = re.compile(r"(?:장관?|차관)(?:은|는|이|가|을|를|의|과|와|도)?(?![가-힣])")
_DOTS = "·ㆍ‧・∙•/"
_COORDINATED = re.compile(rf"(?<![가-힣])((?:[가-힣]{{2,8}}[{_DOTS}])+)$")
_LONG = 5  # syllables from which a name is unlike any other word
_SUFFIXES = ("부", "처", "청", "위", "실")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name met in the text, in or out of its right surroundings."""

    start: int
    end: int
    name: str
    agency: Agency


@dataclass(frozen=True, slots=True)
class _Joints:
    """Where names begin and end: two names written as one word (관세청외교부, 보건복지부와질병관리청) are two."""

    starts: set[int]
    ends: set[int]

    def before(self, text: str, hit: _Hit) -> bool:
        return hit.start in self.ends or (
            text[hit.start - 1 : hit.start] in ("와", "과") and hit.start - 1 in self.ends
        )

    def after(self, text: str, hit: _Hit) -> bool:
        return hit.end in self.starts or (text[hit.end : hit.end + 1] in ("와", "과") and hit.end + 1 in self.starts)


class _Matcher:
    """The names of the gazetteer, ready to be met in texts."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.automaton = ahocorasick.Automaton()
        for name in gazetteer.bodies.names():
            self.automaton.add_word(name, (name, None))
        # in one order, whatever the process: 금융위 is a name and a spelling of 금융위원회, and the name stands
        for name in sorted(gazetteer.agencies.written()):
            for spelling in _spellings(name):
                if not self.automaton.exists(spelling) or spelling == name:
                    self.automaton.add_word(spelling, (spelling, name))
        self.automaton.make_automaton()

    def hits(self, scene: Scene) -> Iterator[_Hit]:
        for last, (spelling, name) in self.automaton.iter_long(scene.text):
            agency = self.gazetteer.agencies.read(name, scene.date) if name else None
            if agency is not None:
                yield _Hit(last + 1 - len(spelling), last + 1, name, agency)

    @cached_property
    def _countries(self) -> dict[tuple[str, bool], tuple[str, ...]]:
        """Names of other countries by their last letter, and whether the name is also another word (이란, 인도)."""
        by_letter: dict[tuple[str, bool], list[str]] = {}
        for form in self.gazetteer.countries:
            if form.codes and len(form.text) > 1 and not form.text.startswith("일제"):
                by_letter.setdefault((form.text[-1], form.conditional), []).append(form.text)
        return {key: tuple(names) for key, names in by_letter.items()}

    def country_ends(self, text: str, offset: int) -> bool:
        """Whether a country's name ends at ``offset``."""
        letter = text[offset - 1 : offset]
        if text.endswith(self._countries.get((letter, False), ()), 0, offset):
            return True
        start = max(text.rfind(" ", 0, offset), text.rfind("\n", 0, offset)) + 1
        return text[start:offset] in self._countries.get((letter, True), ())


@cache
def _matcher(gazetteer: Gazetteer) -> _Matcher:
    return _Matcher(gazetteer)


def _spellings(name: str) -> Iterator[str]:
    """A name as it is also written: parted by a space, a commission without its last two syllables."""
    yield name
    if not re.fullmatch(r"[가-힣]+", name):
        return
    if len(name) >= _LONG:
        yield from (f"{name[:at]} {name[at:]}" for at in range(2, len(name) - 1))
        yield from _in_words(name)
    if name.endswith("위원회") and len(name) >= _LONG:
        yield name[:-2]
        yield name[:-3] + "委"
    elif name.endswith("위"):
        yield name[:-1] + "委"


def _in_words(name: str) -> Iterator[str]:
    """Parted into all its words: 산업 통상 자원부, 과학 기술 정보 통신부, 공정 거래 위원회."""
    stem = name.removesuffix("위원회")
    pairs = [stem[at : at + 2] for at in range(0, len(stem) - len(stem) % 2, 2)]
    if len(stem) % 2:
        pairs[-1] += stem[-1]
    words = [*pairs, "위원회"] if stem != name else pairs
    if len(words) > 2:
        yield " ".join(words)


def find_agencies(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """All agencies named in the scene, in reading order."""
    matcher = _matcher(gazetteer)
    met = list(matcher.hits(scene))
    joined = _Joints({hit.start for hit in met}, {hit.end for hit in met})
    words = [hit for hit in met if _is_word(scene, hit, joined)]
    hits = [hit for hit in words if not _of_person_abroad(scene.text, hit)]
    foreign = {hit.start for hit in hits if _is_foreign(scene.text, hit, matcher)}
    names_abroad = {hit.name: hit.start for hit in reversed(hits) if hit.start in foreign}
    domestic = [hit for hit in hits if hit.start not in foreign]
    kept = [hit for hit in domestic if not _follows_foreign(scene.text, hit, names_abroad, domestic)]
    return [mention for hit in kept for mention in _mentions(scene, hit, matcher)]


def _is_word(scene: Scene, hit: _Hit, joined: _Joints) -> bool:
    free = joined.before(scene.text, hit) or _stands_free(scene.text, hit)
    return free and (joined.after(scene.text, hit) or _ends_well(scene, hit)) and not _is_unit(scene.text, hit)


def _stands_free(text: str, hit: _Hit) -> bool:
    """Whether nothing before the name makes it another word or a branch office."""
    before = text[max(0, hit.start - 12) : hit.start]
    if not before:
        return True
    if _is_latin(hit.name):
        return not (before[-1].isascii() and before[-1].isalnum())
    if "가" <= before[-1] <= "힣":
        if _NAMED.search(before) and _CHIEF.match(text, hit.end):
            return True
        return len(hit.name) >= _LONG and bool(_BEFORE.search(before))
    if hit.name.endswith(_LOCAL_KIND) and (_LOCAL.search(before) or _PARTISAN.search(before)):
        return False
    return not (before[-1].isascii() and before[-1].isalpha())


def _ends_well(scene: Scene, hit: _Hit) -> bool:
    """Whether what follows is a particle, an office or no letter: 교육부는, but not 교육부터."""
    text, end = scene.text, hit.end
    following = text[end : end + 1]
    if _is_latin(hit.name):
        return not (following.isascii() and following.isalnum())
    if hit.agency.name in _OF_MINISTERS or (hit.name.endswith("부") and not hit.name.endswith("본부")):
        if _MINISTRY_HEAD.match(text, end) or _NEWSROOM.match(text, end):
            return False
    elif _HEAD.match(text, end):
        return True
    if not "가" <= following <= "힣":
        return True
    return bool(_AFTER.match(text, end)) or _next_is_particle(scene, end)


def _next_is_particle(scene: Scene, end: int) -> bool:
    """Kiwi's opinion where the list of particles knows none."""
    token = scene.token_at(end)
    return token is not None and token.start == end and token.tag[0] in "JV"


def _is_unit(text: str, hit: _Hit) -> bool:
    """Whether a headquarters set up inside a ministry is named as its unit: 보건복지부 중앙사고수습본부."""
    return hit.agency.hosted and bool(re.search(r"[가-힣](?:부|처|청)의? ?$", text[max(0, hit.start - 6) : hit.start]))


def _is_latin(name: str) -> bool:
    return name[0].isascii()


def _is_foreign(text: str, hit: _Hit, matcher: _Matcher) -> bool:
    """Whether the name is another state's: 미국 국방부, 러시아 정부의 외교부, 중국 상무부와 외교부."""
    left = max(text.rfind("\n", 0, hit.start) + 1, hit.start - 30)
    before = text[left : hit.start]
    if _BOTH.search(before):
        return False
    if _ABROAD_ABBREVIATED.search(before):
        return True
    government = _ABROAD_GOVERNMENT.search(before)
    if government and matcher.country_ends(text, left + government.start()):
        return True
    speaks = _ABROAD_SPEAKS.search(before) if _SPEAKER.match(text, hit.end) else None
    if speaks and matcher.country_ends(text, left + speaks.start()):
        return True
    if hit.name in _EVERYWHERE and _of_delegation(text, hit, matcher):
        return True
    beside = _ABROAD_BESIDE.search(before) if hit.name in _EVERYWHERE else None
    return bool(beside and matcher.country_ends(text, left + beside.start()))


def _of_person_abroad(text: str, hit: _Hit) -> bool:
    """Whether the one who holds an office there bears a foreign name: 세르게이 라브로프 외교부 장관."""
    if hit.name not in _EVERYWHERE or not _OFFICE.match(text, hit.end):
        return False
    person = _PERSON_ABROAD.search(text, max(0, hit.start - 24), hit.start)
    return bool(person and BY_SOUND.search(person["last"]) and not person["last"].endswith(_PARTICLES))


def _of_delegation(text: str, hit: _Hit, matcher: _Matcher) -> bool:
    """Whether the sentence says before the name who came from abroad, and speaks of nobody of ours in between."""
    start = max(text.rfind("\n", 0, hit.start), text.rfind(". ", 0, hit.start), hit.start - 80) + 1
    found = list(_DELEGATION.finditer(text, start, hit.start))
    if not found or _OURS_AGAIN.search(text, found[-1].end(), hit.start) or not _AMONG.match(text, hit.end):
        return False
    return matcher.country_ends(text, found[-1].start())


def _follows_foreign(text: str, hit: _Hit, names_abroad: dict[str, int], domestic: list[_Hit]) -> bool:
    """Whether a bare name repeats a foreign one: after 러시아 국방부, 국방부 is Russia's where nothing is ours.

    Ours is: the name was used before, another central body is named, or it is called 우리 국방부.
    """
    if hit.start < names_abroad.get(hit.name, hit.start + 1) or _OURS.search(text[max(0, hit.start - 8) : hit.start]):
        return False
    others = {other.agency.name for other in domestic if other.name not in names_abroad}
    return not others and not any(h.name == hit.name and h.start < names_abroad[h.name] for h in domestic)


def _mentions(scene: Scene, hit: _Hit, matcher: _Matcher) -> Iterator[Mention]:
    """The mention itself, and before it those that share its last syllable: 산업·외교·국방부."""
    yield from _coordinated(scene, hit, matcher)
    rule, confidence = _judged(hit, scene)
    yield scene.mention(EntityRef("agency", hit.agency.name), hit.start, hit.end, rule, confidence)


def _judged(hit: _Hit, scene: Scene) -> tuple[str, float]:
    if not hit.agency.held_on(scene.date):
        return "agency:out-of-time", 0.7
    if hit.name == hit.agency.name:
        return "agency:name", 0.99
    if hit.name in hit.agency.written:
        return ("agency:english", 0.95) if _is_latin(hit.name) else ("agency:alias", 0.97)
    return "agency:former-name", 0.85


def _coordinated(scene: Scene, hit: _Hit, matcher: _Matcher) -> Iterator[Mention]:
    if not hit.name.endswith(_SUFFIXES) or scene.text[hit.start - 1 : hit.start].strip(_DOTS):
        return
    row = _COORDINATED.search(scene.text, max(0, hit.start - 40), hit.start)
    for part in re.finditer(r"[가-힣]+", row.group(1)) if row else ():
        agency = matcher.gazetteer.agencies.read(part.group() + hit.name[-1], scene.date)
        if agency is not None and row is not None:
            start = row.start(1) + part.start()
            yield scene.mention(
                EntityRef("agency", agency.name), start, start + len(part.group()), "agency:coordinated", 0.93
            )
