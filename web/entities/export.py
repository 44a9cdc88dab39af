"""A list of entities as a file, and a feed of the posts that name an entity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from kb.service import Service
from kb.views import EntityCount, EntityPage, MentionView, post_url
from web import address, export, labels
from web.context import service
from web.entities.params import PER_PAGE, Q, known
from web.language import Namer, gettext, namer, plainly
from web.language.catalog import noop as n_
from web.params import clean

HEAD = (n_("이름"), n_("키"), n_("기관"), n_("글"), n_("처음"), n_("마지막"), n_("주소"))
WIDTHS = (32, 32, 24, 8, 12, 12, 56)


def as_file(kind: str, form: str) -> Response:
    q, root = Q.read(request.args), address.root()
    title = f"{gettext(labels.KINDS[known(kind)])} {q}".strip()
    items = every(service(), kind, q)
    return export.answer(
        export.Listing(title, kind, HEAD, WIDTHS, items, partial(row, root=root, name=namer()), EntityCount.to_json),
        form,
    )


def every(found: Service, kind: str, q: str) -> Iterator[EntityCount]:
    """All pages of a list, one after the other."""
    page, pages = 1, 1
    while page <= pages:
        part = found.entities(kind, q, page, PER_PAGE.most)
        yield from part.items
        page, pages = page + 1, part.pages


def row(item: EntityCount, root: str, name: Namer) -> export.Row:
    return name(item.link), item.link.value, item.agency, item.posts, item.first, item.last, root + item.link.url


def as_feed(kind: str, name: str) -> Response | BaseResponse:
    found = service().entity(known(kind), clean(name))
    if found.link.value != name:
        return redirect(feed_url(found), 302)
    root = address.root()
    return export.feed_answer(
        export.Feed(
            identity=f"entity {kind} {found.link.value}",
            title=f"{export.publisher()}: {gettext(labels.KINDS[kind])} {plainly(found.link)}",
            address=iri_to_uri(address.here()),
            page=root + found.link.url,
            root=root,
            entries=tuple(map(entry, found.mentions)),
        )
    )


def entry(mention: MentionView) -> export.Entry:
    """A post that names the entity, with the sentence that does."""
    source = mention.post.partition("/")[0]
    sentence = "".join(segment.text for segment in mention.sentence)
    return export.Entry(f"post {mention.post}", mention.title, mention.date, post_url(mention.post), sentence, source)


def feed_url(found: EntityPage) -> str:
    return f"{found.link.url}.atom"


def register(blueprint: Blueprint) -> None:
    for form in export.FORMS:
        blueprint.add_url_rule(f"/<kind>.{form}", form, partial(as_file, form=form))
    blueprint.add_url_rule("/<kind>/<path:name>.atom", "atom", as_feed)
