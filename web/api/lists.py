"""The lists of the API: a page of each, or a walk through all of it by cursor. ``next`` is the address that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from kb.views import BEGINNING, Json, Place
from kb.views.directory import Desk
from web import cursor
from web.context import service
from web.directory import params as directory
from web.entities import params as entity
from web.params import Args, BadParameter
from web.search import params as state

Body = dict[str, Json]
PREFIX = "/api/v1"


def posts(args: Args) -> Body:
    """By cursor: newest first, every post for itself."""
    params = state.read(args)
    about = address("posts", [pair for pair in state.pairs(params) if pair[0] not in ("page", "per_page", "sort")])
    after = cursor.asked(args, about, 2)
    if after is None:
        found = service().search(params)
        more = replace(params, page=params.page + 1) if params.page < found.pages else None
        return found.to_json() | {"next": state.url(more, f"{PREFIX}/search") if more else None}
    found = service().search(replace(params, page=1, sort="date", after=_place(args, after)))
    place = (found.onward.day.isoformat(), found.onward.post) if found.onward else None
    return found.to_json() | {"next": _onward(f"{PREFIX}/search", state.pairs(params), about, place)}


def _place(args: Args, after: tuple[str, ...]) -> Place:
    if not after:
        return BEGINNING
    try:
        return Place(dt.date.fromisoformat(after[0]), after[1])
    except ValueError as error:
        raise BadParameter(cursor.CURSOR.name, cursor.CURSOR.read(args), cursor.WRONG) from error


def entities(args: Args, kind: str) -> Body:
    """By cursor: in the order of keys."""
    q, size = entity.Q.read(args), entity.PER_PAGE.read(args)
    path, asked = f"{PREFIX}/entities/{quote(entity.known(kind))}", _told({"q": q, "per_page": size}, {"per_page": 50})
    after = cursor.asked(args, address(path, [("q", q)]), 1)
    if after is None:
        page = entity.PAGE.read(args)
        found = service().entities(kind, q, page, size)
        onward = address(path, [*asked, ("page", str(page + 1))]) if page < found.pages else None
        return found.to_json() | {"next": onward}
    found = service().entities(kind, q, 1, size + 1, after=after[0] if after else "")
    shown = replace(found, items=found.items[:size], pages=max(1, -(-found.total // size)))
    place = (shown.items[-1].link.value,) if len(found.items) > size else None
    return shown.to_json() | {"next": _onward(path, asked, address(path, [("q", q)]), place)}


def desks(args: Args) -> Body:
    """By cursor: in the order of numbers."""
    asked = directory.read(args)
    about = address("desks", [("q", asked.q), ("agency", asked.agency)])
    after = cursor.asked(args, about, 3)
    if after is None:
        found = directory.found(asked)
        onward = (
            replace(asked, page=asked.page + 1).address(f"{PREFIX}/directory") if asked.page < found.pages else None
        )
        return found.to_json() | {"next": onward}
    whole = directory.everything(asked)
    behind = sorted((desk for desk in whole.desks if _key(desk) > after), key=_key)
    shown, more = tuple(behind[: asked.per_page]), len(behind) > asked.per_page
    found = replace(whole, desks=shown, page=1, pages=max(1, -(-whole.total // asked.per_page)))
    pairs = _told({"q": asked.q, "agency": asked.agency, "per_page": asked.per_page}, {"per_page": 50})
    return found.to_json() | {"next": _onward(f"{PREFIX}/directory", pairs, about, _key(shown[-1]) if more else None)}


def _key(desk: Desk) -> tuple[str, ...]:
    return desk.number, desk.department or "", desk.agency or ""


def _told(values: Mapping[str, str | int], default: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in values.items() if value and default.get(name) != value]


def _onward(path: str, pairs: list[tuple[str, str]], about: str, place: tuple[str, ...] | None) -> str | None:
    return address(path, [*pairs, ("cursor", cursor.word_for(about, place))]) if place else None


def address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
