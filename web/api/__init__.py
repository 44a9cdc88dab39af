"""Version 1 of the JSON API: the view models of the pages, as objects, described by OpenAPI."""

from web.api.reference import reference
from web.api.routes import blueprint

__all__ = ["blueprint", "reference"]
