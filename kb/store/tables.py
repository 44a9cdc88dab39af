"""The tables. SQL is the truth: the index can be made from them at any time.

Identity of a post is ``source/name``; ``posts.id`` is a number for joins only. Everything that hangs on a
post goes with it (``ON DELETE CASCADE``). ``changes`` is the outbox: a row is written in the transaction
that changes a post, and the index follows it from its own cursor.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.store.base import Base, BigKey, Key, Names, Now, Text

SUMS = {"sqlite_with_rowid": False}  # narrow rows, found by their key alone


def post_key(**options: Any) -> Mapped[int]:
    return mapped_column(BigKey, ForeignKey("posts.id", ondelete="CASCADE"), **options)


class Source(Base):
    """A collection of posts under one name."""

    __tablename__ = "sources"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[Now]


class SourceFile(Base):
    """A file that was read, so that the next run reads only what changed. ``reason`` says why it failed."""

    __tablename__ = "source_files"
    __table_args__ = (UniqueConstraint("source_id", "path"),)

    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(BigKey, ForeignKey("sources.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text, comment="absolute")
    size: Mapped[int] = mapped_column(BigKey)
    mtime_ns: Mapped[int] = mapped_column(BigKey)
    content_hash: Mapped[str | None] = mapped_column(Text)
    post_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    reader: Mapped[str | None] = mapped_column(Text, comment="fingerprint of the reader; unknown: an older one")


class PostRow(Base):
    """A post as read; see ``kb.model.Post``."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("source_id", "name"), Index("ix_posts_date_id", "date", "id"))

    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(BigKey, ForeignKey("sources.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, comment="relative to the folder that was read")
    title: Mapped[str] = mapped_column(Text)
    date: Mapped[dt.date]
    text: Mapped[str] = mapped_column(Text)
    title_end: Mapped[int]
    lead_end: Mapped[int]
    categories: Mapped[Names]
    recovered: Mapped[Names]
    content_hash: Mapped[str] = mapped_column(Text)
    extraction: Mapped[str] = mapped_column(Text, index=True, comment="fingerprint of the rules that read it")
    changed_at: Mapped[Now]


class PostDetail(Base):
    """What only the page of one post needs."""

    __tablename__ = "post_details"

    post_id: Mapped[int] = post_key(primary_key=True)
    image: Mapped[str | None] = mapped_column(Text)
    blocks: Mapped[list[list[Any]]] = mapped_column(JSON, comment="[kind, start, end, level]")
    source_line: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    licence: Mapped[str | None] = mapped_column(Text)
    furniture: Mapped[Names]
    original: Mapped[bytes] = mapped_column(LargeBinary, comment="the file's bytes, zlib")


class AnalysisRow(Base):
    """The morphemes of a post's text (``index.analysis.stream.Analysis.to_bytes``)."""

    __tablename__ = "analyses"

    post_id: Mapped[int] = post_key(primary_key=True)
    content_hash: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text, index=True)
    morphemes: Mapped[bytes] = mapped_column(LargeBinary)


class TermsRow(Base):
    """The index terms of a post (``index.analysis.kept.KeptTerms.to_bytes``), so that a build runs no rule again.

    They are derived: a post without them, or with those of another analysis, has them made where they are needed.
    """

    __tablename__ = "index_terms"

    post_id: Mapped[int] = post_key(primary_key=True)
    content_hash: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text, comment="of the analysis and the rules of terms")
    terms: Mapped[bytes] = mapped_column(LargeBinary)


