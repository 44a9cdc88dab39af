"""Countries and everything Korean prose calls them: CLDR's names, our additions, forms with conditions.

Owns ``countries.yaml`` and ``countries_forms.yaml``. Must not know texts: conditions are only compiled here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

from kb.errors import DataError
from kb.gazetteer.records import Record, read_records

HOME = "KR"
# CLDR's territories that are no country: unions, test locales, parts without a code of their own
# in ISO 3166; and Antarctica, which has a code and is nobody's.
_NO_COUNTRY = {HOME, "EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "AQ"}
_FIELDS = ("forms", "codes", "listed", "loose", "proper", "before", "unless", "unless_after", "nearby")


@dataclass(frozen=True, slots=True)
class CountryForm:
    """A spelling, the countries it names (none: a word to step over) and when it does so."""

    text: str
    codes: tuple[str, ...]
    where: str
    loose: bool = False
    proper: bool = False
    before: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    unless_after: re.Pattern[str] | None = None
    nearby: re.Pattern[str] | None = None

    @property
    def conditional(self) -> bool:
        return self.proper or any((self.before, self.unless, self.unless_after, self.nearby))


class CountryList:
    """All forms by spelling, and the names to show."""

    def __init__(self, forms: tuple[CountryForm, ...], labels: dict[str, str]) -> None:
        self.forms = {form.text: form for form in forms}
        self._labels = labels

    def __iter__(self) -> Iterator[CountryForm]:
        return iter(self.forms.values())

    def label(self, code: str) -> str:
        """The usual Korean name of a code; the code itself when there is none."""
        return self._labels.get(code, code)

    def code(self, name: str) -> str | None:
        """The one country that a name or code means."""
        if name.upper() in self._labels:
            return name.upper()
        form = self.forms.get(name)
        return form.codes[0] if form and len(form.codes) == 1 else None

    def names(self, code: str) -> tuple[str, ...]:
        """Everything one country is called, its usual name first."""
        others = (form.text for form in self if form.codes == (code,))
        return tuple(dict.fromkeys((self.label(code), *others)))


def load_countries(folder: Path) -> CountryList:
    """Reads both lists; ``DataError`` names file and line."""
    labels = _cldr("ko")
    listed = {name: CountryForm(name, (code,), "CLDR") for code, name in _cldr("en").items()}
    listed |= {name: CountryForm(name, (code,), "CLDR") for code, name in labels.items()}
    for form, first in _additions(folder / "countries.yaml", labels):
        listed[form.text] = form
        if first:
            labels[form.codes[0]] = form.text
    conditional = _conditional(folder / "countries_forms.yaml", listed)
    return CountryList(tuple((listed | conditional).values()), labels)


def _cldr(language: str) -> dict[str, str]:
    """Codes and names without the remark in brackets: ``홍콩(중국 특별행정구)`` is 홍콩."""
    territories = Locale(language).territories.items()
    names = {code: re.sub(r"\s*\(.*\)", "", name) for code, name in territories if len(code) == 2}
    return {code: name for code, name in names.items() if code not in _NO_COUNTRY}


def _additions(path: Path, codes: dict[str, str]) -> Iterator[tuple[CountryForm, bool]]:
    """Each added form, and whether it is the country's usual name: the first of its record."""
    seen: dict[str, str] = {}
    for record in read_records(path):
        record.only(("code", "forms"))
        code = _known(record, record.text("code"), codes)
        for at, text in enumerate(record.texts("forms")):
            if text in seen:
                raise record.wrong(f"'{text}'는 이미 {seen[text]}에 있습니다")
            seen[text] = record.where
            yield CountryForm(text, (code,), record.where), at == 0 and bool(re.match("[가-힣]", text))


def _conditional(path: Path, listed: dict[str, CountryForm]) -> dict[str, CountryForm]:
    found: dict[str, CountryForm] = {}
    codes = {code: name for name, form in listed.items() for code in form.codes}
    for record in read_records(path):
        record.only(_FIELDS)
        for text in record.texts("forms"):
            if text in found:
                raise record.wrong(f"'{text}'는 이미 {found[text].where}에 있습니다")
            found[text] = _form(record, text, _codes(record, text, listed, codes))
    return found


def _codes(record: Record, text: str, listed: dict[str, CountryForm], codes: dict[str, str]) -> tuple[str, ...]:
    if record.optional("listed") is None:
        return tuple(_known(record, code, codes) for code in record.texts("codes"))
    if text not in listed:
        raise record.wrong(f"'{text}'는 나라 이름 목록에 없습니다")
    return listed[text].codes


def _form(record: Record, text: str, codes: tuple[str, ...]) -> CountryForm:
    return CountryForm(
        text,
        codes,
        record.where,
        loose=record.optional("loose") is not None,
        proper=record.optional("proper") is not None,
        before=_pattern(record, "before"),
        unless=_pattern(record, "unless"),
        unless_after=_pattern(record, "unless_after", r"(?:{})\Z"),
        nearby=_pattern(record, "nearby"),
    )


def _pattern(record: Record, field: str, frame: str = "{}") -> re.Pattern[str] | None:
    source = record.optional(field)
    if source is None:
        return None
    try:
        return re.compile(frame.replace("{}", source))
    except re.error as problem:
        raise DataError(record.where, f"'{field}' 정규식이 잘못되었습니다 ({problem})") from problem


def _known(record: Record, code: str, codes: dict[str, str]) -> str:
    if code not in codes:
        raise record.wrong(f"모르는 나라 코드 '{code}'입니다")
    return code
