"""A query tree in OpenSearch's query language, as a set or with scores. Follows the table in ``index.query.tree``.

Two compilations: ``match`` says which documents (in filter context, which OpenSearch may cache), ``score`` how
much. OpenSearch refuses negative scores, so where a tree may have some, they are lifted by a known number.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from index.engines.opensearch_client import Json
from index.engines.opensearch_fields import DAY, encoded, encoded_in
from index.engines.trees import constant, flattened, summands, terms_in
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
"""Field and prefix → the terms (as OpenSearch has them) that the prefix stands for."""

EVERYTHING: Json = {"match_all": {}}
NOTHING: Json = {"match_none": {}}


class Scored(NamedTuple):
    """A query whose scores are those of a tree, each higher by ``lift``."""

    query: Json
    lift: float = 0.0


class Compiler:
    """For one snapshot, since what a prefix stands for is the snapshot's."""

    def __init__(self, documents: int, expand: Expand) -> None:
        # No term scores more: its idf is below the logarithm, what its frequency adds below k1 + 1.
        self._largest = 2.2 * math.log(2 + documents)
        self._expand = expand

    # --- sets

    def match(self, node: Node) -> Json:
        match node:
            case MatchAll():
                return EVERYTHING
            case MatchNone():
                return NOTHING
            case Term(field=field, text=text):
                return _term(field, text)
            case Phrase(field=field, texts=texts):
                return _row(field, texts)
            case Prefix(field=field, text=text):
                return self._beginning(field, text)
            case Filter(field=field, value=value):
                return {"term": {field: encoded(value)}}
            case DateRange(first=first, last=last):
                return _dated(first, last)
            case And(children=children):
                return self._all(children)
            case Or(children=children) | Best(children=children):
                return _union([self.match(child) for child in flattened(children)])
            case Some(children=children, minimum=minimum):
                return self._some(children, minimum)
            case Not(child=Not(child=child)):
                return self.match(child)
            case Not():
                return self._all((node,))
            case Prefer(base=child) | Boost(child=child):
                return self.match(child)

    def _all(self, children: tuple[Node, ...]) -> Json:
        within = [self.match(child) for child in children if not isinstance(child, Not)]
        without = [self.match(child.child) for child in children if isinstance(child, Not)]
        if len(within) == 1 and not without:
            return within[0]
        return {"bool": {"filter": within, "must_not": without}} if within or without else EVERYTHING

    def _some(self, children: tuple[Node, ...], minimum: int) -> Json:
        if minimum <= 0:
            return EVERYTHING
        if minimum > len(children):
            return NOTHING
        should = [self.match(child) for child in children]
        return {"bool": {"should": should, "minimum_should_match": minimum}}

    def _beginning(self, field: str, prefix: str) -> Json:
        terms = list(self._expand(field, prefix))
        return {"terms": {field: terms}} if terms else NOTHING

    # --- scores

    def score(self, node: Node, factor: float = 1.0) -> Scored:
        """Each document's score, times ``factor``."""
        known = constant(node)
        if factor == 0 or known is not None:
            return self._constant(node, factor * (known or 0.0))
        if factor < 0:
            return self._negated(self.score(node, -factor), node, -factor)
        match node:
            case Boost(child=child, factor=more):
                return self.score(child, factor * more)
            case Term(field=field, text=text):
                return Scored(_term(field, text, factor))
            case Phrase(field=field, texts=texts):
                terms = [_term(field, text, factor) for text in texts]
                return Scored({"bool": {"filter": [_row(field, texts)], "should": terms}})
            case And(children=children):
                return _sum([self.score(child, factor) for child in children])
            case Or(children=children):
                return self._any(node, [self._part(child, factor * more) for child, more in summands(children)])
            case Some(children=children):
                return self._any(node, [self._part(child, factor) for child in children])
            case Best(children=children):
                return self._best([self.score(child, factor) for child in children])
            case Prefer(base=base, extra=extra):
                return _sum([self.score(base, factor)], [self._part(extra, factor)])
            case _:
                raise AssertionError(f"{node} has a constant score")

    def _constant(self, node: Node, score: float) -> Scored:
        lift = max(0.0, -score)
        return Scored({"constant_score": {"filter": self.match(node), "boost": score + lift}}, lift)

    def _part(self, node: Node, factor: float) -> Scored:
        """A summand that adds its lift also where it does not match."""
        query, lift = self.score(node, factor)
        if not lift:
            return Scored(query)
        elsewhere = {"constant_score": {"filter": {"bool": {"must_not": [self.match(node)]}}, "boost": lift}}
        return Scored({"bool": {"should": [query, elsewhere]}}, lift)

    def _any(self, node: Node, parts: list[Scored]) -> Scored:
        """The sum of the parts that match, of documents that the node matches."""
        should, lift = [part.query for part in parts], math.fsum(part.lift for part in parts)
        if isinstance(node, Or) and not lift:
            return Scored(_either(should))
        if isinstance(node, Some) and 1 <= node.minimum <= len(should) and not lift:
            return Scored({"bool": {"should": should, "minimum_should_match": node.minimum}})
        return Scored({"bool": {"filter": [self.match(node)], "should": should}}, lift)

    def _best(self, found: list[Scored]) -> Scored:
        """The largest. Scores are compared at the same lift."""
        lift = max(one.lift for one in found)
        level = [_raised(one, lift) for one in found]
        return Scored({"dis_max": {"queries": level}}, lift)

    def _negated(self, found: Scored, node: Node, factor: float) -> Scored:
        """``lift`` less the score: the least power of two that no score of the tree exceeds."""
        lift = 2.0 ** math.ceil(math.log2(max(1.0, self._largest * factor * terms_in(node))))
        script = {"source": "params.from - _score", "params": {"from": lift + found.lift}}
        # Not the query of the name "script_score": it fails (3.3) in segments where nothing matches.
        script_of: Json = {"query": found.query, "script_score": {"script": script}, "boost_mode": "replace"}
        return Scored({"function_score": script_of}, lift)


