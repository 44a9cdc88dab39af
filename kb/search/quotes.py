"""What an official is quoted with: a sentence whose subject they are, and that reports speech in quotation marks.

Quotation marks alone are no speech: they also set names and slogans apart. Speech is followed by the ending that
reports it (라고, 이라며, …고 말했다). Who is named inside the marks, or in another case, is not who speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.store.entities import MentionPlace

LONGEST = 400  # characters of a sentence with its quotation
_SPEECH = re.compile(r"[“\"][^“”\"\n]{6,300}[”\"]\s?(?:이?라[고며는]|라면서|이라면서|고\s|며|면서)")
_SUBJECT = re.compile(r"(?: ?[가-힣A-Z0-9·]{1,12}){0,3}?(?:은|는|이|가)[ ,]")  # after a name: 대통령실 정책실장은
_END = re.compile(r"\n|[.!?](?=\s|$)")


def quoted(places: Iterable[MentionPlace], limit: int) -> tuple[tuple[MentionPlace, int, int], ...]:
    """(place, start, end) of the first such sentence in each post; ``places`` are in order of post and text."""
    found: dict[str, tuple[MentionPlace, int, int]] = {}
    for place in places:
        if place.post not in found and (span := _sentence(place)) and _speaks(place, *span):
            found[place.post] = (place, *span)
    return tuple(found.values())[:limit]


def _speaks(place: MentionPlace, start: int, end: int) -> bool:
    if _inside_quotation(place.text, start, place.start):
        return False
    subject = _SUBJECT.match(place.text, place.end, end)
    return subject is not None and _SPEECH.search(place.text, subject.end(), end) is not None


def _sentence(place: MentionPlace) -> tuple[int, int] | None:
    """The sentence around a mention; a stop inside quotation marks ends none. None where it is too long."""
    left = place.text.rfind("\n", 0, place.start) + 1
    right = place.text.find("\n", place.end)
    start, right = left, len(place.text) if right < 0 else right
    for stop in _END.finditer(place.text, left, right):
        if _inside_quotation(place.text, start, stop.end()):
            continue
        if stop.end() > place.start:
            right = stop.end()
            break
        start = stop.end()
    while start < place.start and place.text[start].isspace():
        start += 1
    return (start, right) if right - start <= LONGEST else None


def _inside_quotation(text: str, start: int, end: int) -> bool:
    opened = text.count("“", start, end) - text.count("”", start, end)
    return opened > 0 or text.count('"', start, end) % 2 == 1
