"""The page of a method or script: what it is for, what it takes, and how it went."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from textual.content import Content

from axtui import human
from axtui.build.methods import Method
from axtui.build.shelf import Entry
from axtui.tui import look


def place(path: Path, workspace: Path) -> str:
    """A path, from the workspace's folder where it is in there."""
    return str(path.relative_to(workspace) if path.is_relative_to(workspace) else path)


def about(entry: Entry, description: str, flags: Iterable[str], workspace: Path) -> Content:
    """Where it is (seen from the workspace's folder), and what it says of itself."""
    where = "comes with axtui" if entry.standard else place(entry.path, workspace)
    parts = [Content.styled(where, "$foreground-muted"), Content("")]
    if entry.broken:
        summary = entry.summary.replace(f"{workspace}/", "")
        parts.append(Content.styled(summary, "bold $text-error"))
    else:
        parts.append(Content(description or "It says nothing of itself."))
    flags = sorted(flags)
    if flags:
        parts += [Content(""), Content.styled("flags  ", "bold") + Content(", ".join(flags))]
    return Content("\n").join(parts)


def takes(method: Method) -> Content:
    """Options with their defaults and comments, datasets, jobs."""
    lines = [Content.styled("runs  ", "bold") + Content(", ".join(method.stages))]
    if len(method.options):
        lines += [Content(""), Content.styled("options", "bold $text-accent")]
    for option in method.options:
        default = "required" if option.required else f"= {option.default!r}"
        line = f"  {option.name:<20} {option.kind}  "
        lines.append(Content(line) + Content.styled(default, "$foreground-muted"))
        if option.help:
            lines.append(
                Content.styled(f"      {' '.join(option.help)}", "$foreground-muted italic")
            )
    for kind, inputs in (("datasets", method.datasets), ("jobs", method.jobs)):
        if inputs:
            lines += [Content(""), Content.styled(kind, "bold $text-accent")]
        lines += [Content(f"  {name:<20} {'several' if many else 'one'}") for name, many in inputs]
    return Content("\n").join(lines)


def jobs(rows: Iterable[dict[str, Any]], unicode: bool) -> Content:
    """The newest jobs, one line each."""
    lines = [Content.styled("last jobs", "bold $text-accent")]
    for row in rows:
        state = look.look(row["state"])
        wall = "" if row["wall_s"] is None else human.seconds(row["wall_s"])
        told = f"  {look.told(row['state'], unicode):<12}"
        rest = f" {row['job']:<8} {human.when(row['started'])[5:16]} {wall:>7}  {row['why'] or ''}"
        lines.append(Content.styled(told, state.style) + Content(rest))
    if len(lines) == 1:
        lines.append(Content.styled("  none yet: r runs it", "$foreground-muted"))
    return Content("\n").join(lines)
