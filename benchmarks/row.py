"""A line of the comparison: some work, what each took, and what was aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Some work and the seconds (or another `unit`) each took for it, 0 where it was not measured.

    `raw` is that of pyarrow or DuckDB doing the same steps with nothing kept, `aim` how many times as fast as
    the Accelerator axtui is to be (`aim_words` say it where it is something else), `limit` how many seconds
    it is to take at most, `raw_aim` how many times what `raw` takes it is to take at most. A line is judged
    by one of these aims.
    """

    work: str
    ours: float
    theirs: float = 0.0
    raw: float = 0.0
    aim: float = 0.0
    aim_words: str = ""
    note: str = ""
    unit: str = "s"
    limit: float = 0.0
    raw_aim: float = 0.0

    @property
    def times(self) -> float:
        """How many times as fast as the Accelerator."""
        return self.theirs / self.ours if self.ours else 0.0

    @property
    def met(self) -> str:
        """Whether the aim is reached: yes, no with what is missing, or nothing where there is none."""
        if self.limit:
            return "yes" if self.ours <= self.limit else f"no, {self.limit / self.ours:.0%}"
        if self.raw_aim:
            return self._near_raw
        if not self.aim or not self.theirs:
            return ""
        return "yes" if self.times >= self.aim else f"no, {self.times / self.aim:.0%}"

    @property
    def _near_raw(self) -> str:
        if not self.raw or not self.ours:
            return ""
        reached = self.raw_aim * self.raw / self.ours
        return "yes" if reached >= 1 else f"no, {reached:.0%}"

    @property
    def aimed(self) -> str:
        """What is aimed at, in words."""
        if self.aim_words:
            return self.aim_words
        if self.limit:
            return f"{self.told(self.limit)} at most"
        if self.raw_aim:
            return f"{self.raw_aim:g} x raw at most"
        return f"{self.aim:g}" if self.aim else ""

    def told(self, value: float) -> str:
        """A value with its unit; '' for 0."""
        if self.unit == "s":
            return seconds(value)
        return f"{value:.3g} {self.unit}" if value else ""


def page(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, and what is noted of them below."""
    notes = [f"- {row.work}: {row.note}" for row in rows if row.note]
    return "\n".join([table(rows), *([""] if notes else []), *notes])


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| work | axtui | Accelerator | times as fast | aim | met | raw | axtui / raw |",
        "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |",
    ]
    for row in rows:
        cells = [
            row.work,
            row.told(row.ours),
            row.told(row.theirs),
            f"{row.times:.1f}" if row.theirs else "",
            row.aimed,
            row.met,
            row.told(row.raw),
            f"{row.ours / row.raw:.2f}" if row.raw else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def seconds(value: float) -> str:
    """A duration with as many digits as are worth telling, in a unit that suits it."""
    if not value:
        return ""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= 0.9995 * size:  # 999.6 ms have three digits as a second only
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
