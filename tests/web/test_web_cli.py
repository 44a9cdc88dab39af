"""``kb serve`` as a process: it names its address, answers, and ends when it is interrupted."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

KB = (sys.executable, "-c", "from kb.cli import main; main()")


def test_serve_answers_until_interrupted(tmp_path: Path) -> None:
    command = (*KB, "--data-dir", str(tmp_path), "serve", "--port", "0")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while (address := re.search(r"http://127\.0\.0\.1:\d+", said)) is None:
            line = process.stderr.readline()
            assert line, f"ended without an address: {said}"
            said += line
        assert "색인이 아직 없어" in said and "kb ingest" in said  # what the base lacks, to whom it is new
        with urllib.request.urlopen(f"{address[0]}/healthz", timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert "Traceback" not in said + rest


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = (*KB, "--data-dir", str(tmp_path), "serve", "--port", port)
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert port in ended.stderr and "--port" in ended.stderr
    assert "Traceback" not in ended.stderr
