"""Search: the result page, the first page, how a query was read, help."""

from web.search.routes import blueprint

__all__ = ["blueprint"]
