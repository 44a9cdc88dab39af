"""An engine that takes terms as text answers as one that takes them with their positions."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_samples import promoted, sample, searched

from index.document import IndexDoc
from index.engines.base import Engine, Terms, TermsOf
from index.factory import make_engine
from index.laid import LaidTerms, lay_out
from index.query.tree import Node, Phrase, Term

FILES = ("memory", "tantivy", "whoosh")
LAID = {
    "plain": lay_out([("수출", 0), ("통제", 1), ("수출", 3), ("허가", 4)], 2, "수출 출통 통제 수출"),
    "number": lay_out([("문의", 0), ("0442034832", 1), ("044", 1), ("203", 2), ("4832", 3), ("수출", 5)], 1, ""),
    "titled": lay_out([("0442034832", 0), ("044", 0), ("203", 1), ("4832", 2), ("수출", 8)], 4, "수출"),
    "odd": lay_out([("\ufdd0", 0), ("수출", 1), ("\ud800", 3)], 1, "\ufdd0"),
    "empty": lay_out([], 0, ""),
}
ASKED: tuple[Node, ...] = (
    *(Term(field, term) for field in ("title", "body", "gram") for term in ("수출", "044", "0442034832", "\ufdd0")),
    *(
        Phrase("body", terms)
        for terms in (("수출", "통제"), ("통제", "수출"), ("수출", "허가"), ("문의", "044", "203"))
    ),
    *(
        Phrase("body", terms)
        for terms in (("0442034832", "203"), ("\ufdd0", "수출"), ("수출", "\ud800"), ("4832", "수출"))
    ),
    *(Phrase("title", terms) for terms in (("수출", "통제"), ("044", "203", "4832"), ("4832", "수출"))),
)


def as_laid(doc: IndexDoc) -> LaidTerms:
    return LAID[doc.id]


def as_positions(doc: IndexDoc) -> Terms:
    return {field: dict(terms) for field, terms in LAID[doc.id].items()}


def holding(name: str, root: Path, terms_of: TermsOf) -> Engine:
    engine = make_engine(name, root, terms_of)
    promoted(engine, [sample(id_) for id_ in LAID])
    return engine


@pytest.mark.parametrize("name", FILES)
def test_text_and_positions_are_one(tmp_path: Path, name: str) -> None:
    laid, mapped = holding(name, tmp_path / "laid", as_laid), holding(name, tmp_path / "mapped", as_positions)
    for node in ASKED:
        assert searched(laid, node).hits == searched(mapped, node).hits, node
    with laid.open_reader() as one, mapped.open_reader() as other:
        for field in ("title", "body", "gram"):
            assert list(one.terms(field)) == list(other.terms(field))