def _raised(found: Scored, lift: float) -> Json:
    if found.lift == lift:
        return found.query
    more = {"constant_score": {"filter": EVERYTHING, "boost": lift - found.lift}}
    return {"bool": {"must": [found.query, more]}}


def _sum(must: list[Scored], should: Sequence[Scored] = ()) -> Scored:
    lift = math.fsum(part.lift for part in (*must, *should))
    asked: Json = {"must": [part.query for part in must], "should": [part.query for part in should]}
    return Scored({"bool": {**asked, "minimum_should_match": 0}}, lift)


def _term(field: str, text: str, factor: float = 1.0) -> Json:
    value = encoded_in(field, text)
    return {"term": {field: value if factor == 1 else {"value": value, "boost": factor}}}


def _row(field: str, texts: tuple[str, ...]) -> Json:
    if not texts:
        return NOTHING
    if len(texts) == 1:
        return _term(field, texts[0])
    return {"match_phrase": {field: " ".join(encoded_in(field, text) for text in texts)}}


def _dated(first: dt.date | None, last: dt.date | None) -> Json:
    bounds = {name: day.toordinal() for name, day in (("gte", first), ("lte", last)) if day is not None}
    return {"range": {DAY: bounds}} if bounds else EVERYTHING


def _union(queries: list[Json]) -> Json:
    """Alternatives; those that ask one field for one term or value each become one query."""
    alike: dict[str, list[Json]] = {}
    others: list[Json] = []
    for query in queries:
        asked = query.get("term")
        if asked is None:
            others.append(query)
        else:
            field, value = next(iter(asked.items()))
            alike.setdefault(field, []).append(value)
    return _either([*({"terms": {field: values}} for field, values in alike.items()), *others])


def _either(should: list[Json]) -> Json:
    if not should:
        return NOTHING
    return should[0] if len(should) == 1 else {"bool": {"should": should, "minimum_should_match": 1}}
