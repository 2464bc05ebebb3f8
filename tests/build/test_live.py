"""Watching builds from other processes, stopping them, and what is left of those that were killed."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from axtui.build import events
from axtui.build.live import files as livefiles
from axtui.build.live import watching
from axtui.build.live.broadcast import Broadcast
from axtui.build.live.watching import LiveBuild
from axtui.build.script import RunResult, run_script
from axtui.data import jobdir

from .conftest import Bench
from .processes import Running, alive, until

GATED = """
import os, time
from accelerator import status
options = {"gate": "", "pids": ""}
def analysis(sliceno):
    with open(options.pids, "a") as f:
        f.write(f"{os.getpid()}\\n")
    print("line of slice", sliceno, flush=True)
    with status("at the gate"):
        while not os.path.exists(options.gate):
            time.sleep(0.01)
def synthesis():
    return 1
"""


@pytest.fixture
def gated(bench: Bench, tmp_path: Path) -> Bench:
    """A workspace whose script `build` runs two slices until the file `gate` is there."""
    bench.method("gated", GATED)
    bench.method("quick", "def synthesis():\n    return 1\n")
    gate, pids = str(tmp_path / "gate"), str(tmp_path / "pids")
    bench.script(
        f"print('hello')\nurd.build('quick')\nurd.build('gated', gate={gate!r}, pids={pids!r})"
    )
    return bench


class Beside:
    """A run of `build` on a thread of this process, on the engine that all tests share."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._result: RunResult | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._bench.session() as session:
            self._result = run_script(session)

    def result(self) -> RunResult:
        self._thread.join(60)
        assert self._result is not None
        return self._result


def pids(tmp_path: Path) -> list[int]:
    path = tmp_path / "pids"
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def at_gate(bench: Bench, tmp_path: Path) -> LiveBuild:
    """The build, once both slices tell that they wait."""

    def tells() -> bool:
        jobs = [job for build in watching.running(bench.workspace) for job in build.now().jobs]
        tasks = [task for job in jobs for task in job.tasks]
        return sum(task.status[-1:] == ["at the gate"] for task in tasks) == 2

    until(tells)
    (build,) = watching.running(bench.workspace)
    return build


def record(bench: Bench, method: str) -> dict[str, Any]:
    """How the last job of a method failed."""
    path = max(
        (
            path
            for path in bench.path("").glob("dev-*")
            if jobdir.load_setup(path)["method"] == method
        ),
        key=lambda path: jobdir.split_jobid(path.name)[1],
    )
    return jobdir.read_json(path / jobdir.FAILED)


def test_another_process_sees_what_every_slice_does_and_how_it_ends(
    gated: Bench, tmp_path: Path
) -> None:
    run = Beside(gated)
    build = at_gate(gated, tmp_path)
    assert (build.script, build.pid, build.log) == ("build", os.getpid(), None)
    state = build.now()
    assert (state.built, state.tail[0]) == (1, "hello")
    (job,) = state.jobs
    assert (job.method, job.parent, job.stage) == ("gated", None, "analysis")
    assert [task.sliceno for task in job.tasks] == [0, 1]
    assert all(task.tail[0] == f"line of slice {task.sliceno}" for task in job.tasks)

    told = build.events()
    seen: list[events.Event] = [next(told).event]
    while not isinstance(seen[-1], events.Progress):  # all that happened before is told first
        seen.append(next(told).event)
    (tmp_path / "gate").touch()
    seen += [one.event for one in told]
    assert run.result().exit_code == 0
    assert isinstance(seen[0], events.ScriptStarted)
    assert seen[-1] == events.ScriptEnded("build", 0)
    methods = [event.method for event in seen if isinstance(event, events.JobStarted)]
    assert methods == ["quick", "gated"]
    waiting = [event for event in seen if isinstance(event, events.Progress)]
    assert any(event.status[-1] == "at the gate" for event in waiting)
    assert "hello\n" in [event.text for event in seen if isinstance(event, events.Output)]
    assert not build.alive
    assert build.now().jobs == []
    assert not list(livefiles.live_folder(gated.workspace).iterdir())


