"""Several workspaces at once, several threads, and a running event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import axtui
from axtui.data import context
from axtui.engine.local import LocalEngine
from axtui.errors import ServerError
from axtui.notebook.workspace import Workspace
from tests.build.conftest import Bench
from tests.notebook.conftest import make_bench


@pytest.fixture(scope="module")
def other_bench(tmp_path_factory: pytest.TempPathFactory, engine: LocalEngine) -> Bench:
    bench = make_bench(tmp_path_factory.mktemp("other") / "ws", engine)
    bench.script("urd.build('cups', rows=7)")
    bench.run()
    return bench


@pytest.fixture(scope="module")
def other(other_bench: Bench) -> Workspace:
    """Another workspace, in which dev-2 has 7 rows."""
    return axtui.open(other_bench.root)


def test_two_workspaces_with_the_same_job_ids(ws: Workspace, other: Workspace) -> None:
    ours, theirs = ws.dataset("dev-2"), other.dataset("dev-2")
    assert ours != theirs and ws.job("dev-2") != other.job("dev-2")
    assert (len(ours), len(theirs)) == (30, 7)
    assert sum(1 for _ in zip(ours, theirs, strict=False)) == 7
    pairs = list(zip(ours.iterate(None, "n"), theirs.iterate(None, "n"), strict=False))
    assert sorted(n for _, n in pairs) == list(range(7))
    question = "SELECT count(*) FROM dataset('dev-2')"
    assert (ws.sql(question).rows, other.sql(question).rows) == ([(30,)], [(7,)])
    assert (ours.job.options["rows"], theirs.job.options["rows"]) == (30, 7)


def test_reading_leaves_the_process_as_it_was(ws: Workspace, tmp_path: Path) -> None:
    context.activate(None)  # whatever ran before in this process
    rows = iter(ws.dataset("dev-2"))
    next(rows)
    with pytest.raises(ServerError, match="no workspace is open"):
        context.active()
    mine = context.Context({}, 3, tmp_path, tmp_path)
    with context.use(mine):
        assert len(list(rows)) == 29
        assert context.active() is mine


def test_threads_do_not_mix(ws: Workspace, other: Workspace) -> None:
    def count(number: int) -> bool:
        workspace, rows = ((ws, 30), (other, 7))[number % 2]
        found = workspace.dataset("dev-2")
        asked = workspace.sql("SELECT count(*) FROM dataset('dev-2')").rows[0][0]
        return len(found.to_arrow()) == asked == len(list(found)) == rows

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(count, range(24)))


def test_in_a_running_event_loop(ws: Workspace, other: Workspace) -> None:
    async def rows(workspace: Workspace) -> int:
        count = 0
        for _ in workspace.dataset("dev-2"):
            await asyncio.sleep(0)
            count += 1
        return count

    async def both() -> list[int]:
        return await asyncio.gather(rows(ws), rows(other))

    assert asyncio.run(both()) == [30, 7]
