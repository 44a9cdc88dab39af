"""Observation of the site: ids of requests, the access log, the log of slow searches, metrics.

Pages and routes know nothing of it. The only package that knows ``prometheus_client`` (``metrics``).
"""

from __future__ import annotations

from flask import Flask

from kb.service import Service
from kb.settings import Settings
from web.observe import routes, runtime
from web.observe.metrics import Metrics
from web.observe.runtime import shared_between
from web.observe.searches import WatchedSearches

__all__ = ["observed", "shared_between"]


def observed(app: Flask, settings: Settings, service: Service) -> Service:
    """Registers before everything else, so that it sees an answer last. Returns the service, its searches watched."""
    metrics = Metrics(service)
    runtime.register(app, metrics, settings.slow_ms)
    routes.register(app, metrics)
    return WatchedSearches(service, metrics, settings.slow_ms).as_service()