def test_from_here_on_tells_nothing_of_before(gated: Bench, tmp_path: Path) -> None:
    run = Beside(gated)
    build = at_gate(gated, tmp_path)
    told = build.events(from_start=False)
    assert isinstance(next(told).event, events.Progress)
    (tmp_path / "gate").touch()
    seen = [one.event for one in told]
    assert not [
        event for event in seen if isinstance(event, (events.ScriptStarted, events.JobStarted))
    ]
    assert [type(event) for event in seen[-2:]] == [events.JobFinished, events.ScriptEnded]
    run.result()


def test_a_job_is_stopped_on_request_and_says_who_asked(gated: Bench, tmp_path: Path) -> None:
    run = Beside(gated)
    build = at_gate(gated, tmp_path)
    (job,) = build.now().jobs
    build.ask_to_stop(job.jobid, "ann")
    result = run.result()
    assert result.exit_code == 1
    assert "stopped by ann" in (result.error or "")
    assert "build.py" in (result.error or "")
    found = record(gated, "gated")
    assert (found["kind"], found["message"]) == ("cancelled", "it was stopped by ann")
    until(lambda: not any(map(alive, pids(tmp_path))))
    (tmp_path / "gate").touch()
    assert gated.builds() == ["gated"]


def test_a_build_is_stopped_on_request_as_ctrl_c_stops_it(gated: Bench, tmp_path: Path) -> None:
    run = Running(gated.root)
    build = at_gate(gated, tmp_path)
    build.ask_to_stop(build.build_job, "ann")
    last = [told.event for told in build.events()][-1]
    assert last == events.ScriptEnded("build", 130, "it was stopped")
    run.process.communicate(timeout=20)
    for method in ("gated", "build"):
        found = record(gated, method)
        assert (found["kind"], found["message"]) == ("cancelled", "it was stopped by ann")
    assert not any(map(alive, pids(tmp_path)))
    assert not watching.running(gated.workspace)


def test_a_killed_build_is_dead_and_told_once(gated: Bench, tmp_path: Path) -> None:
    run = Running(gated.root)
    build = at_gate(gated, tmp_path)
    (job,) = build.now().jobs
    told = build.events()
    next(told)
    build.kill()
    run.process.wait()
    until(lambda: not any(map(alive, pids(tmp_path))))
    assert not [one for one in told if isinstance(one.event, events.ScriptEnded)]  # but it ends
    assert not watching.running(gated.workspace)
    (gone,) = watching.dead(gated.workspace)
    assert gone.unfinished == [(job.jobid, "gated")]
    gone.clear()
    assert not watching.dead(gated.workspace)
    assert not list(livefiles.live_folder(gated.workspace).iterdir())
    (tmp_path / "gate").touch()
    assert gated.builds() == ["gated"]


def test_a_killed_slice_leaves_nothing_that_seems_to_run(gated: Bench, tmp_path: Path) -> None:
    run = Beside(gated)
    at_gate(gated, tmp_path)
    os.kill(pids(tmp_path)[0], signal.SIGKILL)
    assert "SIGKILL" in (run.result().error or "")
    assert not watching.running(gated.workspace)
    assert not watching.dead(gated.workspace)
    assert not any(map(alive, pids(tmp_path)))


def test_a_process_that_took_the_id_of_a_dead_build_is_left_alone(bench: Bench) -> None:
    folder, lock = livefiles.begin(bench.workspace, "dev-1", run_of(os.getpid()))
    lock.close()
    (gone,) = watching.dead(bench.workspace)
    gone.build.kill()  # that would be us
    gone.build.ask_to_stop("dev-1", "ann")
    gone.clear()
    gone.build.ask_to_stop("dev-1", "ann")
    assert not folder.exists()


def run_of(pid: int) -> dict[str, Any]:
    import socket

    return {
        "script": "s", "build_job": "dev-1", "pid": pid, "argv": [], "host": socket.gethostname(),
        "user": "ann", "started": 1.0, "version": "0", "log": None,
    }  # fmt: skip


def test_a_build_that_lives_is_not_cleared(bench: Bench) -> None:
    folder, lock = livefiles.begin(bench.workspace, "dev-1", run_of(os.getpid()))
    (build,) = watching.running(bench.workspace)
    watching.DeadBuild(build, []).clear()
    assert folder.exists()
    lock.close()


