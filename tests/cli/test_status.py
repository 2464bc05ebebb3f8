"""`axtui status`: what runs, for people and for programs, and what died."""

from __future__ import annotations

import csv
import io
import json
import signal

from click import unstyle
from live_yard import Yard, alive, until

from axtui.build.live.state import Job, State, Task
from axtui.cli.nowtext import build_lines


def test_status_tells_what_every_slice_does_and_then_that_the_build_died(yard: Yard) -> None:
    run = yard.started("run")
    build = yard.at_gate()
    (job,) = build.now().jobs

    shown = yard.axtui("status").stdout
    lines = [line.strip() for line in shown.splitlines()]
    assert lines[0].startswith(f"build {build.build_job}")
    assert f"process {run.pid}" in lines[0]
    assert lines[1] == "│ hello"
    assert lines[2].startswith(f"gated {job.jobid}")
    for number in (0, 1):
        at = next(i for i, line in enumerate(lines) if line.startswith(f"slice {number} "))
        assert lines[at + 1].startswith("at the gate  0:")
        assert lines[at + 2] == f"│ line of slice {number}"

    (found,) = json.loads(yard.axtui("status", "--format", "json").stdout)
    assert (found["state"], found["script"], found["pid"]) == ("running", "build", run.pid)
    assert [task["slice"] for task in found["jobs"][0]["tasks"]] == [0, 1]
    assert found["jobs"][0]["tasks"][1]["status"][-1] == "at the gate"
    rows = list(csv.DictReader(io.StringIO(yard.axtui("status", "--format", "csv").stdout)))
    assert [(row["job"], row["slice"], row["state"]) for row in rows] == [
        (job.jobid, "0", "running"),
        (job.jobid, "1", "running"),
    ]

    of_job = yard.axtui("status", job.jobid).stdout
    assert "hello" not in of_job
    assert "at the gate" in of_job
    wrong = yard.axtui("status", "gatde")
    assert wrong.returncode == 1
    assert "Did you mean 'gated'?" in wrong.stderr

    run.send_signal(signal.SIGKILL)
    run.communicate()
    until(lambda: not any(map(alive, yard.pids())))
    died = yard.axtui("status").stdout.splitlines()
    assert died[0].startswith(f"build {build.build_job} died")
    assert f"unfinished: gated {job.jobid}" in died[0]
    assert died[1:] == ["nothing runs"]
    assert yard.axtui("status").stdout == "nothing runs\n"
    assert json.loads(yard.axtui("status", "--format", "json").stdout) == []
    assert yard.state(job.jobid) == "lost"


def test_follow_ends_with_the_build(yard: Yard) -> None:
    run = yard.started("run", "wait")
    until(lambda: "wait dev-1" in yard.axtui("status").stdout)
    following = yard.started("status", "--follow")
    assert following.stdout is not None
    assert "wait dev-1" in following.stdout.readline()
    yard.open_gate()
    out, _ = following.communicate(timeout=60)
    assert out.endswith("nothing runs\n")
    assert following.returncode == 0
    run.communicate(timeout=60)


def job(jobid: str, parent: str | None = None, tasks: list[Task] | None = None) -> Job:
    stages = ["analysis", "synthesis"]
    held = Job(jobid, "m", "m", "why", parent, 0, 6, stages, None, 100.0, tasks=tasks or [])
    held.stage = "analysis" if tasks else None
    return held


def lines_of(state: State, width: int | None = None) -> list[str]:
    state.started = 90.0
    return [unstyle(line) for line in build_lines(state, 107.0, width=width)]


def test_subjobs_stand_in_their_jobs_and_waiting_ones_are_named() -> None:
    tasks = [Task("analysis", 0, "done", 100.0, 2.0), Task("analysis", 1, "done", 100.0, 3.0)]
    tasks += [Task("analysis", 2, "running", 101.0, rows=1500, rate=250.0, status=["analysis(2)"])]
    tasks += [Task("analysis", number) for number in (3, 4, 6)]
    state = State(
        "s", "dev-1", jobs=[job("dev-2", tasks=tasks), job("dev-4"), job("dev-3", "dev-2")]
    )
    assert [line.rstrip() for line in lines_of(state)] == [
        "s dev-1  0:17  0 built, 0 re-used",
        "  m dev-2  0:07  why",
        "    slices 0-1 done, in 3.0 s at most",
        "    slice 2  1,500 rows  250/s  0:06",
        "    slices 3-4, 6 wait for a slot",
        "    m dev-3  0:07  why",
        "      waits for a slot",
        "  m dev-4  0:07  why",
        "    waits for a slot",
    ]


def test_lines_fit_the_width_and_move_no_cursor() -> None:
    task = Task("analysis", 0, "running", 100.0, status=["analysis(0)", "漢字 " * 40])
    task.tail = ["\x1b[2J\x1b]0;title\x07red \x1b[31malert\x1b[0m\r\n", "x" * 300]
    lines = lines_of(State("s", "dev-1", jobs=[job("dev-2", tasks=[task])]), width=40)
    assert not any("\x1b" in line or "\r" in line for line in lines)
    assert any("red alert" in line for line in lines)
    from axtui.cli.tables import cell_width

    assert max(map(cell_width, lines)) == 40
