"""What the addresses of entities may hold."""

from __future__ import annotations

from kb.errors import NotFound
from web import labels
from web.language.catalog import noop as n_
from web.params import Param, Text, Whole, clean

Q = Text("q", n_("이름이나 별칭의 일부"), limit=100)
PAGE = Whole("page", n_("페이지 번호"), default=1, least=1, most=10_000)
PER_PAGE = Whole("per_page", n_("페이지당 개수"), default=50, least=1, most=200)
LIST_PARAMS: tuple[Param, ...] = (Q, PAGE, PER_PAGE)
PAGE_PARAMS: tuple[Param, ...] = (PAGE,)


def known(kind: str) -> str:
    if kind not in labels.KINDS:
        raise NotFound(f"‘{clean(kind)[:40]}’(이)라는 종류는 없습니다. 있는 종류: {', '.join(labels.KINDS)}")
    return kind
