"""Measures an extraction against annotated posts, and gives an extraction the annotators' form.

The figures mean the same as those of the guidelines' scorer: document-level sets, micro-averaged,
names compared without white space and middle dots. Knows no store and no files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, field

from kb.model import EntityKind, EntityRef, Extraction, OfficialKind, Post

_BLANKS = re.compile(r"[\s·‧ㆍ・/]+")


@dataclass(frozen=True, slots=True)
class GoldDepartment:
    name: str
    agency: str | None


@dataclass(frozen=True, slots=True)
class GoldOfficial:
    name: str
    title: str | None
    agency: str | None
    kind: OfficialKind


@dataclass(frozen=True, slots=True)
class GoldContact:
    number: str
    agency: str | None
    department: str | None


@dataclass(frozen=True, slots=True)
class GoldPost:
    """What one post names, in the form of the annotation guidelines."""

    post: str
    agencies: tuple[str, ...] = ()
    departments: tuple[GoldDepartment, ...] = ()
    officials: tuple[GoldOfficial, ...] = ()
    countries: tuple[str, ...] = ()
    contacts: tuple[GoldContact, ...] = ()
    topics: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The object that the guidelines describe."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, list[dict[str, str]]]) -> GoldPost:
        """Reads one annotated post; missing lists are empty."""
        raw: Mapping[str, object] = data
        return cls(
            post=post_id(str(raw["post"])),
            agencies=tuple(map(str, data.get("agencies", ()))),
            departments=tuple(GoldDepartment(d["name"], d.get("agency")) for d in data.get("departments", ())),
            officials=tuple(_official(o) for o in data.get("officials", ())),
            countries=tuple(map(str, data.get("countries", ()))),
            contacts=tuple(
                GoldContact(c["number"], c.get("agency"), c.get("department")) for c in data.get("contacts", ())
            ),
            topics=tuple(map(str, data.get("topics", ()))),
        )


_OFFICIAL_KINDS: dict[str, OfficialKind] = {
    "central": "central",
    "public": "public",
    "assembly": "assembly",
    "foreign": "foreign",
}


def _official(data: Mapping[str, str]) -> GoldOfficial:
    kind = _OFFICIAL_KINDS[data.get("kind") or "central"]
    return GoldOfficial(data["name"], data.get("title"), data.get("agency"), kind)


def post_id(name: str) -> str:
    """``source__name`` and ``source/name.md`` are one post."""
    return name.replace("__", "/").removesuffix(".md").removesuffix(".html")


def to_gold_form(post: Post, extraction: Extraction) -> GoldPost:
    """What was found in one post, in the annotators' form."""
    return gold_form(post.id, (mention.entity for mention in extraction.mentions))


def gold_form(post: str, refs: Iterable[EntityRef]) -> GoldPost:
    """The document-level sets of one post, each in order of first mention."""
    by_kind: dict[str, list[EntityRef]] = {}
    for ref in dict.fromkeys(refs):
        by_kind.setdefault(ref.kind, []).append(ref)

    def of(kind: EntityKind) -> list[EntityRef]:
        return by_kind.get(kind, [])

    return GoldPost(
        post=post,
        agencies=_names(of("agency")),
        departments=tuple(GoldDepartment(e.name, e.agency) for e in of("department")),
        officials=tuple(GoldOfficial(e.name, e.title, e.agency, e.office_kind or "central") for e in of("official")),
        countries=_names(of("country")),
        contacts=tuple(GoldContact(e.name, e.agency, e.department) for e in of("contact")),
        topics=_names(of("topic")),
    )


def _names(refs: Iterable[EntityRef]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref.name for ref in refs))


# -- figures ---------------------------------------------------------------------------------


def _squash(text: str | None) -> str | None:
    return None if text is None else _BLANKS.sub("", unicodedata.normalize("NFC", text))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _own(official: GoldOfficial) -> bool:
    """Only offices of the Republic's executive are scored; the rest may be listed or not."""
    return official.kind in ("central", "public")


Values = Callable[[GoldPost], Iterable[Hashable]]

KINDS: dict[str, Values] = {
    "agencies": lambda p: map(_squash, p.agencies),
    "departments": lambda p: (_squash(d.name) for d in p.departments),
    "officials": lambda p: ((_squash(o.name),) for o in p.officials if _own(o)),
    "officials+title": lambda p: ((_squash(o.name), _squash(o.title)) for o in p.officials if _own(o)),
    "officials+agency": lambda p: ((_squash(o.name), _squash(o.agency)) for o in p.officials if _own(o)),
    "countries": lambda p: (c.upper() for c in p.countries if c.upper() != "KR"),
    "contacts": lambda p: (_digits(c.number) for c in p.contacts),
    "contacts+owner": lambda p: ((_digits(c.number), _squash(c.agency), _squash(c.department)) for c in p.contacts),
    "topics": lambda p: p.topics,
}


@dataclass(frozen=True, slots=True)
class Miss:
    """One error: ``wanted`` and not found, or found and not wanted."""

    post: str
    value: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """Precision, recall and F1 of one kind of entity with the counts behind them."""

    kind: str
    right: int
    wrong: int
    missed: int
    misses: tuple[Miss, ...] = field(default=(), repr=False)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def evaluate(gold: Iterable[GoldPost], predicted: Iterable[GoldPost]) -> tuple[Figure, ...]:
    """A figure for every kind, over the posts of ``gold``; a post without prediction has nothing found."""
    found = {post.post: post for post in predicted}
    pairs = [(post, found.get(post.post, GoldPost(post.post))) for post in gold]
    return tuple(_figure(kind, values, pairs) for kind, values in KINDS.items())


def _figure(kind: str, values: Values, pairs: list[tuple[GoldPost, GoldPost]]) -> Figure:
    right = wrong = missed = 0
    misses: list[Miss] = []
    for want_post, got_post in pairs:
        want, got = set(values(want_post)), set(values(got_post))
        if kind.startswith("officials"):
            got = _without_unscored(got, want_post)
        right += len(want & got)
        wrong += len(got - want)
        missed += len(want - got)
        misses += [Miss(want_post.post, _shown(v), True) for v in sorted(want - got, key=str)]
        misses += [Miss(want_post.post, _shown(v), False) for v in sorted(got - want, key=str)]
    return Figure(kind, right, wrong, missed, tuple(misses))


def _without_unscored(got: set[Hashable], want_post: GoldPost) -> set[Hashable]:
    """An official of a kind that is not scored is never an error."""
    ignored = {_squash(o.name) for o in want_post.officials if not _own(o)}
    return {o for o in got if isinstance(o, tuple) and o[0] not in ignored}


def _shown(value: Hashable) -> str:
    return " / ".join(str(v) for v in value if v is not None) if isinstance(value, tuple) else str(value)
