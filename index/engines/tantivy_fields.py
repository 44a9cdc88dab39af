"""How documents lie in a Tantivy index: its schema, and our terms as strings that Tantivy leaves alone.

Terms come from ``TermsOf`` and are never analysed again: those of one document are joined by spaces in the
order of their positions, with a filler in each gap, and Tantivy splits at spaces and drops fillers but not
their places. Knows nothing of commits, builds or queries.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import tantivy

from index.document import IndexDoc
from index.engines.base import FILTERS, TEXT, Terms
from index.engines.escaped import END, ESCAPE, escape, holds_nothing_special
from index.engines.escaped import Order as Order
from index.engines.escaped import decoded as decoded
from index.engines.escaped import decoded_counts as decoded_counts
from index.engines.escaped import encoded as encoded
from index.fields import TextField
from index.laid import FILLER, LaidTerms

ID = "doc_id"
ORDER = "doc_order"  # see ``Order``; sorted as text it is the order of equal scores
DAY = "doc_day"  # ``date.toordinal``

# Tantivy's own name, so that it also parses what ``asking`` says. While indexing it drops fillers besides.
_TOKENIZER = "whitespace"
_OLD_TOKENIZER = "given_terms"  # in builds made before; nothing can be asked of them in words
_BLANK = FILLER + " "
# Rust's strings hold no surrogates; the tokenizer splits at white space; the rest has a meaning above.
_SPECIAL_IN_TERMS = re.compile(f"[{END}{FILLER}{ESCAPE}\t\n\x0b\x0c\r \ud800-\udfff]")
_SPARSE = 4  # with more fillers than this for each term, tokens are cheaper


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


def encoded_term(term: str) -> str:
    """A term of a text field as Tantivy may have it."""
    return _SPECIAL_IN_TERMS.sub(escape, term) if _SPECIAL_IN_TERMS.search(term) else term


def encoded_in(field: str, value: str) -> str:
    return encoded_term(value) if field in TEXT else encoded(value)


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
    if laid is not None and holds_nothing_special(laid.text):
        if not laid.more:
            return (laid.text,) if laid.text else ()
        return _cut(laid.text.split(" "), laid.more)
    found = _encoded_terms(terms.get(field.name, {}))
    if not field.positions:
        return (" ".join([term for term, places in found.items() for _ in places]),) if found else ()
    return _ordered_values(found) if found else ()


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
