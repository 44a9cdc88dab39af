"""How documents lie in a Tantivy index: its schema, and our terms as strings that Tantivy leaves alone.

Terms come from ``TermsOf`` and are never analysed again: those of one document are joined by spaces in the
order of their positions, with a filler in each gap, and Tantivy splits at spaces and drops fillers but not
their places. Knows nothing of commits, builds or queries.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import tantivy

from index.document import IndexDoc
from index.engines.base import FILTERS, TEXT, Terms
from index.fields import TextField
from index.laid import FILLER, LaidTerms

ID = "doc_id"
ORDER = "doc_order"  # see ``Order``; sorted as text it is the order of equal scores
DAY = "doc_day"  # ``date.toordinal``

# Tantivy's own name, so that it also parses what ``asking`` says. While indexing it drops fillers besides.
_TOKENIZER = "whitespace"
_OLD_TOKENIZER = "given_terms"  # in builds made before; nothing can be asked of them in words
_BLANK = FILLER + " "
_END = "\x00"  # before every other character, so that an id stands before those it begins
_ESCAPE = "\ufdd0"  # a code point that is no character
# Rust's strings hold no surrogates; the tokenizer splits at white space; the rest has a meaning above.
_SPECIAL = re.compile(f"[{_END}{_ESCAPE}\ud800-\udfff]")
_SPECIAL_IN_TERMS = re.compile(f"[{_END}{FILLER}{_ESCAPE}\t\n\x0b\x0c\r \ud800-\udfff]")
_ESCAPED = re.compile(f"{_ESCAPE}([0-9a-f]{{6}})")
_SPARSE = 4  # with more fillers than this for each term, tokens are cheaper
_LAST_DAY = dt.date.max.toordinal()


def make_schema() -> tantivy.Schema:
    """The same for every build; changes with ``index.builds.FIELDS_VERSION``."""
    builder = tantivy.SchemaBuilder()
    for field in TEXT.values():
        option = "position" if field.positions else "freq"
        builder.add_text_field(field.name, tokenizer_name=_TOKENIZER, index_option=option)
    for name in FILTERS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(ID, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(ORDER, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field(DAY, indexed=True, fast=True)
    return builder.build()


def register_tokenizer(index: tantivy.Index) -> None:
    """Needed to write, not to read. Indexes do not remember tokenizers."""
    dropping = tantivy.Filter.custom_stopword([FILLER])
    for name in (_TOKENIZER, _OLD_TOKENIZER):
        index.register_tokenizer(
            name, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(dropping).build()
        )


def can_be_asked(schema: Iterable[Mapping[str, Any]]) -> bool:
    """Whether Tantivy can parse ``asking`` for an index with that schema, as ``meta.json`` has it."""
    return all(_OLD_TOKENIZER not in json.dumps(field) for field in schema)


def asking(field: str, term: str) -> str:
    """The documents whose field holds the term, in Tantivy's own language of queries."""
    held = encoded_in(field, term).replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}:"{held}"'


class Order(NamedTuple):
    """What is kept of a document as one string: newest date first, then by id, then its content hash."""

    id: str
    content_hash: str
    date: dt.date

    def text(self) -> str:
        return f"{_LAST_DAY - self.date.toordinal():07}{encoded(self.id)}{_END}{encoded(self.content_hash)}"

    @classmethod
    def of(cls, text: str) -> Order:
        id_, _, content_hash = text[7:].partition(_END)
        return cls(decoded(id_), decoded(content_hash), dt.date.fromordinal(_LAST_DAY - int(text[:7])))


@lru_cache(maxsize=1 << 14)
def encoded(value: str) -> str:
    """A filter value or an id as Tantivy may have it. Keeps the order of ordinary values."""
    return _SPECIAL.sub(_escape, value) if _SPECIAL.search(value) else value


def encoded_term(term: str) -> str:
    """A term of a text field as Tantivy may have it."""
    return _SPECIAL_IN_TERMS.sub(_escape, term) if _SPECIAL_IN_TERMS.search(term) else term


