"""The site: Flask over ``kb.service``. Pages and JSON render the same view models.

``create_app`` is the only entrance. Nothing is opened and nothing is read from the environment at import.
No template or route knows SQL or an engine.
"""

from __future__ import annotations

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined

from kb.service import Service
from kb.settings import Settings
from web import (
    access,
    api,
    assets,
    compress,
    context,
    directory,
    entities,
    errors,
    filters,
    force,
    headers,
    language,
    observe,
    overview,
    posts,
    search,
    status,
)


class ReadableJson(DefaultJSONProvider):
    """Hangul as Hangul, members in the order of the view models."""

    ensure_ascii = False
    sort_keys = False


def create_app(settings: Settings, service: Service) -> Flask:
    """The WSGI application. ``service`` must be safe for as many threads as the server runs."""
    app = Flask(__name__)
    app.json = ReadableJson(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    service = observe.observed(app, settings, service)  # before all, so that it sees an answer last
    context.attach(app, settings, service)
    compress.register(app)  # before the others, so that it sees an answer after them
    assets.register(app)
    filters.register(app)
    headers.register(app)
    errors.register(app)
    language.register(app)
    access.register(app, settings, service)
    for feature in (search, posts, entities, directory, overview, force, status, api):
        app.register_blueprint(feature.blueprint)
    app.register_blueprint(api.reference)
    return app
