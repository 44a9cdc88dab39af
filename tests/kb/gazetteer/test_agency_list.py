"""The real list through time, and what the loader refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb.errors import DataError
from kb.gazetteer.agencies import AgencyList, load_agencies
from kb.gazetteer.bodies import load_bodies
from kb.gazetteer.gazetteer import DATA, Gazetteer
from kb.gazetteer.hotlines import load_hotlines


@pytest.fixture(scope="module")
def agencies() -> AgencyList:
    return load_agencies(DATA / "agencies.yaml")


@pytest.mark.parametrize(
    ("name", "date", "official"),
    [
        ("산업부", "2013-03-22", "지식경제부"),  # nobody bore it yet: the forerunner of the first who did
        ("산업부", "2025-09-30", "산업통상자원부"),
        ("산업부", "2025-10-01", "산업통상부"),
        ("산업통상자원부", "2026-05-01", "산업통상부"),
        ("산업통상부", "2024-05-01", "산업통상자원부"),
        ("MOTIE", "2024-05-01", "산업통상자원부"),
        ("MOTIE", "2026-05-01", "산업통상부"),
        ("지식경제부", "2012-01-01", "지식경제부"),
        ("지식경제부", "2014-01-01", "산업통상자원부"),
        ("기재부", "2026-01-01", "기획재정부"),
        ("기재부", "2026-01-02", "재정경제부"),
        ("기획예산처", "2026-01-02", "기획예산처"),
        ("환경부", "2025-09-30", "환경부"),
        ("환경부", "2025-10-01", "기후에너지환경부"),
        ("여가부", "2025-10-01", "성평등가족부"),
        ("특허청", "2025-09-30", "특허청"),
        ("특허청", "2025-10-01", "지식재산처"),
        ("통계청", "2025-10-01", "국가데이터처"),
        ("방통위", "2025-09-30", "방송통신위원회"),
        ("방통위", "2025-10-01", "방송미디어통신위원회"),
        ("문화재청", "2024-05-16", "문화재청"),
        ("문화재청", "2024-05-17", "국가유산청"),
        ("국가보훈처", "2023-06-05", "국가보훈부"),
        ("행안부", "2012-01-01", "행정안전부"),
        ("행정안전부", "2013-06-01", "안전행정부"),
        ("안전행정부", "2015-01-01", "행정자치부"),
        ("안행부", "2024-01-01", "행정안전부"),
        ("미래부", "2024-01-01", "과학기술정보통신부"),
        ("중기청", "2024-01-01", "중소벤처기업부"),
        ("질병관리본부", "2021-01-01", "질병관리청"),
        ("국민안전처", "2024-01-01", "국민안전처"),  # dissolved, not renamed
        ("해경", "2024-01-01", "해양경찰청"),
        ("Korea Customs Service", "2024-01-01", "관세청"),
        ("청와대", "2024-01-01", "대통령실"),  # a look-up name finds it always
    ],
)
def test_a_name_means_the_body_of_its_date(agencies: AgencyList, name: str, date: str, official: str) -> None:
    found = agencies.resolve(name, dt.date.fromisoformat(date))
    assert found is not None
    assert found.name == official


@pytest.mark.parametrize(
    ("name", "date", "official"),
    [
        ("청와대", "2021-01-01", "대통령실"),
        ("청와대", "2003-01-01", "대통령실"),
        ("산자부", "2005-06-20", "산업자원부"),
        ("산업자원부", "2024-06-20", "산업통상자원부"),  # only renamed since
        ("외교부", "2005-06-20", "외교통상부"),  # its short name then
        ("재경부", "2003-05-14", "재정경제부"),
        ("재정경제부", "2010-05-14", "기획재정부"),
        ("농림부", "2005-06-20", "농림부"),
        ("농림부", "2024-06-20", "농림축산식품부"),
        ("복지부", "2009-06-20", "보건복지가족부"),
        ("교육부", "2004-06-20", "교육인적자원부"),
        ("상공부", "1989-05-24", "상공부"),
        ("재무부", "1989-05-24", "재무부"),
        ("재무부", "2024-05-24", None),  # of other states
        ("외무부", "2024-05-24", None),
        ("문화부", "2024-05-24", None),  # of newspapers
        ("예산처", "2024-05-24", None),  # the National Assembly's
        ("무역위", "2005-11-25", "무역위원회"),
        ("청와대", "2024-01-01", None),  # a park then
        ("청와대", "2026-01-01", "대통령실"),
        ("중대범죄수사청", "2024-07-01", None),  # a bill then
        ("산업통상부", "2024-07-01", None),  # the name of a ministry in Prague then
        ("국가인공지능위원회", "2024-07-20", "국가인공지능위원회"),  # announced
        ("국가인공지능위원회", "2024-03-01", None),
        ("MOF", "2024-07-01", None),  # every country has one
        ("국가정보원", "2024-07-01", "국가정보원"),
    ],
)
def test_a_text_reads_names_more_strictly_than_a_search(
    agencies: AgencyList, name: str, date: str, official: str | None
) -> None:
    found = agencies.read(name, dt.date.fromisoformat(date))
    assert (found.name if found else None) == official


@pytest.mark.parametrize(
    ("name", "lineage"),
    [
        ("지경부", "상공부 동력자원부 상공자원부 통상산업부 산업자원부 지식경제부 산업통상자원부 산업통상부".split()),
        ("산업부", "상공부 동력자원부 상공자원부 통상산업부 산업자원부 지식경제부 산업통상자원부 산업통상부".split()),
        ("외교부", ["외무부", "외교통상부", "외교부"]),
        ("국가유산청", ["문화재청", "국가유산청"]),
        ("저출산고령사회위원회", ["저출산고령사회위원회"]),
        ("없는부", []),
    ],
)
def test_lineage_runs_straight_back_and_on(agencies: AgencyList, name: str, lineage: list[str]) -> None:
    assert [agency.name for agency in agencies.lineage(name)] == lineage


def test_a_search_for_one_name_finds_all_names_of_the_line(agencies: AgencyList) -> None:
    names = agencies.search_aliases("산업통상부")
    assert {"산업통상자원부", "산업통상부", "산업부", "지식경제부", "MOTIE", "MOTIR"} <= set(names)
    assert "기후에너지환경부" not in names  # took over work, is another body
    assert {"재정경제부", "기획예산처", "기재부"} <= set(agencies.search_aliases("기획재정부"))
    assert "해양경찰청" not in agencies.search_aliases("행정안전부")


def test_every_body_is_found_by_its_own_name_while_it_stands(agencies: AgencyList) -> None:
    for agency in agencies:
        for since, until in agency.periods:
            for day in (since, until or dt.date(2026, 11, 1)):
                if day >= since:
                    for name in agency.written:
                        found = agencies.resolve(name, day)
                        assert found is agency, (name, day, found)


def test_the_line_of_renamings_has_no_gap(agencies: AgencyList) -> None:
    for agency in agencies:
        for link in agency.former:
            if link.kind == "renamed":
                ends = {until for _, until in agencies.by_name[link.name].periods}
                starts = {since for since, _ in agency.periods}
                assert ends & {day - dt.timedelta(1) for day in starts}, (link.name, agency.name)


@pytest.mark.parametrize(
    ("yaml", "line", "says"),
    [
        ("- {name: 가부, from: 2020-01-01}\n- {name: 가부, from: 2021-01-01}", 1, "두 번"),
        ("- {name: 가부, aliases: [나부], from: 2020-01-01}\n- {name: 나부, from: 2020-01-01}", 1, "같은 때에"),
        ("- {name: 가부, aliases: [가, 가], from: 2020-01-01}", 1, "같은 이름"),
        ("- {name: 가부}", 1, "'from'"),
        ("- {name: 가부, from: 2020-13-01}", 1, "YYYY-MM-DD"),
        ("\n- {name: 가부, from: 2020-02-01, to: 2020-01-01}", 2, "앞섭니다"),
        ("- {name: 가부, from: 2020-02-01, again: [{from: 2021-01-01}]}", 1, "겹칩니다"),
        ("- {name: 가부, from: 2020-01-01, parent: 나부}", 1, "상위 기관"),
        ("- {name: 가부, from: 2020-01-01, former: [{name: 나부, how: renamed}]}", 1, "앞선 기관"),
        ("- {name: 가부, from: 2020-01-01, former: [{name: 가부, how: absorbed}]}", 1, "모르는 연결"),
        (
            "- {name: 나부, from: 2019-01-01}\n- {name: 가부, from: 2020-01-01, former: [{name: 나부, how: renamed}]}",
            1,
            "끝난 날",
        ),
        ("- {name: 가부, from: 2020-01-01, formerly: 나부}", 1, "모르는 항목"),
        ("- {name: 가부, from: 2020-01-01, aliases: 나부}", 1, "목록이어야"),
        ("- 가부", 1, "이름: 값"),
        ("가부: 나부", 1, "목록이어야"),
        ("- {name: 가부\n", 2, "YAML"),
    ],
)
def test_wrong_data_is_refused_with_its_place(tmp_path: Path, yaml: str, line: int, says: str) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(yaml, encoding="utf-8")
    with pytest.raises(DataError) as problem:
        load_agencies(path)
    assert problem.value.where == f"agencies.yaml:{line}"
    assert says in problem.value.problem


def test_an_alias_may_pass_to_the_successor(tmp_path: Path) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(
        "- {name: 가나부, aliases: [가부], from: 2000-01-01, to: 2019-12-31}\n"
        "- {name: 가다부, aliases: [가부], from: 2020-01-01, former: [{name: 가나부, how: renamed}]}\n",
        encoding="utf-8",
    )
    listed = load_agencies(path)
    assert [a.name for a in listed.candidates("가부")] == ["가나부", "가다부"]
    assert listed.later("가나부")[0].name == "가다부"


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"agencies\.yaml:0"):
        load_agencies(tmp_path / "agencies.yaml")


def test_no_body_is_an_agency_and_no_name_is_listed_twice(agencies: AgencyList, tmp_path: Path) -> None:
    bodies = load_bodies(DATA / "bodies.yaml")
    assert not set(bodies.names()) & agencies.written()
    path = tmp_path / "bodies.yaml"
    path.write_text("- {name: 한국은행, aliases: [한은]}\n- {name: 한은}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"bodies\.yaml:2"):
        load_bodies(path)


@pytest.mark.parametrize(
    "row", ["- {number: 11a, about: 신고}", '- {number: "0112", about: 신고}', '- {number: "112"}']
)
def test_a_hotline_is_a_short_number_with_a_purpose(tmp_path: Path, row: str) -> None:
    path = tmp_path / "hotlines.yaml"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(DataError, match=r"hotlines\.yaml:1"):
        load_hotlines(path)


def test_the_fingerprint_follows_the_files(tmp_path: Path) -> None:
    for path in DATA.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    before = Gazetteer.load(tmp_path).fingerprint
    assert before == Gazetteer.load(DATA).fingerprint
    with (tmp_path / "bodies.yaml").open("a", encoding="utf-8") as bodies:
        bodies.write("- {name: 새로운재단}\n")
    assert Gazetteer.load(tmp_path).fingerprint != before
