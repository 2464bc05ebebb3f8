"""What `run --why` tells: what build scripts would build, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from axtui.cli.tables import Column, write, write_json

if TYPE_CHECKING:
    from axtui.build.script import RunResult

_COLUMNS = tuple(
    Column(name) for name in ("script", "method", "sure", "kind", "against", "text", "after")
)


def write_previews(results: Sequence[RunResult], format_: str) -> None:
    """Write what scripts would build as JSON, an object per script, or as CSV, a line per job."""
    if format_ == "json":
        write_json([_facts(result) for result in results])
    else:
        write(_COLUMNS, (row for result in results for row in _rows(result)), format_)


def _facts(result: RunResult) -> dict[str, Any]:
    preview = result.preview
    return {
        "script": result.script,
        "would_build": [
            {"method": method, **reason.to_json()} for method, reason in preview.would_build
        ],
        "may_build": [{"method": method, "after": after} for method, after in preview.may_build],
        "reused": list(result.reused),
        "cut_short": preview.cut_short,
        "error": result.error if result.exit_code else None,
    }


def _rows(result: RunResult) -> Iterator[dict[str, Any]]:
    """A row per job; those that are not `sure` depend on what the job of `after` will hold."""
    facts = _facts(result)
    for one in facts["would_build"]:
        yield {"script": result.script, "sure": True, **one}
    for one in facts["may_build"]:
        yield {"script": result.script, "sure": False, **one}


def show_preview(result: RunResult) -> None:
    """Say what a script would build, and why."""
    preview, reused = result.preview, f"{len(result.reused)} re-used"
    if not preview.would_build:
        click.echo(f"{result.script}: nothing to build, {reused}")
        return
    counts = [f"would build {len(preview.would_build)}"]
    if preview.may_build:
        counts.append(f"perhaps {len(preview.may_build)} more")
    click.echo(f"{result.script}: {', '.join([*counts, reused])}")
    for method, reason in preview.would_build:
        against = f"  (against {reason.against})" if reason.against else ""
        text = "; ".join(change.words() for change in reason.changes)
        click.echo(f"  {click.style(method, bold=True)}  {text}{against}")
    for method, before in preview.may_build:
        text = f"only if {before} then holds something else"
        click.echo(f"  {click.style(method, bold=True)}  {text}")
    if preview.cut_short:
        click.echo("  and what the script asks for after that, which cannot be told before")
