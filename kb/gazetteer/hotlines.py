"""Short telephone numbers that are dialled without an area code.

Owns ``hotlines.yaml``. Must not know texts.
"""

from __future__ import annotations

from pathlib import Path

from kb.gazetteer.records import read_records


def load_hotlines(path: Path) -> dict[str, str]:
    """Number to what it is for; ``DataError`` names file and line."""
    hotlines: dict[str, str] = {}
    for record in read_records(path):
        record.only(("number", "about"))
        number = record.text("number")
        if not (number.isascii() and number.isdigit() and 3 <= len(number) <= 4 and number[0] == "1"):
            raise record.wrong(f"'{number}' 번호는 1로 시작하는 서너 자리 수가 아닙니다")
        if number in hotlines:
            raise record.wrong(f"'{number}' 번호가 두 번 나옵니다")
        hotlines[number] = record.text("about")
    return hotlines
