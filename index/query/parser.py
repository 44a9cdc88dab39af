"""From the text a user typed to a tree with places. Never fails: what is malformed is read as well as
it can be, and the notes say how.

    query   := group ((AND | OR) group)*        AND binds closer than OR
    group   := unit+                            side by side
    unit    := (- | NOT) unit | ( query ) | field: value[,value] | "phrase" | word | word*
"""

from __future__ import annotations

from index.analysis.normalize import clean, fold
from index.query.dates import parse_period
from index.query.lexer import MAX_CHARS, MAX_DEPTH, Lexeme, cut
from index.query.syntax import All, Any, Ask, Dates, Field, Group, Query, Quoted, Span, Starts, Value, Without, Word


def parse(text: str) -> Query:
    """The query that a text asks. Places are those of the answer's ``text``: cleaned, folded, cut to measure."""
    whole = fold(clean(text))
    lexemes, notes = cut(whole[:MAX_CHARS])
    if len(whole) > MAX_CHARS:
        notes.insert(0, f"검색어가 길어 앞의 {MAX_CHARS:,}자까지만 읽었습니다.")
    reader = _Reader(lexemes, notes)
    root = reader.query(0)
    while reader.peek():  # closing parentheses that nothing opened
        reader.note("여는 괄호가 없는 닫는 괄호를 무시했습니다.")
        reader.at += 1
        more = reader.query(0)
        root = _join(Group, [part for part in (root, more) if part])
    return Query(whole[:MAX_CHARS], root, tuple(dict.fromkeys(notes)))


class _Reader:
    """Recursive descent over the lexemes."""

    def __init__(self, lexemes: list[Lexeme], notes: list[str]) -> None:
        self.lexemes = lexemes
        self.notes = notes
        self.at = 0

    def note(self, text: str) -> None:
        self.notes.append(text)

    def peek(self) -> Lexeme | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def next_is(self, *kinds: str) -> bool:
        lexeme = self.peek()
        return lexeme is not None and lexeme.kind in kinds

    def query(self, depth: int) -> Ask | None:
        parts = [self.all(depth)]
        while self.next_is("or"):
            self.at += 1
            parts.append(self.all(depth))
        found = [part for part in parts if part]
        if len(parts) > 1 and len(found) < len(parts):
            self.note("OR는 두 낱말 사이에 쓰입니다. 짝이 없는 OR를 무시했습니다.")
        if len(found) > 1 and any(isinstance(part, Group) for part in found):
            self.note("OR는 나란히 쓴 낱말들을 한 덩어리로 보고 나눕니다. 다르게 묶으려면 괄호를 쓰십시오.")
        return _join(Any, found)

    def all(self, depth: int) -> Ask | None:
        parts = [self.group(depth)]
        while self.next_is("and"):
            self.at += 1
            parts.append(self.group(depth))
        found = [part for part in parts if part]
        if len(parts) > 1 and len(found) < len(parts):
            self.note("AND는 두 낱말 사이에 쓰입니다. 짝이 없는 AND를 무시했습니다.")
        return _join(All, found)

    def group(self, depth: int) -> Ask | None:
        units = []
        while self.peek() and not self.next_is("or", "and", "close"):
            unit = self.unit(depth)
            if unit:
                units.append(unit)
        return _join(Group, units)

    def unit(self, depth: int) -> Ask | None:
        lexeme = self.lexemes[self.at]
        self.at += 1
        match lexeme.kind:
            case "not":
                return self._without(depth)
            case "open":
                return self._parenthesis(depth)
            case "field":
                return self._field(lexeme)
            case "quoted":
                return Quoted(" ".join(lexeme.text.split()), lexeme.span)
            case "starts":
                return Starts(lexeme.text, lexeme.span)
            case _:
                return Word(lexeme.text, lexeme.span)

    def _without(self, depth: int) -> Ask | None:
        negative = True
        while self.next_is("not"):
            negative = not negative
            self.at += 1
        if not self.peek() or self.next_is("or", "and", "close"):
            self.note("뺄 낱말이 없는 ‘-’를 무시했습니다.")
            return None
        child = self.unit(depth)
        return Without(child) if child and negative else child

    def _parenthesis(self, depth: int) -> Ask | None:
        if depth >= MAX_DEPTH:
            self.note(f"괄호는 {MAX_DEPTH}겹까지만 읽습니다.")
            return None
        inside = self.query(depth + 1)
        if self.next_is("close"):
            self.at += 1
        else:
            self.note("닫는 괄호가 없어 끝에서 닫은 것으로 읽었습니다.")
        return inside

    def _field(self, lexeme: Lexeme) -> Ask | None:
        values, end = self._values(lexeme)
        span = Span(lexeme.span.start, end)
        if not values:
            self.note("조건에 값이 없어 무시했습니다. 이렇게 쓰십시오: 기관:관세청")
            return None
        if lexeme.text == "date":
            return self._dates(values, span)
        return Field(lexeme.text, values, span)

    def _values(self, lexeme: Lexeme) -> tuple[tuple[Value, ...], int]:
        """The words or phrases after a colon, parted by commas."""
        found = self.peek()
        if found is None or found.kind not in ("word", "quoted", "starts"):
            return (), lexeme.span.end
        self.at += 1
        if found.kind == "quoted":
            return (Value(" ".join(found.text.split()), quoted=True),), found.span.end
        return tuple(Value(text) for text in found.text.split(",") if text), found.span.end

    def _dates(self, values: tuple[Value, ...], span: Span) -> Ask:
        text = values[0].text
        period = parse_period(text)
        if period is None:
            self.note(f"‘{text}’는 날짜로 읽을 수 없어 낱말로 찾습니다. 이렇게 쓰십시오: 날짜:2024-07..2024-08")
            return Word(text, span)
        return Dates(*period, span)


def _join(kind: type[Group] | type[All] | type[Any], parts: list[Ask]) -> Ask | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return kind(tuple(parts))
