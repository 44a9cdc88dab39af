"""How a hit is shown: its title and its best passage, with what matched marked."""

from __future__ import annotations

from collections.abc import Iterable

from index.analysis.stream import Analysis
from index.highlight import Stretch, mark, snippet
from index.query.plan import Plan
from kb.store.posts import PostSummary
from kb.views import CopyView, HitView, Segment


def hit_view(
    post: PostSummary, score: float, copies: tuple[CopyView, ...], plan: Plan, *, snippets: bool = True
) -> HitView:
    """``snippets``: cut the passage and mark what matched; most of what a hit costs."""
    title: tuple[Segment, ...] = (Segment(post.title),)
    passage: tuple[Segment, ...] = ()
    if snippets:
        begin = post.lead_end if post.text[post.lead_end :].strip() else post.title_end
        analysis = Analysis.from_bytes(post.morphemes)
        title = _segments(mark(post.text, analysis, plan.marks, 0, max(post.title_end - 1, 0)))
        passage = _segments(snippet(post.text, analysis, plan.marks, begin))
    return HitView(
        post=post.post,
        title=title,
        date=post.date,
        score=score,
        snippet=passage,
        agencies=post.agencies,
        topics=post.topics,
        copies=copies,
        categories=post.categories,
        source=post.source,
    )


def _segments(stretches: Iterable[Stretch]) -> tuple[Segment, ...]:
    """Cells of a table row are parted by tabs, which a line of text shows as dots."""
    return tuple(Segment(stretch.text.replace("\t", " · "), stretch.marked) for stretch in stretches)
