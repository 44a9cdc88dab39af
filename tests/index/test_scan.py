from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.analysis.normalize import fold
from index.analysis.terms import OPPOSING
from index.scan import Scan

LETTERS = "수출통제비반 무\n가Aaİ中ΑΣ😀\x00\u00a0ＡD.1"


def plain(text: str) -> str:
    return "".join(fold(text).lower().split())


def standing(text: str, word: str) -> list[int]:
    row = plain(text)
    return [at for at in range(len(row)) if row.startswith(word, at)]


def turned(text: str, at: int) -> bool:
    words = fold(text).lower().split()
    row, starts = "".join(words), {sum(map(len, words[:number])) for number in range(len(words))}
    return at > 0 and row[at - 1] in OPPOSING and (at - 1 in starts or not row[at - 2].isalnum())


@given(
    st.lists(st.text(LETTERS, max_size=20), min_size=1, max_size=5),
    st.lists(st.text("수출통제비반무가aς中σ😀d1", min_size=1, max_size=5), max_size=4),
)
def test_words_stand_where_they_stand_in_each_text_by_itself(texts: list[str], words: list[str]) -> None:
    scan = Scan(texts, words)
    for word in words:
        places = scan.places(word)
        owners = scan.of(places)
        found = [[int(at) for at in (places - scan.first(owners))[owners == number]] for number in range(len(texts))]
        assert found == [standing(text, word) for text in texts]
        straight = scan.straight(places)
        owners = scan.of(straight)
        for number, text in enumerate(texts):
            kept = [int(at) for at in (straight - scan.first(owners))[owners == number]]
            assert kept == [at for at in standing(text, word) if not turned(text, at)]


@given(
    st.lists(st.text("가나다 ", max_size=12), min_size=1, max_size=4),
    st.lists(st.text("가나다", min_size=2, max_size=2), unique=True, max_size=5),
)
def test_pairs_count_once_in_each_text(texts: list[str], pairs: list[str]) -> None:
    held = Scan(texts, pairs).held(pairs)
    assert list(held) == [sum(pair in plain(text) for pair in pairs) for text in texts]
