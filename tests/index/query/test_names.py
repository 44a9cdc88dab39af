from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import DictionaryError
from index.query.names import NameTable, load_names


def test_a_name_leads_to_its_others_in_any_spelling() -> None:
    table = NameTable([("산업통상자원부", "산업부", "MOTIE"), ("산업통상부", "산업부", "MOTIR")])
    assert table.others("motie") == ("산업통상자원부", "산업부")
    assert set(table.others("산업 통상 자원부")) == {"산업부", "MOTIE"}
    assert set(table.others("산업부")) == {"산업통상자원부", "MOTIE", "산업통상부", "MOTIR"}
    assert table.others("관세청") == ()


def test_our_own_names_load_and_join_both_languages() -> None:
    table = NameTable(load_names())
    assert "수출통제" in table.others("Export Controls")
    assert "상황허가" in table.others("catch-all")
    assert "나토" in table.others("NATO")


@pytest.mark.parametrize("line", ["하나", "하나\t", "하나\t둘\n둘\t셋", "하나\t 둘"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.names.tsv").write_text(line, encoding="utf-8")
    with pytest.raises(DictionaryError, match=rf"x\.names\.tsv:{len(line.splitlines())}: "):
        load_names(tmp_path)
