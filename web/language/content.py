"""What the posts say stays Korean: inside an English page it is marked so, for screen readers and translators.

Countries and topics have English names; those of agencies and people are left as the posts print them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from babel import Locale
from markupsafe import Markup, escape

from kb.views import NamedLink
from web.language.catalog import english_texts, gettext
from web.language.choice import english

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
BODY = re.compile(r" \([^()]*\)$")
Namer: TypeAlias = Callable[[NamedLink], str]


def in_korean(text: object) -> Markup:
    """Text of a post, escaped; on an English page with its language."""
    if english() and HANGUL.search(str(text)):
        return Markup('<span lang="ko">{}</span>').format(text)
    return escape(text)


def korean_attribute() -> Markup:
    """For an element that holds nothing but text of a post."""
    return Markup(' lang="ko"') if english() else Markup("")


@cache
def countries() -> dict[str, str]:
    return dict(Locale("en").territories)


def shown(kind: str, value: str, label: str) -> str:
    """The name of a value as plain text: for titles and attributes."""
    if not english():
        return label
    if kind == "country":
        return countries().get(value, label)
    return gettext(label) if kind == "topic" and label else label


def value_named(kind: str, value: str, label: str) -> Markup:
    return in_korean(shown(kind, value, label))


def alone(link: NamedLink) -> NamedLink:
    """A person without the body in brackets: for the page of that body, which may have borne another name then."""
    return replace(link, label=BODY.sub("", link.label)) if link.kind == "official" else link


def named(link: NamedLink) -> Markup:
    return value_named(link.kind, link.value, link.label)


def namer() -> Namer:
    """``plainly`` in the language of this request, good also when the request is over: for files that are streamed."""
    if not english():
        return _label
    say = english_texts().gettext
    return lambda link: (
        countries().get(link.value, link.label)
        if link.kind == "country"
        else str(say(link.label))
        if link.kind == "topic" and link.label
        else link.label
    )


def _label(link: NamedLink) -> str:
    return link.label


def plainly(link: NamedLink) -> str:
    return shown(link.kind, link.value, link.label)
