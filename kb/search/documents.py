"""From a stored post to what an engine indexes."""

from __future__ import annotations

from index.analysis.stream import Analysis
from index.document import IndexDoc
from index.fields import FILTER_FIELDS
from kb.store.documents import Document

ENTITY_FIELDS = frozenset(field.name for field in FILTER_FIELDS) - {"category", "source", "month"}


def index_doc(document: Document) -> IndexDoc:
    filters = {kind: keys for kind, keys in document.entities.items() if kind in ENTITY_FIELDS}
    filters |= {
        "category": document.categories,
        "source": (document.source,),
        "month": (f"{document.date:%Y-%m}",),
    }
    return IndexDoc(
        id=document.post,
        content_hash=document.content_hash,
        date=document.date,
        text=document.text,
        title_end=document.title_end,
        lead_end=document.lead_end,
        analysis=Analysis.from_bytes(document.morphemes),
        filters=filters,
    )
