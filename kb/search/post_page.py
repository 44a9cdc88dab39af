"""The page of one post: its blocks cut into pieces where entities are named, and the rail of what it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb.force import Force, in_force
from kb.model import Block, EntityRef
from kb.store.posts import LinkedMention
from kb.store.stored import StoredPost
from kb.views import BlockView, ContactInPost, CopyView, ForceInPost, NamedLink, OfficialInPost, Piece, PostPage

FURTHER = ("law", "regime", "hscode", "organisation")


def post_page(
    stored: StoredPost,
    mentions: Sequence[LinkedMention],
    similar: tuple[CopyView, ...] = (),
    copies: tuple[CopyView, ...] = (),
) -> PostPage:
    post = stored.post
    force = in_force(post.text, post.blocks, post.date)
    places = [stated.start for stated in force]
    return PostPage(
        post=post.id,
        source=post.source,
        title=post.title,
        date=post.date,
        categories=post.categories,
        heading=block_views(post.text, [Block("title", 0, len(post.title))], mentions, places)[0].cells[0],
        blocks=block_views(post.text, [b for b in post.blocks if b.kind != "title"], mentions, places),
        agencies=_links(mentions, "agency"),
        departments=_links(mentions, "department"),
        officials=tuple(dict.fromkeys(_official(m) for m in mentions if m.link.kind == "official")),
        countries=_links(mentions, "country"),
        contacts=tuple(dict.fromkeys(_contact(m) for m in mentions if m.link.kind == "contact")),
        topics=_links(mentions, "topic"),
        further=tuple(link for kind in FURTHER for link in _links(mentions, kind)),
        force=tuple(force_in_post(post.text, stated) for stated in force),
        source_line=post.provenance.source_line,
        source_url=post.provenance.source_url,
        licence=post.provenance.licence,
        recovered=post.recovered,
        similar=similar,
        copies=copies,
        text=post.text,
    )


def force_in_post(text: str, stated: Force) -> ForceInPost:
    told = stated.told
    return ForceInPost(
        day=told.first if told else None,
        grain=told.grain if told else None,
        counted=stated.counted,
        sentence=" ".join(text[stated.start : stated.end].split()),
        anchor=statement_anchor(stated.start),
    )


def block_views(
    text: str, blocks: Sequence[Block], mentions: Sequence[LinkedMention], places: Sequence[int] = ()
) -> tuple[BlockView, ...]:
    """Blocks with their mentions marked; of overlapping mentions the first and longest is shown.

    Topic mentions are whole passages: they are evidence, not names, and are not marked. Every mention that
    is not shown still has its anchor, so that each address of a mention leads to its place. ``places`` are further
    offsets that want an anchor: sentences that the page points at.
    """
    return tuple(BlockView(block.kind, block.level, _cells(text, block, mentions, places)) for block in blocks)


def _within(linked: LinkedMention, start: int, end: int) -> bool:
    """A passage belongs to the block where it begins, a name to the block that holds it."""
    mention = linked.mention
    return start <= mention.start < end and (mention.end <= end or linked.link.kind == "topic")


def _cells(
    text: str, block: Block, mentions: Sequence[LinkedMention], places: Sequence[int]
) -> tuple[tuple[Piece, ...], ...]:
    inside = [m for m in mentions if _within(m, block.start, block.end)]
    cells, start = [], block.start
    for cell in text[block.start : block.end].split("\t") if block.kind == "row" else [text[block.start : block.end]]:
        end = start + len(cell)
        pieces = _pieces(text, start, end, [m for m in inside if _within(m, start, end)])
        cells.append(_anchored(pieces, start, [place for place in places if start <= place < end]))
        start = end + 1
    return tuple(cells)


def _anchored(pieces: tuple[Piece, ...], start: int, places: Sequence[int]) -> tuple[Piece, ...]:
    """With an empty piece at each place; where that is within a name, before the name."""
    for place in sorted(places):
        found, at = list[Piece](), start
        for piece in pieces:
            cut = place - at
            at += len(piece.text)
            if not 0 <= cut < len(piece.text) or (found and found[-1].anchor == statement_anchor(place)):
                found.append(piece)
                continue
            cut = 0 if piece.entity else cut
            found += [Piece(piece.text[:cut])] if cut else []
            found += [Piece("", anchor=statement_anchor(place)), replace(piece, text=piece.text[cut:])]
        pieces = tuple(found)
    return pieces


def statement_anchor(start: int) -> str:
    """The id of a sentence on its post's page that states something."""
    return f"s{start}"


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
