"""Fixture strategy: the smallest real thing that has what a test needs. Posts are built inline or read
from data/posts; databases, indexes and servers are real and made in a temporary directory. What is slow
to load (Kiwi, the gazetteer) is shared by the session."""

from __future__ import annotations

import pytest

from index.analysis.korean import KoreanAnalyzer


@pytest.fixture(scope="session")
def analyzer() -> KoreanAnalyzer:
    """Kiwi with the domain's words; loading takes 1.5 s."""
    return KoreanAnalyzer()
