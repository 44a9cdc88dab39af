"""The page of one post: its blocks cut into pieces where entities are named, and the rail of what it names."""

from __future__ import annotations

from collections.abc import Sequence

from kb.model import Block, EntityRef
from kb.store.posts import LinkedMention
from kb.store.stored import StoredPost
from kb.views import BlockView, ContactInPost, CopyView, NamedLink, OfficialInPost, Piece, PostPage

FURTHER = ("law", "regime", "hscode", "organisation")


def post_page(
    stored: StoredPost,
    mentions: Sequence[LinkedMention],
    similar: tuple[CopyView, ...] = (),
    copies: tuple[CopyView, ...] = (),
) -> PostPage:
    post = stored.post
    return PostPage(
        post=post.id,
        source=post.source,
        title=post.title,
        date=post.date,
        categories=post.categories,
        heading=block_views(post.text, [Block("title", 0, len(post.title))], mentions)[0].cells[0],
        blocks=block_views(post.text, [b for b in post.blocks if b.kind != "title"], mentions),
        agencies=_links(mentions, "agency"),
        departments=_links(mentions, "department"),
        officials=tuple(dict.fromkeys(_official(m) for m in mentions if m.link.kind == "official")),
        countries=_links(mentions, "country"),
        contacts=tuple(dict.fromkeys(_contact(m) for m in mentions if m.link.kind == "contact")),
        topics=_links(mentions, "topic"),
        further=tuple(link for kind in FURTHER for link in _links(mentions, kind)),
        source_line=post.provenance.source_line,
        source_url=post.provenance.source_url,
        licence=post.provenance.licence,
        recovered=post.recovered,
        similar=similar,
        copies=copies,
        text=post.text,
    )


def block_views(text: str, blocks: Sequence[Block], mentions: Sequence[LinkedMention]) -> tuple[BlockView, ...]:
    """Blocks with their mentions marked; of overlapping mentions the first and longest is shown.

    Topic mentions are whole passages: they are evidence, not names, and are not marked. Every mention that
    is not shown still has its anchor, so that each address of a mention leads to its place.
    """
    return tuple(
        BlockView(
            block.kind, block.level, _cells(text, block, [m for m in mentions if _within(m, block.start, block.end)])
        )
        for block in blocks
    )


def _within(linked: LinkedMention, start: int, end: int) -> bool:
    """A passage belongs to the block where it begins, a name to the block that holds it."""
    mention = linked.mention
    return start <= mention.start < end and (mention.end <= end or linked.link.kind == "topic")


def _cells(text: str, block: Block, inside: Sequence[LinkedMention]) -> tuple[tuple[Piece, ...], ...]:
    cells, start = [], block.start
    for cell in text[block.start : block.end].split("\t") if block.kind == "row" else [text[block.start : block.end]]:
        end = start + len(cell)
        cells.append(_pieces(text, start, end, [m for m in inside if _within(m, start, end)]))
        start = end + 1
    return tuple(cells)


def _pieces(text: str, start: int, end: int, inside: Sequence[LinkedMention]) -> tuple[Piece, ...]:
    named = {m.mention.start for m in inside if m.link.kind != "topic"}
    pieces, at, anchored = [], start, set[int]()
    for linked in inside:
        mention, passage = linked.mention, linked.link.kind == "topic"
        if mention.start in anchored or (passage and mention.start in named):
            continue  # the name that stands there carries the anchor
        anchored.add(mention.start)
        if mention.start > at:
            pieces.append(Piece(text[at : mention.start]))
            at = mention.start
        if passage or mention.start < at:
            pieces.append(Piece("", anchor=anchor(mention.start)))
        else:
            pieces.append(Piece(mention.surface, linked.link, anchor(mention.start), mention.rule, mention.confidence))
            at = mention.end
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)


def anchor(start: int) -> str:
    """The id of a mention on its post's page."""
    return f"m{start}"


def _links(mentions: Sequence[LinkedMention], kind: str) -> tuple[NamedLink, ...]:
    return tuple(dict.fromkeys(m.link for m in mentions if m.link.kind == kind))


def _official(linked: LinkedMention) -> OfficialInPost:
    ref: EntityRef = linked.mention.entity
    return OfficialInPost(linked.link, ref.name, ref.title, ref.agency, ref.office_kind)


def _contact(linked: LinkedMention) -> ContactInPost:
    ref = linked.mention.entity
    return ContactInPost(linked.link, ref.name, ref.agency, ref.department)
