"""Days of force as the page lists them: the days of each list apart, and how far a day is from today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, cast

from kb.views.force import DaysOfForce, Statement
from web.language import gettext, ngettext
from web.language.catalog import noop as n_
from web.params import Args, Choice, Param

PATH = "/in-force"
PAST = 100  # statements of the past that the page lists; the API has all
About = Literal["all", "topic"]
ABOUT = Choice("about", n_("topic이면 무역안보 주제의 글에서만"), ("all", "topic"))
PARAMS: tuple[Param, ...] = (ABOUT,)


@dataclass(frozen=True, slots=True)
class Day:
    """What is in force from one day, or from one month of which no day was told."""

    first: dt.date
    grain: str
    away: str  # how far from today; nothing for what is past
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ForceView:
    """``topical`` of all statements are of posts about a topic."""

    about: About
    all: int
    topical: int
    ahead: tuple[Day, ...]
    past: tuple[Day, ...]
    left: int  # of the past, not listed
    undated: tuple[Statement, ...]

    @property
    def coming(self) -> int:
        return sum(len(day.statements) for day in self.ahead)


def asked(args: Args) -> About:
    return cast(About, ABOUT.read(args))


def chosen(found: DaysOfForce, about: About) -> DaysOfForce:
    """Those of posts about a topic, where only these are asked for."""
    if about == "all":
        return found
    return replace(found, statements=tuple(stated for stated in found.statements if stated.topics))


def view(found: DaysOfForce, about: About, today: dt.date) -> ForceView:
    shown = chosen(found, about)
    past = shown.past(today)
    return ForceView(
        about=about,
        all=len(found.statements),
        topical=len(chosen(found, "topic").statements),
        ahead=_days(shown.ahead(today), today),
        past=_days(past[:PAST], today),
        left=len(past[PAST:]),
        undated=shown.undated,
    )


def _days(statements: Sequence[Statement], today: dt.date) -> tuple[Day, ...]:
    groups = groupby(statements, key=lambda stated: (stated.force.day, stated.force.grain))
    return tuple(
        Day(day, grain or "day", away(day, today), tuple(stated)) for (day, grain), stated in groups if day is not None
    )


def away(day: dt.date, today: dt.date) -> str:
    """오늘, 내일, 12일 뒤"""
    days = (day - today).days
    if days < 0:
        return ""
    if days < 2:
        return gettext("내일") if days else gettext("오늘")
    return ngettext("%(n)s일 뒤", "%(n)s일 뒤", days, n=f"{days:,}")
