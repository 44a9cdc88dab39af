"""Writing posts: every change of a post, with all that hangs on it, its outbox row and the sums, in one transaction.

A changed post is written anew (its row is deleted and inserted): ``posts.id`` joins tables and is never
shown. Bulk statements throughout: a batch of a hundred posts costs about a dozen statements.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from kb.identity import Identity, fold
from kb.model import EntityRef, Extraction, Mention, Post
from kb.store import sums
from kb.store import tables as t

Identify = Callable[[EntityRef, str, str], Identity | None]
"""(reference, surface, ``source/name``) → entity, or None where a person hid it."""


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post with everything that is stored of it."""

    post: Post
    original: bytes
    morphemes: bytes  # Analysis.to_bytes()
    analysis_fingerprint: str
    extraction: Extraction
    extraction_fingerprint: str
    terms: bytes = b""  # LaidTerms.to_bytes(); without them they are made when an index needs them
    terms_fingerprint: str = ""


def source_id(session: Session, name: str) -> int:
    """The source of that name, made if need be."""
    found = session.scalar(select(t.Source.id).where(t.Source.name == name))
    if found is None:
        row = t.Source(name=name)
        session.add(row)
        session.flush()  # the number is needed at once
        found = row.id
    return found


def store_posts(session: Session, source: int, batch: Sequence[ReadPost], identify: Identify) -> dict[str, int]:
    """Writes the posts of one source, replacing those of the same name. Returns their ids by name."""
    names = [read.post.name for read in batch]
    of_these = t.PostRow.source_id == source, t.PostRow.name.in_(names)
    before = sums.counted(session, session.scalars(select(t.PostRow.id).where(*of_these)).all())
    session.execute(delete(t.PostRow).where(*of_these))
    ids = dict(
        session.execute(
            insert(t.PostRow).returning(t.PostRow.name, t.PostRow.id),
            [_post_values(source, read) for read in batch],
        ).all()
    )
    insert_rows(session, t.PostDetail, [_detail_values(ids[read.post.name], read) for read in batch])
    insert_rows(session, t.AnalysisRow, [_analysis_values(ids[read.post.name], read) for read in batch])
    insert_rows(session, t.TermsRow, [_terms_values(ids[read.post.name], read) for read in batch if read.terms])
    _store_extractions(session, [(ids[r.post.name], r.post, r.extraction) for r in batch], identify)
    insert_rows(session, t.Change, [{"post": read.post.id, "removed": False} for read in batch])
    sums.renew(session, before, sums.counted(session, ids.values()))
    return ids


def replace_extractions(
    session: Session, batch: Sequence[tuple[int, Post, Extraction]], fingerprint: str, identify: Identify
) -> None:
    """What newer rules found in stored posts takes the place of what older ones did."""
    ids = [post_id for post_id, _, _ in batch]
    before = sums.counted(session, ids)
    session.execute(delete(t.MentionRow).where(t.MentionRow.post_id.in_(ids)))
    session.execute(delete(t.PostEntity).where(t.PostEntity.post_id.in_(ids)))
    _store_extractions(session, batch, identify)
    session.execute(update(t.PostRow).where(t.PostRow.id.in_(ids)).values(extraction=fingerprint))
    insert_rows(session, t.Change, [{"post": post.id, "removed": False} for _, post, _ in batch])
    sums.renew(session, before, sums.counted(session, ids))


def replace_analyses(session: Session, batch: Sequence[tuple[int, str, str, bytes]], fingerprint: str) -> None:
    """New morphemes of stored posts: (post id, ``source/name``, content hash, bytes)."""
    session.execute(delete(t.AnalysisRow).where(t.AnalysisRow.post_id.in_([row[0] for row in batch])))
    values = [
        {"post_id": post_id, "content_hash": content, "fingerprint": fingerprint, "morphemes": morphemes}
        for post_id, _, content, morphemes in batch
    ]
    insert_rows(session, t.AnalysisRow, values)
    insert_rows(session, t.Change, [{"post": post, "removed": False} for _, post, _, _ in batch])


def keep_terms(session: Session, batch: Sequence[tuple[int, str, bytes]], fingerprint: str) -> None:
    """Index terms of stored posts: (post id, content hash, bytes). Posts that have changed meanwhile are left out."""
    ids = [row[0] for row in batch]
    session.execute(delete(t.TermsRow).where(t.TermsRow.post_id.in_(ids)))
    there = select(t.PostRow.id, t.PostRow.content_hash).where(t.PostRow.id.in_(ids))
    stored = {(post_id, content) for post_id, content in session.execute(there.with_for_update(read=True))}
    values = [
        {"post_id": post_id, "content_hash": content, "fingerprint": fingerprint, "terms": terms}
        for post_id, content, terms in batch
        if (post_id, content) in stored
    ]
    insert_rows(session, t.TermsRow, values)


def remove_posts(session: Session, post_ids: Sequence[int]) -> int:
    """Removes posts and says so in the outbox. Returns how many there were."""
    found = session.execute(
        select(t.PostRow.id, t.Source.name + "/" + t.PostRow.name)
        .join(t.Source, t.Source.id == t.PostRow.source_id)
        .where(t.PostRow.id.in_(post_ids))
    ).all()
    ids = [row[0] for row in found]
    before = sums.counted(session, ids)
    session.execute(delete(t.PostRow).where(t.PostRow.id.in_(ids)))
    insert_rows(session, t.Change, [{"post": row[1], "removed": True} for row in found])
    sums.renew(session, before, sums.Sums())
    return len(found)


