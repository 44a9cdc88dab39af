"""Searches measured: how long, how many in vain, how many corrected; slow ones are written down with their stages."""

from __future__ import annotations

import logging
from typing import cast

from index.stages import Times, recorded
from kb.service import Service
from kb.views import SearchParams, SearchResult
from web.observe.metrics import Metrics

log = logging.getLogger("web.search")


class WatchedSearches:
    """The service, with its searches watched. Everything else is the service's own."""

    def __init__(self, service: Service, metrics: Metrics, slow_ms: int) -> None:
        self._service = service
        self._metrics = metrics
        self._slow_ms = slow_ms

    def as_service(self) -> Service:
        return cast(Service, self)

    def __getattr__(self, name: str) -> object:
        return getattr(self._service, name)

    def search(self, params: SearchParams) -> SearchResult:
        with recorded() as times:
            result = self._service.search(params)
        slow = result.seconds * 1000 >= self._slow_ms > 0
        self._metrics.searched(result, slow=slow)
        if slow:
            self._write_down(params, result, times)
        return result

    def _write_down(self, params: SearchParams, result: SearchResult, times: Times) -> None:
        ms = round(result.seconds * 1000, 1)
        stages = {name: round(seconds * 1000, 1) for name, seconds in times.items()}
        asked = {
            "q": params.q,
            "filters": {name: list(values) for name, values in params.filters.items()},
            "without": {name: list(values) for name, values in params.without.items()},
            "dates": f"{params.date_from or ''}..{params.date_to or ''}",
            "sort": params.sort,
            "page": params.page,
        }
        told = " ".join(f"{name} {value}" for name, value in stages.items())
        log.warning(
            "느린 검색 %s ms %r %s, %d편 (%s)", ms, params.q, asked["filters"] or "", result.total, told,
            extra={"ms": ms, "stages": stages, "total": result.total, "asked": asked},
        )  # fmt: skip
