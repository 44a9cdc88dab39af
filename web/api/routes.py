"""The JSON routes, made from one table of endpoints; errors are problem+json (``web.errors``)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from kb.views import Json
from web.api.endpoints import ENDPOINTS, PREFIX, Endpoint
from web.api.openapi import document
from web.context import settings
from web.cursor import tell_next
from web.params import unknown

GUARDED = ("token", "proxy")

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


def handler(endpoint: Endpoint) -> Callable[..., Response]:
    def answer(**path: str) -> Response:
        body = endpoint.answer(request.args, **path)
        ignored = unknown(request.args, endpoint.params)
        response = jsonify(body | {"ignored": list(ignored)} if ignored else body)
        onward = body.get("next")
        return tell_next(response, onward) if isinstance(onward, str) else response

    return answer


def describe() -> Response:
    described: dict[str, Json] = document(ENDPOINTS, guarded=settings().access in GUARDED)
    return jsonify(described)


for each in ENDPOINTS:
    blueprint.add_url_rule(each.rule, each.name, handler(each), methods=["GET"])
blueprint.add_url_rule("/openapi.json", "openapi", describe, methods=["GET"])
