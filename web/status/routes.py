"""The status page and the two probes. Probes read only, repair nothing, and tell a stranger no name and no path."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, jsonify, make_response, render_template

from kb.views import Json
from web.access import sees_details
from web.context import service
from web.status.places import without_folders

blueprint = Blueprint("status", __name__)


@blueprint.get("/status")
def status() -> str:
    ready, advice = service().ready()
    return render_template("status.html", status=without_folders(service().status()), ready=ready, advice=advice)


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers; it says nothing of the base."""
    return uncached({"status": "ok"}, 200)


@blueprint.get("/readyz")
def readiness() -> Response:
    """200 when a search can be answered and how stale the answer is, else 503 with what to do."""
    pulse = service().pulse()
    age = None if pulse.built is None else max(0, round((dt.datetime.now(dt.UTC) - pulse.built).total_seconds()))
    body: dict[str, Json] = {
        "ready": pulse.ready,
        "detail": pulse.advice,
        "lag": pulse.lag,
        "index_age_seconds": age,
    }
    return uncached(body if sees_details() else {"ready": pulse.ready}, 200 if pulse.ready else 503)


def uncached(body: dict[str, Json], code: int) -> Response:
    response = make_response(jsonify(body), code)
    response.headers["Cache-Control"] = "no-store"
    return response
