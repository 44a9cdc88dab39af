from __future__ import annotations

from pathlib import Path

import pytest

from index.analysis.dictionary import UserWord, load_words
from index.errors import DictionaryError


def test_our_own_words_load() -> None:
    assert UserWord("예스트레이드", "NNP", 0.0) in load_words()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("낱말", "칸이"),
        ("낱말\tXYZ", "품사 'XYZ'"),
        ("두 낱말\tNNG", "낱말로 쓸 수 없습니다"),
        ("낱말\tNNG\t많이", "수가 아닙니다"),
        ("낱말\tNNG\n\n# 주석\n낱말\tNNP", "이미 있습니다"),
    ],
)
def test_a_wrong_line_is_named_with_file_and_line(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "x.words.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(DictionaryError, match=complaint) as caught:
        load_words(tmp_path)
    assert str(caught.value).startswith(f"x.words.tsv:{len(content.splitlines())}: ")
