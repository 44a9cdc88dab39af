"""Days as Korean prose tells them (3월 26일, 오는 22일, 내달 1일, 내년 1월, 2024.2.24.) and which day was meant.

Knows nothing of what happens on the day. A post leaves out what its readers knew on the day it was written: the year,
often the month. ``resolve`` puts it back from the post's date and from whether the sentence looks ahead or behind.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from kb.dates import end_of_month, months_on

Grain = Literal["day", "month", "year"]
Tense = Literal["past", "future", "open"]

DAY = re.compile(
    r"""
    (?<![\d.,~∼–-])(?=[\d’'‘오지올금내이작다])
    (?:
        (?:[’'‘](?P<short>\d{2})|(?P<dotyear>\d{4}))\.\s?(?P<dotmonth>\d{1,2})\.\s?(?P<dotday>\d{1,2})(?!\d)\.?
      |
        (?:(?P<lean>오는|지난)\s)?
        (?:(?P<year>\d{4})\s?년\s?|(?P<rely>올해|금년|내년|이듬해|지난해|작년)\s?)?
        (?:(?P<month>\d{1,2})\s?월\s?|(?P<relm>이달|이번\s?달|내달|다음\s?달|지난\s?달)\s?)?
        (?:(?P<day>\d{1,2})일(?!\s?(?:간|동안|이내|이상|전|후|뒤|차|째|만에|정도|가량|이\s?지난|이\s?경과)))?
    )
    (?:\s?\([월화수목금토일](?:요일)?\))?
    """,
    re.VERBOSE,
)
"""May match nothing of a day, which ``resolve`` answers with None."""

YEARS = {"올해": 0, "금년": 0, "내년": 1, "이듬해": 1, "지난해": -1, "작년": -1}
MONTHS = {"이달": 0, "이번달": 0, "내달": 1, "다음달": 1, "지난달": -1}
LEANS: dict[str | None, Tense] = {"오는": "future", "지난": "past"}
NEAR = 7  # days: "22일" told on the 25th without a tense is the day just past


@dataclass(frozen=True, slots=True)
class DayTold:
    """``first`` is the first day of what was named; ``grain`` how much of it was named."""

    first: dt.date
    grain: Grain


def resolve(found: re.Match[str], written: dt.date, tense: Tense = "open") -> DayTold | None:
    """What a match of ``DAY`` meant in a text of that date; None when it names no day there is."""
    try:
        return _dotted(found) or _spoken(found, written, tense)
    except ValueError:  # 2월 30일
        return None


def _dotted(found: re.Match[str]) -> DayTold | None:
    year = found["dotyear"] or (found["short"] and f"20{found['short']}")
    if not year:
        return None
    return DayTold(dt.date(int(year), int(found["dotmonth"]), int(found["dotday"])), "day")


def _spoken(found: re.Match[str], written: dt.date, tense: Tense) -> DayTold | None:
    tense = LEANS.get(found["lean"], tense)
    year = int(found["year"]) if found["year"] else None
    if found["rely"]:
        year = written.year + YEARS[found["rely"]]
    month = int(found["month"]) if found["month"] else None
    day = int(found["day"]) if found["day"] else None
    if found["relm"]:
        year, month = months_on(written, MONTHS["".join(found["relm"].split())])
    if month is not None:
        return _with_month(year, month, day, written, tense)
    if day is not None and year is None:
        return _day_alone(day, written, tense)
    return DayTold(dt.date(year, 1, 1), "year") if year is not None and day is None else None


def _with_month(year: int | None, month: int, day: int | None, written: dt.date, tense: Tense) -> DayTold:
    grain: Grain = "day" if day else "month"
    if year is not None:
        return DayTold(dt.date(year, month, day or 1), grain)
    years = [y for y in (written.year - 1, written.year, written.year + 1) if _exists(y, month, day or 1)]
    days = [dt.date(y, month, day or 1) for y in years]
    if not days:
        raise ValueError
    near = min(days, key=lambda each: abs(each - written))
    ahead = [each for each in days if _end(each, grain) >= written]
    behind = [each for each in days if each <= written]
    meant = min(ahead, default=near) if tense == "future" else max(behind, default=near) if tense == "past" else near
    return DayTold(meant, grain)


def _day_alone(day: int, written: dt.date, tense: Tense) -> DayTold:
    """The 22nd: of this month, or of the one before or after as the sentence leans."""
    turn = 0
    if tense == "future" or (tense == "open" and day < written.day - NEAR):
        turn = 1 if day < written.day else 0
    elif tense == "past":
        turn = -1 if day > written.day else 0
    year, month = months_on(written, turn)
    return DayTold(dt.date(year, month, day), "day")


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _end(first: dt.date, grain: Grain) -> dt.date:
    return first if grain == "day" else end_of_month(first)
