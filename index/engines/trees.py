"""What can be said of a query tree without any engine: its constant scores, its sums, its bounds.

For engines that compile a tree into their library's queries. Knows the table in ``index.query.tree`` only.
"""

from __future__ import annotations

from index.document import SearchRequest
from index.query.tree import And, Best, Boost, DateRange, Filter, Node, Not, Or, Phrase, Prefer, Prefix, Some, Term


def whole(request: SearchRequest) -> Node:
    """A request's filters and dates as parts of its tree; they score nothing, so they may stand at its base."""
    restrictions: list[Node] = [
        Or(tuple(Filter(name, value) for value in values)) if len(values) != 1 else Filter(name, values[0])
        for name, values in request.filters.items()
    ]
    if request.date_from or request.date_to:
        restrictions.append(DateRange(request.date_from, request.date_to))
    restrictions += [Not(Filter(name, value)) for name, values in request.without.items() for value in values]
    match request.query:
        case query if not restrictions:
            return query
        case Prefer(base=base, extra=extra):
            return Prefer(And((base, *restrictions)), extra)
        case query:
            return And((query, *restrictions))


def constant(node: Node) -> float | None:
    """The score of every match, where the tree alone says it."""
    match node:
        case Term():
            return None
        case Phrase(texts=texts):
            return None if texts else 0.0
        case Prefix():
            return 1.0
        case Boost(child=child, factor=factor):
            known = 0.0 if factor == 0 else constant(child)
            return None if known is None else known * factor
        case And(children=children):
            return _sum(children)
        case Or(children=children) | Some(children=children) | Best(children=children):
            return _equal(node, children)
        case Prefer(base=base, extra=extra):
            known = constant(base)
            return known if constant(extra) == 0 else None
        case _:
            return 0.0


def _sum(children: tuple[Node, ...]) -> float | None:
    known = [constant(child) for child in children]
    return None if None in known else sum(score for score in known if score is not None)


def _equal(node: Node, children: tuple[Node, ...]) -> float | None:
    """Of alternatives: zero when all are, and of one the one."""
    known = {constant(child) for child in children} or {0.0}
    if known == {0.0}:
        return 0.0
    single = len(children) == 1 or isinstance(node, Best)
    kept = len(known) == 1 and single and not (isinstance(node, Some) and node.minimum < 1)
    return known.pop() if kept else None


def flattened(children: tuple[Node, ...]) -> list[Node]:
    """A union's members, with those of unions among them."""
    flat: list[Node] = []
    for child in children:
        flat += flattened(child.children) if isinstance(child, Or) else [child]
    return flat


def summands(children: tuple[Node, ...], factor: float = 1.0) -> list[tuple[Node, float]]:
    """A sum's members with their factors: one flat union is much faster than unions of unions."""
    flat: list[tuple[Node, float]] = []
    for child in children:
        match child:
            case Or(children=inner):
                flat += summands(inner, factor)
            case Boost(child=inner_child, factor=more):
                flat += summands((inner_child,), factor * more)
            case _:
                flat.append((child, factor))
    return flat


def may_be_negative(node: Node) -> bool:
    match node:
        case Boost(child=child, factor=factor):
            return factor < 0 or may_be_negative(child)
        case And(children=children) | Or(children=children) | Some(children=children) | Best(children=children):
            return any(map(may_be_negative, children))
        case Prefer(base=base, extra=extra):
            return may_be_negative(base) or may_be_negative(extra)
        case _:
            return False


def terms_in(node: Node) -> float:
    """No score of the tree is further from zero than that of so many terms."""
    match node:
        case Term() | Prefix():
            return 1.0
        case Phrase(texts=texts):
            return float(len(texts))
        case Boost(child=child, factor=factor):
            return abs(factor) * terms_in(child)
        case And(children=children) | Or(children=children) | Some(children=children) | Best(children=children):
            return sum(map(terms_in, children))
        case Prefer(base=base, extra=extra):
            return terms_in(base) + terms_in(extra)
        case _:
            return 0.0
