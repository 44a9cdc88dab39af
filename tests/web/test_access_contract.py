"""Schemathesis asks a server that wants tokens: with one all is as promised, without one every route refuses."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from access_sites import Site
from test_web_contract import COMMAND, config

from web.server import Server, listen

__all__ = ["config"]  # the fixture
OPTIONS = [
    "--phases=coverage",  # the limits of every parameter; what lies between them is asked of the open server
    "--checks=not_a_server_error,status_code_conformance,content_type_conformance,ignored_auth",
    "--seed=1",
    "--no-color",
    "--max-failures=9",
    "--warnings=off",
]


@pytest.fixture
def served(guarded: Site) -> Iterator[str]:
    server = Server(guarded.app, listen("127.0.0.1", 0), threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=10)


def test_no_route_of_the_api_ignores_the_token(served: str, guarded: Site, config: Path) -> None:
    header = f"Authorization: Bearer {guarded.token('read')}"
    where = f"{served}/api/v1/openapi.json"
    command = [COMMAND, f"--config-file={config}", "run", where, "--header", header, *OPTIONS]
    run = subprocess.run(command, cwd=config.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    described = guarded.client(guarded.token()).get("/api/v1/openapi.json").get_json()
    assert described["security"] == [{"token": []}]
    for path in described["paths"].values():
        assert {"401", "403", "429"} <= set(path["get"]["responses"])
