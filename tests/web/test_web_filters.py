"""How values look in a template."""

from __future__ import annotations

from web.filters import indented

TREE = (
    "And(children=(Or(children=(Term(field='body', text='산업부'), "
    "Boost(node=Phrase(field='body', terms=('산업', '통상')), factor=0.6))), "
    "Not(node=Term(field='title', text='x(y)'))))"
)


def test_a_tree_is_shown_leaf_by_leaf() -> None:
    lines = indented(TREE).split("\n")
    assert [line.strip() for line in lines] == [
        "And",
        "Or",
        "Term(field='body', text='산업부')",
        "Boost",
        "Phrase(field='body', terms=('산업', '통상'))",
        "factor=0.6",
        "Not",
        "Term(field='title', text='x(y)')",
    ]
    depth = [len(line) - len(line.lstrip()) for line in lines]
    assert depth[0] < depth[1] < depth[2] == depth[3] < depth[4] and depth[6] == depth[1]


def test_a_tree_of_anything_is_shown() -> None:
    for odd in ("", "MatchAll()", "(((", ")))", "Term(field='body', text=')(')"):
        assert isinstance(indented(odd), str)
