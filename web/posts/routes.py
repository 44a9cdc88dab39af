"""The post page and the original file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from web import address
from web.context import service
from web.params import clean
from web.posts import cite, page
from web.today import today

blueprint = Blueprint("posts", __name__, url_prefix="/posts")


@blueprint.get("/<source>/<path:name>")
def post(source: str, name: str) -> str:
    found = service().post(identity(source, name))
    return render_template(
        "post.html",
        post=found,
        groups=page.groups(found),
        kinds=page.kinds_in(found),
        citation=cite.citation(found),
        source_href=page.web_address(found.source_url),
        force=page.statements(found),
        today=today(),
    )


@blueprint.get("/<source>/<path:name>/original")
def original(source: str, name: str) -> str:
    identifier = identity(source, name)
    found = service().post(identifier)
    return render_template("original.html", post=found, text=decoded(service().original(identifier)))


@blueprint.get("/<source>/<path:name>/cite.bib")
def bibtex(source: str, name: str) -> Response:
    found = service().post(identity(source, name))
    return Response(cite.bibtex(found, address.root()), content_type="application/x-bibtex; charset=utf-8")


def identity(source: str, name: str) -> str:
    return f"{clean(source)}/{clean(name)}"


def decoded(raw: bytes) -> str:
    """The file as text: UTF-8, else CP949, else with a mark at every byte that is neither."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")
