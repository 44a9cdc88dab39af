"""The query tree: what every engine compiles, and nothing an engine could not.

Every node *matches* a set of documents and *scores* each of them. Terms are index terms, as
``index.analysis`` makes them; no node holds text that a user typed.

==============  ==============================================  =====================================
node            matches                                         scores
==============  ==============================================  =====================================
``Term``        documents whose field holds the term            BM25 of the term in the field
``Phrase``      documents where the terms stand in a row        BM25 of the terms, summed
``Prefix``      documents with a term that begins so            1 (constant)
``And``         intersection                                    sum
``Or``          union                                           sum over the children that match
``Best``        union                                           the largest of the children that match
``Some``        at least ``minimum`` children match             sum over the children that match
``Not``         complement                                      0
``Prefer``      what ``base`` matches                           base + extra where extra matches
``Boost``       what ``child`` matches                          child × factor
``Filter``      documents with that value in a filter field     0
``DateRange``   documents dated inside, both ends included      0
``MatchAll``    everything                                      0
``MatchNone``   nothing                                         0
==============  ==============================================  =====================================
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    field: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Best:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    children: tuple[Node, ...]
    minimum: int


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class Prefer:
    base: Node
    extra: Node


@dataclass(frozen=True, slots=True)
class Boost:
    child: Node
    factor: float


@dataclass(frozen=True, slots=True)
class Filter:
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class DateRange:
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class MatchAll:
    pass


@dataclass(frozen=True, slots=True)
class MatchNone:
    pass


Node: TypeAlias = (
    Term | Phrase | Prefix | And | Or | Best | Some | Not | Prefer | Boost | Filter | DateRange | MatchAll | MatchNone
)
