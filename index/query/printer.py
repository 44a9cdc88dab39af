"""A tree written as a query that reads back as the same tree: for canonical forms and links."""

from __future__ import annotations

from index.query.dates import print_period
from index.query.syntax import All, Any, Ask, Dates, Field, Group, Quoted, Starts, Value, Without, Word


def write(ask: Ask) -> str:
    """``parse(write(ask)).root == ask`` for every tree that the parser makes."""
    match ask:
        case Word(text=text):
            return text
        case Quoted(text=text):
            return f'"{text}"'
        case Starts(text=text):
            return f"{text}*"
        case Field(name=name, values=values):
            return f"{name}:{','.join(_value(value) for value in values)}"
        case Dates(first=first, last=last):
            return f"date:{print_period(first, last)}"
        case Without(child=child):
            return f"-{_closed(child)}"
        case Group(children=children):
            return " ".join(_closed(child) for child in children)
        case All(children=children):
            return " AND ".join(_closed(child, Group) for child in children)
        case Any(children=children):
            return " OR ".join(_closed(child, Group, All) for child in children)


def _closed(ask: Ask, *open_kinds: type) -> str:
    """In parentheses, unless it binds closer than what it stands in."""
    compound = isinstance(ask, Group | All | Any) and not isinstance(ask, open_kinds)
    return f"({write(ask)})" if compound else write(ask)


def _value(value: Value) -> str:
    return f'"{value.text}"' if value.quoted else value.text
