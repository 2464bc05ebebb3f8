"""The log of an Accelerator's urd, in both of its versions, as our actions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from axtui.build.acceleratorlog import read_accelerator_log
from axtui.errors import NoSuchWhateverError

JOBS = [["m", "dev-1"]]
DEP = {"ann/x": {"timestamp": "2023-01", "joblist": JOBS, "caption": 'a|b "c"'}}


def line(*fields: str, sign: str = "\t") -> str:
    return sign.join(fields) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ann").mkdir()
    (tmp_path / "bob").mkdir()
    jobs, deps = json.dumps(JOBS), json.dumps(DEP)
    (tmp_path / "ann" / "x.urd").write_text(
        line(
            "3",
            "2023-01-01T00:00:00",
            "add",
            "2023-01",
            "ann/x",
            "{}",
            jobs,
            "",
            'a|b "c"',
            sign="|",
        )
        + line("4", "2024-02-01T00:00:00.5", "truncate", "2023-01", "ann/x")
        + line("4", "2024-03-01T00:00:00", "add", "2024-03 ", "ann/x", "{}", jobs, "", '""')
        + "4\tnonsense\n5\t2024\n\n"
        + line("3", "2023-03-01T00:00:00", "truncate", "7", "ann/x", sign="|")
    )
    (tmp_path / "bob" / "y.urd").write_text(
        line("3", "2023-02-01T00:00:00", "add", "007+2023-02-01 10:00", "bob/y", deps, jobs, "update",
             "ü", sign="|")
        + line("4", "2024-01-01T00:00:00", "add", "2", "bob/y", deps, jobs, "update", '"l1\\n\\tl2"')
        + line("4", "2024-01-02T00:00:00", "add", "3", "bob/y", "{}", jobs, "", '"c"', '"dev-9"')
    )  # fmt: skip
    (tmp_path / "passwd").write_text("ann:secret\n")
    return tmp_path


def test_actions_of_all_lists_in_the_order_they_were_written(folder: Path) -> None:
    actions, problems = read_accelerator_log(folder)
    assert [(one["action"], one["list"], one["timestamp"]) for one in actions] == [
        ("add", "ann/x", "2023-01"),
        ("add", "bob/y", "7+2023-02-01T10:00"),
        ("truncate", "ann/x", "7"),
        ("add", "bob/y", "2"),
        ("add", "bob/y", "3"),
        ("truncate", "ann/x", "2023-01"),
    ]
    assert [text.split(": ")[0].rpartition("/")[2] for text in problems] == [
        f"x.urd, line {number}" for number in (3, 4, 5, 6)
    ]
    first, second, _, fourth, fifth, cut = actions
    assert first["caption"] == 'a|b "c"' and first["build_job"] == "" and first["flags"] == []
    assert second["caption"] == "ü" and second["deps"] == DEP and second["flags"] == ["update"]
    assert fourth["caption"] == "l1\n\tl2" and fifth["build_job"] == "dev-9"
    assert first["joblist"] == JOBS and first["at"] == 1672531200.0
    assert set(cut) == {"action", "list", "timestamp", "at"} and cut["at"] == 1706745600.5


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchWhateverError, match="there is no urd"):
        read_accelerator_log(tmp_path / "urd.db")
