"""What lies near: words that are used alike, and documents that speak of the same.

Words come from the analyzer's own vectors, kept only where the index holds them. A document's neighbours are
asked for with its own most telling words. Knows no engine beyond ``Reader``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from index.analysis.stream import Analysis
from index.analysis.terms import NOUNS, pieces
from index.engines.base import Reader
from index.lexicon import Lexicon
from index.query.combine import rarity
from index.query.plan import Plan
from index.query.tree import Boost, Node, Or, Prefer, Some, Term

MIN_SIMILARITY = 0.45
MIN_COUNT = 3
MAX_SHARE = 0.1  # words in more documents than that refine nothing
TELLING = 16
MAX_TERMS = 4
_NAMES = frozenset({"NNG", "NNP", "SL"})


class Vectors(Protocol):
    """What is asked of ``index.analysis.korean.KoreanAnalyzer``."""

    def similar(self, form: str, tag: str, limit: int = 20) -> tuple[tuple[str, str, float], ...]: ...


def nearest_terms(plan: Plan, lexicon: Lexicon, vectors: Vectors, limit: int) -> tuple[str, ...]:
    """Words used like those of the query that would narrow it, where they stand beside it at all; the nearest first."""
    asked = {term for word in plan.words for term in (*word.terms, word.typed, *word.expansions)}
    best: dict[str, float] = {}
    for term in _rarest(plan, lexicon):
        for form, score in _near(term, vectors):
            if form not in asked and not any(form in a or a in form for a in asked) and _useful(form, lexicon):
                best[form] = max(best.get(form, 0.0), score)
    return tuple(sorted(best, key=lambda form: (-best[form], form))[:limit])


def _rarest(plan: Plan, lexicon: Lexicon) -> list[str]:
    """The few terms of the query that say most of what it is about."""
    terms = {term for word in plan.words if word.role == "word" for term in word.terms if term in lexicon.words}
    return sorted(terms, key=lambda term: (lexicon.words[term], term))[:MAX_TERMS]


def matching(tree: Node) -> Node:
    """Who matches, without the scores."""
    match tree:
        case Prefer(base=Boost(child=matching)):
            return matching
        case _:
            return tree


def _near(term: str, vectors: Vectors) -> Iterable[tuple[str, float]]:
    if len(term) < 2 or term.endswith("다"):
        return ()
    found = vectors.similar(term, "NNG") or vectors.similar(term, "NNP")
    return [(form, score) for form, tag, score in found if tag in _NAMES and score >= MIN_SIMILARITY and len(form) > 1]


def _useful(form: str, lexicon: Lexicon) -> bool:
    count = lexicon.words.get(form, 0)
    return MIN_COUNT <= count <= max(MIN_COUNT, lexicon.documents * MAX_SHARE)


def telling_terms(analysis: Analysis, text: str, reader: Reader, limit: int = TELLING) -> tuple[str, ...]:
    """The nouns that say most of what a text is about: often in it, rare elsewhere."""
    counts = Counter(piece.term for piece in pieces(analysis, text) if piece.tag in NOUNS and len(piece.term) > 1)
    weights = {}
    for term, count in counts.items():
        held = reader.doc_freq("body", term)
        if held > 1:  # a word of this text alone leads nowhere
            weights[term] = count / (count + 1.2) * rarity(held, reader.documents)
    return tuple(sorted(weights, key=lambda term: (-weights[term], term))[:limit])


def similar_to(terms: Sequence[str]) -> Node | None:
    """The query for documents that speak of the same: a third of the terms at least, titles count more."""
    if not terms:
        return None
    each = tuple(Or((Term("body", term), Boost(Term("title", term), 0.5))) for term in terms)
    return Some(each, max(1, len(terms) // 3))
