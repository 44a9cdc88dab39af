"""The directory: every desk and its number, to look up, to call and to take along."""

from web.directory.routes import blueprint

__all__ = ["blueprint"]
