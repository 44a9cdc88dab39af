"""What each address asks of a visitor: a scope, and the budget it is counted under. One table by endpoint.

An address that no line names needs ``read`` and counts as a page, so a new route is closed until somebody
opens it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar

from flask import current_app, request

from kb.access.tokens import Scope

Budget: TypeAlias = Literal["search", "suggest", "export", "page", "refused"]

ANYONE = frozenset({"static", "status.health", "status.readiness", "access.sign_in", "access.sign_out"})
UNCOUNTED = frozenset({"static", "status.health", "status.readiness"})
SEARCHES = frozenset({"search.search", "search.explain", "search.atom", "api.search", "api.explain"})
FILES = (".csv", ".xlsx", ".jsonl", ".vcf")  # a whole list as a file; a feed holds thirty posts and counts as reading

METRICS = "kb_metrics"
View = TypeVar("View", bound=Callable[..., object])


def open_to_operators(view: View) -> View:
    """For a view that tells how the machine does: this machine itself, or a token with the scope ``metrics``."""
    setattr(view, METRICS, True)
    return view


def scope() -> Scope | None:
    """Of the present request; None is open to everybody."""
    if request.endpoint in ANYONE:
        return None
    if request.endpoint and getattr(current_app.view_functions[request.endpoint], METRICS, False):
        return "metrics"
    return "export" if is_file() else "read"


def budget() -> Budget | None:
    if request.endpoint in UNCOUNTED or scope() == "metrics":
        return None
    if is_file():
        return "export"
    if request.endpoint == "api.suggest":
        return "suggest"
    return "search" if request.endpoint in SEARCHES else "page"


def is_file() -> bool:
    return request.url_rule is not None and request.url_rule.rule.endswith(FILES)