class EntityRow(Base):
    """Something named in posts. ``key`` is its address within the kind, ``label`` what a page shows.

    ``posts``, ``first``, ``last`` and a contact's ``agency`` are sums over what names it (``kb.store.sums``).
    """

    __tablename__ = "entities"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_entities_kind_posts", "kind", "posts"),
        Index("ix_entities_agency_kind", "agency", "kind"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    agency: Mapped[str | None] = mapped_column(Text, comment="of a department, an official or, newest, a contact")
    standing: Mapped[str | None] = mapped_column(Text, comment="of an agency: today's name, where it is another")
    valid_from: Mapped[dt.date | None] = mapped_column(comment="of an agency: when it bore the name")
    valid_to: Mapped[dt.date | None]
    posts: Mapped[int] = mapped_column(server_default="0")
    first: Mapped[dt.date | None]
    last: Mapped[dt.date | None]


class EntityAlias(Base):
    """Any name that leads to an entity; ``folded`` is without case, width and white space."""

    __tablename__ = "entity_aliases"

    entity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    folded: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    alias: Mapped[str] = mapped_column(Text)


class EntityLink(Base):
    """An agency's lineage: ``entity`` came from ``other`` (``renamed``, ``split``, ``merged``, ``function``)."""

    __tablename__ = "entity_links"

    entity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    relation: Mapped[str] = mapped_column(Text, primary_key=True)


class MentionRow(Base):
    """A place in a post's text that names an entity, with what the post says of it there."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_post_id_start", "post_id", "start"),
        Index("ix_mentions_entity_id_post_id", "entity_id", "post_id", "start"),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = post_key()
    entity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"))
    start: Mapped[int]
    end: Mapped[int]
    surface: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float]
    name: Mapped[str] = mapped_column(Text)
    agency: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    office_kind: Mapped[str | None] = mapped_column(Text)


class PostEntity(Base):
    """Which posts name an entity, and how often: entity pages and co-occurrence read only this."""

    __tablename__ = "post_entities"
    __table_args__ = (Index("ix_post_entities_post_id", "post_id", "entity_id", "mentions"),)

    entity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    post_id: Mapped[int] = post_key(primary_key=True)
    mentions: Mapped[int]


class SourceDay(Base):
    """A sum (``kb.store.sums``): posts of a source by day."""

    __tablename__ = "source_days"
    __table_args__ = SUMS

    source_id: Mapped[int] = mapped_column(BigKey, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    posts: Mapped[int]


class EntityPeriod(Base):
    """A sum: posts that name an entity by month; those of a topic by week too, cut at the ends of months."""

    __tablename__ = "entity_periods"
    __table_args__ = SUMS

    entity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    first: Mapped[dt.date] = mapped_column(primary_key=True)
    posts: Mapped[int]


class TopicAgency(Base):
    """A sum: posts that name an agency and a topic; ``led``: those that name no earlier agency of the same body."""

    __tablename__ = "topic_agencies"
    __table_args__ = SUMS

    agency_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(BigKey, primary_key=True, comment="0: any topic, a post counted once")
    posts: Mapped[int]
    led: Mapped[int]


class Role(Base):
    """A sum: mentions of a contact in a department, or of an official in an office. '' is where a post says nothing."""

    __tablename__ = "roles"
    __table_args__ = (Index("ix_roles_agency_part", "agency", "part"), SUMS)

    entity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entities.id", ondelete="CASCADE"), primary_key=True)
    agency: Mapped[str] = mapped_column(Text, primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True, comment="department of a contact, title of an official")
    posts: Mapped[int]
    mentions: Mapped[int]
    first: Mapped[dt.date]
    last: Mapped[dt.date]
    post: Mapped[int] = mapped_column(BigKey, comment="the post stored last")


class Change(Base):
    """The outbox. ``post`` is ``source/name``, so that a removal can be followed after the row is gone."""

    __tablename__ = "changes"
    __table_args__ = ({"sqlite_autoincrement": True},)  # numbers are never given twice

    seq: Mapped[Key]
    post: Mapped[str] = mapped_column(Text)
    removed: Mapped[bool]


class IndexCursor(Base):
    """How far a build of an engine has followed the outbox."""

    __tablename__ = "index_cursors"

    engine: Mapped[str] = mapped_column(Text, primary_key=True)
    build: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigKey)


class Run(Base):
    """One ingestion of one folder."""

    __tablename__ = "runs"

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    started_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


class Failure(Base):
    """A file that a run could not read, and why."""

    __tablename__ = "failures"

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(BigKey, ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class AccessToken(Base):
    """What lets a program or a person in (``kb.access.tokens``). The secret itself is kept nowhere."""

    __tablename__ = "access_tokens"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text, comment="separated by spaces")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the secret")
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
