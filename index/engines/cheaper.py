"""The same set of documents as a tree that an engine of postings evaluates in less time.

Exact: whatever the frequencies say, the rewritten tree matches what the given one matches. They decide only what is
cheap. Knows trees and frequencies, no engine's library. Decision 0600 has the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.query.tree import And, Best, Boost, Filter, MatchAll, MatchNone, Node, Not, Or, Phrase, Prefer, Some, Term

Frequency = Callable[[str, str], int]
"""Field and term (or filter value) → no fewer documents than hold it; 0 only when none does."""

PHRASE = 4  # a phrase reads positions: so many times the work of its terms
BOTH = 2  # an intersection reads its rarest member and leaps through the others
SPLITS = 3  # each doubles the tree
WORTH = 0.5  # a union is narrowed where it reads so many times what narrowing each of its members does


@dataclass(frozen=True)
class Cheaper:
    """For one snapshot of an index with so many documents."""

    frequency: Frequency
    documents: int

    def of(self, node: Node) -> Node:
        return self._narrowed(self._counted(self._shorter(node)))

    # --- nothing that cannot add or take away a match

    def _shorter(self, node: Node) -> Node:
        match node:
            case Term() | Phrase() | Filter():
                return node if self.at_most(node) else MatchNone()
            case Boost(child=child) | Prefer(base=child):
                return self._shorter(child)
            case And(children=children):
                return _all([self._shorter(child) for child in children])
            case Or(children=children) | Best(children=children):
                return _any([self._shorter(child) for child in _alternatives(children)])
            case Some(children=children, minimum=minimum) if minimum > 0:
                return _some([self._shorter(child) for child in children], minimum)
            case Not(child=child):
                return Not(self._shorter(child))
            case _:
                return node

    # --- Some: the most frequent child apart

    def _counted(self, node: Node) -> Node:
        match node:
            case Some(children=children, minimum=minimum) if minimum > 1:
                rising = sorted(map(self._counted, children), key=self.at_most)
                return self._at_least(rising, minimum)
            case And(children=children):
                return And(tuple(map(self._counted, children)))
            case Or(children=children):
                return Or(tuple(map(self._counted, children)))
            case _:
                return node

    def _at_least(self, rising: Sequence[Node], minimum: int, splits: int = SPLITS) -> Node:
        """Counting reads every child to its end. One that is as frequent as all others together had better be leapt
        through: ``minimum`` of the others, or that one and one less of the others."""
        *others, last = rising
        if minimum < 2 or minimum >= len(rising):
            return _some(rising, minimum)
        if not splits or self.at_most(last) < sum(map(self.at_most, others)):
            return Some(tuple(rising), minimum)
        without, fewer = (self._at_least(others, least, splits - 1) for least in (minimum, minimum - 1))
        return _any([without, _all([last, fewer])])

    # --- And: its rarest child within each of its unions

    def _narrowed(self, node: Node) -> Node:
        """Unions are read from end to end, whatever they are intersected with."""
        match node:
            case And(children=children):
                return self._intersection([self._narrowed(child) for child in children])
            case Or(children=children):
                return Or(tuple(map(self._narrowed, children)))
            case Some(children=children, minimum=minimum) if minimum > 0:
                return Some(tuple(map(self._narrowed, children)), minimum)
            case _:
                return node

    def _intersection(self, children: Sequence[Node]) -> Node:
        rarest = min(children, key=self.at_most)
        work = WORTH * self._work(rarest)
        wide = {child for child in children if _is_union(child) and self._work(child) > work * _leaves(child)} - {
            rarest
        }
        if not wide or isinstance(rarest, Not):
            return And(tuple(children))
        return _all([narrowed(child, rarest) if child in wide else child for child in children if child != rarest])

    # --- what is known of a set without evaluating it

    def at_most(self, node: Node) -> int:
        """No set is larger."""
        match node:
            case Term(field=field, text=text):
                return self.frequency(field, text)
            case Phrase(field=field, texts=texts):
                return min((self.frequency(field, text) for text in texts), default=0)
            case Filter(field=field, value=value):
                return self.frequency(field, value)
            case And(children=children):
                return min(map(self.at_most, children), default=self.documents)
            case Or(children=children):
                return min(self.documents, sum(map(self.at_most, children)))
            case Some(children=children, minimum=minimum):
                rising = sorted(map(self.at_most, children))
                return min(self.documents, sum(rising[: len(rising) - max(minimum, 0) + 1]))
            case MatchNone():
                return 0
            case _:
                return self.documents

    def _work(self, node: Node) -> int:
        """How much is read to evaluate it."""
        match node:
            case Phrase(field=field, texts=texts):
                return PHRASE * sum(self.frequency(field, text) for text in texts)
            case And(children=children):
                return BOTH * min(map(self._work, children), default=0)
            case Or(children=children) | Some(children=children):
                return sum(map(self._work, children))
            case _:
                return self.at_most(node)


def narrowed(node: Node, by: Node) -> Node:
    """As a set, the node and ``by``: with ``by`` at every leaf of its unions."""
    match node:
        case Or(children=children) if children:
            return Or(tuple(narrowed(child, by) for child in children))
        case Some(children=children, minimum=minimum) if minimum >= 1:
            return Some(tuple(narrowed(child, by) for child in children), minimum)
        case _:
            return _all([node, by])


def _is_union(node: Node) -> bool:
    return isinstance(node, Or) or (isinstance(node, Some) and node.minimum >= 1)


def _leaves(node: Node) -> int:
    return sum(map(_leaves, node.children)) if isinstance(node, Or | Some) else 1


def _all(children: Iterable[Node]) -> Node:
    members = tuple(dict.fromkeys(_members(children)))
    if any(isinstance(member, MatchNone) for member in members):
        return MatchNone()
    members = tuple(member for member in members if not isinstance(member, MatchAll))
    return members[0] if len(members) == 1 else And(members) if members else MatchAll()


def _members(children: Iterable[Node]) -> Iterator[Node]:
    for child in children:
        if isinstance(child, And):
            yield from _members(child.children)
        else:
            yield child


def _alternatives(children: Iterable[Node]) -> Iterator[Node]:
    for child in children:
        if isinstance(child, Or | Best):
            yield from _alternatives(child.children)
        else:
            yield child


def _any(children: Iterable[Node]) -> Node:
    kept = [child for child in dict.fromkeys(_alternatives(children)) if not isinstance(child, MatchNone)]
    whole = set(kept)
    kept = [child for child in kept if not any(part in whole for part in _implied(child))]
    return kept[0] if len(kept) == 1 else Or(tuple(kept)) if kept else MatchNone()


def _implied(node: Node) -> Iterable[Node]:
    """Sets that hold all of the node's: where they are alternatives, it adds nothing."""
    match node:
        case Phrase(field=field, texts=texts):
            return (Term(field, text) for text in texts)
        case And(children=children):
            return children
        case _:
            return ()


def _some(children: Sequence[Node], minimum: int) -> Node:
    kept = [child for child in children if not isinstance(child, MatchNone)]
    if minimum > len(kept):
        return MatchNone()
    if minimum == len(kept):
        return _all(kept)
    return _any(kept) if minimum == 1 else Some(tuple(kept), minimum)
