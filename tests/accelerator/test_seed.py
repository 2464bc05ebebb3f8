"""The public project `backblaze_animation` runs on axtui as it is (only where a clone of it is named)."""

from __future__ import annotations

import itertools
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.accelerator import seed, seedzips

CLONE = os.environ.get("AXTUI_SEED_CLONE")


@pytest.mark.skipif(not CLONE, reason="AXTUI_SEED_CLONE names no clone of backblaze_animation")
def test_the_project_runs_and_tells_the_rates_that_duckdb_computes(tmp_path: Path) -> None:
    project = seed.make_project(tmp_path / "project", Path(CLONE or ""), days=2)
    seed.built(project, "import")
    assert len(seed.check_rates(project)) >= 5
    seed.check_reuse(project, "import", "afr")


def test_the_rates_are_read_from_what_the_script_prints() -> None:
    printed = (
        "\nAFR during Q2 2021\n"
        "model                 #drives    #days   #fails       AFR\n"
        "TOSHIBA_MG07ACA14TA        80      312        4   467.95%\n"
        "ST4000DM000                89      353        0     0.00%\n"
        "built: afr dev-5, 3,134 rows, 0.99 s (first time)\n"
    )
    assert seed.told_rates(printed) == [
        ("ST4000DM000", 89, 353, 0, "0.00"),
        ("TOSHIBA_MG07ACA14TA", 80, 312, 4, "467.95"),
    ]


def test_the_true_rates_count_both_spellings_of_a_model_as_one(tmp_path: Path) -> None:
    lines = ["date,serial_number,model,capacity_bytes,failure,smart_1_raw"]
    for number in range(60):
        model = "WDC  WUH721414ALE6L4" if number % 2 else "WDC WUH721414ALE6L4"
        lines.append(f"2021-06-30,S{number},{model},-1,{int(number == 7)},")
    lines.append("2021-06-30,OTHER,ST4000DM000,5,1,3")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("z/2021-06-30.csv", "\n".join(lines))
        archive.writestr("__MACOSX/z/._2021-06-30.csv", b"\x00")
    assert seed.true_rates(tmp_path / "z.zip") == [
        ("WDC_WUH721414ALE6L4", 60, 60, 1, f"{36500 / 60:.2f}")
    ]


def test_the_zips_are_those_the_project_imports() -> None:
    periods = seedzips.periods()
    assert len(periods) == 25
    assert [periods[index].zip_name for index in (0, 3, -1)] == [
        "data_2013.zip",
        "data_Q1_2016.zip",
        "data_Q2_2021.zip",
    ]
    for before, after in itertools.pairwise(periods):
        assert (after.first - before.last).days == 1
    assert seedzips.days(periods[0], 2) == [date(2013, 4, 10), date(2013, 12, 31)]
    assert seedzips.days(periods[-1], 3) == [date(2021, 4, 1), date(2021, 5, 16), date(2021, 6, 30)]