def encoded_in(field: str, value: str) -> str:
    return encoded_term(value) if field in TEXT else encoded(value)


def decoded(value: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if _ESCAPE in value else value


def _escape(match: re.Match[str]) -> str:
    return f"{_ESCAPE}{ord(match[0]):06x}"


def make_document(doc: IndexDoc, terms: Terms) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text(ID, encoded(doc.id))
    made.add_text(ORDER, Order(doc.id, doc.content_hash, doc.date).text())
    made.add_integer(DAY, doc.date.toordinal())
    for name in FILTERS:
        for value in dict.fromkeys(doc.filters.get(name, ())):
            made.add_text(name, encoded(value))
    for field in TEXT.values():
        for part in _values(terms, field):
            if isinstance(part, str):
                made.add_text(field.name, part)
            else:
                made.add_pre_tokenized_text(field.name, part)
    return made


Value: TypeAlias = str | tantivy.PreTokenizedString


def _values(terms: Terms, field: TextField) -> Iterable[Value]:
    """The terms of a field in reading order, as text wherever that says it."""
    laid = terms.laid(field.name) if isinstance(terms, LaidTerms) else None
    if laid is not None and _is_plain(laid.text):
        if not laid.more:
            return (laid.text,) if laid.text else ()
        return _cut(laid.text.split(" "), laid.more)
    found = _encoded_terms(terms.get(field.name, {}))
    if not field.positions:
        return (" ".join([term for term, places in found.items() for _ in places]),) if found else ()
    return _ordered_values(found) if found else ()


def _is_plain(text: str) -> bool:
    """Whether nothing has to be escaped; ten times as fast as ``_SPECIAL`` on a whole field."""
    if _END in text or _ESCAPE in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _encoded_terms(terms: Mapping[str, tuple[int, ...]]) -> Mapping[str, tuple[int, ...]]:
    if not _SPECIAL_IN_TERMS.search("".join(terms)):
        return terms
    return {encoded_term(term): places for term, places in terms.items()}


def _ordered_values(terms: Mapping[str, tuple[int, ...]]) -> Iterable[Value]:
    count, size = sum(map(len, terms.values())), max(places[-1] for places in terms.values()) + 1
    if size > count * _SPARSE + 100:
        return (_tokens((place, term) for term, places in terms.items() for place in places),)
    row, more = [FILLER] * size, list[tuple[int, str]]()
    for term, places in terms.items():
        for place in places:
            if row[place] is FILLER:
                row[place] = term
            else:
                more.append((place, term))
    return _cut(row, sorted(more))


def _cut(row: list[str], more: Iterable[tuple[int, str]]) -> Iterator[Value]:
    """Text, and tokens, ten times as costly, where two terms stand at one place. ``more`` are those beyond the first.

    Tantivy leaves one place free between two values of a field, so they are cut where no term stands anyway.
    """
    at_place = defaultdict[int, list[str]](list)
    for place, term in more:
        at_place[place].append(term)
    start = 0  # the place at which the next value begins
    for place in at_place:
        if place < start:
            continue  # in the stretch before
        first, last = _stretch(row, place)
        if before := " ".join(row[start:first]).rstrip(_BLANK):
            yield before
            start += before.count(" ") + 2
        yield _tokens((at - start, term) for at in range(first, last) for term in (row[at], *at_place.get(at, ())))
        start = last + 1
    if start < len(row):
        yield " ".join(row[start:])


def _stretch(row: list[str], place: int) -> tuple[int, int]:
    """The places around one up to the next fillers."""
    first, last = place, place + 1
    while first > 0 and row[first - 1] != FILLER:
        first -= 1
    while last < len(row) and row[last] != FILLER:
        last += 1
    return first, last


def _tokens(found: Iterable[tuple[int, str]]) -> tantivy.PreTokenizedString:
    return tantivy.PreTokenizedString("", [tantivy.Token(term, place, 0, 0) for place, term in sorted(found)])


def decoded_counts(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Terms with their counts, in term order."""
    return sorted((decoded(term), count) for term, count in counts)
