"""The status page and the two probes. Probes read only and repair nothing."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, render_template

from web.context import service

blueprint = Blueprint("status", __name__)


@blueprint.get("/status")
def status() -> str:
    ready, advice = service().ready()
    return render_template("status.html", status=service().status(), ready=ready, advice=advice)


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers; it says nothing of the base."""
    return uncached({"status": "ok"}, 200)


@blueprint.get("/readyz")
def readiness() -> Response:
    """200 when a search can be answered, else 503 with what to do."""
    ready, advice = service().ready()
    return uncached({"ready": ready, "detail": advice}, 200 if ready else 503)


def uncached(body: dict[str, str | bool], code: int) -> Response:
    response = make_response(jsonify(body), code)
    response.headers["Cache-Control"] = "no-store"
    return response
