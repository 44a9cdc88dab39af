"""A list as a file to download, in any form, under a Korean name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header

from kb.rows import Row, csv_lines, json_lines
from kb.views import Json
from web import address
from web.export.workbook import chunks, xlsx
from web.language import english, gettext
from web.language.catalog import noop as n_

Item = TypeVar("Item")

FORMS: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
}
NAMES: dict[str, str] = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSON Lines"}
ATTRIBUTE = "!#$&+-.^_`|~"  # what RFC 5987 lets stand as it is
SEOUL = dt.timezone(dt.timedelta(hours=9))
RIGHTS = n_("공개된 정부 발표를 모은 자료입니다. 효력은 각 기관의 원문에 따릅니다.")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """A list to take along: as rows for people, as objects for programs. Each is made when it is asked for.

    ``title`` names the file and the sheet; ``note`` says what the file leaves out, if anything. Headings are
    messages of the catalog. Rows are made while they are sent, when there is no request any more: what they need of
    its language they are given.
    """

    title: str
    plain: str  # the file's name for what cannot read Hangul
    head: tuple[str, ...]
    widths: tuple[int, ...]
    items: Iterable[Item]
    row: Callable[[Item], Row]
    to_json: Callable[[Item], Json]
    note: str = ""


def answer(listing: Listing[Item], form: str) -> Response:
    """``form`` is one of ``FORMS``."""
    name, plain = f"{file_name(listing.title)}.{form}", f"{listing.plain}.{form}"
    rows, head = map(listing.row, listing.items), tuple(map(gettext, listing.head))
    if form == "csv":
        return download(csv_lines(head, rows, listing.note), FORMS[form], name, plain)
    if form == "jsonl":
        lines = json_lines(map(listing.to_json, listing.items), listing.note)
        return download(lines, FORMS[form], name, plain)
    about = gettext("안내"), _about(listing.title, listing.note)
    file = xlsx(listing.title, head, listing.widths, rows, about)
    return download(chunks(file), FORMS[form], name, plain)


def download(body: Iterable[str] | Iterable[bytes], kind: str, name: str, plain: str) -> Response:
    """``plain`` is the name for what does not read RFC 5987."""
    response = Response(body, content_type=kind)
    if kind != FORMS["jsonl"]:
        response.headers["Content-Language"] = "en" if english() else "ko"
    named: dict[str, str | None] = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe=ATTRIBUTE)}"}
    response.headers["Content-Disposition"] = dump_options_header("attachment", named)
    response.headers["Cache-Control"] = "no-store"
    return response


def file_name(title: str) -> str:
    """A title as a name that every system takes."""
    return re.sub(r"[^\w().-]+", "-", title).strip("-.")[:60] or "목록"


def _about(title: str, note: str) -> list[Row]:
    rows: list[Row] = [
        (gettext("목록"), title),
        (gettext("주소"), address.here()),
        (gettext("받은 때"), dt.datetime.now(SEOUL).strftime("%Y-%m-%d %H:%M")),
        (gettext("자료"), gettext(RIGHTS)),
    ]
    return [*rows, (gettext("알림"), note)] if note else rows
