"""The load generator: what it asks, what it counts, against a real small server."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bench.load import load, measured

PAUSE = 0.02


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: ClassVar[Counter[str]] = Counter()
    connections = 0

    def setup(self) -> None:
        Handler.connections += 1
        super().setup()

    def do_GET(self) -> None:
        Handler.asked[self.path] += 1
        time.sleep(PAUSE)
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"x" * 50_000)
        self.wfile.write(b"y" * 50_000)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def port() -> Iterator[int]:
    Handler.asked, Handler.connections = Counter(), 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_address_is_asked_once_over_connections_that_stay_open(port: int) -> None:
    found = load("127.0.0.1", port, [f"/{n}" for n in range(30)], clients=3, seconds=20, at_most=30)
    assert Handler.asked == {f"/{n}": 1 for n in range(30)}
    assert Handler.connections == 3
    assert (found.requests, found.failed) == (30, {})
    assert found.p50 >= PAUSE * 1000
    assert found.first_byte_p50 <= found.p50 <= found.p95 <= found.p99
    assert found.bytes > 100_000


def test_time_ends_a_load_and_answers_that_are_none_are_counted(port: int) -> None:
    found = load("127.0.0.1", port, ["/", "/gone"], clients=1, seconds=0.3)
    assert 2 <= found.requests <= 16
    assert found.failed == {"404": found.requests // 2}


def test_the_same_by_a_process_of_its_own(port: int) -> None:
    found = measured("127.0.0.1", port, ["/a", "/b"], clients=2, seconds=10, at_most=4)
    assert found["requests"] == 4
    assert Handler.asked == {"/a": 2, "/b": 2}
