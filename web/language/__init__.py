"""Two languages: Korean, in which the site is written, and English by switch (docs/decisions/0430-two-languages.md)."""

from web.language.catalog import gettext, ngettext, noop
from web.language.choice import CODES, LANG, LANGUAGE, english
from web.language.content import in_korean, named, shown, value_named
from web.language.setup import register
from web.language.told import told

__all__ = [
    "CODES",
    "LANG",
    "LANGUAGE",
    "PARAM",
    "english",
    "gettext",
    "in_korean",
    "named",
    "ngettext",
    "noop",
    "register",
    "shown",
    "told",
    "value_named",
]
