"""The index terms of one document laid out as text: what a store keeps, and what an engine may take whole.

To whoever asks nothing else it is the mapping that ``index.engines.base.Terms`` describes. An engine that wants text
takes ``laid(field)``: a term for each place, a filler where none stands, parted by single spaces.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

FILLER = "\x01"  # no term: terms hold neither control characters nor white space


@dataclass(frozen=True, slots=True)
class LaidField:
    """``more`` are further terms at places that are taken, with the places ascending."""

    text: str = ""
    more: tuple[tuple[int, str], ...] = ()

    def counts(self) -> Counter[str]:
        """Term → how often it stands there."""
        found = Counter(self.text.split(" ") if self.text else ())
        found.pop(FILLER, None)
        found.update(term for _, term in self.more)
        return found

    def places(self) -> dict[str, tuple[int, ...]]:
        """Term → positions."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, term in enumerate(self.text.split(" ") if self.text else ()):
            found[term].append(place)
        found.pop(FILLER, None)
        for place, term in self.more:
            found[term].append(place)
        return {term: tuple(sorted(at)) for term, at in found.items()}


class LaidTerms(Mapping[str, Mapping[str, tuple[int, ...]]]):
    """The text fields of a document. The title stands at the beginning of the body and is kept only there."""

    def __init__(self, body: LaidField, title_places: int, gram: str) -> None:
        self._body, self._title_places, self._gram = body, title_places, LaidField(gram)

    def laid(self, field: str) -> LaidField:
        match field:
            case "body":
                return self._body
            case "gram":
                return self._gram
            case "title":
                return self._title
        raise KeyError(field)

    @cached_property
    def _title(self) -> LaidField:
        if not self._title_places:
            return LaidField()
        first = self._body.text.split(" ", self._title_places)[: self._title_places]
        return LaidField(" ".join(first), tuple(more for more in self._body.more if more[0] < self._title_places))

    def to_bytes(self) -> bytes:
        """Round-trips; about two fifths of a post's text."""
        more = "\t".join(f"{place} {term}" for place, term in self._body.more)
        lines = "\n".join((str(self._title_places), more, self._body.text, self._gram.text))
        return zlib.compress(lines.encode("utf-8", "surrogatepass"), 1)

    @classmethod
    def from_bytes(cls, blob: bytes) -> LaidTerms:
        title_places, more, body, gram = zlib.decompress(blob).decode("utf-8", "surrogatepass").split("\n")
        return cls(LaidField(body, _parsed(more) if more else ()), int(title_places), gram)

    def __getitem__(self, field: str) -> Mapping[str, tuple[int, ...]]:
        return self.laid(field).places()

    def __iter__(self) -> Iterator[str]:
        return iter(("title", "body", "gram"))

    def __len__(self) -> int:
        return 3


def lay_out(found: Sequence[tuple[str, int]], titled: int, grams: str) -> LaidTerms:
    """From terms with their ascending places, the first ``titled`` of them the title's, and pairs as text."""
    row: list[str] = []
    more: list[tuple[int, str]] = []
    length = 0
    for term, place in found:
        if place >= length:
            if place > length:
                row += [FILLER] * (place - length)
            row.append(term)
            length = place + 1
        elif row[place] is FILLER:
            row[place] = term
        else:
            more.append((place, term))
    last = max((place for _, place in found[:titled]), default=-1)
    more.sort(key=lambda pair: pair[0])
    return LaidTerms(LaidField(" ".join(row), tuple(more)), last + 1, grams)


def _parsed(more: str) -> tuple[tuple[int, str], ...]:
    pairs = (pair.partition(" ") for pair in more.split("\t"))
    return tuple((int(place), term) for place, _, term in pairs)
