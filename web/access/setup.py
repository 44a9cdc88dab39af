"""Puts access on an application: the layer for proxies, the gate, the counters, the form."""

from __future__ import annotations

from functools import partial

from flask import Flask

from index import deadline
from kb.access.audit import AuditLog
from kb.service import Service
from kb.settings import Settings
from web.access import gate, limits, mode, proxies, signin
from web.access.counters import counters
from web.access.guesses import Guesses
from web.access.keys import secret_key
from web.access.visitors import Tokens
from web.refusals import Unauthorised


def register(app: Flask, settings: Settings, service: Service) -> None:
    """Raises UsageError where the settings do not go together. After language and errors, before any page."""
    app.wsgi_app = proxies.Proxies(app.wsgi_app, mode.networks(settings), settings.proxy_user_header)  # type: ignore[method-assign] # Flask's own way
    app.config.update(MAX_CONTENT_LENGTH=gate.FORM_BYTES, MAX_FORM_MEMORY_SIZE=gate.FORM_BYTES, MAX_FORM_PARTS=10)
    audit = AuditLog(settings.data_dir)
    storage = counters(settings.data_dir) if mode.limited(settings) else None
    by_form = settings.access == "token"
    app.extensions[gate.KEY] = gate.Access(
        settings,
        Tokens(service.token, audit),
        Guesses(storage, audit),
        secret_key(settings) if by_form else b"",
    )
    app.jinja_env.globals.update(visitor=gate.visitor)
    app.before_request(partial(deadline.begin, settings.search_seconds))
    app.teardown_request(lambda _: deadline.end())  # what is streamed afterwards is bounded by its rows
    if storage is not None:
        limits.register(app, settings, storage)
    else:
        app.before_request(gate.check)
    if by_form:
        app.register_blueprint(signin.blueprint)
        app.register_error_handler(Unauthorised, signin.door)
