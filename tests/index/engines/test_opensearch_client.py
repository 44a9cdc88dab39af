"""How the cluster is asked when it is away, busy or refuses. Against a small server here that misbehaves on purpose."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.engines import opensearch_client
from index.engines.opensearch_bulk import Bulk
from index.engines.opensearch_client import Refused, Remote, pauses
from index.engines.opensearch_engine import OpenSearchEngine
from index.errors import DocumentsRefused, EngineUnavailable, Unsupported
from index.opensearch_settings import OpenSearchSettings


class Moody(ThreadingHTTPServer):
    """Gives the answers it was told to give, one after the other; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, object]] = []
        self.heard: list[str] = []
        self.headers: list[dict[str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Moody

    def do_POST(self) -> None:
        self.server.heard.append(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        self.server.headers.append({name.title(): value for name, value in self.headers.items()})
        status, body = self.server.answers.pop(0)
        told = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_PUT = do_POST

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Moody]:
    server = Moody()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_client, "FIRST_PAUSE", 0.001)


def nobody() -> str:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


def error(kind: str, reason: str) -> dict[str, object]:
    return {"error": {"type": kind, "reason": "outer", "root_cause": [{"type": kind, "reason": reason}]}, "status": 0}


@pytest.fixture
def remote(server: Moody) -> Iterator[Remote]:
    remote = Remote(OpenSearchSettings((server.address,), retries=3))
    yield remote
    remote.close()


def test_what_passes_is_asked_again(server: Moody, remote: Remote) -> None:
    server.answers = [(503, error("no_shard", "x")), (429, error("rejected", "x")), (500, {}), (200, {"ok": 1})]
    assert remote.ask("GET", "/x") == {"ok": 1}
    assert len(server.heard) == 4


def test_it_is_not_asked_for_ever(server: Moody, remote: Remote) -> None:
    server.answers = [(503, error("no_shard", "all shards failed"))] * 9
    with pytest.raises(EngineUnavailable, match="all shards failed") as raised:
        remote.ask("GET", "/x")
    assert raised.value.retryable
    assert len(server.heard) == 4


def test_a_refusal_is_final(server: Moody, remote: Remote) -> None:
    server.answers = [(400, error("parsing_exception", "unknown query [x]"))]
    with pytest.raises(Refused, match=r"unknown query \[x\]") as raised:
        remote.ask("GET", "/x")
    assert (raised.value.status, raised.value.kind) == (400, "parsing_exception")
    server.answers = [(400, error("too_many_clauses", "maxClauseCount is set to 1024"))]
    with pytest.raises(Unsupported):
        remote.ask("GET", "/x")


def test_another_node_is_asked_at_once(server: Moody) -> None:
    remote = Remote(OpenSearchSettings((nobody(), server.address, nobody()), retries=0))
    for _ in range(6):
        server.answers = [(200, {"ok": 1})]
        assert remote.ask("GET", "/x") == {"ok": 1}
    remote.close()


def test_nobody_there_is_said_and_not_raised_by_health() -> None:
    settings = OpenSearchSettings((nobody(),), retries=1)
    engine = OpenSearchEngine(settings, lambda doc: {})
    with pytest.raises(EngineUnavailable):
        engine.open_reader()
    assert "no node of OpenSearch answers" in engine.health().problem
    engine.remote.close()


def test_credentials_are_sent_and_never_shown(server: Moody) -> None:
    with_password = OpenSearchSettings((server.address,), user="kb", password="geheim")
    with_key = OpenSearchSettings((server.address,), api_key="schluessel")
    for settings, told in ((with_password, "Basic a2I6Z2VoZWlt"), (with_key, "ApiKey schluessel")):
        server.answers = [(200, {})]
        remote = Remote(settings)
        remote.ask("GET", "/x")
        remote.close()
        assert server.headers[-1]["Authorization"] == told
        assert not {"geheim", "schluessel"} & set(repr(settings).replace("'", " ").split())


def test_only_documents_that_were_not_taken_are_sent_again(server: Moody, remote: Remote) -> None:
    bulk = Bulk(remote, "i")
    for id_ in "abcd":
        bulk.put(f"post {id_}", id_, {"n": id_})
    bulk.remove("post e", "e")
    busy, bad = {"status": 429, "error": {"type": "rejected"}}, {"type": "mapper", "caused_by": {"reason": "too long"}}
    first = [{"index": {"status": 201}}, {"index": busy}, {"index": {"status": 400, "error": bad}}, {"index": busy}]
    server.answers = [
        (200, {"items": [*first, {"delete": {"status": 404}}]}),
        (200, {"items": [{"index": {"status": 201}}, {"index": busy}]}),
        (503, {}),
        (200, {"items": [{"index": {"status": 200}}]}),
    ]
    with pytest.raises(DocumentsRefused) as raised:
        bulk.send()
    assert [(failure.id, failure.reason) for failure in raised.value.failures] == [("post c", "400 mapper: too long")]
    told = [[line for line in body.splitlines() if '"_id"' in line] for body in server.heard]
    assert [len(lines) for lines in told] == [5, 2, 1, 1]
    assert told[3] == ['{"index":{"_id":"d"}}']


def test_documents_nobody_has_time_for_are_no_success(server: Moody, remote: Remote) -> None:
    bulk = Bulk(remote, "i")
    bulk.put("a", "a", {})
    server.answers = [(200, {"items": [{"index": {"status": 429, "error": {}}}]})] * 9
    with pytest.raises(EngineUnavailable):
        bulk.send()
    assert len(server.heard) == 4


def test_pauses_grow_and_end() -> None:
    found = pauses(30)
    assert len(found) == 30
    assert all(pause <= opensearch_client.LONGEST_PAUSE * 1.25 for pause in found)
    assert sum(pauses(8)) < 60
