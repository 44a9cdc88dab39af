"""The overview: what the base holds, who announces what, which countries come up more than before."""

from web.overview.routes import blueprint

__all__ = ["blueprint"]
