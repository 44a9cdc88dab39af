"""Names and manifests of builds."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.builds import FIELDS_VERSION, BuildManifest, is_build_id, new_build_id
from index.errors import IndexBroken
from index.fields import FILTER_FIELDS, TEXT_FIELDS


@given(st.text(max_size=40), st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2100, 1, 1)))
def test_ids_are_lower_case_and_say_their_field_table(fingerprint: str, now: dt.datetime) -> None:
    build = new_build_id(fingerprint, now.replace(tzinfo=dt.UTC))
    assert is_build_id(build)
    assert build == build.lower()
    assert f"-s{FIELDS_VERSION}-" in build


def test_ids_sort_by_age_in_utc() -> None:
    seoul = dt.timezone(dt.timedelta(hours=9))
    early = new_build_id("zz", dt.datetime(2026, 11, 22, 19, 0, tzinfo=seoul))
    late = new_build_id("aa", dt.datetime(2026, 11, 22, 10, 45, tzinfo=dt.UTC))
    assert early.startswith("20261122100000-") and late.startswith("20261122104500-")
    assert early < late


@pytest.mark.parametrize("name", ["", "LIVE", "../x", "20261122104500-s3-a91f2c-7k/..", "20261122104500-s3-A91F2C-7k"])
def test_what_is_no_id(name: str) -> None:
    assert not is_build_id(name)


def test_manifest_round_trip() -> None:
    manifest = BuildManifest("b", "whoosh", "f", 1, 2, 3, "2026-11-22T10:45:00+00:00", ("같음",))
    assert BuildManifest.from_json(manifest.to_json()) == manifest


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"checks": []}', '{"checks": 5}', "{"])
def test_a_broken_manifest_is_named(text: str) -> None:
    with pytest.raises(IndexBroken):
        BuildManifest.from_json(text)


def test_a_changed_field_table_has_a_new_number() -> None:
    """When this fails: raise FIELDS_VERSION, then put the new digest here."""
    table = repr([(f.name, f.positions) for f in TEXT_FIELDS] + [f.name for f in FILTER_FIELDS])
    assert (FIELDS_VERSION, hashlib.sha256(table.encode()).hexdigest()[:12]) == (2, "97005823c696")


@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2100, 1, 1)), st.integers(-(10**9), 10**6))
def test_a_later_build_sorts_behind_whatever_the_clock_does(now: dt.datetime, jump: int) -> None:
    first = new_build_id("f00", now.replace(tzinfo=dt.UTC))
    second = new_build_id("f00", now.replace(tzinfo=dt.UTC) + dt.timedelta(seconds=jump), after=first)
    assert is_build_id(second)
    assert second > first
