"""Requests to an OpenSearch cluster: repeated when a node is away, its errors in the project's words.

The only module that imports ``opensearchpy``. Knows nothing of indexes, documents or queries.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import quote

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NotConnected
from opensearchpy.exceptions import OpenSearchException, TransportError

from index import deadline
from index.errors import EngineUnavailable, SearchError, Unsupported
from index.opensearch_settings import OpenSearchSettings

# It tells every answer but 200 with a traceback; what matters of them is raised here or was expected.
logging.getLogger("opensearch").setLevel(logging.ERROR)

Json: TypeAlias = dict[str, Any]
"""What OpenSearch speaks. It stays within the modules ``opensearch_*``."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
PATIENCE = 3  # of requests that time out no more than so many in a row
BUSY = 429


class Refused(SearchError):
    """The cluster's answer to a request that it understood and does not carry out; ``status`` is HTTP's."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"OpenSearch refuses ({status}, {kind}): {reason}")
        self.status, self.kind = status, kind


class Remote:
    """The cluster. Cheap to make (connections are opened when they are needed), safe to share by threads."""

    def __init__(self, settings: OpenSearchSettings) -> None:
        self.settings = settings

    def ask(self, method: str, path: str, body: object = None, *, patient: bool = True, **params: object) -> Json:
        """The answer's body. ``path`` parts are quoted by the caller (``path_of``); ``body`` is JSON or ready lines.

        Repeats while nodes are away or busy, so whatever is asked must bear to be asked twice. Raises ``Refused``
        for answers from 400 to 499 and ``EngineUnavailable`` when nobody answered in the end.
        """
        return self.persistently(lambda: self._once(method, path, body, params), patient)

    def ask_once(self, method: str, path: str, body: object = None, **params: object) -> Json:
        """The same without repetitions but those on another node."""
        return self.ask(method, path, body, patient=False, **params)

    def persistently(self, call: Callable[[], Json], patient: bool = True) -> Json:
        """Makes a call until it is not ``EngineUnavailable``, with longer and longer pauses."""
        until = time.monotonic() + PATIENCE * self.settings.timeout
        for pause in pauses(self.settings.retries if patient else 0):
            try:
                return call()
            except EngineUnavailable:
                if time.monotonic() > until:
                    raise
                deadline.check()
                time.sleep(pause)
        return call()

    def close(self) -> None:
        """The next request connects again: processes forked from this one must not share its connections."""
        client = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    # --- inside

    @cached_property
    def _client(self) -> OpenSearch:
        given = self.settings
        optional: dict[str, Any] = {}
        if given.user:
            optional["http_auth"] = (given.user, given.password or "")
        if given.api_key:
            optional["headers"] = {"Authorization": f"ApiKey {given.api_key}"}
        if given.ca_file:
            optional["ca_certs"] = str(given.ca_file)
        return OpenSearch(
            list(given.urls),
            timeout=given.timeout,
            max_retries=len(given.urls),  # each on another node
            retry_on_timeout=False,  # which may have waited for the cluster and not for the node
            retry_on_status=(),
            dead_timeout=5,  # a node that came back is asked again within a minute
            timeout_cutoff=3,
            pool_maxsize=16,
            **optional,
        )

    def _once(self, method: str, path: str, body: object, params: Mapping[str, object]) -> Json:
        asked = {name: _told(value) for name, value in params.items()}
        try:
            answer = self._client.transport.perform_request(method, path, params=asked, body=body)
        except NotConnected as error:
            raise EngineUnavailable(f"no node of OpenSearch answers: {error.error}") from error
        except TransportError as error:
            raise _translated(error) from error
        except OpenSearchException as error:  # such as an answer that is no JSON
            raise EngineUnavailable(f"OpenSearch's answer cannot be read: {error}") from error
        return answer if isinstance(answer, dict) else {"answer": answer}


def pauses(count: int) -> list[float]:
    """So many pauses, each twice the one before, a little by chance so that many clients do not come back at once."""
    full = (min(FIRST_PAUSE * 2**turn, LONGEST_PAUSE) for turn in range(count))
    return [pause * random.uniform(0.75, 1.25) for pause in full]  # noqa: S311 — a pause is no secret


def path_of(*parts: str) -> str:
    return "/" + "/".join(quote(part, safe=",*") for part in parts)


def lines(values: list[Json]) -> bytes:
    return b"".join(line(value) for value in values)


def line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _translated(error: TransportError) -> SearchError:
    status = error.status_code if isinstance(error.status_code, int) else 0
    kind, reason = str(error.error), _reason(error.info)
    if "too_many_clauses" in reason or "maxClauseCount" in reason:
        return Unsupported(f"the query has more clauses than this cluster allows: {reason}")
    if status == BUSY or status >= 500:
        return EngineUnavailable(f"OpenSearch cannot answer now ({status}, {kind}): {reason}")
    return Refused(status, kind, reason)


def _reason(info: object) -> str:
    """The innermost reasons, which say more than the outermost."""
    error = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(error, dict):
        return str(error)[:500]
    causes = error.get("root_cause") or [error]
    return "; ".join(f"{cause.get('type')}: {cause.get('reason')}" for cause in causes)[:500]
