"""The overview page."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.context import service
from web.overview import page

blueprint = Blueprint("overview", __name__)


@blueprint.get("/overview")
def overview() -> str:
    status = service().status()
    return render_template("overview.html", found=page.overview(service(), status.last), status=status)
