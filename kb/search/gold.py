"""Stored entities in the form of the annotation guidelines, for export and evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.extraction.evaluate import GoldContact, GoldDepartment, GoldOfficial, GoldPost
from kb.model import EntityRef
from kb.store.database import Session
from kb.store.posts import all_refs


def gold_form(post: str, refs: Iterable[EntityRef]) -> GoldPost:
    """The document-level sets of one post, each in order of first mention."""
    by_kind: dict[str, list[EntityRef]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, []).append(ref)

    def of(kind: str) -> list[EntityRef]:
        return by_kind.get(kind, [])

    return GoldPost(
        post=post,
        agencies=tuple(ref.name for ref in of("agency")),
        departments=tuple(GoldDepartment(ref.name, ref.agency) for ref in of("department")),
        officials=tuple(
            GoldOfficial(ref.name, ref.title, ref.agency, ref.office_kind or "central") for ref in of("official")
        ),
        countries=tuple(ref.name for ref in of("country")),
        contacts=tuple(GoldContact(ref.name, ref.agency, ref.department) for ref in of("contact")),
        topics=tuple(ref.name for ref in of("topic")),
    )


def gold_posts(session: Session) -> Iterator[GoldPost]:
    """Every stored post, in order of source and name."""
    for post, refs in all_refs(session):
        yield gold_form(post, refs)
