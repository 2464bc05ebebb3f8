"""What the page of a job is made of: its output from the end, its times, and diffs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from axtui.build import environdiff, joboutput, jobtimes, sourcediff
from axtui.build.joboutput import Printed
from axtui.build.live.state import Job, Task


@given(st.lists(st.text(alphabet="aé ", max_size=9), max_size=40), st.integers(1, 60))
def test_reading_from_the_end_back_to_the_begin_gives_every_line_once(
    tmp_path_factory: Any, lines: list[str], most: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "printed"
    path.write_text("".join(f"{line}\n" for line in lines))
    part = joboutput.end_of(Printed("0", path.stat().st_size, path), most)
    found, start = part.lines, part.start
    while start:
        part = joboutput.before(path, start, most)
        found, start = part.lines + found, part.start
    assert found == lines


def test_a_line_that_is_longer_than_what_is_read_at_once_is_there_with_its_middle_left_out(
    tmp_path: Path,
) -> None:
    path = tmp_path / "0"
    long = "begin" + "x" * 1_500_000 + "end"
    path.write_text("".join(f"line {number}\n" for number in range(500)) + long)
    one = Printed("0", path.stat().st_size, path)
    part = joboutput.end_of(one)
    assert part.lines[-2] == "line 499" and part.end == one.size
    last = part.lines[-1]
    assert last.startswith("beginxx") and last.endswith("xxend") and len(last) < 10_000
    assert "1,496,008 letters left out" in last
    assert joboutput.last_lines([one], "0", 2)[0] == "line 499"
    only = joboutput.before(path, one.size)
    assert len(only.lines) == 1 and only.lines[0].startswith("begin")
    assert joboutput.after(path, only.start, most=1 << 22).lines == []
    assert joboutput.after(path, only.start, most=1 << 22, ended=True).end == one.size


def test_following_waits_for_the_end_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text("one\ntw")
    part = joboutput.after(path, 0)
    assert part == joboutput.Part(["one"], 0, 4)
    path.write_text("one\ntwo\n")
    assert joboutput.after(path, part.end).lines == ["two"]


def test_what_a_job_printed_while_it_runs_and_after(tmp_path: Path) -> None:
    (tmp_path / "OUTPUT").mkdir()
    (tmp_path / "OUTPUT/prepare").write_text("begin\n")
    running = tmp_path / ".tmp/attempt/10/OUTPUT"
    running.mkdir(parents=True)
    (running / "10").write_text("x\r  50%\rdone\nend")
    (tmp_path / "OUTPUT/2").write_text("two\n")
    (tmp_path / "OUTPUT/synthesis").write_text("")
    found = joboutput.printed(tmp_path, {})
    assert [one.title for one in found] == ["prepare", "slice 2", "slice 10"]
    assert joboutput.end_of(found[2]).lines == ["done", "end"]
    assert joboutput.last_lines(found, "2") == ["two"]
    assert joboutput.matching(found[2], "END") == (["end"], False)
    kept = {"outputs": [{"stage": "analysis", "sliceno": 1, "text": "a\nb\n"}]}
    assert [joboutput.end_of(one).lines for one in joboutput.printed(None, kept)] == [["a", "b"]]


def test_only_the_last_matches_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text("".join(f"hit {number}\n" for number in range(50)))
    lines, more = joboutput.matching(Printed("0", 1, path), "hit", most=5)
    assert more and lines == [f"hit {number}" for number in range(45, 50)]


def stage(name: str, sliceno: int | None, began: float, wall: float, outcome: str = "ok") -> Any:
    return {
        "stage": name, "sliceno": sliceno, "started": began, "ended": began + wall,
        "wall_s": wall, "cpu_s": wall / 2, "peak_rss": 100, "outcome": outcome,
    }  # fmt: skip


def test_times_tell_the_slowest_slice_and_who_waited() -> None:
    stages = [
        stage("synthesis", None, 114, 1),
        stage("analysis", 1, 101, 12),
        stage("analysis", 0, 101, 2),
        stage("analysis", 2, 103, 3),
        stage("prepare", None, 100, 1),
    ]
    times = jobtimes.recorded(stages, 100, 116)
    assert [span.title for span in times.spans] == [
        *("prepare", "slice 0", "slice 1", "slice 2", "synthesis")
    ]
    assert times.total == 16 and times.stage("analysis") == 12
    assert times.slowest is times.spans[2] and "4.0 times" in times.verdict
    assert times.spans[3].waited == 2
    assert jobtimes.bar(times.spans[4], times.total, 160) == (140, 10)
    failed = jobtimes.recorded(
        [stage("analysis", 0, 1, 1), stage("analysis", 1, 1, 2, "exit")], 1, 3
    )
    assert failed.verdict == "slice 1 ended it: exit"
    assert jobtimes.recorded([], 1, None) == jobtimes.Times((), 0.0)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 50), st.integers(0, 200))
def test_bars_stay_on_the_line(begin: float, wall: float, total: float, width: int) -> None:
    span = jobtimes.Span("analysis", 0, begin, wall, None, None, "ok")
    start, length = jobtimes.bar(span, total, width)
    assert start >= 0 and start + length <= max(width, 0)
    assert length >= (1 if total > 0 and width else 0)


def test_times_of_a_job_that_runs() -> None:
    job = Job("dev-1", "m", "m", "", None, 0, 2, ["prepare", "analysis"], None, 100.0)
    job.stage, job.stages_done = "analysis", {"prepare": 2.0}
    job.tasks = [
        Task("analysis", 0, "running", 102.0, rows=5),
        Task("analysis", 1, "done", 102.0, wall=1.5),
    ]
    times = jobtimes.running(job, 110.0)
    told = [(span.title, span.begin, span.wall, span.outcome) for span in times.spans]
    assert told == [
        ("prepare", 0.0, 2.0, "ok"), ("slice 0", 2.0, 8.0, "running"), ("slice 1", 2.0, 1.5, "ok"),
    ]  # fmt: skip
    assert times.verdict == "" and times.total == 10


def test_diffs_of_sources() -> None:
    old = [{"path": "a.py", "text": "one\ntwo\n"}, {"path": "gone.py", "text": "x\n"}]
    new = [{"path": "a.py", "text": "one\n2\n"}, {"path": "b.py", "text": "y\n"}]
    found = {diff.path: diff for diff in sourcediff.diff(old, new)}
    assert list(found) == ["a.py", "b.py", "gone.py"]
    assert (found["a.py"].added, found["a.py"].removed) == (1, 1)
    assert [
        (line.side, line.text) for line in found["a.py"].lines if line.side in ("old", "new")
    ] == [*(("old", "two"), ("new", "2"))]
    assert "is new" in found["b.py"].lines[0].text
    assert "no longer" in found["gone.py"].lines[0].text
    assert sourcediff.diff(old, old)[0].same


def test_environments_beside_each_other() -> None:
    old = {"python": "3.11.8", "packages": {"numpy": "1", "gone": "1", "same": "2"}}
    new = {"python": "3.11.9", "packages": {"numpy": "2", "more": "1", "same": "2"}}
    found = environdiff.compared(new, old, ["numpy"])
    assert [(one.name, one.change) for one in found] == [
        ("python", "changed"), ("numpy", "changed"), ("more", "new"), ("gone", "gone"), ("same", ""),
    ]  # fmt: skip
    assert [one.name for one in environdiff.entries(new, ["same"])] == [
        "python",
        "same",
        "more",
        "numpy",
    ]
    assert environdiff.entries(None) == []
    assert environdiff.present()["packages"]
