"""The page of one entity, put together from the store and the gazetteer."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import standing_name
from kb.search.post_page import anchor
from kb.search.quotes import quoted
from kb.store import entities as store
from kb.store.database import Session
from kb.store.entities import Entity, MentionPlace
from kb.store.lineage import line_of
from kb.store.portraits import owners_of_numbers, places_of, posts_about
from kb.views import DeskRow, EntityPage, KeyPost, LineageStep, MentionView, NamedLink, OfficeHeld, Segment

MENTIONS_A_PAGE = 20
KEY_POSTS = 5
QUOTES = 6
CONTEXT = 120  # characters of a sentence shown on each side of a mention
RELATIONS = {"renamed": "이름을 바꿈", "split": "나뉘어 나옴", "merged": "합쳐짐"}
_BREAK = re.compile(r"\n|(?<=[.!?])\s")


def entity_page(session: Session, entity: Entity, gazetteer: Gazetteer, page: int) -> EntityPage:
    pages = max(1, -(-entity.posts // MENTIONS_A_PAGE))
    page = min(page, pages)
    places = store.mention_places(session, entity.id, (page - 1) * MENTIONS_A_PAGE, MENTIONS_A_PAGE)
    kind, key = entity.link.kind, entity.link.value
    return EntityPage(
        link=entity.link,
        aliases=tuple(alias for alias in store.aliases(session, entity.id) if alias != entity.link.label),
        agency=NamedLink("agency", entity.agency, entity.agency) if entity.agency else None,
        lineage=_lineage(session, entity) if kind == "agency" else (),
        posts=entity.posts,
        first=entity.first,
        last=entity.last,
        by_month=store.months(session, entity.id),
        together=store.together(session, entity.id),
        offices=_offices(session, entity, gazetteer),
        desks=_desks(session, entity),
        departments=store.departments_of(session, [key]) if kind == "agency" else (),
        mentions=tuple(_mention_view(place) for place in places),
        page=page,
        pages=pages,
        key_posts=tuple(
            KeyPost(about.post, about.title, about.date, about.mentions)
            for about in posts_about(session, entity.id, KEY_POSTS)
        ),
        quotes=_quotes(session, entity) if kind == "official" else (),
    )


def _quotes(session: Session, entity: Entity) -> tuple[MentionView, ...]:
    found = quoted(places_of(session, entity.id), QUOTES)
    return tuple(_shown(place, start, end) for place, start, end in found)


def _lineage(session: Session, entity: Entity) -> tuple[LineageStep, ...]:
    """Every name of the body's line, oldest first; the relation says how each came from the one before."""
    steps = line_of(session, entity.id)
    if len(steps) < 2:
        return ()
    return tuple(
        LineageStep(
            NamedLink("agency", step.entity.key, step.entity.label),
            step.entity.valid_from,
            step.entity.valid_to,
            ", ".join(RELATIONS[relation] for relation in step.relations),
            step.entity.posts,
            step.entity.id == entity.id,
        )
        for step in steps
    )


def _offices(session: Session, entity: Entity, gazetteer: Gazetteer) -> tuple[OfficeHeld, ...]:
    if entity.link.kind == "official":
        return store.offices(session, official=entity.id)
    if entity.link.kind == "agency":
        return store.offices(session, body=standing_name(entity.link.value, gazetteer))
    return ()


def _desks(session: Session, entity: Entity) -> tuple[DeskRow, ...]:
    """Numbers of the entity; for a department also who else posts print beside them."""
    found = _own_desks(session, entity)
    if entity.link.kind != "department":
        return found
    owners = owners_of_numbers(session, [row.contact.value for row in found])
    return tuple(
        replace(row, others=tuple(o for o in owners.get(row.contact.value, ()) if o != entity.link.value))
        for row in found
    )


def _own_desks(session: Session, entity: Entity) -> tuple[DeskRow, ...]:
    match entity.link.kind:
        case "contact":
            return store.desks(session, contact=entity.id)
        case "agency":
            return store.desks(session, agencies=[entity.link.value])
        case "department":
            name = entity.link.value.removeprefix(f"{entity.agency} ") if entity.agency else entity.link.value
            return store.desks(session, agencies=[entity.agency] if entity.agency else (), department=name)
    return ()


def _mention_view(place: MentionPlace) -> MentionView:
    return _shown(place, *sentence(place.text, place.start, place.end))


def _shown(place: MentionPlace, start: int, end: int) -> MentionView:
    segments = (
        Segment(("… " if start > 0 and place.text[start - 1] != "\n" else "") + place.text[start : place.start]),
        Segment(place.text[place.start : place.end], marked=True),
        Segment(place.text[place.end : end].replace("\t", " · ")),
    )
    return MentionView(
        place.post,
        place.title,
        place.date,
        tuple(s for s in segments if s.text),
        anchor(place.start),
        place.rule,
        place.confidence,
    )


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around ``[start, end)``, at most ``CONTEXT`` characters to each side."""
    before = [m.end() for m in _BREAK.finditer(text, max(0, start - CONTEXT), start)]
    after = _BREAK.search(text, end, end + CONTEXT)
    left = before[-1] if before else max(0, start - CONTEXT)
    return left, after.start() if after else min(len(text), end + CONTEXT)
