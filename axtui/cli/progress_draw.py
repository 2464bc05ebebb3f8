"""The live display as lines of styled text: what the state of a build looks like at a width and height."""

from __future__ import annotations

from rich.text import Text

from axtui import human
from axtui.build.live.state import Job, State, Task, Waiting

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_EIGHTHS = "▏▎▍▌▋▊▉"
_LEVELS = "▁▂▃▄▅▆▇█"
_NARROW_BAR = 5
_WIDE_BAR = 12
_PATIENCE = 1.0
"""Seconds after which a job that has not begun is said to wait."""


def build_lines(state: State, width: int, height: int, now: float) -> list[Text]:
    """The display of a build, at most `height` lines of at most `width` cells; each job stands below
    the one that asked for it."""
    blocks = [job_lines(job, width, now) for _, job in state.tree()]
    blocks += [[_waiting_line(waiting, now)] for waiting in state.waiting]
    room = max(1, height - 1)
    if sum(map(len, blocks)) > room:
        blocks = [[_joined(block, width)] for block in blocks]
    if len(blocks) > room:
        hidden = len(blocks) - room + 1
        blocks = [*blocks[: room - 1], [Text(f"  … and {hidden} more jobs", style="dim")]]
    lines = [line for block in blocks for line in block]
    lines.append(_footer(state, now))
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines[-height:]


def job_lines(job: Job, width: int, now: float) -> list[Text]:
    """One running job: who and why; how far; what it says."""
    indent = "  " * job.depth
    head = Text(indent).append(_spinner(now), style="cyan").append(f" {job.method}", style="bold")
    head.append(f" {job.jobid}", style="cyan").append(f"  {job.reason}", style="dim")
    facts = _facts(job, now)
    left = Text(f"{indent}  {_stage(job, now)} ")
    room = width - left.cell_len - len(facts) - 2
    lines = [head, left.append_text(slices_bar(job, room, now)).append("  ").append(facts)]
    if job.status:
        lines.append(Text(f"{indent}  {job.status}", style="dim"))
    return lines


def _waiting_line(waiting: Waiting, now: float) -> Text:
    """A job that another process builds."""
    line = Text().append(_spinner(now), style="cyan").append(f" {waiting.method}", style="bold")
    return line.append(f"  waits for process {waiting.pid}, which builds it", style="yellow")


def _spinner(now: float) -> str:
    return _SPINNER[int(now * 8) % len(_SPINNER)]


def _stage(job: Job, now: float) -> str:
    """The present stage; or that other jobs have all the slots."""
    if job.stage:
        return job.stage
    return "waits for a slot" if now - job.started > _PATIENCE else "starts"


def slices_bar(job: Job, room: int, now: float) -> Text:
    """The slices of the present stage: a bar each if they fit, else a cell each, else one bar."""
    tasks = job.tasks
    if not tasks:
        return Text()
    each = min(_WIDE_BAR, (min(room, 60) + 1) // len(tasks) - 1)
    if each >= _NARROW_BAR:
        bars = [_bar(task, each, now) for task in tasks]
        return Text(" ").join(bars)
    if len(tasks) > 1 and len(tasks) + 2 <= room:
        cells = [_cell(task, now) for task in tasks]
        return Text("[", style="dim").append_text(Text().join(cells)).append("]", style="dim")
    done = Text(f"{job.done} of {len(tasks)}")
    fraction = job.fraction if job.fraction is not None else job.done / len(tasks)
    size = min(_WIDE_BAR, room - done.cell_len - 1)
    if size < _NARROW_BAR:
        return done
    return _filled(fraction, size).append(" ").append_text(done)


def _bar(task: Task, size: int, now: float) -> Text:
    fraction = task.fraction
    if fraction is None:
        position = int(now * 8) % (2 * size - 2)
        position = min(position, 2 * size - 2 - position)
        return Text("─" * position + "━" + "─" * (size - position - 1), style="cyan")
    return _filled(fraction, size)


def _filled(fraction: float, size: int) -> Text:
    eighths = int(fraction * size * 8)
    whole, part = divmod(eighths, 8)
    text = "█" * whole + (_EIGHTHS[part - 1] if part else "")
    style = "green" if fraction >= 1 else "cyan"
    return Text(text, style=style).append("░" * (size - len(text)), style="dim")


def _cell(task: Task, now: float) -> Text:
    if task.state == "waiting":
        return Text("·", style="dim")
    if task.state == "done":
        return Text("█", style="green")
    fraction = task.fraction
    if fraction is None:
        return Text(_spinner(now), style="cyan")
    return Text(_LEVELS[min(7, int(fraction * 8))], style="cyan")


def _facts(job: Job, now: float) -> str:
    facts = []
    if job.rows:
        facts.append(human.plural(job.rows, "row"))
    if job.rate is not None:
        facts.append(human.rate(job.rate))
    facts.append(human.clock(now - job.started))
    left = job.left(now)
    if left is not None:
        facts.append(f"{human.clock(left)} left")
    return "  ".join(facts)


def _joined(block: list[Text], width: int) -> Text:
    """A job on one line, where there is no room for more."""
    if len(block) < 2:
        return block[0]
    head, progress = block[0].copy(), block[1]
    head.truncate(max(10, width // 2), overflow="ellipsis")
    return head.append("  ").append(progress.plain.strip(), style="dim")


def _footer(state: State, now: float) -> Text:
    counts = [f"{state.built} built", f"{state.reused} re-used"]
    if not state.idle:
        counts.append(f"{len(state.jobs) + len(state.waiting)} running")
    facts = [", ".join(counts)]
    if state.started is not None:
        facts.append(human.clock(now - state.started))
    return Text(state.script, style="bold").append("  ").append("  ".join(facts), style="dim")
