"""What a build is doing now, in words: its jobs as a tree, and what each slice is at, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from axtui import human
from axtui.build.live.state import TAIL_LINES, Job, State, Task

_NOT_TEXT = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;:?<=>]*[@-~]|[\x00-\x1f\x7f]")
_INDENT = "  "
Piece = tuple[str, str]
"""Text, and how it looks: 'bold', 'dim', a colour, or ''."""
Pieces = list[Piece]
"""One line."""


def build_pieces(state: State, now: float, about: str = "") -> Iterator[Pieces]:
    """A build: a line about itself, then its jobs, each with its subjobs below. `now` is in seconds
    since 1970, `about` says who runs it."""
    counts = [f"{human.count(state.built)} built", f"{human.count(state.reused)} re-used"]
    if state.failed:
        counts.append(f"{human.count(state.failed)} failed")
    facts = [human.clock(now - state.started)] if state.started is not None else []
    facts += [", ".join(counts), *([about] if about else [])]
    yield [(state.script, "bold"), (f" {state.build_job}", "cyan"), _gap("  ".join(facts), "dim")]
    yield from _tail(state.tail, 1)
    for depth, job in state.tree():
        yield from _job(job, depth + 1, now)
    for waiting in state.waiting:
        since = human.clock(now - waiting.since)
        text = f"  waits for process {waiting.pid}, which builds it  {since}"
        yield [(_INDENT + waiting.method, "bold"), (text, "yellow")]
    if state.idle:
        yield [(f"{_INDENT}no job runs: the build script itself is at work", "dim")]


def job_pieces(state: State, jobid: str, now: float) -> Iterator[Pieces]:
    """One running job of a build, and its subjobs."""
    for depth, job in state.tree(jobid):
        yield from _job(job, depth, now)


def _job(job: Job, depth: int, now: float) -> Iterator[Pieces]:
    indent = _INDENT * depth
    clock = human.clock(now - job.started)
    if job.expected is not None:
        clock += f" of about {human.clock(job.expected)}"
    yield [
        (indent + job.method, "bold"),
        (f" {job.jobid}", "cyan"),
        _gap(clock),
        _gap(job.reason, "dim"),
    ]
    for stage, seconds in job.stages_done.items():
        yield [(f"{indent}{_INDENT}{stage}  done in {human.seconds(seconds)}", "dim")]
    yield from _tasks(job, depth + 1, now)


def _tasks(job: Job, depth: int, now: float) -> Iterator[Pieces]:
    """The slices at work, one by one; those that are done, and those that wait, together."""
    indent = _INDENT * depth
    if job.stage is None:
        yield [(f"{indent}waits for a slot", "yellow")]
        return
    done = [task for task in job.tasks if task.state == "done"]
    waiting = [task for task in job.tasks if task.state == "waiting"]
    if done and len(done) < len(job.tasks):
        longest = human.seconds(max(task.wall or 0.0 for task in done))
        yield [(f"{indent}{slice_names(done)} done, in {longest} at most", "dim")]
    elif done:
        yield [(f"{indent}{job.stage}  done", "dim")]
        then = f"{job.next_stage} waits for a slot" if job.next_stage else "is being committed"
        yield [(f"{indent}{then}", "yellow")]
    for task in job.tasks:
        if task.state == "running":
            yield from _task(task, depth, now)
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        yield [(f"{indent}{slice_names(waiting)} {verb} for a slot", "yellow")]


def _task(task: Task, depth: int, now: float) -> Iterator[Pieces]:
    indent = _INDENT * depth
    facts = []
    if task.rows:
        facts.append(human.plural(task.rows, "row"))
    if task.rate is not None:
        facts.append(human.rate(task.rate))
    if task.started is not None:
        facts.append(human.clock(now - task.started))
    yield [(indent + _name(task), "green"), _gap("  ".join(facts))]
    for number, text in enumerate(task.status[1:], 1):  # the first is but the stage itself
        since = task.status_since[number : number + 1]
        age = human.clock(now - since[0]) if since else ""
        yield [(indent + _INDENT * number + _plain(text), ""), _gap(age, "dim")]
    yield from _tail(task.tail, depth + 1)


def _tail(lines: list[str], depth: int) -> Iterator[Pieces]:
    """The last lines of output."""
    shown = [_plain(line) for line in lines]
    for line in [line for line in shown if line.strip()][-TAIL_LINES:]:
        yield [(f"{_INDENT * depth}│ {line}", "dim")]


def _name(task: Task) -> str:
    return task.stage if task.sliceno is None else f"slice {task.sliceno}"


def slice_names(tasks: Sequence[Task]) -> str:
    """'slice 3', 'slices 0-3, 5', or the name of a stage that has none."""
    numbers = sorted(task.sliceno for task in tasks if task.sliceno is not None)
    if not numbers:
        return tasks[0].stage
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    text = ", ".join("-".join(map(str, run)) for run in runs)
    return f"slice {text}" if len(numbers) == 1 else f"slices {text}"


def _gap(text: str, style: str = "") -> Piece:
    """A piece apart from what is before it; nothing where there is no text."""
    return (f"  {text}" if text else "", style)


def _plain(text: str) -> str:
    """User's text without what would move the cursor or colour the screen."""
    return _NOT_TEXT.sub("", text.expandtabs(4))
