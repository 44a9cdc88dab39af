"""Keeps the catalog: ``python -m web.language.extract`` adds what the code says anew and drops what it no longer says.

What is new is translated by hand in web/translations; a test fails while a message is missing or empty.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from web.language.catalog import CATALOG

FOLDER = Path(__file__).parent.parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "n_": None}


def spoken() -> Catalog:
    """Every message of the site, as its code and templates have it."""
    found = Catalog(locale="en", fuzzy=False, project="trade-control-kb")
    for _, _, message, _, _ in extract_from_dir(FOLDER, METHODS, OPTIONS, KEYWORDS):
        found.add(message)
    return found


def kept() -> Catalog:
    with CATALOG.open("rb") as source:
        return read_po(source, locale="en")


def main() -> None:
    """Nothing is guessed: a message that changed by a letter is new."""
    catalog = kept() if CATALOG.exists() else Catalog(locale="en", fuzzy=False)
    catalog.update(spoken(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with CATALOG.open("wb") as target:
        write_po(target, catalog, width=120, no_location=True, sort_output=True, omit_header=False)


if __name__ == "__main__":
    main()
