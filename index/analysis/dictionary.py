"""Words that Kiwi should know: tab-separated files, checked on load. Knows no Kiwi and no gazetteer.

A line is ``form<TAB>tag[<TAB>score]``; ``#`` begins a comment. A form stands once in all files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.analysis.normalize import clean
from index.errors import DictionaryError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "dictionary"
TAGS = frozenset({"NNG", "NNP", "NNB", "XPN", "XSN", "MAG", "MM", "SL"})


@dataclass(frozen=True, slots=True)
class UserWord:
    """A word for Kiwi. A higher score is preferred; 0 is neutral."""

    form: str
    tag: str = "NNP"
    score: float = 0.0


def load_words(folder: Path = FOLDER) -> tuple[UserWord, ...]:
    """Every word of the folder's ``.words.tsv`` files, in file order."""
    seen: dict[str, str] = {}
    words = []
    for path in sorted(folder.glob("*.words.tsv")):
        for where, word in read_words(path):
            if word.form in seen:
                raise DictionaryError(f"{where}: '{word.form}'이(가) {seen[word.form]}에 이미 있습니다")
            seen[word.form] = where
            words.append(word)
    return tuple(words)


def read_words(path: Path) -> Iterator[tuple[str, UserWord]]:
    """The words of one file, each with its place ``file:line``."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            where = f"{path.name}:{number}"
            yield where, _word(where, line.split("\t"))


def _word(where: str, cells: list[str]) -> UserWord:
    if not 2 <= len(cells) <= 3:
        raise DictionaryError(f"{where}: 칸이 둘 또는 셋이어야 하는데 {len(cells)}개입니다")
    form, tag = cells[0], cells[1]
    if not form or form != clean(form) or form != form.strip() or any(c.isspace() for c in form):
        raise DictionaryError(f"{where}: '{form}'은(는) 낱말로 쓸 수 없습니다(빈칸 없는 NFC여야 합니다)")
    if tag not in TAGS:
        raise DictionaryError(f"{where}: 품사 '{tag}'을(를) 모릅니다({', '.join(sorted(TAGS))})")
    return UserWord(form, tag, _score(where, cells[2]) if len(cells) == 3 else 0.0)


def _score(where: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise DictionaryError(f"{where}: 점수 '{cell}'은(는) 수가 아닙니다") from None


def lines_of(words: Iterable[UserWord]) -> Iterator[str]:
    """A canonical line for each word (for fingerprints)."""
    return (f"{word.form}\t{word.tag}\t{word.score:g}" for word in words)
