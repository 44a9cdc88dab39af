"""Rows as an XLSX file. The only importer of XlsxWriter.

Text stays text: nothing becomes a formula, a link or a number because of how it looks, and what looks like a
formula is marked as a person would with an apostrophe, so that it stays text when the cell is edited. Rows go to
a temporary file one by one (constant memory), so the size of a list does not matter.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, TypeAlias

import xlsxwriter

from kb.rows import Cell, Row, begins_a_formula

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST = 32_767  # characters Excel takes in a cell
EARLIEST = 1900  # the first year Excel has days for
CHUNK = 65_536
FORMULA = "formula"  # the format of a text that looks like one
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))  # in the name of a sheet

Formats: TypeAlias = dict[type | str, Any]


def xlsx(
    name: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Row], about: tuple[str, Iterable[Row]]
) -> IO[bytes]:
    """The file, at its beginning. ``about`` is a second sheet with its name: what the list is, where it is from."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever reads it to its end
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        _list_sheet(book, name, head, widths, rows)
        _about_sheet(book, *about)
    file.seek(0)
    return file


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(CHUNK):
            yield part


def _list_sheet(book: Any, name: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Row]) -> None:
    sheet = book.add_worksheet(name.translate(FORBIDDEN)[:31])
    formats: Formats = {
        dt.date: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        FORMULA: book.add_format({"quote_prefix": True}),
    }
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    _write(sheet, 0, tuple(head), dict.fromkeys((*formats, str), book.add_format({"bold": True, "bottom": 1})))
    last = 0
    for last, row in enumerate(rows, 1):
        _write(sheet, last, row, formats)
    sheet.autofilter(0, 0, last, len(head) - 1)


def _about_sheet(book: Any, name: str, about: Iterable[Row]) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90)
    for number, row in enumerate(about):
        _write(sheet, number, row, {})


def _write(sheet: Any, number: int, row: Row, formats: Formats) -> None:
    for column, value in enumerate(row):
        _write_cell(sheet, number, column, value, formats)


def _write_cell(sheet: Any, number: int, column: int, value: Cell, formats: Formats) -> None:
    if isinstance(value, dt.date) and value.year >= EARLIEST:
        sheet.write_datetime(number, column, value, formats.get(dt.date))
    elif isinstance(value, int):
        sheet.write_number(number, column, value, formats.get(int))
    elif value:
        kind = FORMULA if begins_a_formula(str(value)) else str
        sheet.write_string(number, column, str(value)[:LONGEST], formats.get(kind))
