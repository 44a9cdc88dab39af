"""Helplines that central bodies run under their own name, by name and by number.

Owns ``helplines.yaml``. Must not know texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kb.errors import DataError
from kb.gazetteer.agencies import AgencyList
from kb.gazetteer.records import read_records


@dataclass(frozen=True, slots=True)
class HelplineList:
    """The agency that runs a helpline, under one of its official names."""

    by_name: dict[str, str]
    by_number: dict[str, str]

    def named(self, name: str) -> str | None:
        return self.by_name.get(re.sub(r"\s", "", name))

    def numbered(self, number: str) -> str | None:
        return self.by_number.get(number)


def load_helplines(path: Path, agencies: AgencyList) -> HelplineList:
    """Reads and checks the list; ``DataError`` names file and line."""
    by_name: dict[str, str] = {}
    by_number: dict[str, str] = {}
    for record in read_records(path):
        record.only(("agency", "names", "numbers"))
        agency = record.text("agency")
        if agency not in agencies.by_name:
            raise record.wrong(f"'{agency}' 기관이 agencies.yaml에 없습니다")
        _put(by_name, [re.sub(r"\s", "", name) for name in record.texts("names")], agency, record.where)
        _put(by_number, record.texts("numbers"), agency, record.where)
    return HelplineList(by_name, by_number)


def _put(known: dict[str, str], keys: tuple[str, ...] | list[str], agency: str, where: str) -> None:
    for key in keys:
        if key in known:
            raise DataError(where, f"'{key}' 항목이 두 번 나옵니다")
        known[key] = agency
