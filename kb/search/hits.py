"""How a hit is shown: its title and its best passage, with what matched marked."""

from __future__ import annotations

from collections.abc import Iterable

from index.highlight import ReadText, Stretch, marked, snippet, spots
from index.query.plan import Plan
from kb.store.posts import PostSummary
from kb.views import CopyView, HitView, Segment


class ShownPost:
    """A post that hits show, with its text as it is read for passages; the same for every query."""

    def __init__(self, post: PostSummary) -> None:
        self.post = post
        self.read = ReadText(post.text, post.morphemes)


def hit_view(
    shown: ShownPost, score: float, copies: tuple[CopyView, ...], plan: Plan, *, snippets: bool = True
) -> HitView:
    """``snippets``: cut the passage and mark what matched; most of what a hit costs."""
    post = shown.post
    title: tuple[Segment, ...] = (Segment(post.title),)
    passage: tuple[Segment, ...] = ()
    if snippets:
        begin = post.lead_end if post.text[post.lead_end :].strip() else post.title_end
        places = spots(shown.read, plan.marks)
        title = _segments(marked(shown.read, places, 0, max(post.title_end - 1, 0)))
        passage = _segments(snippet(shown.read, places, begin))
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
