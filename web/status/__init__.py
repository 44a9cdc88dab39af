"""The state of the base: for people, and for whoever watches the process."""

from web.status.routes import blueprint

__all__ = ["blueprint"]
