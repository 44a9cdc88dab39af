"""Days of force: one page, and the same days for a calendar."""

from web.force.routes import blueprint

__all__ = ["blueprint"]
