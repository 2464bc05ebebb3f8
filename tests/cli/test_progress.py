"""The progress display: what it knows, how it looks, and that it leaves terminals clean."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from axtui.build import events
from axtui.build.live.follower import Follower
from axtui.build.live.state import Job
from axtui.cli import progress
from axtui.cli.progress_draw import build_lines, job_lines, slices_bar
from axtui.cli.progress_live import LiveProgress
from axtui.cli.progress_plain import PlainProgress
from axtui.cli.region import Region

SCRIPT = events.ScriptStarted("import", "dev-1", 1)


NOW = 100.0


def started(
    jobid: str = "dev-2", slices: int = 3, depth: int = 0, parent: str | None = None
) -> events.JobStarted:
    stages = ["prepare", "analysis", "synthesis"]
    return events.JobStarted(
        jobid, "typing", "typing", "option x: 1 -> 2", stages, slices, None, depth, parent
    )


def follow(*seen: events.Event) -> Follower:
    """A follower that was told these, all at one moment."""
    follower = Follower()
    for event in (SCRIPT, *seen):
        follower.apply(event, NOW)
    return follower


def job_of(follower: Follower) -> Job:
    (job,) = follower.state.jobs
    return job


def test_rows_are_those_of_the_busiest_stage() -> None:
    follower = follow(
        started(),
        events.StageStarted("dev-2", "prepare", None),
        events.Progress("dev-2", "prepare", None, 5, None, (), ""),
        events.StageEnded("dev-2", "prepare", None, 1, 1, 1),
        *(events.StageStarted("dev-2", "analysis", number) for number in range(3)),
        events.Progress("dev-2", "analysis", 0, 100, 400, ("a", "b"), ""),
        events.Progress("dev-2", "analysis", 1, 200, 400, (), ""),
        events.StageEnded("dev-2", "analysis", 2, 1, 1, 1),
    )
    job = job_of(follower)
    assert (job.stage, job.rows, job.done, job.status) == ("analysis", 300, 1, "b")
    assert job.fraction == pytest.approx((0.25 + 0.5 + 1) / 3)
    follower.apply(events.StageStarted("dev-2", "synthesis", None), NOW)
    assert (job.stage, job.rows, job.fraction) == ("synthesis", 300, None)


def test_time_left_comes_from_history_else_from_the_last_stage() -> None:
    follower = follow(started())
    job = job_of(follower)
    job.expected = 30.0
    assert job.left(110) == 20.0
    assert job.left(140) is None
    job.expected = None
    follower.apply(events.StageStarted("dev-2", "analysis", 0), NOW)
    follower.apply(events.Progress("dev-2", "analysis", 0, 3, 4, (), ""), NOW)
    assert job.left(110) is None
    job.stages = ["analysis"]
    job.tasks = [job.tasks[0]]
    assert job.left(130) == pytest.approx(10)


def test_counts_and_waiting() -> None:
    follower = follow(
        events.JobReused("dev-5", "typing", "typing"),
        events.JobWaiting("sorting", "", 77),
        started("dev-6"),
        events.JobFinished("dev-6", 2.0),
        started("dev-7"),
        events.JobFailed("dev-7", "typing", "bad"),
    )
    state = follower.state
    assert (state.built, state.reused) == (1, 1)
    assert not state.jobs and [waiting.pid for waiting in state.waiting] == [77]
    waits, footer = build_lines(state, 80, 24, NOW)
    assert waits.plain.endswith("sorting  waits for process 77, which builds it")
    assert "1 running" in footer.plain
    follower.apply(events.JobReused("dev-9", "sorting", "sorting"), NOW)
    assert state.idle and state.reused == 2
    assert len(build_lines(state, 80, 24, NOW)) == 1


def test_a_subjob_stands_below_the_job_that_asked_for_it() -> None:
    state = follow(
        started("dev-2"),
        started("dev-3"),
        started("dev-4", depth=1, parent="dev-2"),
        started("dev-5", depth=1, parent="dev-3"),
        started("dev-6", depth=2, parent="dev-4"),
        started("dev-7", depth=1, parent="dev-2"),
        started("dev-8", depth=1, parent="dev-1x"),
    ).state

    def drawn(height: int) -> list[str]:
        lines = [line.plain for line in build_lines(state, 80, height, NOW)]
        return [re.sub(r"\S typing (\S+) .*", r"\1", line) for line in lines if "typing" in line]

    tree = ["dev-2", "  dev-4", "    dev-6", "  dev-7", "dev-3", "  dev-5", "  dev-8"]
    assert drawn(40) == tree
    assert drawn(10) == tree  # a line each
    assert drawn(5) == tree[:3]


jobs = st.builds(
    started,
    st.from_regex(r"dev-\d{1,3}", fullmatch=True),
    st.integers(1, 300),
    st.integers(0, 5),
)


@settings(max_examples=40)
@given(st.lists(jobs, max_size=8), st.integers(12, 150), st.integers(2, 30))
def test_the_display_fits_any_terminal(
    seen: list[events.JobStarted], width: int, height: int
) -> None:
    follower = follow(*seen)
    for event in seen:
        for number in range(event.slices):
            follower.apply(events.StageStarted(event.jobid, "analysis", number), NOW)
            progress_ = events.Progress(
                event.jobid, "analysis", number, 10 * number, 1000, ("漢字 " * 20,), ""
            )
            follower.apply(progress_, NOW)
    lines = build_lines(follower.state_at(105.0), width, height, 105.0)
    assert 1 <= len(lines) <= height
    assert all(line.cell_len <= width for line in lines)


def bar(slices: int, room: int) -> str:
    follower = follow(started(slices=slices), events.StageStarted("dev-2", "analysis", 0))
    for number in range(slices):
        follower.apply(events.StageStarted("dev-2", "analysis", number), NOW)
        follower.apply(events.Progress("dev-2", "analysis", number, number, slices, (), ""), NOW)
    return slices_bar(job_of(follower), room, 0.0).plain


def test_many_slices_are_summarised_to_fit() -> None:
    assert len(bar(3, 80).split(" ")) == 3
    assert re.fullmatch(r"\[[▁-█]{30}\]", bar(30, 80))
    assert bar(300, 80).endswith("0 of 300")
    assert len(bar(300, 80)) <= 80


def test_plain_lines_keep_the_script_apart() -> None:
    out, err = io.StringIO(), io.StringIO()
    plain = PlainProgress(out, err)
    for event in (
        SCRIPT,
        events.Output("dev-1", "build", None, "the table\n"),
        events.JobReused("dev-9", "old", "old"),
        started(),
        events.Output("dev-2", "analysis", 1, "half a "),
        events.Output("dev-2", "analysis", 1, "line\nrest"),
        events.Progress("dev-2", "analysis", 1, 1234, None, (), ""),
        events.JobFinished("dev-2", 1.5),
        events.JobFailed("dev-3", "broken", "Traceback: no\n"),
        events.Warned("mind this"),
        events.ScriptEnded("import", 1),
    ):
        plain(event)
    plain.close()
    assert out.getvalue() == "the table\n"
    assert err.getvalue().splitlines() == [
        "dev-2 analysis 1 | half a line",
        "dev-2 analysis 1 | rest",
        "built: typing dev-2, 1,234 rows, 1.5 s (option x: 1 -> 2)",
        "failed: broken dev-3",
        "Traceback: no",
        "warning: mind this",
    ]


def test_escape_codes_of_jobs_are_not_for_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "\x1b[1;31mred\x1b[0m \x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\\x1b[2K\n10%\r20%\r\n\x1b[3"
    )
    said = []
    for force in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", force)
        out, err = io.StringIO(), io.StringIO()
        plain = PlainProgress(out, err)
        plain(SCRIPT)
        plain(started())
        plain(events.Output("dev-1", "main", None, "\x1b[1mhis own\n"))
        plain(events.Output("dev-2", "prepare", None, text))
        plain(events.JobFailed("dev-2", "typing", "\x1b[31mno\x1b[0m\n"))
        assert out.getvalue() == "\x1b[1mhis own\n"
        said.append(err.getvalue())
    where = "dev-2 prepare | "
    assert said[0] == f"{where}red link\n{where}20%\n{where}\nfailed: typing dev-2\nno\n"
    assert f"{where}\x1b[1;31mred\x1b[0m link\n" in said[1]


def test_one_row_is_no_rows() -> None:
    err = io.StringIO()
    plain = PlainProgress(io.StringIO(), err)
    plain(started())
    plain(events.JobFinished("dev-2", 1.5, 1))
    assert ", 1 row, 1.5 s" in err.getvalue()


def test_the_rows_of_a_job_are_those_it_made() -> None:
    """Each slice of a partitioning reads all rows; what counts is what came of it."""
    err = io.StringIO()
    plain = PlainProgress(io.StringIO(), err)
    plain(started())
    for sliceno in range(2):
        plain(events.Progress("dev-2", "analysis", sliceno, 6, None, (), ""))
    plain(events.JobFinished("dev-2", 1.5, 6))
    assert err.getvalue() == "built: typing dev-2, 6 rows, 1.5 s (option x: 1 -> 2)\n"


def test_a_job_that_has_no_slot_says_so() -> None:
    follower = follow(started())
    job = job_of(follower)
    assert "starts" in job_lines(job, 80, NOW + 0.5)[1].plain
    assert "waits for a slot" in job_lines(job, 80, NOW + 2.0)[1].plain
    follower.apply(events.StageStarted("dev-2", "analysis", 0), NOW)
    assert "waits" not in job_lines(job, 80, NOW + 2.0)[1].plain


def test_quiet_leaves_failures_and_the_scripts_own_words() -> None:
    out, err = io.StringIO(), io.StringIO()
    plain = PlainProgress(out, err, quiet=True)
    for event in (
        SCRIPT,
        started(),
        events.Output("dev-2", "prepare", None, "noise\n"),
        events.Output("dev-1", "build", None, "result\n"),
        events.JobFinished("dev-2", 1.5),
        events.JobFailed("dev-3", "broken", "why"),
    ):
        plain(event)
    plain.close()
    assert (out.getvalue(), err.getvalue()) == ("result\n", "failed: broken dev-3\nwhy\n")


def test_the_summary() -> None:
    assert progress.summary("import", 12, 3, 8.2) == "import: 12 built, 3 re-used in 8.2 s"
    assert progress.summary("afr", 0, 7, 0.3) == "afr: nothing to build, 7 re-used in 0.30 s"
    assert progress.summary("x", 0, 0, 0.01) == "x: nothing to build in 10 ms"
    warned = "import: 1 built, 0 re-used in 8.2 s, 2 warnings (see above)"
    assert progress.summary("import", 1, 0, 8.2, 2) == warned


class Screen:
    """Enough of a terminal to see what stands on it: wraps, climbs, erases, scrolls."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[str] = [""]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        for found in re.finditer(r"\x1b\[(\??\d*(?:;\d+)*)([A-Za-z])|([\s\S])", text):
            argument, final, char = found.groups()
            if char == "\n":
                self.row += 1
                self.column = 0
                self._reach()
            elif char == "\r":
                self.column = 0
            elif char is not None:
                self._put(char)
            elif final == "A":
                self.row = max(0, self.row - int(argument or 1))
            elif final == "J":
                self.rows[self.row] = self.rows[self.row][: self.column]
                del self.rows[self.row + 1 :]

    def _put(self, char: str) -> None:
        if self.column == self.columns:
            self.row += 1
            self.column = 0
            self._reach()
        line = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = line[: self.column] + char + line[self.column + 1 :]
        self.column += 1

    def _reach(self) -> None:
        while self.row >= len(self.rows):
            self.rows.append("")

    def narrow(self, columns: int) -> None:
        """Fewer columns: a terminal wraps what no longer fits."""
        rows: list[str] = []
        for number, line in enumerate(self.rows):
            parts = [line[i : i + columns] for i in range(0, len(line), columns)] or [""]
            if number == self.row:
                self.row = len(rows) + len(parts) - 1
                self.column = len(parts[-1])
            rows += parts
        self.columns, self.rows = columns, rows


def test_a_region_survives_a_narrower_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    region = Region(stream, Console(file=io.StringIO(), width=40))
    screen = Screen(40)

    def step(lines: list[str], above: str = "") -> None:
        monkeypatch.setattr(region, "size", lambda: (screen.columns, 24))
        stream.seek(0)
        stream.truncate()
        region.draw([Text(line) for line in lines], above)
        screen.feed(stream.getvalue())

    step(["a" * 39, "b" * 25], "first\n")
    step(["a" * 39, "c" * 25])
    assert screen.rows == ["first", "a" * 39, "c" * 25]
    screen.narrow(10)
    assert len(screen.rows) == 1 + 4 + 3
    step(["d" * 9], "second\n")
    assert screen.rows == ["first", "second", "d" * 9]
    step([])
    assert screen.rows == ["first", "second", ""]


def test_control_sequences_of_user_output_do_not_reach_the_terminal() -> None:
    stream = io.StringIO()
    live = LiveProgress(stream)
    live(SCRIPT)
    live(
        events.Output(
            "dev-1", "build", None, "\x1b[2Jone\x1b[31mred\x1b]0;title\x07\x1bc\x07\n50%\r"
        )
    )
    live(events.Output("dev-1", "build", None, "100%\n"))
    live.close()
    assert stream.getvalue() == "one\x1b[31mred\x1b[0m\n100%\n"


PROGRAM = """
import sys, time
from axtui.build.events import *
from axtui.cli.progress import shown
with shown() as show:
    show(ScriptStarted("import", "dev-1", 1))
    show(JobStarted("dev-2", "typing", "typing", "first time", ["analysis"], 2, None, 0))
    show(StageStarted("dev-2", "analysis", 0))
    show(Output("dev-2", "analysis", 0, "hello\\n"))
    time.sleep(0.4)
    if sys.argv[1] == "interrupt":
        raise KeyboardInterrupt
    show(JobFinished("dev-2", 0.4))
    show(ScriptEnded("import", 0))
print("end")
"""


@pytest.mark.parametrize("how", ["finish", "interrupt"])
def test_on_a_real_terminal_it_draws_and_leaves_it_clean(how: str) -> None:
    leader, follower = pty.openpty()
    environ = os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", "COLUMNS": ""}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how], stdout=follower, stderr=follower, env=environ
    )
    os.close(follower)
    text = _read_all(leader, program)
    assert (program.returncode == 0) == (how == "finish")
    assert "analysis" in text and "typing" in text
    assert text.count("\x1b[?25l") >= 1
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")
    screen = Screen(80)
    screen.feed(text.replace("\r\n", "\n").split("Traceback")[0])
    shown = [line.rstrip() for line in screen.rows if line.strip()]
    assert shown[0] == "dev-2 analysis 0 │ hello"
    finished = ["✓ typing dev-2  0.40 s  first time", "end"]
    assert shown[1:] == (finished if how == "finish" else [])


