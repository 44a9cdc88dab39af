"""Entities: the overview of kinds, the list of a kind, one entity."""

from web.entities.routes import blueprint

__all__ = ["blueprint"]
