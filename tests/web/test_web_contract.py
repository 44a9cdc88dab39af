"""Schemathesis asks the running server whatever the OpenAPI document allows, and what it forbids.

Every answer must be one that the document promises: status, content type, shape; and never an internal error.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kb.knowledge import KnowledgeBase
from kb.views import SearchParams

pytest.importorskip("schemathesis")

COMMAND = Path(sys.executable).with_name("schemathesis")
OPTIONS = [
    "--phases=coverage,fuzzing",
    "--max-examples=20",  # of each route, beside the limits of every parameter, which are always tried
    "--seed=1",
    "--no-color",
    "--max-failures=9",
    "--warnings=off",
]
# A post and an entity that are there, so that more than 404 is asked of them. Of a search, no schema can say that
# 30 February or a period that ends before it begins is 400, nor that a day of white space is no day (docs/web.md);
# of a list, that a cursor is 400 unless it is one that this list gave.
CONFIG = """
[[operations]]
include-operation-id = "post"
parameters = {{ source = "samples", name = {post} }}

[[operations]]
include-operation-id = "entity"
parameters = {{ kind = "agency", name = "관세청" }}

[[operations]]
include-operation-id = ["entities", "directory"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400"]

[[operations]]
include-operation-id = "search"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400"]
checks.negative_data_rejection.enabled = false
"""


@pytest.fixture
def config(knowledge: KnowledgeBase, tmp_path: Path) -> Path:
    found = knowledge.search(SearchParams(filters={"source": ("samples",)})).hits[0]
    told = tmp_path / "schemathesis.toml"
    told.write_text(CONFIG.format(post=json.dumps(found.url.rsplit("/", 1)[1])), encoding="utf-8")
    return told


def test_every_answer_is_one_that_the_document_promises(site: str, config: Path) -> None:
    command = [COMMAND, f"--config-file={config}", "run", f"{site}/api/v1/openapi.json", *OPTIONS]
    run = subprocess.run(command, cwd=config.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
