"""The state of a build, folded from its events: what status, CTRL-T and dashboards show."""

from __future__ import annotations

import dataclasses

import orjson
from hypothesis import given
from hypothesis import strategies as st

from axtui.build import events
from axtui.build.live.follower import Follower
from axtui.build.live.state import TAIL_LINES, State, Task, from_json

STAGES = ["prepare", "analysis", "synthesis"]


def started(jobid: str, method: str = "m", parent: str | None = None) -> events.JobStarted:
    return events.JobStarted(jobid, method, method, "first time", STAGES, 3, 12.0, 0, parent)


def progress(rows: int, *status: str, sliceno: int | None = 0) -> events.Progress:
    return events.Progress("dev-2", "analysis", sliceno, rows, None, status, "")


def follow(*told: events.Event) -> Follower:
    """A follower that was told these, a second apart."""
    follower = Follower()
    for number, event in enumerate((events.ScriptStarted("s", "dev-1", 7), *told)):
        follower.apply(event, 100.0 + number)
    return follower


def test_slices_that_have_no_slot_yet_wait() -> None:
    state = follow(started("dev-2"), events.StageStarted("dev-2", "analysis", 1)).state
    (job,) = state.jobs
    assert [task.state for task in job.tasks] == ["waiting", "running", "waiting"]
    assert (job.stage, job.next_stage) == ("analysis", "synthesis")


def test_a_slice_tells_its_rows_their_rate_and_its_status() -> None:
    begun = events.StageStarted("dev-2", "analysis", 0)
    state = follow(started("dev-2"), begun, progress(10, "a"), progress(40, "a", "b")).state
    task = state.jobs[0].tasks[0]
    assert (task.rows, task.rate, task.status) == (40, 30.0, ["a", "b"])
    ended = follow(
        started("dev-2"),
        begun,
        progress(10, "a"),
        progress(40, "a"),
        events.StageEnded("dev-2", "analysis", 0, 2.5, 1.0, 1),
        progress(40, "late"),
    ).state.jobs[0]
    assert (ended.tasks[0].state, ended.tasks[0].wall) == ("done", 2.5)
    assert (ended.tasks[0].rate, ended.tasks[0].status) == (None, [])


def test_the_next_stage_takes_the_place_of_the_one_before() -> None:
    (job,) = follow(
        started("dev-2"),
        events.StageStarted("dev-2", "prepare", None),
        events.StageEnded("dev-2", "prepare", None, 1.0, 1.0, 1),
        events.StageStarted("dev-2", "synthesis", None),
    ).state.jobs
    assert [task.stage for task in job.tasks] == ["synthesis"]
    assert job.stages_done == {"prepare": 2.0}


def test_jobs_leave_when_they_are_over_and_are_counted() -> None:
    state = follow(
        events.JobReused("dev-9", "old", "old"),
        started("dev-2"),
        started("dev-3", parent="dev-2"),
        started("dev-4"),
        events.JobFinished("dev-3", 1.0),
        events.JobFailed("dev-4", "m", "bad"),
    ).state
    assert [job.jobid for job in state.jobs] == ["dev-2"]
    assert (state.built, state.reused, state.failed) == (1, 1, 1)


def test_subjobs_stand_below_who_asked_for_them() -> None:
    state = follow(
        started("dev-2"),
        started("dev-3"),
        started("dev-4", parent="dev-2"),
        started("dev-5", parent="dev-4"),
        started("dev-6", parent="dev-2"),
        started("dev-7", parent="dev-0"),
    ).state

    def tree(jobid: str | None = None) -> list[tuple[int, str]]:
        return [(depth, job.jobid) for depth, job in state.tree(jobid)]

    below = [(0, "dev-2"), (1, "dev-4"), (2, "dev-5"), (1, "dev-6")]
    assert tree() == [*below, (0, "dev-3"), (0, "dev-7")]
    assert tree("dev-2") == below
    assert tree("dev-3") == [(0, "dev-3")]
    assert tree("dev-9") == []


def test_a_wait_for_another_builder_ends_with_what_it_waited_for() -> None:
    waits = events.JobWaiting("m", "", 77)
    assert [one.pid for one in follow(waits, started("dev-3", "other")).state.waiting] == [77]
    assert not follow(waits, events.JobReused("dev-2", "m", "m")).state.waiting
    assert not follow(waits, started("dev-2")).state.waiting


def test_lines_that_are_printed_in_pieces_are_one_line() -> None:
    begun = (started("dev-2"), events.StageStarted("dev-2", "analysis", 0))
    texts = ["one\ntw", "o\nthree\n", "four\rfive\n", "si", "x"]
    prints = [events.Output("dev-2", "analysis", 0, text) for text in texts]
    assert follow(*begun, *prints).state.jobs[0].tasks[0].tail == ["three", "five", "six"]


@given(st.lists(st.text("ab\n", max_size=12), max_size=12))
def test_the_tail_is_the_end_of_all_that_was_printed(texts: list[str]) -> None:
    prints = [events.Output("dev-1", "build", None, text) for text in texts]
    held = follow(*prints).state.tail
    lines = "".join(texts).split("\n")
    assert "\n".join(lines).endswith("\n".join(held))
    assert [line for line in held if line][-1:] == [line for line in lines if line][-1:] or (
        len(held) > TAIL_LINES
    )
    assert len(held) <= TAIL_LINES + 1


jobids = st.sampled_from(["dev-2", "dev-3"])
stages = st.sampled_from(STAGES)
numbers = st.none() | st.integers(0, 4)
any_event = st.one_of(
    st.builds(started, jobids, st.sampled_from("mn"), st.none() | jobids),
    st.builds(events.JobWaiting, st.sampled_from("mn"), st.just(""), st.integers(1, 9)),
    st.builds(events.JobReused, jobids, st.sampled_from("mn"), st.just("m")),
    st.builds(events.StageStarted, jobids, stages, numbers),
    st.builds(
        events.Progress,
        jobids,
        stages,
        numbers,
        st.integers(0, 99),
        st.none(),
        st.tuples(st.text(max_size=3)),
        st.just(""),
    ),
    st.builds(events.Output, jobids, stages, numbers, st.text(max_size=9)),
    st.builds(
        events.StageEnded, jobids, stages, numbers, st.floats(0, 9), st.just(1.0), st.just(1)
    ),
    st.builds(events.JobFinished, jobids, st.just(1.0)),
)


@given(st.lists(any_event, max_size=30))
def test_whatever_is_told_the_state_survives_being_written(told: list[events.Event]) -> None:
    state = follow(*told).state_at(200.0)
    assert from_json(orjson.loads(orjson.dumps(state))) == state


def test_what_another_version_adds_is_left_out() -> None:
    written = orjson.loads(orjson.dumps(follow(started("dev-2")).state))
    written["mood"] = "fine"
    written["jobs"][0]["colour"] = "blue"
    written["jobs"][0]["tasks"] = [dataclasses.asdict(Task("analysis", 0)) | {"heat": 3}]
    state = from_json(written)
    assert state.jobs[0].tasks == [Task("analysis", 0)]
    assert from_json({}) == State()
