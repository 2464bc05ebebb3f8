"""A job in words, as its page, its header and the preview tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from textual.content import Content

from axtui import human
from axtui.build import jobtimes
from axtui.build.jobpage import JobPage
from axtui.build.scripts import called
from axtui.tui import look

_MOST = 12
_LONG = 300


def state(name: str, unicode: bool) -> Content:
    """A state's glyph and word in its colour."""
    found = look.look(name)
    return Content.styled(look.told(name, unicode), f"bold {found.style}")


def heading(page: JobPage, unicode: bool) -> Content:
    """The first line: state, method, job id, name."""
    made_by = called(page.method, page.get("script"), page.is_build)
    parts = [state(page.state, unicode), Content.styled(made_by, "bold")]
    name = page.get("name")
    if name and name != page.method and not page.is_build:
        parts.append(Content.styled(f"({name})", "$foreground-muted"))
    parts.append(Content.styled(page.jobid, "$text-accent"))
    if page.get("caption"):
        parts.append(Content.styled(one_line(str(page.get("caption"))), "italic"))
    return Content("  ").join(parts)


def circumstances(page: JobPage, now: float) -> Content:
    """The second line: when, how long, how much, by whom."""
    parts: list[str] = []
    started, wall = page.get("started"), page.get("wall_s")
    if started:
        since = human.ago(max(0.0, now - started))
        since = f" ({since}{'' if since == 'now' else ' ago'})" if not page.running else ""
        parts.append(f"{human.when(started)}{since}")
    if page.running and started:
        parts.append(f"for {human.clock(now - started)}")
    elif wall is not None:
        parts.append(f"took {human.seconds(wall)}")
    if page.get("rows") is not None:
        parts.append(human.plural(page.get("rows"), "row"))
    if page.get("bytes") is not None:
        parts.append(human.size(page.get("bytes")))
    if page.get("script") and not page.is_build:
        parts.append(f"by {page.get('script')}")
    return Content.styled(" · ".join(parts), "$foreground-muted")


def overview(
    page: JobPage,
    users: Iterable[Mapping[str, Any]],
    chains: Iterable[Mapping[str, Any]] = (),
    short: bool = False,
) -> Content:
    """What matters of a job, in sections; `short` for a pane beside the list. `users` and `chains`
    are what the catalog tells (`USERS`, `CHAINS`)."""
    lines: list[Content] = []
    for title, body in _sections(page, list(users), {one["ref"]: one for one in chains}):
        found = list(body)
        if not found:
            continue
        if lines:
            lines.append(Content(""))
        lines.append(Content.styled(title, "bold $text-accent"))
        most = 6 if short else _MOST
        lines += [Content("  ") + line for line in found[:most]]
        if len(found) > most:
            lines.append(Content.styled(f"  … and {len(found) - most} more", "$foreground-muted"))
    return Content("\n").join(lines)


def _sections(
    page: JobPage, users: list[Mapping[str, Any]], chains: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Iterable[Content]]]:
    if page.note or page.damage:
        title = "Collected" if page.note else "Damaged"
        yield title, [Content.styled(page.told(page.note or page.damage), "$text-warning")]
    if page.error:
        yield "Error", _error(page.error, page)
    if page.state == "lost":
        told = "the process that built it was killed; a build makes it anew"
        yield "Lost", [Content.styled(told, "$text-warning")]
    yield "Why it was built", [Content(page.told(page.why))] if page.why else []
    yield "Options", options(page)
    yield "Inputs", (_input(given, chains) for given in page.get("inputs") or ())
    yield "Datasets", map(_dataset, page.get("datasets") or ())
    yield "Results", (_result(user) for user in users if user["how"] == "result")
    yield "Files", (_file(file) for file in page.files if file["registered"])
    yield "Used by", (_user(user) for user in users if user["how"] != "result")
    yield "Time", _times(page)


