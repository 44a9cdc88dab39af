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

    Topic mentions are whole passages: they are evidence, not names, and are not marked.
    """
    shown: list[LinkedMention] = []
    for linked in mentions:
        if linked.link.kind != "topic" and (not shown or linked.mention.start >= shown[-1].mention.end):
            shown.append(linked)
    views, at = [], 0
    for block in blocks:
        while at < len(shown) and shown[at].mention.start < block.start:
            at += 1
        inside = []
        while at < len(shown) and shown[at].mention.end <= block.end:
            inside.append(shown[at])
            at += 1
        views.append(BlockView(block.kind, block.level, _cells(text, block, inside)))
    return tuple(views)


def _cells(text: str, block: Block, inside: Sequence[LinkedMention]) -> tuple[tuple[Piece, ...], ...]:
    cells, start = [], block.start
    for cell in text[block.start : block.end].split("\t") if block.kind == "row" else [text[block.start : block.end]]:
        end = start + len(cell)
        cells.append(
            _pieces(text, start, end, [m for m in inside if start <= m.mention.start and m.mention.end <= end])
        )
        start = end + 1
    return tuple(cells)


def _pieces(text: str, start: int, end: int, inside: Sequence[LinkedMention]) -> tuple[Piece, ...]:
    pieces, at = [], start
    for linked in inside:
        mention = linked.mention
        if at < mention.start:
            pieces.append(Piece(text[at : mention.start]))
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
