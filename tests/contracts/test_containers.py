"""The container files: what a linter does not see. `make lint` has hadolint and the schema of compose.

No container engine is needed, so none of this says that an image was built: docs/operations.md says what was run.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("web", "kb")
NAMES = {PREFIX + name.upper() for name in Settings.model_fields}


def copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, flags=re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_everything_copied_is_there_and_let_through() -> None:
    let_through = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert let_through[0] == "*"
    for source in copied():
        assert (ROOT / source).exists()
        assert f"!{source}" in let_through


def test_every_package_is_copied() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    packages = {Path(file).parts[0] for file in tracked if Path(file).name == "__init__.py"}
    assert {"index", "kb", "web"} <= packages
    assert {"index", "kb", "web", "data"} <= set(copied())


def test_settings_named_are_settings() -> None:
    named = set(re.findall(r"\b(KB_[A-Z_]+)=", CONTAINERFILE.split("FROM")[-1]))
    for service in OURS:
        named |= set(COMPOSE["services"][service]["environment"])
    assert {"KB_HOST", "KB_ACCESS", "KB_DATABASE_URL"} <= named <= NAMES


def test_the_image_is_of_no_root_and_lets_nobody_in_unasked() -> None:
    last = CONTAINERFILE.split("FROM")[-1]
    assert re.search(r"^USER 10001:10001$", last, flags=re.MULTILINE)
    assert "KB_ACCESS=token" in last
    assert "/healthz" in last


@pytest.mark.parametrize("service", OURS)
def test_ours_are_closed(service: str) -> None:
    ours = COMPOSE["services"][service]
    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert ours["environment"]["KB_ACCESS"] == "token"
    assert "ports" not in ours


def test_only_the_proxy_is_reached_from_outside_and_only_from_this_machine() -> None:
    open_ones = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert set(open_ones) == {"proxy"}
    assert all(":-127.0.0.1:" in port for port in open_ones["proxy"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgresql", "opensearch"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
    proxy = COMPOSE["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    assert COMPOSE["services"]["web"]["environment"]["KB_TRUSTED_PROXIES"] == proxy


def test_no_secret_stands_in_the_files() -> None:
    for text in (CONTAINERFILE, (ROOT / "compose.yaml").read_text(encoding="utf-8")):
        assert not re.search(r"(?i)(password|secret|token|key)\s*[:=]\s*[\"']?[a-z0-9]{8,}", text)
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_images_have_a_version() -> None:
    for name, service in COMPOSE["services"].items():
        if name not in OURS:
            assert re.search(r":\d[\w.-]*$", service["image"]), name


def test_the_server_lock_is_the_two_others_together() -> None:
    """What runs in the image is what the tests ran with."""

    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.removesuffix(" \\") for line in lines if line and not line.startswith(" ")}

    server = pins("requirements-server.lock")
    assert pins("requirements.lock") <= server <= pins("requirements.lock") | pins("requirements-dev.lock")
    for library in ("psycopg", "psycopg-binary", "tantivy", "opensearch-py"):
        assert any(pin.startswith(f"{library}==") for pin in server)
