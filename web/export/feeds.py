"""Atom 1.0 (RFC 4287), written with the standard library: docs/decisions/0421-atom-feeds.md."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from xml.etree import ElementTree

from flask import Response

from kb.views import NamedLink
from web.language import english, gettext, plainly
from web.language.catalog import noop as n_
from web.params import clean

LANG = "xml:lang"  # of what posts say, which stays Korean
ATOM = "http://www.w3.org/2005/Atom"
KIND = "application/atom+xml; charset=utf-8"
PUBLISHER = n_("무역안보 지식베이스")
SPACE = uuid.UUID("5f0c1b9e-6a52-5d0b-9d5e-3c6f1f1d7a10")  # of our ids: they stay when the site's address changes
NEVER = dt.date(1970, 1, 1)  # the day of a feed without entries


@dataclass(frozen=True, slots=True)
class Entry:
    """A post. ``url`` and the links are paths; ``identity`` is what makes the entry the same over time."""

    identity: str
    title: str
    day: dt.date
    url: str
    summary: str
    source: str
    links: tuple[NamedLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """``address`` is the feed's own, ``page`` that of the page it follows; ``root`` is the site's, without "/"."""

    identity: str
    title: str
    address: str
    page: str
    root: str
    entries: tuple[Entry, ...]


def publisher() -> str:
    return gettext(PUBLISHER)


def feed_answer(feed: Feed) -> Response:
    return Response(atom(feed), content_type=KIND)


def atom(feed: Feed) -> str:
    ElementTree.register_namespace("", ATOM)
    node = ElementTree.Element(f"{{{ATOM}}}feed", {LANG: "en" if english() else "ko"})
    _add(node, "id", _urn(feed.identity))
    _add(node, "title", feed.title)
    _add(node, "updated", _moment(max((entry.day for entry in feed.entries), default=NEVER)))
    _add(_add(node, "author"), "name", publisher())
    _add(node, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(node, "link", rel="alternate", type="text/html", href=feed.page)
    for entry in feed.entries:
        _entry(node, feed.root, entry)
    return ElementTree.tostring(node, encoding="unicode", xml_declaration=True)


def _entry(feed: ElementTree.Element, root: str, entry: Entry) -> None:
    node = _add(feed, "entry")
    _add(node, "id", _urn(entry.identity))
    _add(node, "title", entry.title).set(LANG, "ko")
    _add(node, "published", _moment(entry.day))
    _add(node, "updated", _moment(entry.day))
    _add(_add(node, "author"), "name", entry.source)
    _add(node, "link", rel="alternate", type="text/html", href=root + entry.url)
    _add(node, "summary", entry.summary, type="text").set(LANG, "ko")
    for link in entry.links:
        _add(node, "category", term=link.value, label=plainly(link))


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """A child. Text is cleaned of what XML cannot hold."""
    known = {key: clean(value) for key, value in attributes.items()}
    node = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", known)
    node.text = clean(text) if text is not None else None
    return node


def _urn(identity: str) -> str:
    return uuid.uuid5(SPACE, identity).urn


def _moment(day: dt.date) -> str:
    """Posts know their day only: its beginning in Korea."""
    return f"{day.isoformat()}T00:00:00+09:00"
