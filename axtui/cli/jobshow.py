"""One job on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from axtui import human

_STATE_COLOURS = {"complete": "green", "running": "cyan"}
_MOST_SLICES = 16
_MEANINGS = {
    "2021": "one dataset of the whole chain (accelerator = 2021)",
    "today": "one dataset per dataset of the chain (accelerator = today)",
}
"""What jobs that turn a chain into another made of it."""


def show(facts: Mapping[str, Any]) -> None:
    """Print everything `jobinfo.everything` found."""
    state = click.style(facts["state"], fg=_STATE_COLOURS.get(facts["state"], "red"))
    click.echo(f"{click.style(facts['job'], bold=True)}  {_method(facts)}  {state}")
    _pairs(_head(facts))
    _section("why", _reason(facts.get("reason") or {}))
    _section("options", _assigned(facts["options"]))
    inputs = {**facts["datasets_in"], **facts["jobs_in"]}
    _section("inputs", [*_assigned(inputs), *facts["inputs"]])
    _section("datasets", map(_dataset, facts["datasets"]))
    _section("files", (_file(file) for file in facts["files"]))
    _section("subjobs", (f"{jobid}{'' if made else '  re-used'}" for jobid, made in
                         facts["subjobs"].items()))  # fmt: skip
    _section("timings", _timings(facts["stages"]))
    if facts["error"]:
        _section("error", _error(facts["error"]), colour="red")


def _method(facts: Mapping[str, Any]) -> str:
    """The method, with the name that the build script gave this job of it."""
    name = facts.get("name")
    return f"{facts['method']} ({name})" if name else str(facts["method"])


def _head(facts: Mapping[str, Any]) -> Iterable[tuple[str, str | None]]:
    yield "caption", facts.get("caption")
    yield "damage", facts.get("damage")
    wall = facts.get("wall_s")
    took = f", took {human.seconds(wall)}" if wall is not None else ""
    yield "started", human.when(facts.get("started")) + took
    origin = [facts.get("script"), facts.get("build_job")]
    yield "built by", "  ".join(text for text in origin if text)
    if facts.get("parent") != facts.get("build_job"):
        yield "subjob of", facts.get("parent")
    yield "slices", str(facts.get("slices") or "")
    yield "makes", _MEANINGS.get(facts.get("meaning") or "")
    yield "size", human.size(facts["bytes"]) if facts["bytes"] else None
    yield "path", facts["path"]


def _pairs(pairs: Iterable[tuple[str, str | None]]) -> None:
    for name, value in pairs:
        if value:
            click.echo(f"  {click.style(f'{name:<9}', dim=True)} {value}")


def _section(title: str, lines: Iterable[str], colour: str | None = None) -> None:
    lines = list(lines)
    if lines:
        click.secho(title, bold=True, fg=colour)
        for line in lines:
            click.echo("\n".join(f"  {part}" for part in line.splitlines()))


def _assigned(values: Mapping[str, Any]) -> Iterable[str]:
    for name, value in values.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield f"{name} = {shown}"


def _reason(reason: Mapping[str, Any]) -> Iterable[str]:
    if reason.get("text"):
        against = f"  (against {reason['against']})" if reason.get("against") else ""
        yield f"{reason['text']}{against}"


def _dataset(dataset: Mapping[str, Any]) -> str:
    facts = [human.plural(dataset["rows"], "row"), human.plural(dataset["columns"], "column")]
    if dataset["hashlabel"]:
        facts.append(f"hashed on {dataset['hashlabel']}")
    if dataset["previous"]:
        facts.append(f"after {dataset['previous']}")
    return f"{dataset['name']}  {', '.join(facts)}"


def _file(file: Mapping[str, Any]) -> str:
    size = f"  {human.size(file['bytes'])}" if file["bytes"] is not None else ""
    return f"{file['name']}{size}"


def _timings(stages: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    stages = list(stages)
    hidden = sum(stage["sliceno"] is not None for stage in stages) > _MOST_SLICES
    for name in dict.fromkeys(stage["stage"] for stage in stages):
        parts = [stage for stage in stages if stage["stage"] == name]
        if hidden and len(parts) > 1:
            yield _timing(f"{name}, {len(parts)} slices", parts)
            continue
        for part in parts:
            slice_ = "" if part["sliceno"] is None else f" {part['sliceno']}"
            yield _timing(f"{name}{slice_}", [part])


def _timing(label: str, parts: list[Mapping[str, Any]]) -> str:
    wall = max(part["ended"] for part in parts) - min(part["started"] for part in parts)
    cpu = sum(part["cpu_s"] or 0 for part in parts)
    rss = max(part["peak_rss"] or 0 for part in parts)
    times = f"{human.seconds(wall):>8} wall {human.seconds(cpu):>8} cpu {human.size(rss):>8}"
    bad = [part["outcome"] for part in parts if part["outcome"] != "ok"]
    return f"{label:<20}{times}{'  ' + bad[0] if bad else ''}"


def _error(error: Mapping[str, Any]) -> Iterable[str]:
    where = error["stage"] or ""
    if error["sliceno"] is not None:
        where += f", slice {error['sliceno']}"
    yield f"{error['kind']}{f' in {where}' if where else ''}: {error['message'] or ''}"
    if error["traceback"]:
        yield error["traceback"]
    if error["status"]:
        yield "status when it happened: " + " > ".join(error["status"])
