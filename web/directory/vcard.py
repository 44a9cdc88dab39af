"""Desks as vCards (version 3.0, RFC 2426: the one that every telephone reads)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from kb.views.directory import Desk
from web.language import gettext
from web.language.catalog import noop as n_

SPACE = uuid.UUID("9a0a2c0e-54f4-5c5e-8a3b-0d1f5b1f0c77")  # of our cards: read again, a card replaces itself
WIDTH = 75  # bytes in a line
SUBJECT = n_("무역안보")
NOBODY = n_("소속 미상")
NOTE = n_("마지막 확인 %(day)s. 공개된 발표에 적힌 번호입니다.")


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says of itself, in the language of the request that asks for cards."""

    nobody: str
    note: str
    subject: str


def words() -> Words:
    return Words(gettext(NOBODY), gettext(NOTE), gettext(SUBJECT))


def card(desk: Desk, root: str, said: Words) -> str:
    """One desk. ``root`` is the site's address without a closing slash."""
    name = desk.owner or f"{said.nobody} {desk.number}"
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{uuid.uuid5(SPACE, f'{desk.number}/{desk.department}').urn}",
        f"FN:{escaped(name)}",
        f"N:{escaped(name)};;;;",
        f"ORG:{escaped(desk.agency or '')};{escaped(desk.department or '')}",
        f"TEL;TYPE=WORK,VOICE:{escaped(desk.number)}",
        f"NOTE:{escaped(said.note % {'day': desk.last.isoformat()})}",
        f"URL:{root}{desk.post_url}",
        f"REV:{desk.last.isoformat()}",
        f"CATEGORIES:{said.subject}",
        "END:VCARD",
    ]
    return "".join(folded(line) + "\r\n" for line in lines)


def cards(desks: tuple[Desk, ...], root: str) -> Iterator[str]:
    """Cards one by one. The language is that of the request in which this is called."""
    said = words()
    return (card(desk, root, said) for desk in desks)


def escaped(value: str) -> str:
    """A value without line breaks, with what has a meaning in a card behind a backslash."""
    return re.sub(r"([\\,;])", r"\\\1", " ".join(value.split()))


def folded(line: str) -> str:
    """Lines of at most 75 bytes; no character is torn, and the next line begins with a space."""
    parts, room = [""], WIDTH
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append(" ")
            room = WIDTH - 1
        parts[-1] += character
        room -= size
    return "\r\n".join(parts)
