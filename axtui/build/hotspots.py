"""The hot lines of a job: those of all its stages and slices together, with their text."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from axtui.build import jobinfo


@dataclass(frozen=True)
class HotLine:
    """A line of source. `seconds` of processors it took over all slices, `share` of all that was seen,
    `called` the function it was mostly in ('' if the line itself ran), `text` as it stood when it ran."""

    file: str
    line: int
    function: str
    called: str
    seconds: float
    share: float
    text: str

    @property
    def place(self) -> str:
        """'a_turnover.py:12'."""
        return f"{os.path.basename(self.file)}:{self.line}"  # noqa: PTH119 - a name, no path of this machine


def looked(stages: Iterable[Mapping[str, Any]]) -> bool:
    """Whether hot lines were looked for, found or not."""
    return any("hot" in stage for stage in stages)


def hot_lines(
    stages: Iterable[Mapping[str, Any]], job: Path | None, most: int = 15
) -> list[HotLine]:
    """The lines that took longest, that first; [] where nobody looked (see `axtui run --profile`).

    `job` is the job's folder, where their texts are found; None where that is gone.
    """
    found: defaultdict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for stage in stages:
        for one in stage.get("hot") or ():
            found[one["file"], one["line"]].append(one)
    total = _seconds(one for parts in found.values() for one in parts)
    texts = _Texts(job)
    lines = [
        HotLine(
            file,
            line,
            function=_mostly(parts, "function"),
            called=_mostly(parts, "called"),
            seconds=_seconds(parts),
            share=_seconds(parts) / total if total else 0.0,
            text=texts.line(file, line),
        )
        for (file, line), parts in found.items()
    ]
    return sorted(lines, key=lambda line: line.seconds, reverse=True)[:most]


def _seconds(parts: Iterable[Mapping[str, Any]]) -> float:
    return sum(float(one["seconds"]) for one in parts)


def _mostly(parts: Iterable[Mapping[str, Any]], what: str) -> str:
    """What most of the time was spent in."""
    took: defaultdict[str, float] = defaultdict(float)
    for one in parts:
        took[one[what]] += one["seconds"]
    return max(took.items(), key=itemgetter(1))[0]


class _Texts:
    """Lines of the sources that were frozen with a job, by where they lay when it ran."""

    def __init__(self, job: Path | None) -> None:
        found = jobinfo.sources(job) if job is not None else []
        self._sources = {name.removeprefix("@"): text.splitlines() for name, text in found}

    def line(self, file: str, number: int) -> str:
        """The text of a line, '' where the source was not kept."""
        ends = [name for name in self._sources if file.endswith(f"{os.sep}{name}") or file == name]
        if not ends:
            return ""
        lines = self._sources[max(ends, key=len)]
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""
