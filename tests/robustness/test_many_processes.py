"""Two web servers, runs of ingestion and rebuilding, all processes of their own, on one PostgreSQL and one index:
Tantivy's in a folder that they share, and OpenSearch's in a cluster of three nodes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from servers import clusters

from index.engines.opensearch_client import Remote
from index.opensearch_settings import OpenSearchSettings
from tests.servers import postgresql

pytestmark = postgresql.MARKS
ENGINES = ["tantivy", pytest.param("opensearch", marks=clusters.MARKS)]

KB = (sys.executable, "-c", "from kb.cli import main; main()")
POSTS = 30
ASKED = (
    "/search?q=우회수출",
    "/api/v1/search?q=관세청&topic=evasion",
    "/api/v1/suggest?q=관",
    "/entities/agency/관세청",
    "/directory",
    "/overview",
    "/status",
    "/readyz",
)


@pytest.fixture(params=ENGINES)
def environment(request: pytest.FixtureRequest, postgresql_address: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings that every process of a base has. What they lay in the cluster is taken away again."""
    common = os.environ | {
        "KB_DATABASE_URL": postgresql_address,
        "KB_DATA_DIR": str(tmp_path / "var"),
        "KB_ENGINE": request.param,
        "KB_WORKERS": "1",
        "KB_THREADS": "2",
        "KB_JOBS": "1",
    }
    if request.param != "opensearch":
        yield common
        return
    settings = replace(clusters.fresh_settings(shards=2, replicas=1), locks_index="")
    yield common | {
        "KB_OPENSEARCH_URLS": ",".join(settings.urls),
        "KB_OPENSEARCH_PREFIX": settings.prefix,
        "KB_OPENSEARCH_SHARDS": str(settings.shards),
        "KB_OPENSEARCH_REPLICAS": str(settings.replicas),
    }
    remove(settings)


def remove(settings: OpenSearchSettings) -> None:
    remote = Remote(settings)
    remote.ask("DELETE", f"/{settings.prefix}-*,{settings.locks}", ignore_unavailable=True)
    remote.close()


def write(folder: Path, number: int, told: str) -> None:
    text = f"---\ntitle: 우회수출 단속 {number}\n---\n<p>관세청 조사총괄과(042-481-78{number:02})가 {told}.</p>\n"
    (folder / f"2024-07-01-{number:02}.md").write_text(text, encoding="utf-8")


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    command = [*KB, "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        said = ""
        while (address := re.search(r"http://127\.0\.0\.1:\d+", said)) is None:
            line = process.stderr.readline()
            assert line, f"ended without an address: {said}"
            said += line
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        try:
            yield address[0]
        finally:
            process.terminate()
            process.wait(30)
            drain.join(5)


def asking(address: str, stop: threading.Event, answers: list[int], failures: list[str]) -> Callable[[], None]:
    def ask() -> None:
        while not stop.is_set():
            for path in ASKED:
                try:
                    with urllib.request.urlopen(address + urllib.parse.quote(path, safe="/?=&"), timeout=60) as answer:
                        answer.read()
                        answers.append(answer.status)
                except OSError as problem:
                    failures.append(f"{path}: {problem}")
                stop.wait(0.1)

    return ask


def readers_opened(address: str) -> float:
    """How often a server's searches were moved to another state of the index, after a search."""
    with urllib.request.urlopen(f"{address}/api/v1/search?q=%EA%B4%80%EC%84%B8%EC%B2%AD&page=2", timeout=60):
        pass
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:
        found = re.search(rb"^kb_index_reader_openings_total\S* (\S+)", answer.read(), re.MULTILINE)
    assert found is not None
    return float(found[1])


def until_it_answers_from(build: str, address: str) -> str:
    """The build that a server answers from, once it is this one: it looks for another a few times a second."""
    until = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(f"{address}/api/v1/status", timeout=60) as answer:
            found: str = json.load(answer)["build"]
        if found == build or time.monotonic() > until:
            return found
        time.sleep(0.2)


def test_two_servers_an_ingest_and_a_reindex_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "site" / "_posts"
    folder.mkdir(parents=True)

    def kb(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*KB, *words], env=environment, capture_output=True, text=True, check=False, timeout=240)

    def read() -> None:
        ended.append(kb("ingest", str(folder.parent)))

    def rebuild() -> None:
        for _ in range(2):
            ended.append(kb("reindex"))

    ended: list[subprocess.CompletedProcess[str]] = []
    for number in range(POSTS):
        write(folder, number, "단속한다")
    read()
    answers: list[int] = []
    failures: list[str] = []
    stop = threading.Event()
    with ExitStack() as stack:
        addresses = [stack.enter_context(serving(environment)) for _ in range(2)]
        askers = [threading.Thread(target=asking(each, stop, answers, failures)) for each in addresses]
        for asker in askers:
            asker.start()
        rebuilder = threading.Thread(target=rebuild)
        rebuilder.start()
        for turn in range(2):
            for number in range(turn, POSTS, 3):  # some change, some go, some are new
                write(folder, number, f"{turn}번째로 조사한다")
            (folder / f"2024-07-01-{turn:02}.md").unlink()
            write(folder, POSTS + turn, "새로 알린다")
            read()
        rebuilder.join()
        before = [readers_opened(each) for each in addresses]
        built = json.loads(kb("reindex", "--json").stdout)["build"]
        answering = [until_it_answers_from(built, each) for each in addresses]
        after = [readers_opened(each) for each in addresses]
        stop.set()
        for asker in askers:
            asker.join()
    assert [each.stderr for each in ended if each.returncode] == []
    assert failures == []
    assert set(answers) == {200}
    assert len(answers) > 20
    assert answering == [built, built]
    assert all(now > then for now, then in zip(after, before, strict=True)), (before, after)

    checked = json.loads(kb("check", "--json").stdout)
    assert (checked["ok"], checked["posts"], checked["indexed"], checked["lag"]) == (True, POSTS, POSTS, 0)
    found = json.loads(kb("search", "새로 알린다", "--json").stdout)
    assert found["hits"][0]["post"] in ("site/2024-07-01-30", "site/2024-07-01-31")
