"""The page of the directory."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web.directory import export
from web.directory import params as state
from web.language import LANG
from web.language import noop as n_
from web.params import unknown
from web.search.page import pager

blueprint = Blueprint("directory", __name__)
export.register(blueprint)

OWNERS = 20  # bodies shown before "N곳 더"
LISTED = 80  # bodies listed at all; the rest is found by name
OFFERED = 120  # names offered while typing
TAKE = {"csv": "CSV", "xlsx": "Excel", "vcf": n_("vCard(휴대전화)"), "jsonl": "JSON Lines"}


@blueprint.get(state.PATH)
def directory() -> str:
    asked = state.read(request.args)
    found = state.found(asked)
    return render_template(
        "directory.html",
        asked=asked,
        found=found,
        pages=pager(found.page, found.pages, asked.at),
        ignored=unknown(request.args, (*state.PARAMS, LANG)),
        orders=state.ORDERS,
        take=TAKE,
        shown=OWNERS,
        listed=LISTED,
        offered=OFFERED,
        q="",
    )
