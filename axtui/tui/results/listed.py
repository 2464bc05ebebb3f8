"""The results as rows of a table: what each is, how old it is, and the job behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui import human
from axtui.build.heads.head import kind_of
from axtui.build.linked import TOLD, Linked, results
from axtui.build.versions import Behind, behind
from axtui.tui import look
from axtui.tui.table.column import Column
from axtui.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from catalog.read import Reader


@dataclass(frozen=True)
class Result:
    """A result and the job behind it; `behind` is None where the catalog knows of none."""

    linked: Linked
    behind: Behind | None

    @property
    def name(self) -> str:
        """Its name in the results folder."""
        return self.linked.name

    @property
    def path(self) -> Path:
        """The file to show: of the moment of the list, even if the link leads elsewhere by now."""
        linked = self.linked
        within = linked.job is not None and not linked.gone and linked.target is not None
        return linked.target if within and linked.target else linked.path

    @property
    def state(self) -> str:
        """'gone', 'stale' (the script has linked another job since), or 'result'."""
        if self.linked.gone:
            return "gone"
        return "stale" if self.linked.job and self.linked.since else "result"


def listed(workspace: Workspace, reader: Reader) -> list[Result]:
    """All results, by name."""
    found = results(workspace, reader.query(TOLD).to_pylist())
    known = behind(reader.query, {one.job for one in found if one.job})
    return [Result(one, known.get(one.job or "")) for one in found]


def matching(found: Sequence[Result], words: str) -> list[Result]:
    """Those that have all words in their name, kind, job, method or description."""
    wanted = words.casefold().split()
    return [one for one in found if all(word in _about(one) for word in wanted)]


def _about(one: Result) -> str:
    linked, job = one.linked, one.behind
    parts = (linked.name, kind_of(linked.name), linked.job, linked.header, linked.description)
    more = (job.method, job.script) if job else ()
    return " ".join(filter(None, (*parts, *more, _word(one.state)))).casefold()


def table(found: Sequence[Result], now: float) -> pa.Table:
    """The rows; `now` (Unix seconds) is what ages count to."""
    import pyarrow as pa

    rows = [
        {
            "result": one.name,
            "state": one.state,
            "kind": kind_of(one.name),
            "bytes": one.linked.bytes,
            "age": None if one.linked.when is None else max(0.0, now - one.linked.when),
            "job": one.linked.job,
        }
        for one in found
    ]
    schema = pa.schema(
        [
            ("result", pa.string()),
            ("state", pa.string()),
            ("kind", pa.string()),
            ("bytes", pa.int64()),
            ("age", pa.float64()),
            ("job", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def columns(unicode: bool) -> tuple[Column, ...]:
    """How the rows are shown."""

    def state(value: Any) -> str:
        return f"{look.glyph(value, unicode)} {_word(value)}"

    def style(value: Any, row: Mapping[str, Any]) -> str:
        return look.look(row["state"]).style

    return (
        Column("result", style="bold", min=10),
        Column("state", style=style, format=state),
        Column("kind", min=5),
        Column("bytes", "size", align="right", format=human.size, null=""),
        Column("age", align="right", format=human.ago, null=""),
        Column("job", style="$foreground-muted", null=""),
    )


def _word(state: str) -> str:
    """'linked', 'older' or 'gone'."""
    return {"result": "linked", "stale": "older"}.get(state, state)


def facts(one: Result, now: float) -> list[tuple[str, str]]:
    """What is told above the preview: (text, style) pieces, a line for each list of words."""
    linked, job = one.linked, one.behind
    first = [linked.description or linked.header or ""]
    if linked.when is not None:
        first.append(f"linked {human.ago(now - linked.when)} ago")
    lines = [(" · ".join(filter(None, first)), "")]
    if job is not None:
        parts = [f"made by {job.job}, {job.method}"]
        if job.script:
            parts.append(f"script {job.script}")
        if job.seconds is not None:
            parts.append(f"took {human.seconds(job.seconds)}")
        if job.state != "complete":
            parts.append(f"the job is {job.state}")
        lines.append((" · ".join(parts), "$foreground-muted"))
        if linked.since:
            text = f"the script has linked {linked.since} since, but the link leads to {job.job}"
            lines.append((text, "$text-warning"))
    elif linked.job:
        lines.append((f"of {linked.job}, of which the catalog does not know", "$foreground-muted"))
    else:
        lines.append(("no job is behind it: somebody else made this link", "$foreground-muted"))
    return lines
