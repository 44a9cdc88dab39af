"""What all views share: addresses, links, marked stretches of text. Text is never HTML: whoever renders escapes."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def post_url(post: str) -> str:
    return "/posts/" + quote(post)


def entity_url(kind: str, key: str) -> str:
    return f"/entities/{kind}/{quote(key, safe='')}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text; ``marked`` where it answers the query."""

    text: str
    marked: bool = False


def segments_html(segments: tuple[Segment, ...]) -> str:
    """Escaped, with ``<mark>`` around what matched: the form of the API's ``snippet``."""
    return "".join(f"<mark>{html.escape(s.text)}</mark>" if s.marked else html.escape(s.text) for s in segments)


@dataclass(frozen=True, slots=True)
class NamedLink:
    """An entity as a link: ``value`` is its key, ``label`` what is shown."""

    kind: str
    value: str
    label: str

    @property
    def url(self) -> str:
        return entity_url(self.kind, self.value)


@dataclass(frozen=True, slots=True)
class CopyView:
    """Another post that tells the same announcement."""

    post: str
    title: str
    date: dt.date

    @property
    def url(self) -> str:
        return post_url(self.post)
