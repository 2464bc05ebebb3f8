"""Workspaces with jobs that were never run: directories as a build leaves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live_yard import Yard

from axtui.data import context, jobdir
from axtui.workspace import Workspace, open_workspace
from tests.warm import Warm

MakeJob = Callable[..., str]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "axtui.toml").write_text('[workdirs]\ndev = "w/dev"\nbig = "w/big"\n')
    opened = open_workspace(tmp_path)
    context.activate(opened.context())
    return opened


@pytest.fixture
def make_job(workspace: Workspace) -> MakeJob:
    """`make_job(method, state="complete", workdir="dev", post={...}, **setup)` -> job id."""

    def make(
        method: str,
        state: str = "complete",
        workdir: str = "dev",
        post: dict[str, Any] | None = None,
        datasets: dict[str, dict[str, Any]] | None = None,
        **setup: Any,
    ) -> str:
        folder = workspace.config.workdirs[workdir]
        folder.mkdir(parents=True, exist_ok=True)
        number = max(jobdir.job_numbers(folder, workdir), default=0) + 1
        path = folder / f"{workdir}-{number}"
        path.mkdir()
        started = 1_700_000_000.0 + number
        records = {jobdir.SETUP: {"method": method, "starttime": started, **setup}}
        if state == "complete":
            names = list(datasets or {})
            records[jobdir.POST] = {"endtime": started + 2.5, "datasets": names, **(post or {})}
        elif state == "failed":
            records[jobdir.FAILED] = {"ended": started + 1, **(post or {})}
        for name, record in records.items():
            (path / name).write_text(json.dumps(record))
        for name, metadata in (datasets or {}).items():
            file = jobdir.dataset_file(path, name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(_dataset(path.name, name) | metadata))
        return path.name

    return make


def _dataset(jobid: str, name: str) -> dict[str, Any]:
    column = {
        "type": "int64",
        "none": False,
        "min": 1,
        "max": 9,
        "source": {"dataset": f"{jobid}/{name}", "column": "a"},
    }
    return {
        "format": "axtui-dataset-2",
        "name": name,
        "job": jobid,
        "caption": "",
        "filename": None,
        "hashlabel": None,
        "previous": None,
        "parent": None,
        "columns": {"a": column},
        "lines": [3, 4],
        "slices": [],
        "own": "",
        "content": "",
    }


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """A workspace with builds to watch and stop; at the end nothing of them is left running."""
    made = Yard(tmp_path / "yard")
    yield made
    made.end()


@pytest.fixture
def warm_yard(tmp_path: Path, warm: Warm) -> Iterator[Yard]:
    """Such a workspace, with commands that begin at once; for tests that send them no signals."""
    warm.write_programs(tmp_path / "programs")
    made = Yard(tmp_path / "yard", [str(tmp_path / "programs" / "axtui")])
    yield made
    made.end()