def options(page: JobPage) -> Iterator[Content]:
    """Options, those that changed with what they were."""
    was = page.was
    width = min(24, max((len(name) for name in page.options), default=0))
    for name, value in page.options.items():
        text = one_line(value)
        line = Content.styled(f"{name:<{width}} ", "$foreground-muted") + Content(text)
        if name in was:
            old = "not there" if was[name] is None else one_line(str(was[name]))
            line += Content.styled(f"  ~ was {old}", "$text-warning")
        yield line


def _error(error: Mapping[str, Any], page: JobPage) -> Iterator[Content]:
    where = place_of(error)
    yield Content.styled(f"{error['kind']}{f' in {where}' if where else ''}", "$foreground-muted")
    for line in page.told(str(error["message"] or "")).splitlines()[:3]:
        yield Content.styled(line, "$text-error")


def place_of(error: Mapping[str, Any]) -> str:
    """The stage, or slice, in which a job failed."""
    stage = str(error.get("stage") or "")
    slice_ = error.get("sliceno")
    return stage if slice_ is None else f"{stage}, slice {slice_}"


def _input(given: Mapping[str, Any], chains: Mapping[str, Mapping[str, Any]]) -> Content:
    argument = given["argument"] or given["kind"]
    rows = f"  {human.plural(given['rows'], 'row')}" if given.get("rows") is not None else ""
    chain = chains.get(str(given["ref"])) if given["kind"] == "dataset" else None
    if rows and chain:
        rows += f" of its own, {chain['rows']:,} in a chain of {chain['datasets']:,}"
    size = f"  {human.size(given['bytes'])}" if given.get("bytes") is not None else ""
    return (
        Content.styled(f"{argument} ", "$foreground-muted")
        + Content(str(given["ref"]))
        + Content.styled(rows + size, "$foreground-muted")
    )


def _dataset(dataset: Mapping[str, Any]) -> Content:
    facts = [human.plural(dataset["rows"], "row")]
    facts.append(human.plural(len(dataset.get("columns") or ()), "column"))
    if dataset.get("hashlabel"):
        facts.append(f"hashed on {dataset['hashlabel']}")
    if dataset.get("previous"):
        facts.append(f"after {dataset['previous']}")
    return Content(f"{dataset['name']}  ") + Content.styled(", ".join(facts), "$foreground-muted")


def _file(file: Mapping[str, Any]) -> Content:
    size = human.size(file["bytes"]) if file["bytes"] is not None else ""
    return Content(f"{file['name']}  ") + Content.styled(size, "$foreground-muted")


def _result(user: Mapping[str, Any]) -> Content:
    return Content(f"{user['argument']}  ") + Content.styled(
        f"is {user['ref']}", "$foreground-muted"
    )


def _user(user: Mapping[str, Any]) -> Content:
    argument = f" as {user['argument']}" if user["argument"] else ""
    text = f"  {user['method'] or ''}{argument}"
    return Content.styled(str(user["job"]), "$text-accent") + Content.styled(
        text, "$foreground-muted"
    )


def _times(page: JobPage) -> Iterator[Content]:
    times = jobtimes.recorded(page.get("stages") or (), page.get("started"), page.get("ended"))
    if not times.spans:
        return
    parts = []
    for name, spans in jobtimes.by_stage(times.spans).items():
        many = f" in {len(spans)} slices" if len(spans) > 1 else ""
        parts.append(f"{name} {human.seconds(times.stage(name))}{many}")
    yield Content(", ".join(parts))
    facts = f"{human.seconds(times.cpu)} of processor, {human.size(times.peak)} at most"
    yield Content.styled(facts, "$foreground-muted")


def one_line(text: str) -> str:
    """A text in one line, cut where it is very long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONG else flat[: _LONG - 1] + "…"


def moment(value: datetime | None) -> float | None:
    """A moment of the catalog in seconds since 1970."""
    return None if value is None else value.timestamp()