def _read_all(leader: int, program: subprocess.Popen[bytes]) -> str:
    data = b""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if select.select([leader], [], [], 0.1)[0]:
            try:
                chunk = os.read(leader, 65536)
            except OSError:
                break
            if not chunk:
                break
            data += chunk
        elif program.poll() is not None:
            break
    program.wait(10)
    os.close(leader)
    return data.decode()


def test_rate_needs_some_time() -> None:
    follower = follow(started(slices=2), events.StageStarted("dev-2", "analysis", 0))
    assert follower.state_at(101.0).jobs[0].rate is None
    for number in range(2):
        told = events.Progress("dev-2", "analysis", number, 250, None, (), "")
        follower.apply(told, 101.1)
    assert follower.state_at(101.1).jobs[0].rate is None
    assert follower.state_at(102.0).jobs[0].rate == 500


def test_a_job_that_reads_no_more_has_no_rate() -> None:
    def read(rows: int) -> events.Progress:
        return events.Progress("dev-2", "analysis", 0, rows, None, (), "")

    follower = follow(started(), events.StageStarted("dev-2", "analysis", 0), read(0))
    follower.apply(read(900), NOW + 1)
    (job,) = follower.state_at(NOW + 3).jobs
    assert job.tasks[0].rate == 300
    (job,) = follower.state_at(NOW + 9).jobs
    assert job.rate is None
    assert job.tasks[0].rate is None
