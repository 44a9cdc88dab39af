"""The overview page."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.context import service
from web.overview import page

blueprint = Blueprint("overview", __name__)


@blueprint.get("/overview")
def overview() -> str:
    found = service().overview()
    return render_template("overview.html", found=found, view=page.view(found), quarter=page.quarter)
