"""The database server goes away under a running site, and comes back: 503 with a sentence meanwhile, then answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from tests.servers import postgresql
from web import create_app

pytestmark = postgresql.MARKS


@pytest.mark.skipif(postgresql.GIVEN is not None, reason="postgresql: the given server must not be stopped")
def test_a_site_outlives_its_database_server(tmp_path: Path, analyzer: KoreanAnalyzer) -> None:
    posts = tmp_path / "site" / "_posts"
    posts.mkdir(parents=True)
    (posts / "2024-07-01-1.md").write_text(
        "---\ntitle: 우회수출 단속\n---\n<p>관세청이 단속한다.</p>", encoding="utf-8"
    )
    with postgresql.serving() as server:
        url = server.make().render_as_string(hide_password=False)
        settings = Settings(data_dir=tmp_path / "var", database_url=url)
        with KnowledgeBase.open(settings, analyzer) as base:
            base.ingest([posts])
            client = create_app(settings, base).test_client()
            assert client.get("/readyz").status_code == 200
            server.stop()
            for path in ("/search?q=단속", "/directory", "/entities/agency", "/posts/site/2024-07-01-1", "/status"):
                answer = client.get(path)
                assert answer.status_code == 503, path
                assert "데이터베이스" in answer.text
                assert "psycopg" not in answer.text and str(tmp_path) not in answer.text
            problem = client.get("/api/v1/directory")
            assert (problem.status_code, problem.content_type) == (503, "application/problem+json")
            assert client.get("/readyz").status_code == 503
            assert client.get("/healthz").status_code == 200
            server.start()
            assert client.get("/readyz").status_code == 200
            assert client.get("/search?q=단속").status_code == 200
