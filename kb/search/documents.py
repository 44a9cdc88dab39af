"""From a stored post to what an engine indexes."""

from __future__ import annotations

import zlib

from index.analysis.stream import Analysis
from index.document import IndexDoc
from index.fields import FILTER_FIELDS
from index.laid import LaidTerms
from kb.errors import StoreError
from kb.store.documents import Document, Read

ENTITY_FIELDS = frozenset(field.name for field in FILTER_FIELDS) - {"category", "source", "month"}


_UNREAD = Read("", 0, 0, b"", "")
_NOTHING = Analysis.of([])


DAMAGED = "{post}: 담긴 값이 깨져 색인할 수 없습니다. kb check --deep --repair로 고친 뒤 다시 실행하십시오."


def index_doc(document: Document) -> IndexDoc:
    """Raises StoreError where what is kept of the post is damaged."""
    try:
        return _index_doc(document)
    except (ValueError, IndexError, zlib.error) as error:
        raise StoreError(DAMAGED.format(post=document.post)) from error


def _index_doc(document: Document) -> IndexDoc:
    filters = {kind: keys for kind, keys in document.entities.items() if kind in ENTITY_FIELDS}
    filters |= {
        "category": document.categories,
        "source": (document.source,),
        "month": (document.date.isoformat()[:7],),
    }
    read = document.read or _UNREAD
    return IndexDoc(
        id=document.post,
        content_hash=document.content_hash,
        date=document.date,
        text=read.text,
        title_end=read.title_end,
        lead_end=read.lead_end,
        analysis=Analysis.from_bytes(read.morphemes) if read.morphemes else _NOTHING,
        filters=filters,
        terms=LaidTerms.from_bytes(document.terms) if document.terms else None,
    )
