"""Two languages: Korean, in which the site is written, and English by switch (docs/decisions/0430-two-languages.md)."""

from web.language.catalog import gettext, ngettext, noop
from web.language.choice import CODES, LANG, LANGUAGE, english
from web.language.content import Namer, in_korean, named, namer, plainly, shown, value_named
from web.language.setup import register
from web.language.told import plain_told, told

__all__ = [
    "CODES",
    "LANG",
    "LANGUAGE",
    "Namer",
    "english",
    "gettext",
    "in_korean",
    "named",
    "namer",
    "ngettext",
    "noop",
    "plain_told",
    "plainly",
    "register",
    "shown",
    "told",
    "value_named",
]
