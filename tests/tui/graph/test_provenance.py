"""Provenance by the catalog of a workspace with a past, and `axtui graph`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from axtui.build.graph.parts import Graph, Ref
from axtui.build.graph.provenance import provenance
from axtui.cli.main import run
from axtui.errors import NoSuchDatasetError, NoSuchWhateverError
from axtui.workspace import Workspace
from catalog.read import open_reader, query


def around(workspace: Workspace, what: str = "") -> Graph:
    with open_reader(workspace.dot_axtui) as reader:
        return provenance(reader.query, workspace, what)


def newest(workspace: Workspace, method: str) -> str:
    sql = (
        "SELECT job FROM jobs WHERE method = $m AND state = 'complete' ORDER BY number DESC LIMIT 1"
    )
    return str(query(workspace.dot_axtui, sql, {"m": method}).to_pylist()[0]["job"])


def test_a_result_rests_on_jobs_down_to_the_input_file(read_workspace: Workspace) -> None:
    found = around(read_workspace, "report/page.html")
    up = {ref.kind: ref.name for ref in found.reached("up")}
    assert up["file"] == "stations.csv"
    methods = {found.node(ref).what for ref in found.reached("up") if ref.kind == "job"}
    assert {"page", "warmest", "readings"} <= methods
    chain = [edge for edges in found.up.values() for edge in edges if edge.relation == "previous"]
    assert len(chain) == 2


def test_an_input_file_leads_to_results_urd_entries_and_scripts(read_workspace: Workspace) -> None:
    found = around(read_workspace, "stations.csv")
    assert (
        around(read_workspace, str(read_workspace.config.inputs / "stations.csv")).roots
        == found.roots
    )
    kinds = {ref.kind for ref in found.reached("down")}
    assert kinds == {"file", "job", "result", "urd", "script"}
    assert found.node(Ref("file", "stations.csv")).state == "input"


def test_everything_that_has_a_name_can_be_asked_for(read_workspace: Workspace) -> None:
    page = newest(read_workspace, "page")
    readings = newest(read_workspace, "readings")
    assert around(read_workspace, "page").roots == (Ref("job", page),)
    assert around(read_workspace, "page.html").roots == (Ref("result", "report/page.html"),)
    assert (
        around(read_workspace, "forecast").node(around(read_workspace, "forecast").roots[0]).state
        == "failed"
    )
    assert around(read_workspace, "build").roots[0].kind == "script"
    dataset = around(read_workspace, f"{readings}/default")
    assert dataset.roots == (Ref("dataset", f"{readings}/default"),)
    assert Ref("job", readings) in dataset.reached("up")
    assert {ref.kind for ref in around(read_workspace).roots} == {"result"}
    entries = query(read_workspace.dot_axtui, "SELECT list, timestamp FROM urd_entries").to_pylist()
    entry = next(f"{row['list']}/{row['timestamp']}" for row in entries if "report" in row["list"])
    assert around(read_workspace, entry).roots == (Ref("urd", entry),)


@pytest.mark.parametrize(
    ("name", "error", "hint"),
    [
        ("station.csv", NoSuchWhateverError, "stations.csv"),
        ("warmst", NoSuchWhateverError, "warmest"),
        ("readings/defaul", NoSuchDatasetError, "default"),
    ],
)
def test_a_wrong_name_is_met_with_near_ones(
    read_workspace: Workspace, name: str, error: type[Exception], hint: str
) -> None:
    with pytest.raises(error, match=hint):
        around(read_workspace, name)


def test_files_and_links_that_are_gone_are_told(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.config.inputs / "stations.csv").unlink()
    link = workspace.config.results / "report/chart.png"
    link.unlink()
    link.symlink_to(workspace.root / "workdirs/dev/dev-999/chart.png")
    (workspace.config.results / "other.txt").symlink_to(tmp_path / "nothing")
    found = around(workspace)
    assert found.node(Ref("result", "report/chart.png")).state == "gone"
    assert found.node(Ref("result", "other.txt")).state == "gone"
    assert found.edges(Ref("result", "other.txt"), "up") == []
    assert found.node(Ref("file", "stations.csv")).state == "gone"


def test_the_command_tells_both_ways(
    read_workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    axtui = ["--workspace", str(read_workspace.root), "graph"]
    assert run([*axtui, "page.html", "--both"]) == 0
    up, _, down = capsys.readouterr().out.partition("what comes of it")
    assert up.startswith("what it comes from")
    assert "stations.csv  input file" in up and "(chain)" in up
    assert "report/page.html" in down
    assert run([*axtui, "page.html", "--depth", "1"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert run([*axtui, "stations.csv", "--down", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "axtui-show-graph-1" and told["roots"] == ["file:stations.csv"]
    assert {node["state"] for node in told["nodes"]} >= {"complete", "input", "result"}
    assert run([*axtui, "--dot"]) == 0
    assert capsys.readouterr().out.startswith("digraph")
    assert run([*axtui, "x", "--down", "--both"]) == 2


def test_the_command_speaks_ascii_where_it_must(
    read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("axtui.cli.commands.graph._speaks_unicode", lambda: False)
    assert run(["--workspace", str(read_workspace.root), "graph", "page.html"]) == 0
    out = capfd.readouterr().out
    assert out.isascii() and "`- " in out
