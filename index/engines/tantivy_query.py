"""A query tree as a Tantivy query, as a set or with scores. Follows the table in ``index.query.tree``.

Two compilations: ``match`` says which documents, and is what is counted and faceted; ``score`` says how
much. Whatever scores nothing is compiled as a set, so that Tantivy decodes frequencies only where they count.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import tantivy
from tantivy import Occur, Query

from index.document import SearchRequest
from index.engines.cheaper import Cheaper, Frequency
from index.engines.tantivy_fields import DAY, encoded, encoded_in
from index.engines.trees import constant, flattened, may_be_negative, summands, terms_in, whole
from index.query.tree import (
    And,
    Best,
    Boost,
    DateRange,
    Filter,
    MatchAll,
    MatchNone,
    Node,
    Not,
    Or,
    Phrase,
    Prefer,
    Prefix,
    Some,
    Term,
)

Expand = Callable[[str, str], Sequence[str]]
"""Field and prefix → the terms (as Tantivy has them) that the prefix stands for."""

Clauses = list[tuple[Occur, Query]]


class Compiler:
    """For one snapshot, since what a prefix stands for is the snapshot's."""

    def __init__(self, schema: tantivy.Schema, documents: int, frequency: Frequency, expand: Expand) -> None:
        self._schema = schema
        self._expand = expand
        self._cheaper = Cheaper(frequency, documents)
        # No term scores more: its idf is below the logarithm, what its frequency adds below k1 + 1.
        self._largest = 2.2 * math.log(2 + documents)

    # --- the request as a whole

    def set_of(self, request: SearchRequest) -> tuple[Query, int]:
        """Everything that a request matches, scores aside; and as many documents as that may be."""
        tree = self._cheaper.of(whole(request))
        return self._set(tree), self._cheaper.at_most(tree)

    def scored(self, request: SearchRequest, everything: Query) -> Query:
        """With scores; ``everything`` is ``set_of`` the same request, which is not worked out again."""
        tree = whole(request)
        match tree:
            case Prefer(base=base, extra=extra) if (known := constant(base)) is not None:
                return _preferred(Query.const_score_query(everything, known), self.score(extra))
            case _:
                return self.score(tree)

    # --- sets

    def match(self, node: Node) -> Query:
        return self._set(self._cheaper.of(node))

    def _set(self, node: Node) -> Query:
        match node:
            case MatchAll():
                return Query.all_query()
            case MatchNone():
                return Query.empty_query()
            case Term(field=field, text=text):
                return Query.term_query(self._schema, field, encoded_in(field, text), "basic")
            case Phrase(field=field, texts=texts):
                return self._row(field, texts)
            case Prefix(field=field, text=text):
                return self._beginning(field, text)
            case Filter(field=field, value=value):
                return self._value(field, value)
            case DateRange(first=first, last=last):
                return self._dated(first, last)
            case And(children=children):
                return self._all(children, self._set)
            case Or(children=children) | Best(children=children):
                return union([self._set(child) for child in flattened(children)])
            case Some(children=children, minimum=minimum):
                return self._some(children, minimum, self._set)
            case Not(child=child):
                return self._all((node,), self._set)
            case Prefer(base=child) | Boost(child=child):
                return self._set(child)

    # --- scores

    def score(self, node: Node, factor: float = 1.0) -> Query:
        """Each document's score, times ``factor``."""
        known = constant(node)
        if factor == 0 or known is not None:
            return Query.const_score_query(self.match(node), factor * (known or 0.0))
        match node:
            case Boost(child=child, factor=more):
                return self.score(child, factor * more)
            case Term(field=field, text=text):
                return self._term(field, text, factor)
            case Phrase(field=field, texts=texts):
                terms = [(Occur.Should, self._term(field, text, factor)) for text in texts]
                return Query.boolean_query([(Occur.Must, _silent(self._row(field, texts))), *terms])
            case And(children=children):
                return self._all(children, lambda child: self.score(child, factor))
            case Or(children=children):
                return self._sum(summands(children, factor))
            case Some(children=children, minimum=minimum):
                return self._some(children, minimum, lambda child: self.score(child, factor))
            case Best(children=children):
                return self._best(children, factor)
            case Prefer(base=base, extra=extra):
                return _preferred(self.score(base, factor), self.score(extra, factor))
            case _:
                raise AssertionError(f"{node} has a constant score")

    def _term(self, field: str, text: str, factor: float) -> Query:
        term = Query.term_query(self._schema, field, encoded_in(field, text), "freq")
        return term if factor == 1 else Query.boost_query(term, factor)

    def _sum(self, summed: list[tuple[Node, float]]) -> Query:
        """Terms by themselves: Tantivy has a faster union for those that are nothing else."""
        terms = union([self.score(node, factor) for node, factor in summed if isinstance(node, Term)])
        others = [self.score(node, factor) for node, factor in summed if not isinstance(node, Term)]
        return union([terms, *others]) if len(others) < len(summed) else union(others)

    def _best(self, children: tuple[Node, ...], factor: float) -> Query:
        """The largest. Tantivy begins at zero, so scores that may be below it are lifted meanwhile."""
        found = [self.score(child, abs(factor)) for child in children]
        deepest = self._largest * abs(factor) * max(map(terms_in, children), default=0.0)
        lift = 2.0 ** math.ceil(math.log2(max(1.0, deepest)))
        if any(map(may_be_negative, children)):
            everything = Query.const_score_query(Query.all_query(), lift)
            found = [Query.boolean_query([(Occur.Must, one), (Occur.Must, everything)]) for one in found]
            lowered = Query.const_score_query(Query.all_query(), -lift)
            best = Query.boolean_query([(Occur.Must, Query.disjunction_max_query(found)), (Occur.Must, lowered)])
        else:
            best = Query.disjunction_max_query(found)
        return best if factor > 0 else Query.boost_query(best, -1.0)  # the largest first, then its sign

    # --- both ways

    def _all(self, children: tuple[Node, ...], of: Callable[[Node], Query]) -> Query:
        clauses: Clauses = [
            (Occur.MustNot, self._set(child.child)) if isinstance(child, Not) else (Occur.Must, of(child))
            for child in children
        ]
        if all(occur == Occur.MustNot for occur, _ in clauses):
            clauses.append((Occur.Must, _silent(Query.all_query())))
        return Query.boolean_query(clauses) if len(clauses) > 1 else clauses[0][1]

    def _some(self, children: tuple[Node, ...], minimum: int, of: Callable[[Node], Query]) -> Query:
        if minimum > len(children):
            return Query.empty_query()
        if minimum == len(children):
            return self._all(children, of)
        clauses: Clauses = [(Occur.Should, of(child)) for child in children]
        if minimum <= 0:
            return Query.boolean_query([(Occur.Must, _silent(Query.all_query())), *clauses])
        return Query.boolean_query(clauses, minimum)

    # --- leaves

    def _row(self, field: str, texts: tuple[str, ...]) -> Query:
        if not texts:
            return Query.empty_query()
        if len(texts) == 1:
            return self._set(Term(field, texts[0]))
        return Query.phrase_query(self._schema, field, [encoded_in(field, text) for text in texts])

    def _beginning(self, field: str, prefix: str) -> Query:
        terms = list(self._expand(field, prefix))
        return Query.term_set_query(self._schema, field, terms) if terms else Query.empty_query()

    def _value(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, encoded(value), "basic")

    def _dated(self, first: dt.date | None, last: dt.date | None) -> Query:
        if first is None and last is None:
            return Query.all_query()
        if first and last and first > last:
            return Query.empty_query()
        earliest, latest = (day.toordinal() if day else None for day in (first, last))
        return Query.range_query(self._schema, DAY, tantivy.FieldType.Integer, earliest, latest)


def count(searcher: tantivy.Searcher, query: Query) -> int:
    """How many live documents match. Tantivy always ranks what it counts, so nothing is left to rank."""
    return count_of(searcher.search(_silent(query), limit=1, count=True))


def count_of(answer: tantivy.SearchResult) -> int:
    return int(cast(Any, answer).count or 0)  # which the library's stub forgot


def union(queries: list[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def _preferred(base: Query, extra: Query) -> Query:
    return Query.boolean_query([(Occur.Must, base), (Occur.Should, extra)])


def _silent(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
