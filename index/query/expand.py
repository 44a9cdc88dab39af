"""From a parsed query to a plan. Knows fields and trees, no engine; asks a reader for frequencies only.

Matching and scoring are separate trees (``Prefer(Boost(matching, 0), scoring)``): who must be there is a
question of meaning, how much it counts one of statistics.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from index.analysis.normalize import key
from index.analysis.terms import grams
from index.document import SearchPage, SearchRequest
from index.fields import FILTER_FIELDS
from index.hangul import is_syllable
from index.particles import with_particles
from index.query.combine import all_of, any_of, best_of, looser, minimum_of, ranked, rarity, row_of
from index.query.concepts import Concept, ConceptReader, surface_key
from index.query.dates import tells_time
from index.query.names import name_key
from index.query.plan import Mark, Needle, Plan, PlanWord, WordRole
from index.query.printer import write
from index.query.syntax import All, Any, Ask, Dates, Field, Group, Query, Quoted, Span, Starts, Value, Without, Word
from index.query.tree import And, Boost, DateRange, Filter, MatchAll, MatchNone, Node, Not, Or, Prefix, Some, Term

GRAM_WEIGHT = 0.5
TITLE_WEIGHT = 0.1
OTHER_WEIGHT = 0.9  # of another name against the one that was typed
CORRECTION_WEIGHT = 0.8
TIME_WEIGHT = 0.5  # of a word that only says when: every post bears some year or month
MIN_GRAM_LENGTH = 3
OPPOSED = "¬"  # in a pair of letters: the noun is turned around by what stands before it (index.analysis.terms)
NO_WORD = "‘{}’에는 찾을 낱말이 없어 무시했습니다."
NOTHING_ASKED = MatchAll()  # what is left of words that are none: it demands nothing and excludes nothing

Resolve = Callable[[str, str], tuple[str, ...]]
"""Filter field and value as typed → the values it means; empty when it is none."""


class Index(Protocol):
    """What is asked of a reader."""

    documents: int

    def doc_freq(self, field: str, term: str) -> int: ...

    def search(self, request: SearchRequest) -> SearchPage: ...


class Corrections(Protocol):
    """What is asked of ``index.spelling``."""

    def correct(self, text: str) -> tuple[str, ...]:
        """What a word that the index does not know may have been meant to be; the likeliest first."""
        ...


@dataclass(slots=True)
class _Draft:
    """What grows while the tree is walked."""

    scores: list[Node] = field(default_factory=list)
    scored: set[str] = field(default_factory=set)
    grams: dict[str, None] = field(default_factory=dict)
    pairs: dict[str, None] = field(default_factory=dict)
    words: list[PlanWord] = field(default_factory=list)
    needles: list[Needle] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    respelt: list[tuple[Span, str]] = field(default_factory=list)


class Planner:
    """Makes plans. One for all requests; safe to share by threads."""

    def __init__(self, concepts: ConceptReader, resolve: Resolve = lambda name, text: (text,)) -> None:
        self._concepts = concepts
        self._resolve = resolve

    def plan(self, query: Query, index: Index, speller: Corrections | None = None) -> Plan:
        """The plan of a query over one state of the index."""
        walk = _Walk(self._concepts, self._resolve, index, speller, query.text)
        matching = walk.match(query.root) if query.root else NOTHING_ASKED
        draft, scoring = walk.draft, walk.scoring()
        if walk.unread and not draft.words:  # россия, ㅅㄹ: something is asked, and no post can hold it
            matching = MatchNone()
        return Plan(
            text=query.text,
            canonical=write(query.root) if query.root else "",
            tree=ranked(matching, scoring),
            looser=tuple((ranked(tree, scoring), note) for tree, note in looser(matching, walk.apart, walk.halves)),
            words=tuple(draft.words),
            needles=tuple(draft.needles),
            pairs=tuple(draft.pairs),
            marks=tuple(dict.fromkeys(draft.marks)),
            notes=tuple(dict.fromkeys((*query.notes, *draft.notes))),
            suggestion=_respelt(query.text, draft.respelt),
            asks=scoring is not None,
        )


def _respelt(text: str, changes: Sequence[tuple[Span, str]]) -> str | None:
    for span, replacement in sorted(changes, key=lambda change: -change[0].start):
        text = text[: span.start] + replacement + text[span.end :]
    return " ".join(text.split()) if changes else None


class _Walk:
    """One walk over one query: returns what matches, notes what scores."""

    def __init__(
        self, concepts: ConceptReader, resolve: Resolve, index: Index, speller: Corrections | None, text: str
    ) -> None:
        self._concepts = concepts
        self._resolve = resolve
        self._index = index
        self._speller = speller
        self._text = text
        self.draft = _Draft()
        self.apart: dict[Node, Node] = {}  # for a name of several words: most of its words wherever they stand
        self.halves: dict[Node, Node] = {}  # … and half of them
        self.unread = False  # whether some word is in letters that no term has

    def match(self, ask: Ask, wanted: bool = True) -> Node:
        """The documents that ``ask`` means. Not ``wanted``: under ``-``, where nothing scores or is corrected."""
        match ask:
            case Group(children=children):
                return self._group(children, wanted)
            case Word():
                return self._group((ask,), wanted)
            case All(children=children):
                return And(tuple(self.match(child, wanted) for child in children))
            case Any(children=children):
                nodes = [self.match(child, wanted) for child in children]
                asked = [node for node in nodes if node != NOTHING_ASKED]
                return any_of(asked) if asked else NOTHING_ASKED
            case Without(child=child):
                node = self.match(child, False)
                return Not(node) if node != NOTHING_ASKED else NOTHING_ASKED
            case Quoted(text=text):
                return self._phrase(text, "body", wanted)
            case Starts(text=text):
                return self._starts(text, wanted)
            case Field(name="title", values=values):
                return any_of([self._title(value, wanted) for value in values])
            case Field(name=name, values=values):
                return self._filter(name, values, wanted)
            case Dates(first=first, last=last):
                self._tell("date", f"{first or ''}..{last or ''}", wanted)
                return DateRange(first, last)

    def scoring(self) -> Node | None:
        draft = self.draft
        if not draft.scores:
            return None
        pairs = tuple(Term("gram", gram) for gram in draft.grams)
        return Or((*draft.scores, *((Boost(Or(pairs), GRAM_WEIGHT),) if pairs else ())))

    # --- words side by side

    def _group(self, children: tuple[Ask, ...], wanted: bool) -> Node:
        soft: list[Concept] = []
        hard: list[Node] = []
        for part in _stretches(children, self._text):
            if isinstance(part, _Stretch):
                soft += self._read(part, wanted)
            else:
                hard.append(self.match(part, wanted))
        return all_of([*self._together(soft, wanted), *hard])

    def _read(self, stretch: _Stretch, wanted: bool) -> Iterable[Concept]:
        found = self._concepts.read(stretch.text, stretch.start)
        if wanted:
            self.draft.grams.update(dict.fromkeys(grams(self._concepts.pieces(stretch.text), stretch.text)))
            self._tell_unread(stretch.text)
        for concept in found:
            if concept.role == "function":
                self.draft.words.append(PlanWord(concept.text, "function", concept.cuts[0]))
        return [concept for concept in found if concept.role != "function"]

    def _tell_unread(self, text: str) -> None:
        """Words in letters of which no terms are made; a particle or an ending by itself says nothing anyway."""
        for word in text.split():
            foreign = any(map(str.isalpha, word)) and not any(
                (c.isascii() and c.isalnum()) or is_syllable(c) for c in word
            )
            if foreign and not self._concepts.pieces(word):
                self.unread = True
                self.draft.notes.append(NO_WORD.format(word))

    def _together(self, concepts: Sequence[Concept], wanted: bool) -> list[Node]:
        """What words that stand side by side demand: nouns, or verbs where there are no nouns."""
        corrected = [self._corrected(concept) if wanted else concept for concept in concepts]
        nodes = [(concept, self._concept(concept, wanted)) for concept in corrected]
        for concept, node in nodes:
            self._keep(concept, node, wanted)
        nouns = [node for concept, node in nodes if concept.role == "noun"]
        demanded = tuple(dict.fromkeys(nouns or [node for _, node in nodes]))
        if len(demanded) < 2:
            return list(demanded)
        return [Some(demanded, minimum_of(len(demanded))) if wanted else And(demanded)]

    def _concept(self, concept: Concept, wanted: bool) -> Node:
        """Every way in which a document may hold the concept."""
        ways: list[Node] = [row_of("body", cut) for cut in concept.cuts]
        if " " in concept.text:  # a name in several words was not typed as one
            terms = tuple(Term("body", term) for term in dict.fromkeys(concept.cuts[0]))
            ways.append(Some(terms, minimum_of(len(terms))) if wanted else And(terms))
        pairs = _telling_pairs(concept)
        if pairs and (len(surface_key(concept)) >= MIN_GRAM_LENGTH or not self._cut_is_known(concept)):
            ways.append(all_of([Term("gram", gram) for gram in pairs]))
        ways += [row_of("body", other.terms) for other in (*concept.others, *concept.corrections)]
        node = best_of(ways)
        if wanted and (parted := _parted(concept, 2 / 3)):
            self.apart[node] = best_of([*ways, *parted])
            self.halves[node] = best_of([*ways, *_parted(concept, 1 / 2)])
        return node

    def _cut_is_known(self, concept: Concept) -> bool:
        return any(all(self._index.doc_freq("body", term) for term in cut) for cut in concept.cuts)

    def _known(self, concept: Concept) -> bool:
        """Whether some document may hold the concept, cut in one way or another."""
        if self._cut_is_known(concept):
            return True
        pairs = tuple(Term("gram", gram) for gram in _telling_pairs(concept))
        return bool(pairs) and self._index.search(SearchRequest(And(pairs), limit=0)).total > 0

    def _keep(self, concept: Concept, node: Node, wanted: bool) -> None:
        terms = concept.cuts[0]
        expansions = tuple(reading.text for reading in concept.others)
        corrections = tuple(reading.text for reading in concept.corrections)
        self.draft.words.append(
            PlanWord(concept.text, "word" if wanted else "without", terms, expansions, corrections, node)
        )
        if not wanted:
            return
        self._score(concept)
        weight = self._weight(concept)
        surface = surface_key(concept)
        self.draft.pairs.update(dict.fromkeys(one + other for one, other in pairwise(surface)))
        if concept.role == "noun":
            forms = (surface, *(name_key(reading.text) for reading in (*concept.others, *concept.corrections)))
            self.draft.needles.append(Needle(tuple(dict.fromkeys(forms)), weight, _parts(concept)))
        for cut in concept.cuts:  # the whole, and its parts where they say something alone
            parts = [Mark((term,), weight / len(cut)) for term in cut if len(term) > 1]
            self.draft.marks += [Mark(cut, weight), *(parts if len(cut) > 1 else ())]
        self.draft.marks += [Mark(reading.terms, weight) for reading in (*concept.others, *concept.corrections)]

    def _score(self, concept: Concept) -> None:
        """Each term counts once in a query; of several readings the one that counts most."""
        new = [term for term in concept.cuts[0] if term not in self.draft.scored]
        self.draft.scored.update(new)
        if not new:
            return
        ways = [any_of([_scored(term) for term in new])]
        ways += [Boost(any_of([_scored(t) for t in cut]), OTHER_WEIGHT) for cut in concept.cuts[1:]]
        ways += [Boost(any_of([_scored(t) for t in other.terms]), OTHER_WEIGHT) for other in concept.others]
        ways += [Boost(any_of([_scored(t) for t in other.terms]), CORRECTION_WEIGHT) for other in concept.corrections]
        score = best_of(ways)
        self.draft.scores.append(Boost(score, TIME_WEIGHT) if tells_time(concept.text) else score)

    def _weight(self, concept: Concept) -> float:
        """How much it says that a text holds the concept: the rarest of its terms that there are."""
        counts = [self._index.doc_freq("body", term) for cut in concept.cuts for term in cut]
        counts += [self._index.doc_freq("body", term) for other in concept.corrections for term in other.terms]
        weight = max((rarity(count, self._index.documents) for count in counts if count), default=1.0)
        return weight * TIME_WEIGHT if tells_time(concept.text) else weight

    # --- spelling

    def _corrected(self, concept: Concept) -> Concept:
        """With what it may have been meant to be, where the index knows no reading of it."""
        if self._speller is None or concept.role != "noun" or concept.others:
            return concept
        if self._known(concept):
            return concept
        meant = self._speller.correct(concept.text)
        readings = tuple(reading for reading in map(self._concepts.reading, meant) if reading.terms)
        if readings:
            self.draft.respelt.append((concept.span, readings[0].text))
        return replace(concept, corrections=readings)

    # --- exact parts

    def _phrase(self, text: str, name: str, wanted: bool) -> Node:
        cuts = self._concepts.rows(text)
        node = best_of([row_of(name, cut) for cut in cuts]) if cuts else NOTHING_ASKED
        self._tell("phrase" if name == "body" else "title", text, wanted, cuts[0] if cuts else (), node)
        if not cuts:
            self.draft.notes.append(NO_WORD.format(text))
        elif wanted:
            self._exact(node, cuts, text)
        return node

    def _exact(self, node: Node, cuts: Sequence[tuple[str, ...]], text: str) -> None:
        self.draft.scores.append(node)
        counts = [self._index.doc_freq("body", term) for cut in cuts for term in cut]
        weight = max((rarity(count, self._index.documents) for count in counts if count), default=1.0)
        self.draft.needles.append(Needle((name_key(text),), weight))
        self.draft.marks += [Mark(cut, weight) for cut in cuts]

    def _title(self, value: Value, wanted: bool) -> Node:
        if value.quoted:
            return self._phrase(value.text, "title", wanted)
        terms = self._concepts.terms(value.text)
        node = all_of([Term("title", term) for term in terms])
        self._tell("title", value.text, wanted, terms, node)
        if wanted and terms:
            self.draft.scores.append(node)
            self.draft.marks += [Mark((term,), 1.0) for term in terms]
        return node

    def _starts(self, text: str, wanted: bool) -> Node:
        whole: Node = Prefix("body", key(text))
        found = self._concepts.pieces(text)
        if len(found) > 1:  # 전략물*: all but the last piece, and the last as a beginning
            terms = [Term("body", piece.term) for piece in found[:-1]]
            pairs = [Term("gram", gram) for gram in grams(found, text)]
            whole = best_of([whole, And((*terms, Prefix("body", found[-1].term), *pairs))])
        self._tell("prefix", f"{text}*", wanted, (key(text),), whole)
        if wanted:
            self.draft.scores.append(whole)
            self.draft.marks.append(Mark((key(text),), 1.0, prefix=True))
        return whole

    def _filter(self, name: str, values: tuple[Value, ...], wanted: bool) -> Node:
        nodes: list[Node] = []
        for value in values:
            meant = self._resolve(name, value.text)
            if not meant:
                self.draft.notes.append(
                    with_particles(f"‘{value.text}’에 해당하는 {korean_name(name)}이(가) 없습니다.")
                )
            nodes += [Filter(name, one) for one in meant or (value.text,)]
        self._tell("filter", f"{korean_name(name)}:{','.join(value.text for value in values)}", wanted)
        return any_of(nodes)

    def _tell(
        self, role: WordRole, typed: str, wanted: bool, terms: tuple[str, ...] = (), node: Node | None = None
    ) -> None:
        self.draft.words.append(PlanWord(typed, role if wanted else "without", terms, node=node))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words that stand side by side, read together for their context."""

    text: str
    start: int


