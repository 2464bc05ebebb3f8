"""Where the time of a job went, on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from axtui import human
from axtui.build import hotspots, jobtimes
from axtui.build.hotspots import HotLine
from axtui.build.jobtimes import Span, Times

_HEADS = ("wall", "read", "own code", "write", "wait", "processor", "memory")
_LABEL, _WIDTH = 12, 10
HOW = "which lines take longest: axtui job {job} --profile --again builds it again and looks"
NONE = "looked for hot lines, but no line of Python took long enough to be seen"


def show(facts: Mapping[str, Any]) -> None:
    """Print the times of a job by stage and slice, and its hot lines if they were looked for.

    `facts` are those of `jobinfo.everything`.
    """
    stages = facts["stages"]
    times = jobtimes.recorded(stages, facts.get("started"), facts.get("ended"))
    click.echo(f"{click.style(facts['job'], bold=True)}  {facts['method']}  {facts['state']}")
    for line in _times(times):
        click.echo(line)
    lines = hotspots.hot_lines(stages, Path(facts["path"]))
    if lines:
        click.secho("hot lines", bold=True)
        for hot in lines:
            click.echo(_hot(hot))
    elif hotspots.looked(stages):
        click.secho(NONE, dim=True)
    elif times.spans and facts["state"] == "complete":
        click.secho(HOW.format(job=facts["job"]), dim=True)


def document(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same for programs."""
    stages = facts["stages"]
    times = jobtimes.recorded(stages, facts.get("started"), facts.get("ended"))
    return {
        "job": facts["job"],
        "method": facts["method"],
        "wall_s": times.total,
        "before_s": times.before,
        "kept_s": times.kept,
        "stages": [_span(span) for span in times.spans],
        "hot_lines": [vars(line) for line in hotspots.hot_lines(stages, Path(facts["path"]))],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "stage": span.stage,
        "sliceno": span.sliceno,
        "begin_s": span.begin,
        "wall_s": span.wall,
        "read_s": span.read,
        "own_code_s": span.user,
        "write_s": span.write,
        "wait_s": span.wait,
        "waited_for_slot_s": span.waited,
        "cpu_s": span.cpu,
        "peak_rss": span.rss,
    }


def _times(times: Times) -> Iterator[str]:
    if not times.spans:
        yield "nothing has run"
        return
    head = "".join(f"{name:>{_WIDTH}}" for name in _HEADS)
    yield click.style(f"{'':<{_LABEL}}{head}", dim=True)
    yield f"{'set up':<{_LABEL}}{human.seconds(times.before):>{_WIDTH}}"
    for name, spans in jobtimes.by_stage(times.spans).items():
        if spans[0].sliceno is not None:
            text = f"{name:<{_LABEL}}{human.seconds(times.stage(name)):>{_WIDTH}}"
            yield click.style(text, bold=True)
        for span in spans:
            title = f"  {span.title}" if span.sliceno is not None else span.title
            yield f"{title:<{_LABEL}}{''.join(_cells(span))}"
    yield f"{'made durable':<{_LABEL}}{human.seconds(times.kept):>{_WIDTH}}"
    yield click.style(f"{'in all':<{_LABEL}}{human.seconds(times.total):>{_WIDTH}}", bold=True)
    if times.verdict:
        yield times.verdict


def _cells(span: Span) -> Iterable[str]:
    waits = [one for one in (span.wait, span.waited) if one is not None]
    seconds = (span.wall, span.read, span.user, span.write, sum(waits) if waits else None, span.cpu)
    for each in seconds:
        yield f"{'' if each is None else human.seconds(each):>{_WIDTH}}"
    yield f"{human.size(span.rss) if span.rss else '':>{_WIDTH}}"


def _hot(line: HotLine) -> str:
    text = click.style(line.text, fg="cyan") if line.text else line.function
    within = click.style(f"  in {line.called}", dim=True) if line.called else ""
    return f"{line.share:>6.1%} {human.seconds(line.seconds):>8}  {line.place:<24} {text}{within}"
