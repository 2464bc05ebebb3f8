"""The lines of the first screen: they fit, tell by word what they tell by colour, and hold no markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build.live.state import Task, Waiting
from axtui.texttable import cell_width
from axtui.tui.dashboard.bars import bar, cells, sparkline
from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.failures import Failures, failure_lines
from axtui.tui.dashboard.feed import last_line
from axtui.tui.dashboard.lanes import lane_lines
from axtui.tui.dashboard.line import Line, compact, line, plain
from axtui.tui.dashboard.queries import Failure, LinkedResult
from axtui.tui.dashboard.resultlist import result_lines
from axtui.tui.dashboard.scripts import LastRun, after, first_lines, script_lines
from axtui.tui.dashboard.slices import slices_lines
from tests.tui.dashboard.fakes import NOW, failed, followed, job, over, slices

LONG = "a_method_with_quite_a_long_name_and_then_some_日本語"


def room(width: int = 100, height: int = 40, **changed: Any) -> Room:
    return Room(**{"width": width, "height": height, "now": NOW, **changed})


def texts(lines: list[Line]) -> list[str]:
    return [one.text for one in lines]


@given(st.integers(20, 220), st.integers(1, 60), st.integers(0, 40), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=60)
def test_lanes_fit_any_room(
    width: int, height: int, number: int, unicode: bool, known: bool
) -> None:
    tasks = slices(number, total=1000 if known else None)
    builds = [failed(followed(job(method=LONG, tasks=tasks), job("dev-93", parent="dev-91")))]
    lines = lane_lines(builds, room(width, height, unicode=unicode), {})
    assert all(cell_width(one.text) <= width for one in lines)
    assert unicode or all("█" not in one.text for one in lines)
    jobs = [one.key for one in lines if one.key[:1] == ("job",)]
    assert jobs == [("job", "dev-90", "dev-91"), ("job", "dev-90", "dev-93")]


@given(st.one_of(st.none(), st.floats(-1, 2)), st.integers(0, 60), st.floats(0, 1e6), st.booleans())
def test_a_bar_has_its_width(fraction: float | None, width: int, now: float, unicode: bool) -> None:
    assert sum(len(text) for text, _ in bar(fraction, width, now, unicode)) == width


@given(st.integers(1, 50), st.integers(1, 60))
def test_cells_have_their_width(number: int, width: int) -> None:
    assert sum(len(text) for text, _ in cells(slices(number), width, NOW)) == width


@given(st.lists(st.floats(0, 1), max_size=90), st.integers(1, 40))
def test_a_sparkline_has_its_width(shares: list[float], width: int) -> None:
    assert len(sparkline(shares, width, 3)) == width


def test_a_job_tells_all_that_is_known_of_it() -> None:
    tasks = slices(2)
    tasks[1] = Task("analysis", 1, "done", NOW - 10, 3.2, 1000, 1000)
    shown = texts(lane_lines([followed(job(tasks=tasks, expected=60.0))], room(120), {}))
    row = next(text for text in shown if "clean" in text)
    for word in ("dev-91", "analysis", "75%", "1,500 rows", "0:40 left"):
        assert word in row
    assert any("why: cleaning.py changed" in text for text in shown)
    assert any("0 running" in text and "50%" in text and "50/s" in text for text in shown)
    assert any("1 done" in text and "3.2 s" in text for text in shown)
    assert "3 built, 14 re-used" in shown[0]
    assert "by ann@oak" in shown[0]
    assert any("built type 1.5 s" in text for text in shown)


def test_a_build_of_ours_does_not_say_whose_it_is() -> None:
    assert "ann" not in lane_lines([followed(job())], room(ours="ann@oak"), {})[0].text


def test_a_stage_is_told_once_and_what_waits_for_its_own_job_is_not_doubled() -> None:
    tasks = [Task("prepare", None, "running", NOW - 1, None, 0, None, None, ["prepare"])]
    shown = texts(lane_lines([followed(job(tasks=tasks, stage="prepare"))], room(80), {}))
    assert sum(text.count("prepare") for text in shown) == 1


def test_a_stage_before_others_that_has_read_all_is_not_told_as_all_of_the_job() -> None:
    tasks = [Task("prepare", None, "running", NOW - 1, None, 900, 900, 50.0, ["prepare"])]
    one = followed(job(tasks=tasks, stage="prepare"))
    assert not any("100%" in text for text in texts(lane_lines([one], room(120), {})))


def test_what_is_wrong_is_told_and_not_what_went_on_meanwhile() -> None:
    text = "Traceback\n  x\nTypeError: no\nStatus when the exception occurred:\n  reading 96\n    row 7"
    assert last_line(text) == "TypeError: no"
    assert last_line("Status when the exception occurred:\n  odd") == "odd"


def test_without_a_total_nothing_claims_a_share() -> None:
    shown = texts(lane_lines([followed(job(tasks=slices(2, total=None)))], room(), {}))
    assert not any("%" in text for text in shown)


def test_slices_fold_when_there_is_no_height_and_failures_and_waiting_stay() -> None:
    waiting = (Waiting("tip", 4711, NOW - 3),)
    builds = [failed(followed(job(tasks=slices(40)), waiting=waiting))]
    tall = lane_lines(builds, room(height=60), {})
    short = lane_lines(builds, room(height=6), {})
    assert sum(one.key[:1] == ("slice",) for one in tall) == 40
    assert not any(one.key[:1] == ("slice",) for one in short)
    assert len(short) <= 6
    for shown in (texts(tall), texts(short)):
        assert any("join dev-92 failed  ValueError: bad date" in text for text in shown)
        assert any("waits for process 4711" in text for text in shown)


def test_slices_that_are_done_or_wait_are_told_together_before_others_fold() -> None:
    tasks = slices(12)
    for at in (0, 1, 2, 5):
        tasks[at] = Task("analysis", at, "done", NOW - 9, 1.0, 1000, 1000)
    tasks[11] = Task("analysis", 11)
    shown = texts(lane_lines([followed(job(tasks=tasks))], room(height=15), {}))
    assert any("slices 0-2, 5 done" in text for text in shown)
    assert any("slice 11 waits for a slot" in text for text in shown)
    assert len(shown) <= 15


def test_what_was_folded_by_hand_stays_so() -> None:
    builds = [followed(job(tasks=slices(30)))]
    key = ("job", "dev-90", "dev-91")
    kinds = [one.key[:1] for one in lane_lines(builds, room(height=8), {key: False})]
    assert kinds.count(("slice",)) == 30
    kinds = [one.key[:1] for one in lane_lines(builds, room(height=90), {key: True})]
    assert ("slice",) not in kinds
    assert len(lane_lines(builds, room(), {("build", "dev-90"): True})) == 1


def test_a_job_that_has_not_begun_waits_for_a_slot() -> None:
    shown = texts(lane_lines([followed(job(tasks=[], stage=None))], room(), {}))
    assert any("waits for a slot" in text for text in shown)


def test_a_script_at_work_itself_says_what_it_printed() -> None:
    one = followed()
    one.state.tail = ["reading \x1b[31mred\x1b[0m", ""]
    shown = texts(lane_lines([one], room(), {}))
    assert any("the build script itself is at work: reading red" in text for text in shown)


def test_scripts_tell_how_they_ended() -> None:
    runs = [
        LastRun("import", "complete", "dev-9", NOW - 600, 12.1, 3, 14),
        LastRun("movie", "failed", "dev-8", NOW - 60, 2.0, 0, 1, "KeyError: 'x'"),
        LastRun("new", about="What it is for"),
    ]
    shown = texts(script_lines(runs, room(), (), {}))
    assert "import  complete" in shown[0]
    assert "10 min ago  3 built, 14 re-used in 12.1 s" in shown[0]
    assert "failed" in shown[1]
    assert shown[2].strip() == "KeyError: 'x'"
    assert "never run" in shown[3]
    assert "What it is for" in shown[3]
    watched = texts(script_lines(runs, room(), ("movie",), {"import": "cleaning.py changed"}, True))
    assert "stale" in watched[0]
    assert "cleaning.py changed" in watched[1]
    assert not any("movie" in text for text in watched)
    assert "up to date" in script_lines(runs, room(), (), {}, True)[0].text


def test_the_end_of_a_build_is_newer_than_what_the_catalog_knows() -> None:
    runs = [LastRun("import", "failed", "dev-9", NOW - 600, 1.0)]
    (run,) = after(runs, [over(followed())])
    assert (run.state, run.build_job, run.built, run.reused) == ("complete", "dev-90", 1, 1)
    (run,) = after(runs, [over(followed(), 130)])
    assert run.state == "cancelled"
    late = [LastRun("import", "complete", "dev-99", NOW)]
    assert after(late, [over(followed())]) == late


def test_an_empty_workspace_says_what_to_press() -> None:
    shown = " ".join(texts(first_lines([LastRun("import")], room())))
    assert "b builds `import`" in shown
    assert "? shows all keys" in shown
    assert "build_NAME.py" in " ".join(texts(first_lines([], room())))


def test_failures_stay_until_they_are_seen_and_go_when_they_are_replaced() -> None:
    failures = Failures(["dev-1"])
    failures.told([Failure("dev-1", "old", "x", 1.0), Failure("dev-2", "zip", "KeyError", 2.0)], [])
    failures.take([failed(followed())])
    assert [one.job for one in failures.unseen] == ["dev-92", "dev-2"]
    failures.see("dev-2")
    assert failures.seen_jobs == ["dev-1", "dev-2"]
    failures.told([], [LastRun("import", "complete", "dev-99", NOW)])
    failures.take([over(failed(followed()), 1)])
    assert failures.unseen == []


def test_failures_and_results_fit_and_say_when_there_are_none() -> None:
    found = [Failure("dev-2", LONG, "[b]x[/b] " * 30, NOW - 90, "slice 3")]
    results = [LinkedResult(f"{LONG}.html", "dev-5", "page", NOW - 90)]
    for width in (24, 38, 90):
        shown = failure_lines(found, room(width)) + result_lines(results, room(width))
        assert all(cell_width(one.text) <= width for one in shown)
    assert failure_lines(found, room(90))[1].text.startswith("  [b]x[/b]")
    assert failure_lines([], room())[0].text == "No new failures."
    assert result_lines([], room())[0].text == "No results yet."


def test_ctrl_t_tells_every_slice_with_status_texts_rows_and_output() -> None:
    task = Task("analysis", 0, "running", NOW - 10, None, 1200, None, 50.0)
    task.status, task.status_since = (
        ["analysis", "reading [b]a[/b]", "line 7"],
        [0, NOW - 9, NOW - 2],
    )
    task.tail = ["hello", ""]
    shown = [text.strip() for text in texts(slices_lines([followed(job(tasks=[task]))], NOW, 90))]
    at = shown.index("slice 0  1,200 rows  50/s  0:10")
    assert shown[at + 1 : at + 4] == ["reading [b]a[/b]  0:09", "line 7  0:02", "│ hello"]
    assert slices_lines([], NOW, 90)[0].text == "Nothing runs."


@pytest.mark.parametrize(
    ("number", "text"),
    [(950, "950"), (52_300, "52.3k"), (1_234_567, "1.2M"), (250_000_000, "250M")],
)
def test_counts_are_short(number: int, text: str) -> None:
    assert compact(number) == text


def test_text_is_made_plain_and_cut_with_an_ellipsis() -> None:
    assert plain("a\x1b[31mb\n\tc\x07") == "a b c"
    assert line([("abc", "bold"), ("defg", "")], 5).text == "abcd…"
    assert line([("日本語", "")], 5).text == "日本…"
