"""``/metrics``: for whoever watches the process, not for visitors, and so not part of the API and its description.

Who may read it is decided before it is reached (``web.access``): this machine itself, or a token of that scope.
"""

from __future__ import annotations

from flask import Flask, Response

from web.access import open_to_operators
from web.observe.metrics import Metrics

PATH = "/metrics"
FORM = "text/plain; version=0.0.4; charset=utf-8"


def register(app: Flask, metrics: Metrics) -> None:
    @open_to_operators
    def told() -> Response:
        response = Response(metrics.told(), content_type=FORM)
        response.headers["Cache-Control"] = "no-store"
        return response

    app.add_url_rule(PATH, "observe.metrics", told, methods=["GET"])
