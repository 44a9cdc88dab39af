"""The page of days of force and its calendar."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from web import address
from web.context import service
from web.force import page
from web.force.calendar import calendar
from web.language import LANG
from web.params import unknown
from web.today import today

blueprint = Blueprint("force", __name__)


@blueprint.get(page.PATH)
def in_force() -> str:
    about, found = page.asked(request.args), service().days_of_force()
    return render_template(
        "in_force.html",
        found=found,
        view=page.view(found, about, today()),
        today=today(),
        path=page.PATH,
        ignored=unknown(request.args, (*page.PARAMS, LANG)),
    )


@blueprint.get(f"{page.PATH}.ics")
def ics() -> Response:
    shown = page.chosen(service().days_of_force(), page.asked(request.args))
    body = "".join(calendar(shown.statements, address.root()))
    return Response(body, content_type="text/calendar; charset=utf-8")
