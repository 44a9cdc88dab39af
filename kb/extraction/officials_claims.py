"""What a phrase says of a person: the value that passes from reading phrases to weighing them."""

from __future__ import annotations

from dataclasses import dataclass

from kb.extraction.officials_bodies import Body
from kb.extraction.officials_titles import TitleHit


@dataclass(frozen=True, slots=True)
class Claim:
    """At ``[start, end)`` stands the name of a person who is given the title of ``hit`` and the body."""

    name: str
    start: int
    end: int
    hit: TitleHit
    title: str
    body: Body | None
    former: bool
    rule: str
    confidence: float
    desk: bool = False  # a unit of a ministry stands beside name or title: 조사총괄과 김도윤 과장


def claim(
    hit: TitleHit, name: str, start: int, body: Body | None, rule: str, confidence: float, former: bool = False
) -> Claim:
    """A claim that gives ``name`` at ``start`` the title of ``hit``."""
    return Claim(name, start, start + len(name), hit, hit.title, body, former, rule, round(confidence, 2))
