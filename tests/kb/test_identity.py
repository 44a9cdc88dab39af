"""Which entity a reference is: never merged on the name alone, one over renamings and spellings."""

from __future__ import annotations

import pytest

from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import fold, identify
from kb.model import EntityRef


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def official(name: str, agency: str | None) -> EntityRef:
    return EntityRef("official", name, agency=agency, title="과장", office_kind="central")


def test_one_name_in_two_bodies_is_two_people(gazetteer: Gazetteer) -> None:
    one, other = (identify(official("나예시", body), gazetteer) for body in ("관세청", "외교부"))
    assert one.key != other.key


def test_a_person_stays_one_over_a_renaming(gazetteer: Gazetteer) -> None:
    before, after = (identify(official("나예시", body), gazetteer) for body in ("산업통상자원부", "산업통상부"))
    assert before.key == after.key
    assert before.label == "나예시 (산업통상자원부)"  # as it was called on its day


def test_a_body_is_one_however_it_is_written(gazetteer: Gazetteer) -> None:
    keys = {identify(official("나예시", body), gazetteer).key for body in ("무역협회", "한국무역협회", "KITA")}
    assert keys == {"나예시 한국무역협회"}


def test_without_a_body_the_name_stands_alone(gazetteer: Gazetteer) -> None:
    assert identify(official("나예시", None), gazetteer).key == "나예시"


def test_departments_belong_to_their_agency(gazetteer: Gazetteer) -> None:
    keys = {identify(EntityRef("department", "운영지원과", agency=a), gazetteer).key for a in ("관세청", "외교부")}
    assert keys == {"관세청 운영지원과", "외교부 운영지원과"}


@pytest.mark.parametrize(
    ("kind", "name", "alias"),
    [
        ("agency", "산업통상자원부", "MOTIE"),
        ("agency", "산업통상자원부", "산업부"),
        ("country", "US", "미국"),
        ("country", "US", "United States"),
        ("contact", "044-203-4832", "0442034832"),
        ("topic", "customs", "관세·통관"),
    ],
)
def test_names_that_lead_to_an_entity(gazetteer: Gazetteer, kind: str, name: str, alias: str) -> None:
    identity = identify(EntityRef(kind, name), gazetteer)  # type: ignore[arg-type]  # the table holds only kinds
    assert fold(alias) in {fold(known) for known in (*identity.aliases, identity.label)}


@pytest.mark.parametrize(
    ("one", "other"), [("산업 통상 자원부", "산업통상자원부"), ("ＭＯＴＩＥ", "motie"), ("산업·통상", "산업통상")]
)
def test_folding(one: str, other: str) -> None:
    assert fold(one) == fold(other)
