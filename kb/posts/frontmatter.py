"""Owns the front matter of a post: python-frontmatter where it is YAML, line by line where it is not.

Every scalar stays the text that was typed (``2024``, ``007``, ``yes``). Fields that YAML would cut or turn into
something else than text ("[속보] …", "제목 #1", "'갑' 을") are read from their line. Knows no body and no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from kb.posts import clean

Values = dict[str, "str | list[str]"]

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the stubs know no common base of the two
_TEXT_FIELDS = ("title", "excerpt", "description", "feature_text", "image", "date", "subtitle")
_KNOWN = frozenset(
    "title subtitle excerpt description feature_text feature_image image thumbnail date published last_modified_at"
    " categories category tags tag keywords layout author authors permalink slug comments share toc header sitemap lang"
    " ref redirect_from redirect_to source link updated modified".split()
)
_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]{0,40})[ \t]*:(?P<rest>(?=[ \t]|$).*|.*)", re.ASCII)
_OPEN = re.compile(r"\s*---[ \t]*(?:\n|\Z)")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r"[>|][+-]?\d?[+-]?[ \t]*(?:#.*)?$")
_DEEPEST = 20
_MOST_FIELDS = 500  # each is parsed for itself; no person wrote so many
_QUOTES = "\"'"
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Texts as typed, white space folded; ``notes`` are the repairs, in Korean."""

    title: str
    excerpt: str
    feature_text: str
    date: str
    categories: tuple[str, ...]
    image: str | None
    body: str
    notes: tuple[str, ...]


def read(text: str) -> FrontMatter:
    """Part a whole file (line breaks already ``\\n``) into front matter and body. Never fails."""
    head, body, notes = _split(text)
    values, mended = _values(head)
    return FrontMatter(
        title=_text(values, "title"),
        excerpt=_text(values, "excerpt") or _text(values, "description"),
        feature_text=_text(values, "feature_text"),
        date=_text(values, "date"),
        categories=_categories(values),
        image=_image(values),
        body=body,
        notes=(*notes, *mended),
    )


def _split(text: str) -> tuple[str, str, list[str]]:
    opening = _OPEN.match(text)
    if opening is None:
        return "", text, ["머리말(front matter)이 없어 본문만 읽었습니다."]
    closing = _CLOSE.search(text, opening.end())
    if closing is not None:
        return text[opening.end() : closing.start()], text[closing.end() :], []
    end = _end_of_fields(text, opening.end())
    return (
        text[opening.end() : end],
        text[end:],
        ["머리말을 닫는 '---' 줄이 없어 필드가 끝나는 곳까지를 머리말로 읽었습니다."],
    )


def _end_of_fields(text: str, start: int) -> int:
    """Where the lines stop to look like fields: keys, what is indented below them, list items."""
    position = start
    for row in text[start:].split("\n"):
        key = _KEY.match(row)
        if row.strip() and not (row[0] in " \t-" or (key and key["key"] in _KNOWN)):
            return position
        position += len(row) + 1
    return len(text)


class _Handler(YAMLHandler):
    """A flat reading of the events: scalars as typed, no aliases, no tags, no objects, no recursion."""

    def load(self, fm: str, **_: object) -> Values:
        return _Events(fm).values()


def _values(head: str) -> tuple[Values, list[str]]:
    try:
        metadata, _ = frontmatter.parse(f"---\n{head}\n---\n", handler=_Handler())
        return cast(Values, metadata), []
    except (yaml.YAMLError, _NotPlain) as problem:
        return _by_lines(head, problem)


class _NotPlain(Exception):
    """Valid YAML that does not say what was typed."""


