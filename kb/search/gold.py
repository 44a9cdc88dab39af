"""Stored entities in the form of the annotation guidelines, for export and evaluation."""

from __future__ import annotations

from collections.abc import Iterator

from kb.extraction.evaluate import GoldPost, gold_form
from kb.store.database import Session
from kb.store.posts import all_refs


def gold_posts(session: Session) -> Iterator[GoldPost]:
    """Every stored post, in order of source and name."""
    for post, refs in all_refs(session):
        yield gold_form(post, refs)
