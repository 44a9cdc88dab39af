"""Lists to take along: CSV that Excel opens with correct Hangul, JSON Lines, Atom.

Rows come from iterators, so an export never holds more than a page of answers in memory.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree

from flask import Response

from kb.views import HitView, Json
from web.params import clean

BOM = "\ufeff"  # without it Excel reads Hangul as CP949
ATOM = "http://www.w3.org/2005/Atom"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(FORMULA) else text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield BOM + csv_line(head)
    for row in rows:
        yield csv_line(row)


def csv_line(row: Sequence[object]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([cell(value) for value in row])
    return buffer.getvalue()


def json_lines(items: Iterable[Json]) -> Iterator[str]:
    for item in items:
        yield json.dumps(item, ensure_ascii=False) + "\n"


def atom(title: str, address: str, root: str, hits: Sequence[HitView]) -> str:
    """A feed of posts; ``root`` is the site's address without a closing slash."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    newest = max((hit.date for hit in hits), default=None)
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", f"{newest or '1970-01-01'}T00:00:00+09:00")
    _add(_add(feed, "author"), "name", "무역안보 지식베이스")
    _add(feed, "link", rel="self", href=address)
    for hit in hits:
        _entry(feed, root, hit)
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True)


def _entry(feed: ElementTree.Element, root: str, hit: HitView) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", root + hit.url)
    _add(entry, "title", hit.plain_title)
    _add(entry, "updated", f"{hit.date}T00:00:00+09:00")
    _add(entry, "link", href=root + hit.url)
    _add(entry, "summary", "".join(segment.text for segment in hit.snippet))
    for link in (*hit.agencies, *hit.topics):
        _add(entry, "category", term=link.value, label=link.label)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    node = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    node.text = clean(text) if text is not None else None
    return node


def download(lines: Iterable[str], kind: str, name: str) -> Response:
    response = Response(lines, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
