"""What a search found, all of it, as a file; and a feed of the newest posts it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from flask import Blueprint, Response, request
from werkzeug.urls import iri_to_uri

from kb.service import Service
from kb.views import HitView, SearchParams
from web import address, export
from web.context import service, settings
from web.language import Namer, gettext, namer
from web.language.catalog import noop as n_
from web.search import params as state

CHUNK = 500  # posts asked for at a time
FEED = 30  # posts in a feed
HEAD = (
    n_("날짜"),
    n_("제목"),
    n_("기관"),
    n_("주제"),
    n_("분류"),
    n_("출처"),
    n_("글"),
    n_("주소"),
    n_("같은 발표"),
)
WIDTHS = (12, 60, 28, 28, 12, 12, 26, 48, 26)
CUT = n_("결과 %(total)s건 가운데 앞의 %(most)s건입니다. 나머지는 기간이나 조건을 나누어 내려받으십시오.")


def listing() -> export.Listing[HitView]:
    """The first page is asked at once, so that a bad parameter or a missing index is an answer and not a torn file."""
    found, params, root = service(), state.read(request.args), address.root()
    longest = most()
    total = found.search(replace(params, page=1, per_page=1, snippets=False)).total
    return export.Listing(
        title=f"{gettext('글')} {params.q}".strip(),
        plain="posts",
        head=HEAD,
        widths=WIDTHS,
        items=islice(every_hit(found, params), longest),
        row=partial(row, root=root, name=namer()),
        to_json=HitView.to_json,
        note=gettext(CUT, total=f"{total:,}", most=f"{longest:,}") if total > longest else "",
    )


def most() -> int:
    """Posts in a file: what is beyond is said in its last line and on the page, never left out in silence."""
    return settings().export_rows


def every_hit(found: Service, params: SearchParams, chunk: int = CHUNK) -> Iterator[HitView]:
    """All pages of an answer, one after the other."""
    page, pages = 1, 1
    while page <= pages:
        result = found.search(replace(params, page=page, per_page=chunk, snippets=False))
        yield from result.hits
        page, pages = page + 1, result.pages


def row(hit: HitView, root: str, name: Namer) -> export.Row:
    return (
        hit.date,
        hit.plain_title,
        "; ".join(link.label for link in hit.agencies),
        "; ".join(map(name, hit.topics)),
        "; ".join(hit.categories),
        hit.source,
        hit.post,
        root + hit.url,
        "; ".join(copy.post for copy in hit.copies),
    )


def as_file(form: str) -> Response:
    return export.answer(listing(), form)


def as_feed() -> Response:
    params = replace(state.read(request.args), sort="date", page=1, per_page=FEED)
    root, page = address.root(), state.url(replace(params, per_page=state.PER_PAGE.default))
    hits = service().search(params).hits
    return export.feed_answer(
        export.Feed(
            identity=f"search {page}",
            title=f"{export.publisher()}: {params.q or gettext('새 글')}",
            address=iri_to_uri(address.here()),
            page=root + page,
            root=root,
            entries=tuple(map(entry, hits)),
        )
    )


def entry(hit: HitView) -> export.Entry:
    summary = "".join(segment.text for segment in hit.snippet)
    links = (*hit.agencies, *hit.topics)
    return export.Entry(f"post {hit.post}", hit.plain_title, hit.date, hit.url, summary, hit.source, links)


def register(blueprint: Blueprint) -> None:
    for form in export.FORMS:
        blueprint.add_url_rule(f"/search.{form}", form, partial(as_file, form))
    blueprint.add_url_rule("/search.atom", "atom", as_feed)
