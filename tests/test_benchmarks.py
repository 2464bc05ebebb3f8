"""The comparison with the Accelerator: its parts, its table, and what is shown of it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import growth, project, report
from benchmarks.__main__ import PARTS
from benchmarks.cost import Cost
from benchmarks.project import Run, Told
from benchmarks.row import Row, page, seconds, table
from benchmarks.setting import Setting

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_lines(part: str) -> None:
    assert callable(import_module(f"benchmarks.{part}").rows_of)


def test_the_readme_shows_what_is_kept() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = report.held(RESULTS)
    assert report.placed(readme, report.main_lines(found)) == readme
    if found:
        page = (RESULTS / "speed.md").read_text(encoding="utf-8")
        assert report.whole(found, PARTS) == page


@pytest.mark.parametrize(
    ("row", "aimed", "met"),
    [
        (Row("w", 1.0, 12.0, aim=10), "10", "yes"),
        (Row("w", 1.0, 5.0, aim=10), "10", "no, 50%"),
        (Row("w", 1.0, 0.0, aim=10), "10", ""),
        (Row("w", 0.2, limit=0.3), "300 ms at most", "yes"),
        (Row("w", 0.6, limit=0.3), "300 ms at most", "no, 50%"),
        (
            Row("w", 1.0, 0.4, aim=0.5, aim_words="twice that of 100"),
            "twice that of 100",
            "no, 80%",
        ),
        (Row("w", 1.25, raw=1.0, raw_aim=1.3), "1.3 x raw at most", "yes"),
        (Row("w", 2.6, 99.0, raw=1.0, raw_aim=1.3), "1.3 x raw at most", "no, 50%"),
        (Row("w", 2.6, raw_aim=1.3), "1.3 x raw at most", ""),
        (Row("w", 1.0, 3.0), "", ""),
    ],
)
def test_whether_an_aim_is_met(row: Row, aimed: str, met: str) -> None:
    assert (row.aimed, row.met) == (aimed, met)


def test_a_table() -> None:
    rows = [Row("sorting", 2.0, 17.0, 1.6, 10, note="a note"), Row("disk", 60, 166, unit="MB")]
    assert table(rows).splitlines()[2:] == [
        "| sorting | 2 s | 17 s | 8.5 | 10 | no, 85% | 1.6 s | 1.25 |",
        "| disk | 60 MB | 166 MB | 2.8 |  |  |  |  |",
    ]
    assert page(rows).endswith("|\n\n- sorting: a note")
    assert [seconds(value) for value in (0, 65e-9, 0.0002, 0.25, 0.9996)] == [
        "",
        "65 ns",
        "200 µs",
        "250 ms",
        "1 s",
    ]


def test_parts_are_kept_one_by_one(tmp_path: Path) -> None:
    setting, readme = Setting(tmp_path, None, "S"), tmp_path / "README.md"
    readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    first, second = Row("one", 1.0, 12.0, aim=10), Row("two", 0.1, limit=0.3)
    report.keep(tmp_path, setting, PARTS, {"lookup": [second, Row("no aim", 1.0)]})
    report.keep(tmp_path, setting, PARTS, {"columns": [replace(first, ours=3.0)]})
    report.keep(tmp_path, setting, PARTS, {"columns": [first]})
    report.show(tmp_path, PARTS, readme)
    shown = readme.read_text()
    assert f"{report.BEGIN}\n\n{table([first, second])}\n\n{report.END}\nafter" in shown
    assert "old" not in shown
    assert "| no aim |" in (tmp_path / "speed.md").read_text()
    assert json.loads((tmp_path / "speed.json").read_text())["lookup"]["about"]["rows"] == "100,000"


def test_a_readme_without_a_place_for_the_table() -> None:
    with pytest.raises(SystemExit, match="no place"):
        report.placed("nothing", "| a |")


def test_what_runs_told() -> None:
    told = Told()
    for wall in (1.0, 9.0, 2.0):
        text = f"noise\nTOLD sort {wall}\nTOLD sort.cpu 0.5\nTOLD x\n"
        told.add("axtui", Run(Cost(wall, 0.1), project.told(text)))
    row = told.row("sorting", "sort", 10)
    assert (row.ours, row.theirs, row.note) == (2.0, 0.0, "of processors: axtui 500 ms")


def test_a_project_for_both(tmp_path: Path) -> None:
    methods = {"one": "\ndef synthesis():\n    pass\n", "two.sql": "\nSELECT 1 AS n\n"}
    scripts = {"all": project.MEASURED + "def main(urd):\n    measured('one', urd.build)\n"}
    root = project.write(tmp_path / "project", methods, scripts, tmp_path, 2)
    found = {path.name for path in (root / "dev").iterdir()}
    assert found == {"__init__.py", "a_one.py", "two.sql", "build_all.py"}
    compile((root / "dev/build_all.py").read_text(), "build_all.py", "exec")
    assert project.ours(root).command[-1].endswith("accelerator.conf")
    assert project.ours(root, durable=False).command[-1].endswith("axtui.toml")


def test_growth_measures_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def measured(
        setting: Setting, rows: int, *_: int
    ) -> tuple[dict[str, list[Run]], dict[str, int]]:
        asked.append((rows, setting.slices))
        return {who: [Run(Cost(1.0, 1.0))] for who in ("axtui", "raw")}, {}

    monkeypatch.setattr(growth, "measure", measured)
    rows = growth.rows_of(Setting(tmp_path, None, "S"))
    assert asked == [(100_000, 1), (100_000, 2), (100_000, 4), (100_000, 8), (1_000_000, 2)]
    assert rows[0].work == "`import` of 100,000 rows in 1 slice"
    assert rows[-1].work == "`import` of 1,000,000 rows in 2 slices"


def test_scripts_are_python() -> None:
    for part, name in (("jobs", "script"), ("columns", "_SCRIPT"), ("afr", "_SCRIPT")):
        source = getattr(import_module(f"benchmarks.{part}"), name)
        compile(source() if callable(source) else source, part, "exec")
