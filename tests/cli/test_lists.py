"""The commands that list and show, on workspaces with jobs of every kind."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from axtui.cli import main
from axtui.data import jobdir
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace

MakeJob = Callable[..., str]
REASON = {
    "kind": "option",
    "against": "dev-1",
    "text": "option x: 1 -> 2",
    "changes": [
        {"part": "option", "name": "x", "old": "1", "new": "2", "detail": ""},
        {"part": "source", "name": "a_m.py", "old": None, "new": "changed", "detail": "-a\n+b"},
    ],
}
STAGES = [
    {
        "stage": "analysis",
        "sliceno": number,
        "started": 10.0,
        "ended": 12.0 + number,
        "cpu_s": 1.5,
        "peak_rss": 30_000_000,
        "outcome": "ok",
    }
    for number in range(2)
]


@pytest.fixture
def call(workspace: Workspace, make_job: MakeJob) -> Callable[..., str]:
    make_job("first")
    path = workspace.config.workdirs["dev"] / "dev-2"
    make_job(
        "second",
        reason=REASON,
        slices=2,
        build_job="dev-9",
        script="daily",
        datasets={"default": {}, "other": {"previous": "dev-1/default", "hashlabel": "a"}},
        post={
            "datasets": ["default", "other"],
            "stages": STAGES,
            "registered": ["out.txt"],
            "files": {"out.txt": _fact(path, "out.txt", "hello")},
        },
    )
    (path / "out.txt").write_text("hello")
    _settle(path)
    (path / "OUTPUT").mkdir()
    (path / "OUTPUT" / "prepare").write_text("ready\n")
    (path / "OUTPUT" / "1").write_text("slice one")
    (path / "source" / "methods").mkdir(parents=True)
    (path / "source" / "methods" / "a_second.py").write_text("def synthesis(): ...\n")
    error = {"kind": "exception", "stage": "analysis", "sliceno": 1, "message": "ValueError: no"}
    trace = {"traceback": "Traceback: here", "status": ["reading", "row 7"], "stages": []}
    make_job("third", state="failed", post={**error, **trace})

    def run(*args: str) -> str:
        done = CliRunner().invoke(main.cli, ["--workspace", str(workspace.root), *args])
        if done.exception is not None:
            raise done.exception
        return done.output

    return run


def _fact(path: Any, name: str, text: str) -> dict[str, Any]:
    return {"size": len(text), "digest": "", "mtime_ns": 0, "ctime_ns": 0, "ino": 0}


def _settle(path: Any) -> None:
    """Make the completion record tell of the files as they are now."""
    post = json.loads((path / "post.json").read_text())
    post["files"] = {name: jobdir.file_fact(path / name) for name in post["files"]}
    (path / "post.json").write_text(json.dumps(post))


def test_jobs_newest_first_in_all_formats(call: Callable[..., str]) -> None:
    rows = json.loads(call("job", "--format", "json"))
    assert [row["job"] for row in rows] == ["dev-3", "dev-2", "dev-1"]
    assert [row["state"] for row in rows] == ["failed", "complete", "complete"]
    assert rows[1]["why"] == "option x: 1 -> 2" and rows[1]["wall_s"] == 2.5
    lines = list(csv.DictReader(io.StringIO(call("job", "-n", "1", "--format", "csv"))))
    assert [line["job"] for line in lines] == ["dev-3"]
    table = call("job").splitlines()
    assert table[0].split() == ["job", "method", "state", "started", "wall_s", "why"]
    assert len(table) == 4


def test_one_job_shows_everything(call: Callable[..., str]) -> None:
    shown = call("job", "second")
    for text in (
        "dev-2  second  complete",
        "option x: 1 -> 2  (against dev-1)",
        "default  7 rows, 1 column",
        "other  7 rows, 1 column, hashed on a, after dev-1/default",
        "out.txt  5 B",
        "analysis 1",
        "daily  dev-9",
    ):
        assert text in shown, shown
    facts = json.loads(call("job", "dev-2", "--format", "json"))[0]
    assert facts["files"] == [{"name": "out.txt", "bytes": 5}]
    assert facts["output"] == {"prepare": "ready\n", "1": "slice one"}
    assert facts["damage"] is None


def test_a_failed_job_shows_its_error(call: Callable[..., str]) -> None:
    shown = call("job", "third")
    assert "exception in analysis, slice 1: ValueError: no" in shown
    assert "Traceback: here" in shown and "reading > row 7" in shown


def test_output_path_and_source_alone(call: Callable[..., str], workspace: Workspace) -> None:
    assert call("job", "dev-2", "-O") == "# prepare\nready\n# analysis 1\nslice one\n"
    assert call("job", "dev-2", "-P") == f"{workspace.config.workdirs['dev'] / 'dev-2'}\n"
    source = workspace.config.workdirs["dev"] / "dev-2" / "source"
    (source / "@index").write_text('{"module": "methods.a_second"}\n')
    assert call("job", "dev-2", "-s") == "# methods/a_second.py\ndef synthesis(): ...\n"
    assert call("job", "dev-2", "-o").endswith("slice one\n")


def test_damage_is_named(call: Callable[..., str], workspace: Workspace) -> None:
    (workspace.config.workdirs["dev"] / "dev-2" / "out.txt").write_text("hellos")
    assert "damaged" in call("job", "dev-2").splitlines()[0]
    assert "out.txt has 6 bytes instead of 5" in call("job", "dev-2")
    (workspace.config.workdirs["dev"] / "dev-1" / "setup.json").write_text("{")
    rows = json.loads(call("job", "--format", "json"))
    assert rows[2] == {**dict.fromkeys(rows[2]), "job": "dev-1", "state": "damaged"}
    with pytest.raises(AcceleratorError, match=r"setup\.json is not readable JSON"):
        call("job", "dev-1")


def test_why(call: Callable[..., str]) -> None:
    shown = call("why", "dev-2")
    assert "was compared with dev-1:" in shown
    assert "an option changed: x\n    - 1\n    + 2\n" in shown
    assert "its code changed: a_m.py" in shown and "      -a\n      +b\n" in shown
    assert json.loads(call("why", "dev-2", "--format", "json"))[0]["changes"] == REASON["changes"]
    lines = list(csv.DictReader(io.StringIO(call("why", "dev-2", "--format", "csv"))))
    assert [line["part"] for line in lines] == ["option", "source"]


def test_long_options_are_compared_part_by_part(workspace: Workspace, make_job: MakeJob) -> None:
    columns = {f"column {number}": "int32" for number in range(9)}
    sides = json.dumps(columns), json.dumps({**columns, "column 3": "int64", "more": ["x"]})
    change = {"part": "option", "name": "x", "old": sides[0], "new": sides[1], "detail": ""}
    make_job("m", reason={"kind": "option", "against": "dev-0", "text": "", "changes": [change]})
    done = CliRunner().invoke(main.cli, ["--workspace", str(workspace.root), "why", "dev-1"])
    assert done.output.splitlines()[3:] == [
        '    - "column 3": "int32"',
        '    + "column 3": "int64"',
        '    + "more": [',
        '    + "x"',
        "    + ]",
    ]


def test_workdirs(call: Callable[..., str]) -> None:
    rows = json.loads(call("workdir", "--format", "json"))
    assert [(row["workdir"], row["jobs"], row["failed"]) for row in rows] == [
        ("dev", 3, 1),
        ("big", 0, 0),
    ]
    assert rows[0]["target"] is True and rows[0]["latest"] == "dev-3"
    assert len(json.loads(call("workdir", "dev", "--format", "json"))) == 3
    with pytest.raises(AcceleratorError, match="Did you mean 'dev'"):
        call("workdir", "dve")


def test_datasets(call: Callable[..., str]) -> None:
    shown = call("ds", "second", "-s")
    assert "dev-2/default\n  7 rows, 1 column, 2 slices" in shown
    assert "slice 1" in shown and "int64" in shown
    assert [
        row["dataset"] for row in json.loads(call("ds", "second", "-l", "--format", "json"))
    ] == [
        "dev-2/default",
        "dev-2/other",
    ]
    newest = json.loads(call("ds", "--format", "json"))
    assert [row["dataset"] for row in newest][:2] == ["dev-2/default", "dev-2/other"]
    assert len(json.loads(call("ds", "--limit", "1", "--format", "json"))) == 1
    columns = list(csv.DictReader(io.StringIO(call("ds", "second", "--format", "csv"))))
    assert columns[0]["column"] == "a" and columns[0]["max"] == "9"
    assert json.loads(call("ds", "second/other", "--format", "json"))[0]["hashlabel"] == "a"
    assert "int64" not in call("ds", "second", "-n")
    assert "source" in call("ds", "second", "-w")


def test_methods_and_scripts(call: Callable[..., str], workspace: Workspace) -> None:
    folder = workspace.root / "methods"
    folder.mkdir()
    (folder / "a_good.py").write_text('description = """\nDoes good.\nMore.\n"""\n')
    (folder / "a_bad.py").write_text("def broken(:\n")
    (folder / "build_daily.py").write_text('"""Each day."""\n')
    rows = {row["method"]: row for row in json.loads(call("method", "--format", "json"))}
    assert rows["good"]["description"] == "Does good."
    assert rows["bad"]["description"].startswith("(broken: line 1: ")
    scripts = json.loads(call("script", "--format", "json"))
    assert [(row["script"], row["description"]) for row in scripts] == [("daily", "Each day.")]
    assert call("script", "daily").endswith("  Each day.\n")
    with pytest.raises(AcceleratorError, match="Did you mean 'daily'"):
        call("script", "dialy")
