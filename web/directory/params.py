"""What an address of the directory may hold, read and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from kb.views.directory import DirectoryPage, Order
from web.context import service
from web.language.catalog import noop as n_
from web.params import Args, Choice, Param, Text, Whole

PATH = "/directory"
ORDERS: dict[str, str] = {"fresh": n_("최근 확인순"), "agency": n_("기관순")}

Q = Text("q", n_("번호, 부서, 기관 이름의 일부. 띄어 쓴 낱말은 모두 맞아야 합니다"), limit=100)
AGENCY = Text("agency", n_("기관. 옛 이름과 약칭도 됩니다"), limit=100)
ORDER = Choice("sort", n_("정렬"), tuple(ORDERS))
PAGE = Whole("page", n_("페이지 번호"), default=1, least=1, most=10_000)
PER_PAGE = Whole("per_page", n_("페이지당 번호 수"), default=50, least=1, most=200)
PARAMS: tuple[Param, ...] = (Q, AGENCY, ORDER, PAGE, PER_PAGE)


@dataclass(frozen=True, slots=True)
class Asked:
    """The state of the directory; the address holds all of it."""

    q: str = ""
    agency: str = ""
    order: Order = "fresh"
    page: int = 1
    per_page: int = PER_PAGE.default

    def url(
        self, path: str = PATH, *, q: str | None = None, agency: str | None = None, order: Order | None = None
    ) -> str:
        """The address of this state from its first page on, with another text, agency or order where given."""
        changed = Asked(
            self.q if q is None else q,
            self.agency if agency is None else agency,
            order or self.order,
            per_page=self.per_page,
        )
        return changed.address(path)

    def at(self, page: int) -> str:
        return replace(self, page=page).address()

    def address(self, path: str = PATH) -> str:
        told = {"q": self.q, "agency": self.agency, "sort": self.order, "page": self.page, "per_page": self.per_page}
        default = {"q": "", "agency": "", "sort": "fresh", "page": 1, "per_page": PER_PAGE.default}
        kept = {name: value for name, value in told.items() if value != default[name]}
        return path + (f"?{urlencode(kept)}" if kept else "")


def read(args: Args) -> Asked:
    """Raises BadParameter."""
    order = cast(Order, ORDER.read(args))
    return Asked(Q.read(args), AGENCY.read(args), order, PAGE.read(args), PER_PAGE.read(args))


def found(asked: Asked) -> DirectoryPage:
    return service().directory(asked.q, asked.agency, asked.order, asked.page, asked.per_page)


def everything(asked: Asked) -> DirectoryPage:
    """All pages as one."""
    return service().directory(asked.q, asked.agency, asked.order)
