"""Days of force as a calendar (RFC 5545) that a telephone or an office program subscribes to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

from kb.views.force import Statement
from web.directory.vcard import escaped, folded
from web.language import gettext
from web.language.catalog import noop as n_

SPACE = uuid.UUID("0d6c3a5e-3f0a-5b6e-9f3b-6f6f5f9b1c2d")  # of our days: read again, a day replaces itself
TITLE = n_("무역안보 시행일")
NOTE = n_("글의 문장에서 읽은 날짜입니다. 효력은 원문과 관보로 확인하십시오.")


def calendar(statements: Sequence[Statement], root: str) -> Iterator[str]:
    """Whole days only: a month is no day. ``root`` is the site's address without a closing slash."""
    title, note = gettext(TITLE), gettext(NOTE)
    days = [stated for stated in statements if stated.force.day and stated.force.grain == "day"]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trade-control-kb//in-force//KO", "METHOD:PUBLISH"]
    yield _lines([*head, f"X-WR-CALNAME:{escaped(title)}"])
    for stated in days:
        yield _lines(_event(stated, root, note))
    yield _lines(["END:VCALENDAR"])


def _event(stated: Statement, root: str, note: str) -> list[str]:
    day = stated.force.day
    assert day is not None, "only days become events"
    return [
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid5(SPACE, f'{stated.post}/{day}')}",
        f"DTSTAMP:{stated.date:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(stated.title)}",
        f"DESCRIPTION:{escaped(stated.force.sentence)}\\n\\n{escaped(note)}",
        f"URL:{root}{stated.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _lines(lines: list[str]) -> str:
    return "".join(folded(line) + "\r\n" for line in lines)