def test_leftovers_of_a_folder_that_was_being_made_are_not_shown_and_swept_later(
    bench: Bench,
) -> None:
    place = livefiles.live_folder(bench.workspace)
    (place / ".new-dev-7" / "stop").mkdir(parents=True)
    (place / ".old-dev-6").mkdir()
    os.utime(place / ".old-dev-6", (1, 1))
    assert not watching.running(bench.workspace)
    assert not watching.dead(bench.workspace)
    bench.script("print('fine')")
    bench.run()
    assert [path.name for path in place.iterdir()] == [".new-dev-7"]  # it may be made right now


def test_leftovers_of_a_killed_build_of_the_same_id_are_in_nobodys_way(bench: Bench) -> None:
    place = livefiles.live_folder(bench.workspace)
    for name in ("dev-1", ".new-dev-1", ".old-dev-1", ".old-.new-dev-1"):
        (place / name / "stop").mkdir(parents=True)
        (place / name / "run.json").write_text("{}")
    folder, lock = livefiles.begin(bench.workspace, "dev-1", run_of(os.getpid()))
    assert [build.build_job for build in watching.running(bench.workspace)] == ["dev-1"]
    assert [path.name for path in place.iterdir()] == [folder.name]
    lock.close()


def test_a_build_that_cannot_be_watched_is_warned_of_once_and_goes_on(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("print('one')\nurd.build('m')\nprint('two')")
    bench.write(".axtui/live", "in the way")
    bench.run()
    warned = [event for event in bench.seen if isinstance(event, events.Warned)]
    assert len(warned) == 1
    assert "cannot be watched" in warned[0].text
    assert bench.prints() == "one\ntwo\n"


def test_a_disk_that_fills_while_it_runs_fails_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, value: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(livefiles, "write", full)
    bench.script("import time\ntime.sleep(0.6)\nprint('done')")
    bench.run()
    warned = [event.text for event in bench.seen if isinstance(event, events.Warned)]
    assert len(warned) == 1
    assert "No space left" in warned[0]
    assert not list(livefiles.live_folder(bench.workspace).iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk at hand")
def test_events_that_wait_for_a_disk_that_is_full_fail_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(livefiles, "EVENTS", "/dev/full")
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("urd.build('m')")
    bench.run()
    bench.script("urd.build('m')\nurd.build('m')")
    result = bench.run()
    assert result.exit_code == 0 and result.reused


def test_much_output_is_cut_and_says_where_the_rest_is(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("axtui.build.live.broadcast._MOST_OUTPUT", 100)
    logged = watched_lines(bench, "for n in range(50):\n    print('number', n)")
    texts = [event.text for event in logged if isinstance(event, events.Output)]
    assert sum(map(len, texts)) < 200
    assert "axtui job dev-1 -O" in texts[-1]
    assert bench.prints().endswith("number 49\n")  # whoever runs it sees all


def test_text_that_is_no_unicode_is_told_all_the_same(bench: Bench) -> None:
    logged = watched_lines(bench, r"print('odd \udc80 text')")
    assert any(isinstance(event, events.Output) and "odd ? text" in event.text for event in logged)


def watched_lines(bench: Bench, script: str) -> list[events.Event]:
    """The events that a script leaves for others to read, read while it ends."""
    bench.script(script)
    found: list[events.Event] = []
    leave = Broadcast._leave

    def read_first(told: Broadcast) -> None:
        if told._folder is not None:
            lines = (told._folder / livefiles.EVENTS).read_bytes().splitlines()
            found.extend(one.event for one in map(livefiles.event_of, lines) if one)
        leave(told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Broadcast, "_leave", read_first)
        bench.run()
    return found


def test_a_script_that_fails_tells_why(bench: Bench) -> None:
    bench.script("raise ValueError('no good')")
    with bench.session() as session:
        run_script(session)
    ended = [event for event in bench.seen if isinstance(event, events.ScriptEnded)]
    assert "no good" in ended[0].error


def test_a_line_that_is_not_understood_is_left_out() -> None:
    assert livefiles.event_of(b'{"at": 1, "event": "Tomorrow", "of": {}}') is None
    assert livefiles.event_of(b"half a li") is None
    line = b'{"at": 1, "event": "JobFinished", "of": {"jobid": "dev-1", "wall": 2.0, "new": 1}}'
    told = livefiles.event_of(line)
    assert told is not None
    assert told.event == events.JobFinished("dev-1", 2.0)
