"""The page says what was measured and no more; its pictures can be read without seeing them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from bench.chart import Chart, drawn
from bench.page import page
from bench.sections import reindex
from bench.tables import Column, aimed, number, table
from bench.work import Work

ROWS = [
    {"engine": "tantivy", "size": 0, "posts": 4776, "seconds": 1.2, "cpu": 1.1, "peak_mb": 150.0}
    | {"index_bytes": 1500.0, "database_bytes": 15_000.0, "index_folder": 3000.0},
    {"engine": "whoosh", "size": 0, "posts": 4776, "seconds": 20.0, "cpu": 19.0, "peak_mb": 250.0}
    | {"index_bytes": 4500.0, "database_bytes": 15_000.0, "index_folder": 9000.0},
]


def work(folder: Path) -> Work:
    return Work(folder, (), None, None, None, (), (), ("tantivy",), 1.0, 0, 0)


def test_a_figure_says_whether_it_reaches_its_aim() -> None:
    rows: list[dict[str, object]] = [{"who": "a", "ms": 7.96}, {"who": "b", "ms": 8.1}, {"who": "c"}]
    told = table(rows, (Column("who", "who"), Column("ms", "ms", aimed(8, where=lambda row: row["who"] != "x"))))
    assert told.splitlines()[1:] == ["| --- | ---: |", "| a | **8.0** ✔ ≤ 8 |", "| b | **8.1** ✘ ≤ 8 |", "| c |  |"]
    least = aimed(3000, digits=0, least=True)
    assert (least({}, 3980.0), least({}, 12.0)) == ("**3,980** ✔ ≥ 3,000", "**12** ✘ ≥ 3,000")
    assert number(2)({}, 1234.567) == "1,234.57"


def test_the_page_holds_what_was_saved_and_no_path_of_the_machine(tmp_path: Path) -> None:
    here = work(tmp_path)
    here.save("reindex", {"rows": ROWS})
    told = page(here, {"reindex": ("Reindexing", reindex.told), "search": ("Searching", reindex.told)})
    assert "**3,980** ✔ ≥ 3,000" in told
    assert "**239** ✘ ≥ 350" in told
    assert "## Searching" not in told  # it was not measured
    assert str(tmp_path) not in told
    assert str(Path.cwd()) not in told


def test_a_chart_tells_its_figures_in_words_and_stays_in_its_frame() -> None:
    lines = {"a": [(5_000, 1.5), (1_000_000, 7.0)], "b & c": [(5_000, 1.4), (1_000_000, 6.9)]}
    root = ElementTree.fromstring(drawn(Chart("What <it> costs", "posts", "ms", lines)))
    told = {element.tag.rpartition("}")[2]: element.text for element in root}
    assert told["title"] == "What <it> costs"
    assert "a: 1.5 at 5k, 7 at 1M" in (told["desc"] or "")
    names = [element for element in root if (element.text or "").startswith(("a ", "b & c "))]
    heights = sorted(float(element.attrib["y"]) for element in names)
    assert heights[1] - heights[0] > 15  # names of lines that end together do not touch
    assert all(0 <= float(e.attrib[key]) <= 900 for e in root.iter() for key in ("cx", "cy") if key in e.attrib)
