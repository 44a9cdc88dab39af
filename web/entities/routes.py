"""Lists and pages of entities. Any alias leads to the canonical address."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from kb.errors import NotFound
from kb.service import Service
from kb.views import EntityCount, EntityList
from web import export, labels
from web.context import service
from web.entities import page as shown
from web.params import Param, Text, Whole, clean
from web.search.page import pager

blueprint = Blueprint("entities", __name__, url_prefix="/entities")

Q = Text("q", "이름이나 별칭의 일부", limit=100)
PAGE = Whole("page", "페이지 번호", default=1, least=1, most=10_000)
PER_PAGE = Whole("per_page", "페이지당 개수", default=50, least=1, most=200)
LIST_PARAMS: tuple[Param, ...] = (Q, PAGE, PER_PAGE)
PAGE_PARAMS: tuple[Param, ...] = (PAGE,)

CSV_HEAD = ("이름", "열쇠", "기관", "글", "처음", "마지막")
OVERVIEW = 6  # entities of each kind on the overview


@blueprint.get("")
def overview() -> str:
    lists = [service().entities(kind, per_page=OVERVIEW) for kind in labels.KINDS]
    return render_template("entity_kinds.html", lists=[found for found in lists if found.total])


@blueprint.get("/<kind>")
def entities(kind: str) -> str:
    found = read_list(kind)
    highest = max((item.posts for item in found.items), default=0)
    pages = pager(found.page, found.pages, lambda page: shown.list_url(kind, found.q, page))
    return render_template("entity_list.html", found=found, highest=highest, pages=pages)


@blueprint.get("/<kind>.csv")
def as_csv(kind: str) -> Response:
    rows = (
        (item.link.label, item.link.value, item.agency, item.posts, item.first, item.last)
        for item in every(service(), known(kind), Q.read(request.args))
    )
    return export.download(export.csv_lines(CSV_HEAD, rows), "text/csv", f"{kind}.csv")


def every(found: Service, kind: str, q: str) -> Iterator[EntityCount]:
    """All pages of a list, one after the other."""
    page, pages = 1, 1
    while page <= pages:
        part = found.entities(kind, q, page, PER_PAGE.most)
        yield from part.items
        page, pages = page + 1, part.pages


@blueprint.get("/<kind>/<path:name>")
def entity(kind: str, name: str) -> str | BaseResponse:
    known(kind)
    found = service().entity(kind, clean(name), PAGE.read(request.args))
    if found.link.value != name:
        return redirect(shown.page_url(found.link, found.page), 302)
    return render_template("entity.html", found=found, view=shown.view(found))


def known(kind: str) -> str:
    if kind not in labels.KINDS:
        raise NotFound(f"‘{clean(kind)[:40]}’(이)라는 종류는 없습니다. 있는 종류: {', '.join(labels.KINDS)}")
    return kind


def read_list(kind: str) -> EntityList:
    """The list that the address asks for. Raises NotFound, BadParameter."""
    args = request.args
    return service().entities(known(kind), Q.read(args), PAGE.read(args), PER_PAGE.read(args))
