"""Finds the other countries a post names: by name, abbreviation, adjective or hanja.

Every form comes from the gazetteer with its conditions; here they are only checked. A form that
names several countries (한미일) gives one mention for each, at the same place. Kiwi's proper nouns
decide for the names that are words too (인도, 이란, 오만).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.extraction.scene import Scene
from kb.extraction.vocabulary import Vocabulary, inside_latin_word, is_hangul
from kb.gazetteer.countries import CountryForm, CountryList
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef, Mention

# What may stand right before a short name: 대중국, 주미국, 한체코, 재일본, 친중국, 반미국.
_PREFIXES = "대對주駐한재친반탈"
_SUFFIXES = ("산", "인", "식", "제", "계", "군", "측", "발", "전", "풍")
_LETTERS = {"미": "US", "중": "CN", "일": "JP", "러": "RU", "북": "KP", "영": "GB", "독": "DE", "불": "FR", "호": "AU"}
_UNIONS = ("EU", "유럽", "나토", "아세안")
_CORE = "한미중일러북"
# What may go on a run of letters: 중·일·대만.
_FURTHER = (
    "EU|유럽|나토|아세안|대만|러시아|인도|호주|베트남|몽골|캐나다|영국|독일|프랑스|이란|우크라|필리핀|태국|멕시코|홍콩"
    "|싱가포르|네덜란드|미국|중국|일본|북한|사우디|UAE"
)
# 한·미·일, 북-러, 미·영·호: a run of letters, never a part of "초·중·고", "중·장기", "북·중미", "중·북부".
_RUN = re.compile(
    rf"(?<![가-힣A-Za-z0-9·‧ㆍ∙・])[{_CORE}남영독불호](?:\s?[·‧ㆍ∙・\-–/]\s?[{_CORE}영독불호])+(?![·‧ㆍ∙・](?!{_FURTHER})|미|남미|부|앙|장기|소|저|고|단|반)"
)
_OF_A_STATE = re.compile(
    r"\s(?:정부|대통령|총리|국왕|외교장관|외교부|국방부|대사관|교민)"
    r"|[과와]의? (?:수교|정상회담|외교장관회담)|[을를] (?:국빈 |공식 |순방|방문[한해했])"
)
_WORD_ENDS = re.compile(r"(?:은|는|이|가|을|를|의|에|와|과|도|로|등|에서)?(?![가-힣])")
_JOINT = re.compile(r"\s?[,·ㆍ/]\s?|[와과]\s|\s및\s")
_LETTER_AND_NAME = re.compile(r"(?<![가-힣A-Za-z0-9·])([미중일러북])[·‧ㆍ∙・\-–](?=[가-힣]{2}|EU)")


def find_countries(scene: Scene, gazetteer: Gazetteer) -> list[Mention]:
    """Mentions of countries in reading order."""
    runs = list(_runs(scene))
    covered = {at for mention in runs for at in range(mention.start, mention.end)}
    forms = [mention for mention in _forms(scene, gazetteer.countries) if mention.start not in covered]
    letters = _letters_before_names(scene, {mention.start for mention in forms})
    return sorted([*runs, *forms, *letters], key=lambda mention: mention.start)


@lru_cache(maxsize=4)
def _vocabulary(countries: CountryList) -> Vocabulary:
    return Vocabulary(countries.forms)


def _forms(scene: Scene, countries: CountryList) -> Iterator[Mention]:
    """Left to right; of the forms that begin at one place the longest whose conditions hold."""
    places = [(start, countries.forms[text]) for start, text in _vocabulary(countries).occurrences(scene.text)]
    plain = {start for start, form in places if form.codes and not form.conditional}
    reached = named = 0  # the end of the last form, and of the last that named a country
    for start, form in places:
        end = start + len(form.text)
        if start < reached or not _holds(scene, form, start):
            continue
        if (form.proper or form.nearby) and not _among_states(scene, form, start, end, named, plain):
            continue
        reached = end
        named = end if form.codes else named
        yield from _mentions(scene, form, start, end)


def _among_states(scene: Scene, form: CountryForm, start: int, end: int, named: int, plain: set[int]) -> bool:
    """Whether a name that is also a word is a country's here: by what follows, its neighbours or Kiwi's opinion."""
    if _is_state(scene.text, start, end):
        return True
    listed = _enumerated(scene.text, named, start, end, plain)
    if form.proper and not (_is_proper(scene, start, end) or (listed and _WORD_ENDS.match(scene.text, end))):
        return False
    return form.nearby is None or listed or _near(form.nearby, scene, start, end)


def _enumerated(text: str, named: int, start: int, end: int, plain: set[int]) -> bool:
    """Whether a comma, a dot or "and" joins a form to another country: 튀르키예와 조지아, 가나·케냐."""
    if 0 < start - named <= 3 and _JOINT.fullmatch(text, named, start):
        return True
    return any(at in plain and _JOINT.fullmatch(text, end, at) for at in range(end + 1, end + 4))


def _mentions(scene: Scene, form: CountryForm, start: int, end: int) -> Iterator[Mention]:
    rule = "country-in-context" if form.conditional else "country-name"
    confidence = 0.9 if form.conditional else 0.98
    for code in form.codes:
        yield scene.mention(EntityRef("country", code), start, end, rule, confidence)


def _holds(scene: Scene, form: CountryForm, start: int) -> bool:
    """Whether all conditions hold but ``proper`` and ``nearby``."""
    text, end = scene.text, start + len(form.text)
    return (
        _stands_free(scene, form, start, end)
        and (form.before is None or form.before.match(text, end) is not None)
        and (form.unless is None or form.unless.match(text, end) is None)
        and (form.unless_after is None or form.unless_after.search(text[max(0, start - 12) : start]) is None)
    )


def _stands_free(scene: Scene, form: CountryForm, start: int, end: int) -> bool:
    """Whether the form is a word of its own and no part of another (통+일본+부, 보+호주+의)."""
    if form.text[0].isascii():
        return not inside_latin_word(scene.text, start, end)
    before = scene.text[start - 1 : start]
    if form.loose or not is_hangul(before) or not is_hangul(form.text[0]):
        return True
    if not form.codes or (len(form.text) > 3 and not form.conditional):
        return True
    if len(form.text) > 1 and before in _PREFIXES and not is_hangul(scene.text[start - 2 : start - 1]):
        return True
    return len(form.text) > 1 and not form.before and _is_proper(scene, start, end)


def _is_proper(scene: Scene, start: int, end: int) -> bool:
    """Whether Kiwi read a proper noun here, or a noun made of it: 이란 외무부, 인도인, 영국식, 이란산."""
    token = scene.token_at(start)
    if token is None or token.start != start or token.end < end:
        return False
    suffix = scene.text[end : max(token.end, end + 1)]
    return token.tag == "NNP" or (token.tag == "NNG" and suffix in _SUFFIXES)


def _is_state(text: str, start: int, end: int) -> bool:
    """Whether what follows is said of a state alone, for names that Kiwi knows as words: 말리 정부, 가봉 대통령."""
    return not is_hangul(text[start - 1 : start]) and _OF_A_STATE.match(text, end) is not None


def _near(pattern: re.Pattern[str], scene: Scene, start: int, end: int) -> bool:
    before, after = scene.text[max(0, start - 80) : start], scene.text[end : end + 80]
    return pattern.search(before) is not None or pattern.search(after) is not None


def _runs(scene: Scene) -> Iterator[Mention]:
    for match in _RUN.finditer(scene.text):
        letters = [char for char in match.group() if char in _LETTERS]
        if not letters or ("한" not in match.group() and "미" not in match.group() and set(letters) - set(_CORE)):
            continue
        for letter in letters:
            at = EntityRef("country", _LETTERS[letter])
            yield scene.mention(at, match.start(), match.end(), "country-letters", 0.95)


def _letters_before_names(scene: Scene, starts: set[int]) -> Iterator[Mention]:
    """``미·이란``, ``북-러시아``: a letter joined to a name."""
    for match in _LETTER_AND_NAME.finditer(scene.text):
        if match.end() in starts or scene.text.startswith(_UNIONS, match.end()):
            at = EntityRef("country", _LETTERS[match.group(1)])
            yield scene.mention(at, match.start(1), match.end(1), "country-letters", 0.9)
