"""How a hit is shown: its title and its best passage, with what matched marked."""

from __future__ import annotations

from index.query.plan import Plan
from kb.store.posts import PostSummary
from kb.views import CopyView, HitView, Segment


def hit_view(post: PostSummary, score: float, copies: tuple[CopyView, ...], plan: Plan) -> HitView:
    body = post.text[post.lead_end :].strip()
    return HitView(
        post=post.post,
        title=(Segment(post.title),),
        date=post.date,
        score=score,
        snippet=(Segment(body[:180]),),
        agencies=post.agencies,
        topics=post.topics,
        copies=copies,
        categories=post.categories,
        source=post.source,
    )
