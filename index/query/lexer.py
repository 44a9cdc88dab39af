"""The text of a query cut into pieces: quotes, parentheses, operators, conditions, words.

Owns the limits of a query. Nothing is an error here: what cannot be meant is read as plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.fields import FILTER_FIELDS
from index.query.syntax import Span

MAX_CHARS = 500
MAX_TOKENS = 64
MAX_DEPTH = 16

Kind = Literal["word", "quoted", "starts", "field", "open", "close", "or", "and", "not"]

FIELDS: dict[str, str] = {
    **{name: field.name for field in FILTER_FIELDS for name in (field.name, field.korean)},
    "title": "title",
    "제목": "title",
    "date": "date",
    "날짜": "date",
    "기간": "date",
}
"""Every name that may stand before a colon, with the field it means."""

_NEGATIVE = re.compile(r"-(?:\d+(?:[.,]\d+)*%|\d+\.\d)")  # -3.1% is a number


@dataclass(frozen=True, slots=True)
class Lexeme:
    kind: Kind
    text: str  # of a field: its English name
    span: Span


_QUOTES = str.maketrans("“”„‟＂«»", '"""""""')
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<quoted>"[^"]*")
    | (?P<stray>")
    | (?P<open>(?<![^\s(\-])\()
    | (?P<close>\))
    | (?P<or>OR(?![^\s()])|\|+)
    | (?P<and>AND(?![^\s()]))
    | (?P<not>NOT(?![^\s()])|(?<![^\s()|])-(?=[^\s\-)])(?!\d+(?:[.,]\d+)*%|\d+\.\d))
    | (?P<field>[A-Za-z가-힣]{1,12}:(?!//))
    | (?P<bracket>\()
    | (?P<star>\*+)
    | (?P<word>[^\s"()|*]+\*?)
    """,
    re.VERBOSE,
)


def cut(text: str) -> tuple[list[Lexeme], list[str]]:
    """The pieces of a folded text, and notes on what was set aside."""
    text = text.translate(_QUOTES)
    cutter = _Cutter()
    at = 0
    while at < len(text) and len(cutter.lexemes) < MAX_TOKENS:
        found = _TOKEN.match(text, at)
        assert found, "the last alternatives match any character"
        if found.lastgroup == "word" and found[0].startswith("-") and not _NEGATIVE.match(found[0]):
            at += 1  # a dash that negates nothing; what follows it may be a condition
            continue
        cutter.take(found)
        at = found.end()
    if text[at:].strip():
        cutter.notes.append(f"검색어가 길어 앞의 {MAX_TOKENS}개 낱말까지만 읽었습니다.")
    return cutter.lexemes, cutter.notes


def field_names() -> str:
    """The Korean names of all conditions."""
    return ", ".join(f"{name}:" for name in (*(field.korean for field in FILTER_FIELDS), "제목", "날짜"))


class _Cutter:
    """Collects lexemes; remembers which open parentheses stand inside a text, as in 전략물자(戰略物資)."""

    def __init__(self) -> None:
        self.lexemes: list[Lexeme] = []
        self.notes: list[str] = []
        self._groups: list[bool] = []  # of each open parenthesis: whether it groups

    def take(self, found: re.Match[str]) -> None:
        text, span = found[0], Span(found.start(), found.end())
        match found.lastgroup:
            case "quoted":
                if text[1:-1].strip():
                    self._add("quoted", text[1:-1], span)
            case "stray":
                self.notes.append("따옴표가 짝이 맞지 않아 따옴표 하나를 무시했습니다.")
            case "open" | "bracket" | "close" as parenthesis:
                self._parenthesis(parenthesis, text, span)
            case "field":
                self._field(text[:-1], span)
            case "word":
                self._word(text, span)
            case "star":
                self.notes.append("‘*’는 낱말의 앞부분 뒤에서만 뜻이 있어 무시했습니다. 이렇게 쓰십시오: 수출*")
            case "or" | "and" | "not" as kind:
                self._add(kind, text, span)

    def _add(self, kind: Kind, text: str, span: Span) -> None:
        self.lexemes.append(Lexeme(kind, text, span))

    def _parenthesis(self, kind: Literal["open", "bracket", "close"], text: str, span: Span) -> None:
        if kind == "close":
            groups = self._groups.pop() if self._groups else True
        else:
            groups = kind == "open"
            self._groups.append(groups)
        if groups:
            self._add("close" if kind == "close" else "open", text, span)

    def _field(self, name: str, span: Span) -> None:
        known = FIELDS.get(name) or FIELDS.get(name.lower())
        if known:
            self._add("field", known, span)
            return
        self.notes.append(f"‘{name}:’는 아는 조건이 아니어서 낱말로 읽었습니다. 쓸 수 있는 조건: {field_names()}")
        self._add("word", name, span)

    def _word(self, text: str, span: Span) -> None:
        body = text.removesuffix("*")
        if any(c.isalnum() for c in body):
            self._add("starts" if text.endswith("*") else "word", body, span)