def _post_values(source: int, read: ReadPost) -> dict[str, Any]:
    post = read.post
    return {
        "source_id": source,
        "name": post.name,
        "path": post.path,
        "title": post.title,
        "date": post.date,
        "text": post.text,
        "title_end": post.title_end,
        "lead_end": post.lead_end,
        "categories": list(post.categories),
        "recovered": list(post.recovered),
        "content_hash": post.content_hash,
        "extraction": read.extraction_fingerprint,
    }


def _detail_values(post_id: int, read: ReadPost) -> dict[str, Any]:
    post = read.post
    return {
        "post_id": post_id,
        "image": post.image,
        "blocks": [[b.kind, b.start, b.end, b.level] for b in post.blocks],
        "source_line": post.provenance.source_line,
        "source_url": post.provenance.source_url,
        "licence": post.provenance.licence,
        "furniture": list(post.provenance.furniture),
        "original": zlib.compress(read.original, 1),
    }


def _analysis_values(post_id: int, read: ReadPost) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "content_hash": read.post.content_hash,
        "fingerprint": read.analysis_fingerprint,
        "morphemes": read.morphemes,
    }


def _terms_values(post_id: int, read: ReadPost) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "content_hash": read.post.content_hash,
        "fingerprint": read.terms_fingerprint,
        "terms": read.terms,
    }


def _store_extractions(session: Session, batch: Iterable[tuple[int, Post, Extraction]], identify: Identify) -> None:
    named = [
        (post_id, post, mention, identity)
        for post_id, post, extraction in batch
        for mention in extraction.mentions
        if (identity := identify(mention.entity, mention.surface, post.id)) is not None
    ]
    ids = entity_ids(session, dict.fromkeys(identity for *_, identity in named))
    mentions: list[dict[str, Any]] = []
    counts: Counter[tuple[int, dt.date, int]] = Counter()
    for post_id, post, mention, identity in named:
        counts[ids[identity], post.date, post_id] += 1
        mentions.append(_mention_values(post_id, ids[identity], mention))
    insert_rows(session, t.MentionRow, mentions)
    insert_rows(
        session,
        t.PostEntity,
        [{"entity_id": e, "date": date, "post_id": p, "mentions": count} for (e, date, p), count in counts.items()],
    )


def _mention_values(post_id: int, entity: int, mention: Mention) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "entity_id": entity,
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "rule": mention.rule,
        "confidence": mention.confidence,
        "name": mention.entity.name,
        "agency": mention.entity.agency,
        "department": mention.entity.department,
        "title": mention.entity.title,
        "office_kind": mention.entity.office_kind,
    }


def entity_ids(session: Session, identities: Iterable[Identity]) -> dict[Identity, int]:
    """The number of each entity; new ones are made, with their aliases, and corrected ones put right."""
    identities = list(identities)
    wanted = {(i.kind, i.key): i for i in identities}
    known = _known_entities(session, list(wanted))
    new = [identity for key, identity in wanted.items() if key not in known]
    if new:
        made = session.execute(
            insert(t.EntityRow).returning(t.EntityRow.kind, t.EntityRow.key, t.EntityRow.id),
            [{"kind": i.kind, "key": i.key, "label": i.label, "agency": i.agency, "standing": i.standing} for i in new],
        )
        known.update({(kind, key): number for kind, key, number in made})
        insert_rows(session, t.EntityAlias, [row for i in new for row in _alias_values(known[i.kind, i.key], i)])
    for identity in identities:
        if identity.corrected and identity not in new:
            _put_right(session, known[identity.kind, identity.key], identity)
    return {identity: known[identity.kind, identity.key] for identity in identities}


def _put_right(session: Session, entity: int, identity: Identity) -> None:
    session.execute(update(t.EntityRow).where(t.EntityRow.id == entity).values(label=identity.label))
    known = set(session.scalars(select(t.EntityAlias.folded).where(t.EntityAlias.entity_id == entity)))
    insert_rows(session, t.EntityAlias, [row for row in _alias_values(entity, identity) if row["folded"] not in known])


def _known_entities(session: Session, keys: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    known: dict[tuple[str, str], int] = {}
    for at in range(0, len(keys), 400):  # SQLite binds a limited number of values
        some = keys[at : at + 400]
        found = session.execute(
            select(t.EntityRow.kind, t.EntityRow.key, t.EntityRow.id).where(
                tuple_(t.EntityRow.kind, t.EntityRow.key).in_(some)
            )
        )
        known.update({(kind, key): number for kind, key, number in found})
    return known


def _alias_values(entity: int, identity: Identity) -> list[dict[str, Any]]:
    folded = {fold(alias): alias for alias in reversed((*identity.aliases, identity.label, identity.key))}
    return [{"entity_id": entity, "folded": key, "alias": alias} for key, alias in folded.items() if key]


def insert_rows(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """By the table, not the mapped class: no identity map, executemany."""
    if rows:
        target = table.__table__
        assert isinstance(target, Table)
        session.execute(insert(target), rows)
