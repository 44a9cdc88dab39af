"""The English catalog, read from its .po file when the application is made: no compiled file can be out of date."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask_babel import gettext as found_text
from flask_babel import ngettext as found_plural

CATALOG = Path(__file__).parent.parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def gettext(text: str, **words: object) -> str:
    """A message in the request's language. Outside a request it is Korean."""
    return str(found_text(text, **words))


def ngettext(one: str, many: str, count: int, **words: object) -> str:
    """A message about ``count`` things. Korean has one form for all numbers, so both are the same."""
    return str(found_plural(one, many, count, **words))


def noop(text: str) -> str:
    """Marks a message where it stands; it is translated where it is shown."""
    return text


@cache
def english_texts() -> Translations:
    """Messages that are fuzzy or empty are left in Korean, as gettext does."""
    compiled = io.BytesIO()
    with CATALOG.open("rb") as source:
        write_mo(compiled, read_po(source, locale="en"))
    compiled.seek(0)
    return Translations(fp=compiled)
