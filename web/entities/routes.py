"""Lists and pages of entities. Any alias leads to the canonical address."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.views import EntityList
from web import labels
from web.context import service
from web.entities import export
from web.entities import page as shown
from web.entities.params import PAGE, PER_PAGE, Q, known
from web.params import clean
from web.search.page import pager

blueprint = Blueprint("entities", __name__, url_prefix="/entities")
export.register(blueprint)

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


@blueprint.get("/<kind>/<path:name>")
def entity(kind: str, name: str) -> str | Response:
    known(kind)
    found = service().entity(kind, clean(name), PAGE.read(request.args))
    if found.link.value != name:
        return redirect(shown.page_url(found.link, found.page), 302)
    return render_template("entity.html", found=found, view=shown.view(found))


def read_list(kind: str) -> EntityList:
    """The list that the address asks for. Raises NotFound, BadParameter."""
    args = request.args
    return service().entities(known(kind), Q.read(args), PAGE.read(args), PER_PAGE.read(args))
