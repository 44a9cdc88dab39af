"""The knowledge base as pages, API and command line see it: one object, opened once, safe for many threads.

Every answer is a value of ``kb.views``. Errors are those of ``kb.errors`` and ``index.errors``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kb.access.tokens import Token
from kb.views import (
    ContactInPost,
    EntityList,
    EntityPage,
    ExplainView,
    PostPage,
    Pulse,
    SearchParams,
    SearchResult,
    StatusView,
    SuggestItem,
)
from kb.views.directory import DirectoryPage, Order
from kb.views.force import DaysOfForce
from kb.views.overview import Overview


class Service(Protocol):
    """What ``web`` needs. ``kb.knowledge.KnowledgeBase`` is it."""

    def search(self, params: SearchParams) -> SearchResult: ...

    def explain(self, q: str) -> ExplainView: ...

    def suggest(self, q: str, limit: int = 10) -> tuple[SuggestItem, ...]: ...

    def post(self, post: str) -> PostPage:
        """Raises NotFound."""
        ...

    def original(self, post: str) -> bytes:
        """The bytes of the file as read. Raises NotFound."""
        ...

    def entities(
        self, kind: str, q: str = "", page: int = 1, per_page: int = 50, after: str | None = None
    ) -> EntityList:
        """Most named first; with ``after``, by key from behind this one. Raises NotFound for an unknown kind."""
        ...

    def entity(self, kind: str, name: str, page: int = 1) -> EntityPage:
        """``name`` may be any alias; the page's ``link.value`` is the address to redirect to. Raises NotFound."""
        ...

    def desks(self, posts: Sequence[str]) -> dict[str, tuple[ContactInPost, ...]]:
        """The desks that a few posts print, by post."""
        ...

    def directory(
        self, q: str = "", agency: str = "", order: Order = "fresh", page: int = 1, per_page: int | None = None
    ) -> DirectoryPage:
        """Desks whose number, department or body has every word of ``q``; ``agency`` by any of its names."""
        ...

    def overview(self) -> Overview:
        """What is new, topics and agencies, countries by quarter, and which days the base holds."""
        ...

    def days_of_force(self) -> DaysOfForce:
        """From when what the newest posts announce is in force, with the sentences that say so."""
        ...

    def status(self) -> StatusView: ...

    def ready(self) -> tuple[bool, str]:
        """Whether a search can be answered, and in Korean what to do if not. Reads only."""
        ...

    def pulse(self) -> Pulse:
        """The same and how stale an answer would be. Reads only, raises nothing of ours."""
        ...

    def openings(self) -> int:
        """How often this process opened the index anew."""
        ...

    def token(self, ident: str) -> Token | None:
        """An access token by the public part of it, revoked and expired ones too."""
        ...
