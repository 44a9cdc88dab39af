"""Finds laws, international regimes, HS codes and bodies that are no agency.

Listed names come from the gazetteer. Beyond the lists: what stands in 「」 and ends as a law does,
laws named together with an article or a breach, resolutions of the Security Council, and numbers
that follow "HS". An article (제19조) or amendment (제35차) right after a law belongs to the mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.extraction.scene import Scene
from kb.extraction.vocabulary import Vocabulary, inside_latin_word, is_hangul
from kb.gazetteer.gazetteer import Gazetteer
from kb.gazetteer.references import Reference, ReferenceList
from kb.model import EntityRef, Mention

_DECREE = re.compile(r"\s?(시행령|시행규칙)")
_DETAIL = re.compile(
    r"[」』]?\s?(?:제\s?\d+차(?:\s?(?:일부)?개정(?:안)?)?|제\s?\d+조(?:의\s?\d+)?(?:\s?제\s?\d+항)?(?:\s?제\s?\d+호)?)"
)
_LEGAL = re.compile(
    r"[」』]?(?:\s?(?:시행령|시행규칙))?\s?(?:제\s?\d+조|위반|개정|시행(?!착오)|제정|일부개정|전부개정)"
)
_QUOTED = re.compile(
    r"「([가-힣A-Za-z0-9·ㆍ,\s]{2,60}?(?:법|법률|규칙|고시|규정|협약|조약|협정|예규|훈령|지침|령))(?:\s?(시행령|시행규칙))?」"
)
# A law named by nothing but its form: a compound in …법 before an article or a breach.
_UNLISTED = re.compile(r"법(?=\s?(?:시행령|시행규칙|제\s?\d+조|위반))")
_COMPOUND = re.compile(r"(?<![가-힣])(?:[가-힣]{0,2}(?!법)[가-힣][·ㆍ])?[가-힣]{2,20}\Z")
_NO_LAW = re.compile(
    r"(?:[방기수해요용화공문어편불사입헌]|국제|관련|관계|현행|실정|개정|상위|하위|모)법\Z"
    r"|\A(?:특별|기본|보호|관리|처벌|가중처벌|특례|진흥|지원|촉진|규제|시행|조직|거래|등록|동|반독점|이용자보호|증언감정)법\Z"
)
# 유엔사 is a command, 나토군 an army, 한전KPS another company, 의료법인 a legal person.
_LONGER = re.compile(r"(?:사(?:령부)?|군|데이|총회장)(?![가-힣]{3})|노조|KPS|KDN|과(?=\(|장)|(?<=법)인(?!데|지|만)")
_RESOLUTION = re.compile(
    r"(?:유엔\s?)?(?:안전보장이사회|안보리)\s?(?:대북\s?)?(?:제재\s?)?결의(?:안)?\s?(?:제\s?)?(\d{4})호?"
)
_HS_SIGNS = ("HS", "품목번호", "품목분류번호", "세번부호")
_HS = re.compile(
    r"(?:(?<![A-Za-z])HSK?(?:\s?(?:코드|번호|CODE|code))?|품목(?:분류)?번호|세번부호)\s?(?:[:：(]\s?)?(?:제\s?)?(?=\d)"
)
_CODE = re.compile(
    r"(\d{4})(?:\.(\d{2})(?:[.\-]?(\d{4}|\d{2}(?:[.\-]\d{2})?))?|(\d{2})(\d{4})?)?(?:호|류)?(?![\d.,]*\d|\s?(?:여|개|건|종|년|만|억|원))"
)
_NEXT_CODE = re.compile(r"\s?[,·ㆍ/]\s?(?:제\s?)?(?=\d{4}\.\d{2})")
_EDITIONS = {"1988", "1992", "1996", "2002", "2007", "2012", "2017", "2022", "2028"}  # of the nomenclature: "HS 2022"


def find_references(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """Mentions of kinds law, regime, organisation and hscode, in reading order."""
    found = list(_resolutions(scene))
    listed, quoted = _listed(scene, gazetteer.references), _quoted(scene, gazetteer.references)
    for finder in (quoted, listed, _unlisted(scene)):
        covered = {at for mention in found for at in range(mention.start, mention.end)}
        found += [mention for mention in finder if mention.start not in covered]
    return sorted([*found, *_hs_codes(scene)], key=lambda mention: mention.start)


@lru_cache(maxsize=4)
def _vocabulary(references: ReferenceList) -> Vocabulary:
    return Vocabulary(references.spellings)


def _listed(scene: Scene, references: ReferenceList) -> Iterator[Mention]:
    reached = 0
    for start, text in _vocabulary(references).occurrences(scene.text):
        end = start + len(text)
        reference = references.spellings[text]
        if start < reached or not _stands_free(scene.text, text, start, end):
            continue
        if reference.careful and not _LEGAL.match(scene.text, end):
            continue
        reached = end
        yield _mention(scene, reference, start, end)


def _stands_free(text: str, word: str, start: int, end: int) -> bool:
    if word[0].isascii():
        return not inside_latin_word(text, start, end)
    return not is_hangul(text[start - 1 : start]) and not _LONGER.match(text, end)


def _mention(scene: Scene, reference: Reference, start: int, end: int) -> Mention:
    if reference.kind == "law":
        return _law(scene, reference.name, start, end, "law-listed", 0.97)
    name = reference.name_on(scene.date)
    return scene.mention(EntityRef(reference.kind, name), start, end, f"{reference.kind}-listed", 0.95)


def _law(scene: Scene, name: str, start: int, end: int, rule: str, confidence: float) -> Mention:
    """With its decree (시행령, a law of its own) and the article or amendment that follows."""
    decree = _DECREE.match(scene.text, end)
    if decree:
        name, end = f"{name} {decree.group(1)}", decree.end()
    detail = _DETAIL.match(scene.text, end)
    return scene.mention(EntityRef("law", name), start, detail.end() if detail else end, rule, confidence)


def _quoted(scene: Scene, references: ReferenceList) -> Iterator[Mention]:
    """What stands in 「」 is one law, whatever listed names it holds."""
    for match in _QUOTED.finditer(scene.text):
        written, decree = match.groups()
        name = re.sub(r"\s+", " ", written).strip()
        known = references.resolve(name)
        if _NO_LAW.search(name) or (known and known.kind != "law"):
            continue
        name = (known.name if known else name) + (f" {decree}" if decree else "")
        yield _law(scene, name, match.start(1), match.end() - 1, "law-listed" if known else "law-quoted", 0.95)


def _unlisted(scene: Scene) -> Iterator[Mention]:
    for match in _UNLISTED.finditer(scene.text):
        word = _COMPOUND.search(scene.text, max(0, match.end() - 20), match.end())
        if word and not _NO_LAW.search(word.group()):
            yield _law(scene, word.group(), word.start(), word.end(), "law-form", 0.8)


def _resolutions(scene: Scene) -> Iterator[Mention]:
    for match in _RESOLUTION.finditer(scene.text) if "결의" in scene.text else ():
        name = f"유엔 안보리 결의 제{match.group(1)}호"
        yield scene.mention(EntityRef("law", name), match.start(), match.end(), "resolution", 0.97)


def _hs_codes(scene: Scene) -> Iterator[Mention]:
    """The number after "HS", and the ones listed after it."""
    if not any(sign in scene.text for sign in _HS_SIGNS):
        return
    for opening in _HS.finditer(scene.text):
        match = _CODE.match(scene.text, opening.end())
        while match is not None:
            name = _hs_name(match)
            if name is None:
                break
            yield scene.mention(EntityRef("hscode", name), match.start(), match.end(), "hs-code", 0.95)
            following = _NEXT_CODE.match(scene.text, match.end())
            match = _CODE.match(scene.text, following.end()) if following else None


def _hs_name(match: re.Match[str]) -> str | None:
    """``8542.31``, ``8542.31-1000``, ``8542``; None for what is no code (a chapter over 97, an edition's year)."""
    heading, sub, rest, plain_sub, plain_rest = match.groups()
    sub, rest = sub or plain_sub, re.sub(r"\D", "", rest or plain_rest or "")
    if not 1 <= int(heading[:2]) <= 97 or (heading in _EDITIONS and not sub and not match.group().endswith("호")):
        return None
    return heading + (f".{sub}" if sub else "") + (f"-{rest}" if rest else "")
