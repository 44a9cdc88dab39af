"""Two web servers, runs of ingestion and rebuilding, all processes of their own, on one PostgreSQL and one index."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers import postgresql

pytestmark = postgresql.MARKS

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


@pytest.fixture
def environment(postgresql_address: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "KB_DATABASE_URL": postgresql_address,
        "KB_DATA_DIR": str(tmp_path / "var"),
        "KB_ENGINE": "tantivy",
        "KB_WORKERS": "1",
        "KB_THREADS": "2",
        "KB_JOBS": "1",
    }


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
        stop.set()
        for asker in askers:
            asker.join()
    assert [each.stderr for each in ended if each.returncode] == []
    assert failures == []
    assert set(answers) == {200}
    assert len(answers) > 20

    checked = json.loads(kb("check", "--json").stdout)
    assert (checked["ok"], checked["posts"], checked["indexed"], checked["lag"]) == (True, POSTS, POSTS, 0)
    found = json.loads(kb("search", "새로 알린다", "--json").stdout)
    assert found["hits"][0]["post"] in ("site/2024-07-01-30", "site/2024-07-01-31")