class _Events:
    """The top level of one mapping. Anything that would surprise the writer raises ``_NotPlain``."""

    def __init__(self, head: str) -> None:
        self._head = head
        self._values: Values = {}
        self._key: str | None = None
        self._depth = 0
        self._items: list[str] = []

    def values(self) -> Values:
        for event in yaml.parse(self._head, Loader=_LOADER):
            self._take(event)
        return self._values

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise _NotPlain("별칭(*)")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)

    def _start(self, event: yaml.Event) -> None:
        if self._depth == 0 and not isinstance(event, yaml.MappingStartEvent):
            raise _NotPlain("필드가 없음")
        if self._depth > _DEEPEST:  # libyaml is quadratic on nested brackets
            raise _NotPlain("너무 깊은 값")
        if self._depth == 1:
            if self._key is None or self._key in ("title", "excerpt", "feature_text", "date"):
                raise _NotPlain("글이 아닌 값")
            self._items = []
        self._depth += 1

    def _end(self) -> None:
        self._depth -= 1
        if self._depth == 1 and self._key is not None:
            self._put(list(self._items))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._depth == 0:
            if event.value:
                raise _NotPlain("필드가 없음")
        elif self._depth > 1:
            self._items.append(event.value)
        elif self._key is None:
            self._key = event.value
        else:
            self._check(self._key, event)
            self._put(event.value)

    def _put(self, value: str | list[str]) -> None:
        assert self._key is not None
        if self._key in self._values:
            raise _NotPlain("같은 필드가 두 번")
        self._values[self._key] = value
        self._key = None

    def _check(self, key: str, event: yaml.ScalarEvent) -> None:
        if key not in _TEXT_FIELDS:
            return
        assert event.start_mark is not None and event.end_mark is not None
        raw = self._head[event.start_mark.index : event.end_mark.index]
        after = self._head[event.end_mark.index :].split("\n", 1)[0].lstrip()
        if event.anchor is not None or event.tag is not None:
            raise _NotPlain("'&'나 '!'로 시작하는 값")
        if event.style not in ("|", ">") and (after[:1] == "#" and after[1:2] not in ("", " ")):
            raise _NotPlain("'#' 뒤가 잘리는 값")
        if event.style in ("'", '"') and any(
            (found := _KEY.match(row)) and found["key"] in _KNOWN for row in raw.split("\n")[1:]
        ):
            raise _NotPlain("닫히지 않은 따옴표")


def _by_lines(head: str, problem: Exception) -> tuple[Values, list[str]]:
    """Each field for itself: as YAML where that says what was typed, else as its line reads."""
    values: Values = {}
    mended: list[str] = []
    for key, rest, below in _fields(head)[:_MOST_FIELDS]:
        value = _alone(key, rest, below)
        if value is None:
            value = _as_typed(key, rest, below)
            mended.append(key)
        if key in values:
            mended.append(key)
        if key not in values or value:
            values[key] = value
    names = ", ".join(dict.fromkeys(mended)) or "줄 단위"
    return values, [f"머리말이 올바른 YAML이 아니어서 고쳐 읽었습니다: {names}{_why(problem)}"]


def _why(problem: Exception) -> str:
    if isinstance(problem, _NotPlain):
        return f" ({problem})"
    mark = getattr(problem, "problem_mark", None)
    return f" (머리말 {mark.line + 1}번째 줄)" if mark is not None else ""


def _fields(head: str) -> list[tuple[str, str, list[str]]]:
    fields: list[tuple[str, str, list[str]]] = []
    for row in head.split("\n"):
        found = _KEY.match(row)
        spaced = found is not None and (not found["rest"] or found["rest"][0] in " \t")
        if found and (found["key"] in _KNOWN or (spaced and found["key"].islower())):
            fields.append((found["key"], found["rest"].strip(), []))
        elif fields:
            fields[-1][2].append(row)
    return fields


def _alone(key: str, rest: str, below: list[str]) -> str | list[str] | None:
    try:
        return _Events("\n".join((f"{key}: {rest}", *below))).values().get(key, "")
    except (yaml.YAMLError, _NotPlain):
        return None


def _as_typed(key: str, rest: str, below: list[str]) -> str | list[str]:
    lines = [row.strip() for row in below if row.strip()]
    if key in ("categories", "category", "tags", "keywords"):
        items = rest.strip("[]").split(",") if rest else [row.lstrip("-") for row in lines]
        return [_unquoted(item.strip()) for item in items if item.strip()]
    if _BLOCK_SCALAR.match(rest):
        return " ".join(lines)
    return _unquoted(" ".join((rest, *lines)).strip())


def _unquoted(text: str) -> str:
    """Without the quotes that wrap the whole; quotes of its own stay, a lone opening one goes."""
    if not text or text[0] not in _QUOTES:
        return text
    quote = text[0]
    if text.count(quote) == 1:
        return text[1:].lstrip()
    inner = text[1:-1]
    if text[-1] == quote and (quote not in inner or inner[inner.index(quote) - 1 : inner.index(quote)] in ("", " ")):
        return inner.strip()
    return text


def _text(values: Values, key: str) -> str:
    value = values.get(key, "")
    text = clean.line(" ".join(value) if isinstance(value, list) else value)
    return "" if text in ("~", "null") else text


def _categories(values: Values) -> tuple[str, ...]:
    found = values.get("categories") or values.get("category") or ""
    items = found if isinstance(found, list) else re.split(r"[,\s]+", found)
    return tuple(dict.fromkeys(text for item in items if (text := clean.line(item)) not in _NULLS))


def _image(values: Values) -> str | None:
    found = values.get("image") or values.get("thumbnail") or ""
    items = found if isinstance(found, list) else [found]
    urls = [text for item in items if (text := clean.line(item)) not in _NULLS]
    return next((url for url in urls if "/" in url or "." in url), urls[0] if urls else None)
