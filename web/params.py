"""Query parameters: one class a kind of value, each of which reads itself and describes itself.

One rule for every page and every JSON answer: a value that cannot be taken as it stands is refused with
status 400, and the message names the parameter, the value and what would be right. Nothing is clamped
silently. An empty value counts as not given, so that a plain HTML form works. Control characters are
white space, and text is NFC (docs/web.md, "Parameters").
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from kb.errors import UsageError
from kb.views import Json

SHOWN = 60  # characters of a refused value that a message repeats

# A year of four digits, or a month or a day of one. Which months have 31 days, the calendar says.
DAY = "([1-9][0-9]{3})(?:-(0?[1-9]|1[0-2])(?:-(0?[1-9]|[12][0-9]|3[01]))?)?"

Schema: TypeAlias = dict[str, Json]


class Args(Protocol):
    """The part of werkzeug's MultiDict that parameters read."""

    def getlist(self, key: str) -> list[str]: ...


class BadParameter(UsageError):
    """``name`` was given ``value``; ``problem`` says in Korean what is wrong and what would be right."""

    def __init__(self, name: str, value: str, problem: str) -> None:
        shown = value if len(value) <= SHOWN else value[:SHOWN] + "…"
        super().__init__(f"{name}={shown}: {problem}")
        self.name = name
        self.value = shown
        self.problem = problem


def clean(value: str) -> str:
    """NFC, with every control, surrogate or unassigned character read as a space, and single spaces."""
    text = unicodedata.normalize("NFC", value)
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Cn") else c for c in text).split())


def one(args: Args, name: str) -> str:
    """The value of a parameter that may be given once, or "" where it is missing."""
    values = [v for v in map(clean, args.getlist(name)) if v]
    if len(values) > 1:
        raise BadParameter(name, ", ".join(values), "한 번만 쓸 수 있습니다.")
    return values[0] if values else ""


def longest(args: Args, name: str) -> int:
    """Characters of the longest value as sent, in NFC: what is measured is what the OpenAPI document measures."""
    return max((len(unicodedata.normalize("NFC", value)) for value in args.getlist(name)), default=0)


@dataclass(frozen=True, slots=True)
class Text:
    name: str
    about: str
    limit: int = 1000

    def read(self, args: Args) -> str:
        value, size = one(args, self.name), longest(args, self.name)
        if size > self.limit:
            raise BadParameter(self.name, value, f"{self.limit:,}자까지 쓸 수 있습니다(받은 글자 수 {size:,}).")
        return value

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": self.limit}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``least`` to ``most``."""

    name: str
    about: str
    default: int
    least: int
    most: int

    def read(self, args: Args) -> int:
        value = one(args, self.name)
        if not value:
            return self.default
        if re.fullmatch(r"[0-9]{1,9}", value) and self.least <= int(value) <= self.most:
            return int(value)
        raise BadParameter(self.name, value, f"{self.least}에서 {self.most:,} 사이의 정수여야 합니다.")

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; the first is the default."""

    name: str
    about: str
    choices: tuple[str, ...]

    def read(self, args: Args) -> str:
        value = one(args, self.name) or self.choices[0]
        if value not in self.choices:
            raise BadParameter(self.name, value, f"{', '.join(self.choices)} 가운데 하나여야 합니다.")
        return value

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.choices), "default": self.choices[0]}


@dataclass(frozen=True, slots=True)
class Many:
    """A filter: any number of values up to ``most``; a document needs one of them."""

    name: str
    about: str
    most: int = 50
    limit: int = 200

    def read(self, args: Args) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(v for v in map(clean, args.getlist(self.name)) if v))
        if longest(args, self.name) > self.limit:
            value = max(values, key=len, default="")
            raise BadParameter(self.name, value, f"값 하나는 {self.limit}자까지 쓸 수 있습니다.")
        if len(values) > self.most:
            raise BadParameter(self.name, values[self.most], f"값은 {self.most}개까지 쓸 수 있습니다.")
        return values

    def schema(self) -> Schema:
        item: Json = {"type": "string", "maxLength": self.limit}
        return {"type": "array", "items": item, "maxItems": self.most}


@dataclass(frozen=True, slots=True)
class Day:
    """A day; a month or a year stands for its first day, or for its last where ``last`` is set."""

    name: str
    about: str
    last: bool = False

    def read(self, args: Args) -> dt.date | None:
        value = one(args, self.name)
        if not value:
            return None
        found = re.fullmatch(DAY, value)
        if not found:
            raise BadParameter(self.name, value, "날짜는 2024-07-15, 2024-07 또는 2024처럼 씁니다.")
        try:
            return self._day(*(int(part) if part else None for part in found.groups()))
        except ValueError as error:
            raise BadParameter(self.name, value, "달력에 없는 날짜입니다.") from error

    def _day(self, year: int | None, month: int | None, day: int | None) -> dt.date:
        assert year is not None
        month = month if month is not None else (12 if self.last else 1)
        first = dt.date(year, month, 1)
        end = calendar.monthrange(year, month)[1] if self.last else 1
        return first.replace(day=day if day is not None else end)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^(?:{DAY})?$"}


Param: TypeAlias = Text | Whole | Choice | Many | Day


def unknown(args: Mapping[str, str], params: Sequence[Param]) -> tuple[str, ...]:
    """Names in the address that no parameter reads: they are told, never silently skipped."""
    known = {param.name for param in params}
    return tuple(sorted(clean(name) for name in args if name not in known))
