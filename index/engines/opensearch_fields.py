"""How documents lie in an OpenSearch index: settings, mapping, and our terms as text that it takes apart again.

Terms come from ``TermsOf`` and are never analysed: those of one document are joined by spaces in the order of
their positions, several at one place by ``STACK``, a ``FILLER`` in each gap. The index splits at white space,
drops fillers but not their places, and splits stacks. Knows nothing of builds, requests or the cluster.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from index.document import IndexDoc
from index.engines.base import FILTERS, TEXT, Terms
from index.engines.opensearch_client import Json
from index.opensearch_settings import OpenSearchSettings

ORDER = "order"  # see ``Order``; sorted as text it is the order of equal scores
DAY = "day"  # ``date.toordinal``
VOCABULARY = "_terms"  # a text field's distinct terms, as a column: what it is counted and listed by

FILLER = "~"
STACK = "|"
_END = "\x00"  # before every other character, so that an id stands before those it begins
_ESCAPE = "\ufdd0"  # a code point that is no character
_SPECIAL = re.compile(f"[{_END}{_ESCAPE}\ud800-\udfff]")  # JSON in UTF-8 holds no surrogates
_SPECIAL_IN_TERMS = re.compile(rf"[{_END}{_ESCAPE}{FILLER}{STACK}\s\ud800-\udfff]")
_ESCAPED = re.compile(f"{_ESCAPE}([0-9a-f]{{6}})")
_LAST_DAY = dt.date.max.toordinal()
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


class Order(NamedTuple):
    """What is kept of a document as one string: newest date first, then by id, then its content hash."""

    id: str
    content_hash: str
    date: dt.date

    def text(self) -> str:
        return f"{_LAST_DAY - self.date.toordinal():07}{_escaped(self.id)}{_END}{_escaped(self.content_hash)}"

    @classmethod
    def of(cls, text: str) -> Order:
        id_, _, content_hash = text[7:].partition(_END)
        return cls(decoded(id_), decoded(content_hash), dt.date.fromordinal(_LAST_DAY - int(text[:7])))


def own_id(id_: str) -> str:
    """A document's id as OpenSearch's own; a digest where it is longer than that may be."""
    text = _escaped(id_)
    return text if len(text.encode()) <= _LONGEST_ID else hashlib.sha256(text.encode()).hexdigest()


def encoded(value: str) -> str:
    """A filter value as OpenSearch may have it. Keeps the order of ordinary values."""
    return _shortened(_escaped(value))


def encoded_term(term: str) -> str:
    """A term of a text field as OpenSearch may have it."""
    return _shortened(_SPECIAL_IN_TERMS.sub(_escape, term) if _SPECIAL_IN_TERMS.search(term) else term)


def encoded_in(field: str, value: str) -> str:
    return encoded_term(value) if field in TEXT else encoded(value)


def decoded(value: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if _ESCAPE in value else value


def column_of(field: str) -> str:
    """The column that lists the terms or values of a field."""
    return field + VOCABULARY if field in TEXT else field


def source_of(doc: IndexDoc, terms: Terms) -> Json:
    made: Json = {ORDER: Order(doc.id, doc.content_hash, doc.date).text(), DAY: doc.date.toordinal()}
    for name in FILTERS:
        if values := doc.filters.get(name):
            made[name] = [encoded(value) for value in dict.fromkeys(values)]
    for field in TEXT.values():
        if found := _encoded_terms(terms.get(field.name, {})):
            made[field.name] = _laid_out(found) if field.positions else _repeated(found)
            made[field.name + VOCABULARY] = list(found)
    return made


def decoded_counts(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Terms with their counts, in term order."""
    return sorted((decoded(term), count) for term, count in counts)


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


def _escaped(value: str) -> str:
    return _SPECIAL.sub(_escape, value) if _SPECIAL.search(value) else value


def _shortened(text: str) -> str:
    """The text, or its beginning and a digest of it: what is this long is looked up whole, never by a prefix."""
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST] + hashlib.sha256(text.encode()).hexdigest()


def _escape(match: re.Match[str]) -> str:
    return f"{_ESCAPE}{ord(match[0]):06x}"
