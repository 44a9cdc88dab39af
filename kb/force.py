"""When what a post announces takes force: the statements that say so, each with its day and its sentence.

Read from the text whenever the page is asked for; nothing of it is stored, so that a better rule costs no extraction.
A statement wants a day and a word of force side by side (26일부터 시행된다, 시행일은 3월 16일이며, 24일 발효된다),
and something that can take force: a law, a notice, a treaty, a rule. What only happens on a day (a weather warning,
a call for entries, an exercise), what is put off, and what took force long before the post are left out: a wrong day
is worse than none.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.days_told import DAY, DayTold, Tense, resolve
from kb.model import Block

LONGEST_AGO = dt.timedelta(days=31)  # what is older is history that the post tells, not what it announces
FURTHEST_AHEAD = dt.timedelta(days=3660)
LONGEST_GAP = 100  # letters between a day and its word of force; more than any that join them
LONGEST_ABOUT = 1_000  # letters of a title, or of the sentence before, that may name what takes force

VERB = re.compile(
    r"(?:시행|발효)(?!령|규칙|세칙|계획|착오|기관|업체|지침|방안|횟수|국(?!\w)|사(?!\w)|일|\s?(?:전|후|이후|이전|중|연기|유예|여부))"
    r"|적용(?=[되된될됐돼한하할했]|\s?예정|$)"
    r"|효력(?:이|을)?\s?(?:발생|갖|생)"
)
LABEL = re.compile(
    r"(?:시행|발효|적용)\s?(?:예정)?\s?(?:일자|일시|일|시기|시점)(?:은|는|이|가)?[\s:：]*"
    r"|(?:시행|발효)(?:은|는)?\s?[:：]\s?|(?:시행|발효)(?:은|는)\s"
)
DIRECT = re.compile(
    r"(?:\s?\d{1,2}시)?(?:부터는?|부로|자로|자|에|을\s?기해|를\s?기해)?\s?"
    r"(?:(?:본격|전격|전면|공식|정식|순차|단계|우선|일괄|즉시|곧바로|국내에서?|전국에서?|새로|처음)(?:적으로|으로)?\s?)?"
)
FROM_THEN = re.compile(r"(?:\s?\d{1,2}시)?부터는?\s(?:(?!\d|까지)[^.,;\n]){0,30}")  # 8월 14일부터 … 시행된다
PAST = re.compile(r"(?:시행|발효|적용|발생)(?:됐|되었|했|하였|에\s?들어갔|되고\s?있|하고\s?있|된\s)")
FUTURE = re.compile(r"(?:시행|발효|적용|발생)(?:된다|됩니다|될|되는|한다|합니다|할|하기로|에\s?들어간|을\s?앞)|예정")

RULES = re.compile(
    r"(?:고시|조례|규정|지침|협정|조약|의정서|협약|FTA|개정|제정|제도|규제|통제|제재|허가|의무|금지|관세|요건|특례|과징금|처벌|시행령|시행규칙"
    r"|[가-힣]{2}(?<![문경과숙축실의주삭통억면견])제(?=[가는를도,와]|\s)"
    r"|(?<![방불해기용문수요비마])법(?!인|원|무|사위|정|칙|조계|률구조|규정보)|법률|법안)"
)
OTHERWISE = re.compile(
    r"특보|경보|주의보|호우|폭염|열대야|확성기|공모|설명회|훈련|시험을|청문회|조사를\s시행|여론조사|집중\s?단속|합동\s?순찰"
    r"|판결|가처분|집행정지|사직|사표|계약이|보험이"
    r"|유예하|유예될|연기하|연기될|미루|미뤄|철회|보류"  # then the day is the one that will not be
)
SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\d|\s?\d{1,2}\.|\S))+[.!?]?[\"”’')]*")
AT_ONCE = re.compile(r"(?P<act>공포|고시|발령|공고)(?:한|된)?\s?(?:날|즉시|당일)(?:부터)?\s?(?:즉시\s)?시행")
LATER = re.compile(
    r"(?P<act>공포|고시|발령|공고)(?:한|된)?\s?(?:날로?부터|후|뒤|일로부터)\s?(?P<much>\d{1,2})\s?(?P<unit>개월|일|년)"
    r"\s?(?:후|뒤|이?\s?(?:지난|경과한)\s?(?:날|때|후))?(?:부터|에)?\s?(?:시행|발효|적용)"
)


@dataclass(frozen=True, slots=True)
class Force:
    """``told`` is the day, or None where the text counts from another act (``counted``: 공포 후 6개월).

    ``start`` and ``end`` are the sentence in the post's text.
    """

    told: DayTold | None
    counted: str | None
    start: int
    end: int


def in_force(text: str, blocks: Sequence[Block], written: dt.date) -> tuple[Force, ...]:
    """What the post says of days of force: each day once, in order of days, what has no day last."""
    found: dict[DayTold | str | None, Force] = {}
    for start, end, about in _sentences(text, blocks):
        stated = tuple(_stated(text[start:end], start, end, written))
        if stated and RULES.search(about) and not OTHERWISE.search(text[start:end]):
            for force in stated:
                found.setdefault(force.told or force.counted, force)
    days = {force.told.first.replace(day=1) for force in found.values() if force.told and force.told.grain == "day"}
    told = [f for f in found.values() if not (f.told and f.told.grain == "month" and f.told.first in days)]
    return tuple(sorted(told, key=lambda f: (f.told is None, f.told.first if f.told else dt.date.max, f.start)))


def _sentences(text: str, blocks: Sequence[Block]) -> Iterator[tuple[int, int, str]]:
    """Sentences that may state it, prose before headings; ``about`` is the title, the sentence before, the sentence."""
    title = text.partition("\n")[0][:LONGEST_ABOUT]
    before = ""
    for block in sorted(blocks, key=lambda b: (b.kind in ("title", "heading"), b.start)):
        for match in SENTENCE.finditer(text, block.start, block.end):
            sentence = match[0]
            if VERB.search(sentence) or LABEL.search(sentence):
                lead = len(sentence) - len(sentence.lstrip())
                yield match.start() + lead, match.end(), f"{title} {before} {sentence}"
            before = sentence[-LONGEST_ABOUT:]


def _stated(sentence: str, start: int, end: int, written: dt.date) -> Iterator[Force]:
    for told in _days(sentence, written):
        if -LONGEST_AGO <= told.first - written <= FURTHEST_AHEAD:
            yield Force(told, None, start, end)
    for match in (*LATER.finditer(sentence), *AT_ONCE.finditer(sentence)):
        yield Force(None, _counted(match), start, end)


def _days(sentence: str, written: dt.date) -> Iterator[DayTold]:
    days = [match for match in DAY.finditer(sentence) if match[0].strip()]
    ends = [day.end() for day in days]
    for verb in VERB.finditer(sentence):
        before = bisect_right(ends, verb.start())
        if before and _joined(gap := sentence[ends[before - 1] : verb.start()][:LONGEST_GAP]):
            told = resolve(days[before - 1], written, _tense(sentence[verb.start() : verb.start() + 20]))
            if told and (told.grain != "year" or "부터" in gap):
                yield told
    for label in LABEL.finditer(sentence):
        day = DAY.match(sentence, label.end())
        if day and (told := resolve(day, written)):
            yield told


def _joined(gap: str) -> bool:
    return bool(DIRECT.fullmatch(gap) or FROM_THEN.fullmatch(gap))


def _tense(after: str) -> Tense:
    return "past" if PAST.match(after) else "future" if FUTURE.search(after) else "open"


def _counted(match: re.Match[str]) -> str:
    parts = match.groupdict()
    return f"{parts['act']} 후 {parts['much']}{parts['unit']}" if parts.get("much") else f"{parts['act']}한 날"
