"""The desks that given posts print: for whoever asks whom to call about what these posts say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from kb.store import tables as t
from kb.views import ContactInPost, NamedLink


def desks_of(session: Session, posts: Sequence[str]) -> dict[str, tuple[ContactInPost, ...]]:
    """By post, in reading order, each desk once. ``posts`` are few: a page's first hits."""
    m, e, p, s = t.MentionRow, t.EntityRow, t.PostRow, t.Source
    named = [post.partition("/") for post in posts]
    if not named:
        return {}
    rows = session.execute(
        select(s.name, p.name, e.key, e.label, m.agency, m.department)
        .join(p, p.source_id == s.id)
        .join(m, m.post_id == p.id)
        .join(e, e.id == m.entity_id)
        .where(e.kind == "contact", or_(*(and_(s.name == source, p.name == name) for source, _, name in named)))
        .order_by(m.post_id, m.start, m.id)
    )
    found: dict[str, dict[ContactInPost, None]] = {}
    for source, name, key, label, agency, department in rows:
        desk = ContactInPost(NamedLink("contact", key, label), label, agency, department)
        found.setdefault(f"{source}/{name}", {})[desk] = None
    return {post: tuple(desks) for post, desks in found.items()}
