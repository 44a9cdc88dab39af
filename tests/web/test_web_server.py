"""The server: real requests over a socket."""

from __future__ import annotations

import contextlib
import socket
import urllib.request
from urllib.parse import urlsplit

import pytest

from web.server import encoded


def raw(site: str, line: bytes) -> bytes:
    """What the server answers to a request line, byte for byte."""
    address = urlsplit(site)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_hangul_as_typed_is_understood(site: str) -> None:
    answer = raw(site, "GET /api/v1/search?q=전략물자 HTTP/1.1".encode())
    assert answer.startswith(b"HTTP/1.1 200")
    assert raw(site, "GET /entities/agency/관세청 HTTP/1.1".encode()).startswith(b"HTTP/1.1 200")


def test_only_the_first_line_is_encoded() -> None:
    assert encoded("GET /가 HTTP/1.1\r\nX: 나".encode()) == b"GET /%EA%B0%80 HTTP/1.1\r\nX: " + "나".encode()


@pytest.mark.parametrize("line", [b"GET / HTTP/9.9", b"\x00\x01\x02", b"GET", b"GET " + b"a" * 300_000 + b" HTTP/1.1"])
def test_broken_requests_do_not_end_the_server(site: str, line: bytes) -> None:
    with contextlib.suppress(ConnectionError, TimeoutError):
        raw(site, line)
    with urllib.request.urlopen(f"{site}/healthz", timeout=10) as answer:
        assert answer.status == 200
