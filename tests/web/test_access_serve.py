"""``kb serve`` as a process: what it refuses to open, and who comes in through a real socket and several workers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KB = (sys.executable, "-c", "from kb.cli import main; main()")


def run(data: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [*KB, "--data-dir", str(data), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment(settings), timeout=60, check=False)


def environment(settings: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KB_")} | settings


@contextmanager
def serving(data: Path, *words: str, **settings: str) -> Iterator[str]:
    command = [*KB, "--data-dir", str(data), "serve", "--port", "0", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment(settings)) as process:
        assert process.stderr is not None
        said = ""
        while (address := re.search(r"http://\S+:\d+", said)) is None:
            line = process.stderr.readline()
            assert line, f"ended without an address: {said}"
            said += line
        try:
            yield address[0].replace("0.0.0.0", "127.0.0.1")
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def asked(url: str, **headers: str) -> tuple[int, str]:
    wanted = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(wanted, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_another_address_is_refused_unless_access_is_set(tmp_path: Path) -> None:
    ended = run(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0")
    assert ended.returncode == 2
    assert "KB_ACCESS=token" in ended.stderr and "--open" in ended.stderr and "Traceback" not in ended.stderr


def test_a_setting_that_is_none_is_told(tmp_path: Path) -> None:
    ended = run(tmp_path, "serve", KB_ACCESS="everybody", KB_HOST="0.0.0.0")
    assert ended.returncode == 2 and "KB_ACCESS" in ended.stderr


def test_tokens_over_a_real_socket_and_several_processes(tmp_path: Path) -> None:
    text = run(tmp_path, "token", "create", "시험", "--expires", "1d").stdout.strip()
    with serving(tmp_path, "--host", "0.0.0.0", "--workers", "2", KB_ACCESS="token", KB_RATE_SUGGEST="12") as site:
        suggest = f"{site}/api/v1/suggest"
        assert asked(suggest)[0] == 401
        assert asked(suggest, Authorization="Bearer kb_aaaaaaaa_" + "a" * 32)[0] == 401
        assert asked(suggest, Authorization=f"Bearer {text}", X_Forwarded_For="1.2.3.4")[0] == 200
        told = [asked(suggest, Authorization=f"Bearer {text}")[0] for _ in range(14)]
        assert told.count(200) == 11, "two processes count as one"
        assert told[-1] == 429
        assert run(tmp_path, "token", "revoke", text[3:11]).returncode == 0
        began = time.monotonic()
        while asked(f"{site}/api/v1/explain", Authorization=f"Bearer {text}")[0] != 401:
            assert time.monotonic() - began < 60, (
                "a revoked token is refused, after two seconds if nothing else is done"
            )
            time.sleep(0.2)
    log = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"token created", "token used", "sign-in refused", "serve listening"} <= {entry["action"] for entry in log}
    listening = next(entry for entry in log if entry["action"] == "serve listening")
    assert listening["access"] == "token" and "0.0.0.0" in listening["address"]
    assert log[-1]["action"] == "serve" and log[-1]["phase"] == "end"


def test_a_trusted_proxy_over_a_real_socket(tmp_path: Path) -> None:
    settings = {"KB_ACCESS": "proxy", "KB_TRUSTED_PROXIES": "127.0.0.1"}
    with serving(tmp_path, "--workers", "1", **settings) as site:
        assert asked(f"{site}/api/v1/suggest", X_Forwarded_User="kim")[0] == 200
        assert asked(f"{site}/api/v1/suggest")[0] == 401
        assert asked(f"{site}/api/v1/suggest", X_Forwarded_User="kim, lee")[0] == 401
