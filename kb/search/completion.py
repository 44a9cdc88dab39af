"""What is offered while somebody types: entities by any of their names, and frequent words of the collection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import urlencode

from index.lexicon import Lexicon
from index.suggest import Completion, Entry, Suggester
from kb.store import entities
from kb.store.database import Database
from kb.views import SuggestItem, entity_url

MOST_ENTITIES = 50_000  # the most named; the rest is found by searching
MOST_WORDS = 5_000
PHRASE = "phrase"


class Completions:
    """A suggester over one state of the index, made anew when that has changed. Safe for many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._held: tuple[Lexicon, Suggester] | None = None

    def complete(self, text: str, limit: int, lexicon: Lexicon) -> tuple[SuggestItem, ...]:
        return tuple(map(_item, self._at(lexicon).complete(text, limit)))

    def _at(self, lexicon: Lexicon) -> Suggester:
        with self._lock:
            held = self._held
            if held is None or held[0] is not lexicon:
                self._held = held = (lexicon, Suggester((*self._entities(), *_words(lexicon))))
            return held[1]

    def _entities(self) -> Iterator[Entry]:
        with self._database.session() as session:
            for link, posts, names in entities.most_named(session, MOST_ENTITIES):
                yield Entry(link.kind, link.value, names, float(posts))


def _words(lexicon: Lexicon) -> Iterator[Entry]:
    """Frequent nouns of the collection; verbs are kept with their ending, which nobody begins a query with."""
    for word in lexicon.frequent[:MOST_WORDS]:
        if len(word) > 1 and not word.endswith("다") and not word.isdigit():
            yield Entry(PHRASE, word, (word,), float(lexicon.words[word]))


def _item(found: Completion) -> SuggestItem:
    entry = found.entry
    url = "/search?" + urlencode({"q": entry.key}) if entry.kind == PHRASE else entity_url(entry.kind, entry.key)
    return SuggestItem(entry.names[0], entry.kind, url, found.via)
