"""Posts like one post: those that tell the same announcement, and those that speak of the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from index.analysis.stream import Analysis
from index.copies import Sketch, are_copies
from index.document import SearchRequest
from index.engines.base import Reader
from index.lexicon import Lexicon
from index.neighbours import similar_to, telling_terms
from kb.store import posts
from kb.store.database import Session
from kb.store.stored import StoredPost
from kb.views import CopyView

CANDIDATES = 20
SHOWN = 6


def similar_posts(
    session: Session, post: StoredPost, reader: Reader, lexicon: Lexicon
) -> tuple[tuple[CopyView, ...], tuple[CopyView, ...]]:
    """(similar, copies): similar ones best first, copies by date."""
    analysis = Analysis.read(post.morphemes) if post.morphemes is not None else None
    if analysis is None:
        return (), ()
    text = post.post.text
    tree = similar_to(telling_terms(analysis, text, reader))
    if tree is None:
        return (), ()
    hits = reader.search(SearchRequest(tree, limit=CANDIDATES + 1)).hits
    ids = [hit.id for hit in hits if hit.id != post.post.id][:CANDIDATES]
    background = lexicon.background(reader, lambda some: [found[2] for found in posts.texts(session, some)])
    own = Sketch(text, post.post.date, background)
    copies = {
        other for other, date, body in posts.texts(session, ids) if are_copies(own, Sketch(body, date, background))
    }
    titles = posts.titles(session, ids)
    similar = [_view(other, titles) for other in ids if other in titles and other not in copies]
    same = sorted((_view(other, titles) for other in copies), key=lambda view: (view.date, view.post))
    return tuple(similar[:SHOWN]), tuple(same)


def _view(post: str, titles: Mapping[str, tuple[str, dt.date]]) -> CopyView:
    title, date = titles[post]
    return CopyView(post, title, date)