def _stretches(children: Iterable[Ask], text: str) -> Iterator[_Stretch | Ask]:
    words: list[Word] = []
    for child in (*children, None):
        if isinstance(child, Word) and text[child.span.start : child.span.end] == child.text:
            words.append(child)
            continue
        if words:
            yield _Stretch(text[words[0].span.start : words[-1].span.end], words[0].span.start)
            words = []
        if isinstance(child, Word):  # its text is not what stands at its place
            yield _Stretch(child.text, child.span.start)
        elif child is not None:
            yield child


def _telling_pairs(concept: Concept) -> tuple[str, ...]:
    """Pairs of letters that tell a word: two of Hangul are half a word, those of EAR stand in every Search."""
    return () if surface_key(concept).isascii() and surface_key(concept).isalpha() else concept.grams


def _parts(concept: Concept) -> tuple[str, ...]:
    """The words it is made of, as ranking looks for them."""
    whole = any(OPPOSED in gram for gram in concept.grams)  # the 물자 of 비전략물자 is not its part
    return () if whole else tuple(dict.fromkeys(term for term in concept.cuts[0] if len(term) > 1))


def _parted(concept: Concept, share: float) -> list[Node]:
    """That share of its words; of its other names, if they are no shorter, all words.

    What was typed as one word (an abbreviation) stays one: the words of the long name it stands for mean little alone.
    """
    if any(OPPOSED in gram for gram in concept.grams):  # 비전략물자 수출 must not find 전략물자 수출
        return []
    own, *others = (dict.fromkeys(row) for row in (concept.cuts[0], *(other.terms for other in concept.others)))
    if len(own) < 2:
        return []
    found: list[Node] = [Some(tuple(Term("body", term) for term in own), max(2, math.ceil(len(own) * share)))]
    return found + [And(tuple(Term("body", term) for term in other)) for other in others if len(other) >= len(own)]


def korean_name(name: str) -> str:
    return next((field.korean for field in FILTER_FIELDS if field.name == name), name)


def _scored(term: str) -> Node:
    return Or((Term("body", term), Boost(Term("title", term), TITLE_WEIGHT)))
