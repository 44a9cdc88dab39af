"""Request ids, the access log, slow searches and the metrics, of one process and of several."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from web import create_app

KB = (sys.executable, "-c", "from kb.cli import main; main()")
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def slow_client(knowledge: KnowledgeBase) -> FlaskClient:
    """A site to which everything is slow."""
    settings = knowledge.settings.model_copy(update={"slow_ms": 1})
    return create_app(settings, knowledge).test_client()


@pytest.fixture
def quick_client(knowledge: KnowledgeBase) -> FlaskClient:
    """A site to which nothing is slow, however busy the machine is."""
    settings = knowledge.settings.model_copy(update={"slow_ms": 0})
    return create_app(settings, knowledge).test_client()


def value(text: str, name: str) -> float:
    """The sum of a metric over its labels, by the beginning of its line."""
    found = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(name)]
    assert found, f"no {name} in\n{text}"
    return sum(map(float, found))


@pytest.mark.parametrize("given", ["abcd1234", "0f8fad5b-d9cb-469f-a165-70867728950e", "a.b_c-d.e"])
def test_a_wellformed_request_id_is_taken(client: FlaskClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space 1", "한글이름여덟글자", 'quote"quote', "<script>alert"]
)
def test_any_other_is_replaced(client: FlaskClient, given: str) -> None:
    made = client.get("/healthz", headers={"X-Request-ID": given.encode().decode("latin-1")}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{12}", made)


def test_a_problem_names_its_request(client: FlaskClient) -> None:
    answer = client.get("/api/v1/entities/planet", headers={"X-Request-ID": "abcd1234"})
    assert answer.get_json()["request_id"] == "abcd1234"


def test_the_access_log_tells_the_route_and_not_what_was_asked(
    quick_client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "web.access"):
        quick_client.get("/api/v1/search?q=비밀계획", headers={"Authorization": "Bearer hush-hush"})
    (record,) = [r for r in caplog.records if r.name == "web.access"]
    assert record.getMessage().startswith("GET /api/v1/search 200 ")
    assert "비밀계획" not in str(record.__dict__) and "hush" not in str(record.__dict__)
    assert record.__dict__["client"] == "127.0.0.1"


def test_a_slow_search_is_written_down_with_its_stages(
    slow_client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    asked = "전략물자 단계별시간"  # asked by no other test: what is remembered has no stages
    slow_client.get(f"/api/v1/search?q={asked}&agency=관세청")
    (record,) = [r for r in caplog.records if r.name == "web.search"]
    assert record.__dict__["asked"]["q"] == asked
    assert record.__dict__["asked"]["filters"] == {"agency": ["관세청"]}
    assert {"plan", "engine", "hits", "facets"} <= set(record.__dict__["stages"])
    (line,) = [r.getMessage() for r in caplog.records if r.name == "web.access"]
    assert "느린 요청" in line and f"q={asked}" in line


def test_metrics_count_requests_searches_and_the_base(app: Flask) -> None:
    client = app.test_client()
    before = client.get("/metrics").text
    client.get("/api/v1/search?q=전략물자")
    client.get("/api/v1/search?q=쀍쀍쀍쀍")
    client.get("/entities/agency/세상에없는부")
    client.get("/wp-login.php")
    after = client.get("/metrics").text

    def grown(name: str) -> float:
        return value(after, name) - (value(before, name) if name in before else 0)

    assert grown('kb_http_requests_total{route="/api/v1/search",status="200"}') == 2
    assert grown('kb_http_requests_total{route="/entities/<kind>/<path:name>",status="404"}') == 1
    assert grown('kb_http_requests_total{route="none",status="404"}') == 1
    assert "wp-login" not in after
    assert grown("kb_search_seconds_count") == 2
    assert grown("kb_searches_empty_total") == 1
    assert value(after, "kb_posts ") == value(after, "kb_index_documents ") > 50
    assert value(after, "kb_index_lag_changes ") == 0
    assert value(after, "kb_ready ") == 1
    assert abs(time.time() - value(after, "kb_index_built_timestamp_seconds ")) < 3600
    assert value(after, 'kb_ingest_failed_posts{source="samples"}') == 0
    assert value(after, "kb_process_memory_bytes") > 1e7
    assert value(after, "kb_process_open_files") > 3
    assert value(after, "kb_index_reader_openings_total") >= 1


def test_metrics_are_not_for_strangers(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides=STRANGER).status_code in (401, 403, 404)
    sent_on = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert sent_on.status_code in (401, 403, 404)


def test_the_probes_tell_staleness_and_neither_path_nor_version(client: FlaskClient, knowledge: KnowledgeBase) -> None:
    assert client.get("/readyz", environ_overrides=STRANGER).get_json() == {"ready": True}
    told = client.get("/readyz")
    body = told.get_json()
    assert body.keys() == {"ready", "detail", "lag", "index_age_seconds"}
    assert body["ready"] and body["lag"] == 0 and 0 <= body["index_age_seconds"] < 3600
    assert str(knowledge.settings.data_dir) not in told.text
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_an_index_that_is_lost_is_told(tmp_path: Path) -> None:
    with KnowledgeBase.open(Settings(data_dir=tmp_path)) as empty:
        client = create_app(empty.settings, empty).test_client()
        told = client.get("/readyz")
        assert (told.status_code, told.get_json()["ready"]) == (503, False)
        assert "kb reindex" in told.get_json()["detail"]
        assert value(client.get("/metrics").text, "kb_ready ") == 0


# -- several processes --------------------------------------------------------------------------------


@pytest.fixture
def two_processes(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    with serving(tmp_path) as (address, process):
        yield address, process, tmp_path


@contextmanager
def serving(tmp_path: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = (*KB, "--data-dir", str(tmp_path), "serve", "--port", "0", "--workers", "2")
    environment = {"KB_LOG_FORMAT": "json", "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path), **settings}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        address = next(word for line in process.stderr for word in line.split() if word.startswith("http"))
        try:
            yield address, process
        finally:
            process.kill()


def test_any_process_answers_for_all_and_the_log_is_json(
    two_processes: tuple[str, subprocess.Popen[str], Path],
) -> None:
    address, process, _ = two_processes
    for _ in range(40):
        urllib.request.urlopen(f"{address}/healthz", timeout=60).read()
    text = urllib.request.urlopen(f"{address}/metrics", timeout=60).read().decode()
    assert value(text, 'kb_http_requests_total{route="/healthz",status="200"}') == 40
    processes = {line for line in text.splitlines() if line.startswith("kb_process_memory_bytes")}
    assert 1 <= len(processes) <= 2
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    access = [line for line in lines if line["logger"] == "web.access"]
    assert len(access) == 41
    assert {"time", "level", "message", "process", "request_id", "route", "status", "ms", "client"} <= access[0].keys()


def healthy(text: str) -> float:
    return value(text, 'kb_http_requests_total{route="/healthz",status="200"}')


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def told(address: str) -> str:
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:
        return str(answer.read().decode())


def test_counts_of_processes_that_ended_are_kept_and_their_files_are_not(
    two_processes: tuple[str, subprocess.Popen[str], Path],
) -> None:
    address, process, folder = two_processes
    for number in range(3):
        for _ in range(20):
            urllib.request.urlopen(f"{address}/healthz", timeout=60).read()
        assert healthy(told(address)) == 20 * (number + 1)
        before = children(process.pid)
        for child in before:
            os.kill(child, signal.SIGKILL)
        end = time.monotonic() + 60
        while len(children(process.pid) - before) < 2:
            assert time.monotonic() < end
            time.sleep(0.1)
    assert healthy(told(address)) == 60
    (kept,) = folder.glob("kb-metrics-*")
    numbers = {path.stem.rpartition("_")[2] for path in kept.glob("*.db")}
    assert numbers <= {"ended", *map(str, children(process.pid))}


def test_what_a_killed_server_left_is_swept_and_no_link_is_followed(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, process):
        told(address)
        first = children(process.pid)
        process.kill()
        process.wait()
        end = time.monotonic() + 60
        while any(Path("/proc", str(child)).exists() for child in first):
            assert time.monotonic() < end
            time.sleep(0.1)
    (left,) = tmp_path.glob("kb-metrics-*")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "serving.lock").write_text("theirs")
    (tmp_path / "kb-metrics-link").symlink_to(theirs)
    for path in (left, theirs):
        os.utime(path, (0, 0))
    with serving(tmp_path) as (address, _):
        (running,) = set(tmp_path.glob("kb-metrics-*")) - {left, tmp_path / "kb-metrics-link"}
        assert not left.exists()
        assert (theirs / "serving.lock").read_text() == "theirs"
        os.utime(running, (0, 0))
        other = tmp_path / "other"
        other.mkdir()
        with serving(other, TMPDIR=str(tmp_path)) as (beside, _):
            told(beside)
            assert running.is_dir(), "one that runs is left alone"
            assert value(told(address), "kb_ready ") == 0
