"""Which jobs a filter finds in the catalog of a workspace with a past."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build.filtervalues import FilterError
from axtui.build.joblisting import KNOWN, known_values, listing
from axtui.workspace import Workspace
from catalog.read import open_reader, query

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def found(workspace: Workspace, text: str, **kwargs: Any) -> list[str]:
    asked = listing(text, NOW, **kwargs)
    rows = query(workspace.dot_axtui, asked.sql, asked.params).to_pylist()
    return [row["job"] for row in rows]


def methods(workspace: Workspace, text: str) -> list[str]:
    asked = listing(text, NOW)
    rows = query(workspace.dot_axtui, asked.sql, asked.params).to_pylist()
    return [row["method"] for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state:fail", ["build_resample", "forecast", "build_forecast"]),
        ("state:failed,lost -is:build", ["resample", "forecast"]),
        ("state:cancelled", ["resample"]),
        ("method:fore -is:build", ["forecast"]),
        ("method=fore", []),
        ("method=fore*", ["forecast"]),
        ("option:limit=8", ["warmest"]),
        ("option:limit>5", ["warmest"]),
        ("option:limit>7 option:scale=cel%", ["warmest"]),
        ("option:limit!=8", ["warmest"]),
        ("unsupported operand -is:build", ["forecast"]),
        ('"operand unsupported"', []),
        ("job:dev-3", ["forecast"]),
        ("script:resample is:build", ["build_resample"]),
        ("since:30m -method:build", ["page", "normals", "warmest", "resample", "resample"]),
        ("until:2026-02-21 -is:build", ["forecast", "readings"]),
        ("method:readings rows>0", ["readings"] * 3),
        ("rows>1M", []),
        ("time>16 -is:build", ["warmest"]),
        ("why:units.py method:normals", ["normals"]),
        ("is:result", ["page"]),
        ("source:units.py", ["normals", "warmest", "normals", "warmest"]),
        ("package:numpy -option:limit", ["normals"]),
        ("output:looks", ["forecast"]),
        ("python:3.11.8 method:warmest", ["warmest"]),
        ("is:current method:warmest", ["warmest"]),
        ("slices=3 job:dev-16", ["resample"]),
        ("input:stations.csv", ["readings"] * 3),
    ],
)
def test_what_is_found(read_workspace: Workspace, text: str, expected: list[str]) -> None:
    assert sorted(methods(read_workspace, text)) == sorted(expected)


def test_newest_first_and_limited(read_workspace: Workspace) -> None:
    every = found(read_workspace, "")
    assert len(every) == 17
    assert every[0] == "dev-17"
    assert found(read_workspace, "", limit=3) == every[:3]
    assert found(read_workspace, "", script="forecast") == ["dev-3", "dev-2", "dev-1"]


def test_every_condition_can_be_asked(read_workspace: Workspace) -> None:
    letters = "astei:=><-\"*%'\\ 5k.,\x00\ud800é"

    @given(st.lists(st.text(alphabet=letters, max_size=12), max_size=3).map(" ".join))
    @settings(max_examples=25, deadline=None)
    def ask(text: str) -> None:
        try:
            asked = listing(text, NOW)
        except FilterError:
            return
        assert reader.query(f"SELECT count(*) FROM ({asked.sql})", asked.params).num_rows == 1

    with open_reader(read_workspace.dot_axtui) as reader:
        ask()


def test_known_values(read_workspace: Workspace) -> None:
    known = known_values(query(read_workspace.dot_axtui, KNOWN).to_pylist())
    assert {"warmest", "forecast"} <= set(known["method"])
    assert {"limit", "horizon"} <= set(known["option"])
