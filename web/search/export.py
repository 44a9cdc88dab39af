"""What a search found, all of it: CSV, JSON Lines, and a feed of the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, request
from werkzeug.urls import iri_to_uri

from kb.service import Service
from kb.views import HitView, SearchParams
from web import export
from web.context import service
from web.search import params as state

CHUNK = 100  # posts asked for at a time
FEED = 30  # posts in a feed
HEAD = ("날짜", "제목", "기관", "주제", "분류", "출처", "글", "주소", "같은 발표")


def every_hit(found: Service, params: SearchParams, chunk: int = CHUNK) -> Iterator[HitView]:
    """All pages of an answer, one after the other, ``chunk`` posts at a time."""
    page, pages = 1, 1
    while page <= pages:
        result = found.search(replace(params, page=page, per_page=chunk))
        yield from result.hits
        page, pages = page + 1, result.pages


def row(hit: HitView, root: str) -> tuple[object, ...]:
    return (
        hit.date.isoformat(),
        hit.plain_title,
        "; ".join(link.label for link in hit.agencies),
        "; ".join(link.label for link in hit.topics),
        "; ".join(hit.categories),
        hit.source,
        hit.post,
        root + hit.url,
        "; ".join(copy.post for copy in hit.copies),
    )


def as_csv() -> Response:
    root, hits = request.url_root.rstrip("/"), asked()
    return export.download(export.csv_lines(HEAD, (row(hit, root) for hit in hits)), "text/csv", "posts.csv")


def as_jsonl() -> Response:
    lines = export.json_lines(hit.to_json() for hit in asked())
    return export.download(lines, "application/jsonl", "posts.jsonl")


def asked() -> Iterator[HitView]:
    """The first page is asked at once, so that a bad parameter or a missing index is an answer and not a torn file."""
    found, params = service(), state.read(request.args)
    found.search(replace(params, page=1, per_page=1))
    return every_hit(found, params)


def as_atom() -> Response:
    params = replace(state.read(request.args), sort="date", page=1, per_page=FEED)
    hits = service().search(params).hits
    title = f"무역안보 지식베이스: {params.q or '새 글'}"
    text = export.atom(title, iri_to_uri(request.url), request.url_root.rstrip("/"), hits)
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/search.csv", "csv", as_csv)
    blueprint.add_url_rule("/search.jsonl", "jsonl", as_jsonl)
    blueprint.add_url_rule("/search.atom", "atom", as_atom)
