"""How documents lie in an OpenSearch index: settings, mapping, and our terms as text that it takes apart again.

Terms come from ``TermsOf`` and are never analysed: those of one document are joined by spaces in the order of
their positions, several at one place by ``STACK``, a ``FILLER`` in each gap. The index splits at white space,
drops fillers but not their places, and splits stacks. Knows nothing of builds, requests or the cluster.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from index.document import IndexDoc
from index.engines import escaped
from index.engines.base import FILTERS, TEXT, Terms
from index.engines.escaped import END, ESCAPE, Order, escape, holds_nothing_special
from index.engines.opensearch_client import Json
from index.fields import TextField
from index.laid import FILLER as LAID_FILLER
from index.laid import LaidTerms
from index.opensearch_settings import OpenSearchSettings

ORDER = "order"  # see ``Order``; sorted as text it is the order of equal scores
DAY = "day"  # ``date.toordinal``
VOCABULARY = "_terms"  # a text field's distinct terms, as a column: what it is counted and listed by

FILLER = "~"
STACK = "|"
_SPECIAL_IN_TERMS = re.compile(rf"[{END}{ESCAPE}{FILLER}{STACK}\s\ud800-\udfff]")
_LONGEST = 2_000  # characters of a term or value; Lucene refuses more than 32,766 bytes
_LONGEST_ID = 512  # bytes of OpenSearch's own ids


def index_settings(given: OpenSearchSettings) -> Json:
    """The same for every build; changes with ``index.builds.FIELDS_VERSION``."""
    kind = next(iter(TEXT.values()))  # k1 and b are the same for every field
    return {
        "number_of_shards": given.shards,
        "number_of_replicas": given.replicas,
        "refresh_interval": given.refresh,
        "analysis": {
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 32_766}},
            "filter": {
                "fillers": {"type": "stop", "stopwords": [FILLER]},
                "stacks": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{STACK}]+)"]},
            },
            "analyzer": {"given_terms": {"tokenizer": "spaces", "filter": ["fillers", "stacks"]}},
        },
        # The "BM25" of OpenSearch 3 leaves out the factor k1 + 1. Terms at one place count as several.
        "similarity": {"default": {"type": "LegacyBM25", "k1": kind.k1, "b": kind.b, "discount_overlaps": False}},
    }


def mapping() -> Json:
    fields: Json = {ORDER: {"type": "keyword"}, DAY: {"type": "integer"}}
    for field in TEXT.values():
        options = "positions" if field.positions else "freqs"
        fields[field.name] = {"type": "text", "analyzer": "given_terms", "index_options": options}
        fields[field.name + VOCABULARY] = {"type": "keyword", "index": False}
    fields |= {name: {"type": "keyword"} for name in FILTERS}
    return {"dynamic": "strict", "_source": {"enabled": False}, "properties": fields}


def own_id(id_: str) -> str:
    """A document's id as OpenSearch's own; a digest where it is longer than that may be."""
    text = escaped.encoded(id_)
    return text if len(text.encode()) <= _LONGEST_ID else hashlib.sha256(text.encode()).hexdigest()


def encoded(value: str) -> str:
    """A filter value as OpenSearch may have it. Keeps the order of ordinary values."""
    return _shortened(escaped.encoded(value))


def encoded_term(term: str) -> str:
    """A term of a text field as OpenSearch may have it."""
    return _shortened(_SPECIAL_IN_TERMS.sub(escape, term) if _SPECIAL_IN_TERMS.search(term) else term)


def encoded_in(field: str, value: str) -> str:
    return encoded_term(value) if field in TEXT else encoded(value)


def column_of(field: str) -> str:
    """The column that lists the terms or values of a field."""
    return field + VOCABULARY if field in TEXT else field


def source_of(doc: IndexDoc, terms: Terms) -> Json:
    made: Json = {ORDER: Order(doc.id, doc.content_hash, doc.date).text(), DAY: doc.date.toordinal()}
    for name in FILTERS:
        if values := doc.filters.get(name):
            made[name] = [encoded(value) for value in dict.fromkeys(values)]
    for field in TEXT.values():
        text, vocabulary = _field(terms, field)
        if text:
            made[field.name], made[field.name + VOCABULARY] = text, vocabulary
    return made


def _field(terms: Terms, field: TextField) -> tuple[str, list[str]]:
    """The terms of a field as text, and each of them once."""
    if isinstance(terms, LaidTerms) and (taken := _taken(terms, field)) is not None:
        return taken
    found = _encoded_terms(terms.get(field.name, {}))
    if not found:
        return "", []
    return _laid_out(found) if field.positions else _repeated(found), list(found)


def _taken(terms: LaidTerms, field: TextField) -> tuple[str, list[str]] | None:
    """As it was laid out before, where nothing in it has to be escaped or cut; a few times as fast."""
    laid = terms.laid(field.name)
    row, further = laid.text.split(" ") if laid.text else [], [term for _, term in laid.more]
    if not _is_plain(" ".join((laid.text, *further)), len(row) + len(further)):
        return None
    words = dict.fromkeys((*row, *further))
    words.pop(LAID_FILLER, None)
    if max(map(len, words), default=0) > _LONGEST:
        return None
    if not field.positions:
        return " ".join([term for term in (*row, *further) if term != LAID_FILLER]), list(words)
    for place, term in laid.more:
        row[place] = term if row[place] == LAID_FILLER else f"{row[place]}{STACK}{term}"
    return " ".join(row).replace(LAID_FILLER, FILLER), list(words)


def _is_plain(text: str, words: int) -> bool:
    """Whether the terms hold none of our signs, and no white space besides what parts them."""
    return FILLER not in text and STACK not in text and len(text.split()) == words and holds_nothing_special(text)


def _encoded_terms(terms: Mapping[str, tuple[int, ...]]) -> Mapping[str, tuple[int, ...]]:
    if "" not in terms and not _SPECIAL_IN_TERMS.search("".join(terms)) and max(map(len, terms), default=0) <= _LONGEST:
        return terms
    return {encoded_term(term): places for term, places in terms.items() if term}


def _laid_out(terms: Mapping[str, tuple[int, ...]]) -> str:
    """A term for each place or a filler; further terms of a place stacked upon the first."""
    row = [FILLER] * (max(places[-1] for places in terms.values()) + 1)
    for term, places in terms.items():
        for place in places:
            row[place] = term if row[place] is FILLER else f"{row[place]}{STACK}{term}"
    return " ".join(row)


def _repeated(terms: Mapping[str, tuple[int, ...]]) -> str:
    return " ".join([term for term, places in terms.items() for _ in places])


def _shortened(text: str) -> str:
    """The text, or its beginning and a digest of it: what is this long is looked up whole, never by a prefix."""
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST] + hashlib.sha256(text.encode()).hexdigest()
