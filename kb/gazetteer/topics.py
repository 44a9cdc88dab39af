"""The topics of the guidelines and the reviewed words that speak for them.

Owns ``topics.yaml``. Must not know texts; weighing words in a text is extraction's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.errors import DataError
from kb.gazetteer.records import Record, read_records
from kb.gazetteer.spellings import ways_to_write

Role = Literal["strong", "support", "against"]
_FIELDS = ("id", "name", "about", "strong", "paired", "support", "against")


@dataclass(frozen=True, slots=True)
class TopicWord:
    """One spelling of a word. ``near``, if any, must be found in the same sentence."""

    topic: str
    word: str  # as listed, whatever the spelling in the text
    role: Role
    near: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    name: str
    about: str


class TopicList:
    """The topics in their order, and what each spelling speaks for (several topics may share a word)."""

    def __init__(self, topics: tuple[Topic, ...], spellings: dict[str, tuple[TopicWord, ...]]) -> None:
        self.topics = topics
        self.spellings = spellings
        self._by_id = {topic.id: topic for topic in topics}

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def label(self, topic: str) -> str:
        """The Korean name of an id; the id itself when there is none."""
        return self._by_id[topic].name if topic in self._by_id else topic


def load_topics(path: Path) -> TopicList:
    """Reads and checks the list; ``DataError`` names file and line."""
    topics: list[Topic] = []
    spellings: dict[str, tuple[TopicWord, ...]] = {}
    for record in read_records(path):
        record.only(_FIELDS)
        topic = Topic(record.text("id"), record.text("name"), record.text("about"))
        if topic.id in {other.id for other in topics}:
            raise record.wrong(f"'{topic.id}'가 두 번 나옵니다")
        topics.append(topic)
        for word in _words(record, topic.id):
            for spelling in ways_to_write(word.word):
                spellings[spelling] = (*spellings.get(spelling, ()), word)
    return TopicList(tuple(topics), spellings)


def _words(record: Record, topic: str) -> Iterator[TopicWord]:
    """Paired words first: where their condition holds they go before the same word as mere support."""
    for pair in record.records("paired"):
        pair.only(("word", "near"))
        yield TopicWord(topic, pair.text("word"), "strong", _pattern(pair))
    seen: set[str] = set()
    roles: tuple[Role, ...] = ("strong", "support", "against")
    for role in roles:
        for word in record.texts(role):
            if word.replace(" ", "") in seen:
                raise record.wrong(f"'{word}'가 '{topic}'에 두 번 나옵니다")
            seen.add(word.replace(" ", ""))
            yield TopicWord(topic, word, role)


def _pattern(record: Record) -> re.Pattern[str]:
    try:
        return re.compile(record.text("near"))
    except re.error as problem:
        raise DataError(record.where, f"'near' 정규식이 잘못되었습니다 ({problem})") from problem
