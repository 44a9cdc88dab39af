"""Small trees put together: the least node that says it, what is demanded, and what may be demanded less."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from index.query.tree import And, Best, Boost, MatchAll, MatchNone, Node, Or, Phrase, Prefer, Some, Term


def ranked(matching: Node, scoring: Node | None) -> Node:
    return Prefer(Boost(matching, 0.0), scoring) if scoring else matching


APART = "그대로 이어진 말이 있는 글이 없어, 낱말을 나누어 찾았습니다."
FEWER = "낱말이 함께 있는 글이 없어, 하나라도 있는 글을 찾았습니다."


def looser(tree: Node, apart: Mapping[Node, Node], halves: Mapping[Node, Node]) -> Iterator[tuple[Node, str]]:
    """What to ask instead, the strictest first: names of several words taken apart, then fewer words demanded.

    ``apart`` holds for the node of such a name the one that wants most of its words wherever they stand,
    ``halves`` the one that wants half of them.
    """
    parted = _taken_apart(tree, apart)
    if parted != tree:
        yield parted, APART
    fewer = _demand(_taken_apart(tree, halves))
    if fewer != parted:
        yield fewer, FEWER


def _taken_apart(node: Node, apart: Mapping[Node, Node]) -> Node:
    if node in apart:
        return apart[node]
    match node:
        case Some(children=children, minimum=minimum):
            return Some(tuple(_taken_apart(child, apart) for child in children), minimum)
        case And(children=children):
            return And(tuple(_taken_apart(child, apart) for child in children))
        case Or(children=children):
            return Or(tuple(_taken_apart(child, apart) for child in children))
        case _:
            return node  # never under Not


def _demand(node: Node) -> Node:
    """Demands only one of the words that stand side by side. Exact operators stay exact."""
    match node:
        case Some(children=children):
            return Some(children, 1)
        case And(children=children):
            return And(tuple(map(_demand, children)))
        case Or(children=children):
            return Or(tuple(map(_demand, children)))
        case _:
            return node  # never under Not, where nothing is demanded less


def minimum_of(count: int) -> int:
    """How many of so many words a document must hold: both of two, then a falling share."""
    return count if count < 3 else max(2, math.ceil(count / 3))


def rarity(count: int, documents: int) -> float:
    """BM25's weight of a term that so many documents hold."""
    return math.log(1 + (documents - count + 0.5) / (count + 0.5))


def row_of(name: str, terms: tuple[str, ...]) -> Node:
    if len(terms) > 1:
        return Phrase(name, terms)
    return Term(name, terms[0]) if terms else MatchNone()


def all_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes)) if nodes else MatchAll()


def any_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes)) if nodes else MatchNone()


def best_of(nodes: Sequence[Node]) -> Node:
    unique = tuple(dict.fromkeys(nodes))
    return unique[0] if len(unique) == 1 else Best(unique)
