"""What a job's own records tell: what it is, how it ran, what it printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from axtui import human
from axtui.build import jobinfo
from axtui.data import jobdir
from axtui.data.job import output_parts
from axtui.errors import NoSuchJobError, NoSuchWhateverError
from axtui.notebook.listing import Listing
from axtui.notebook.opened import Opened
from axtui.notebook.words import Environment, Text, Texts, Why
from axtui.texttable import Column

Record = dict[str, Any]

_STAGES = (
    Column("stage"),
    Column("slice", right=True),
    Column("wall", human.seconds, right=True),
    Column("cpu", human.seconds, right=True),
    Column("memory", human.size, right=True),
    Column("outcome"),
)


class JobFacts:
    """The facts of one job, read from its directory when they are asked for."""

    def __init__(self, opened: Opened, jobid: str) -> None:
        self._opened = opened
        self.id = jobid

    # -- what it is

    @property
    def path(self) -> Path:
        """Its directory."""
        return self._opened.specs.path(self.id)

    @property
    def state(self) -> str:
        """'complete', 'failed', 'cancelled', 'running', 'lost' (its builder died), 'damaged' or
        'missing'."""
        found = jobdir.state(self.path)
        if found == "complete":
            with self._opened.reading():
                found = "damaged" if jobdir.damage(self.path, self._end()) else found
        return found

    @property
    def method(self) -> str:
        """Its method; `build_x` for a build script's job."""
        return str(self._setup()["method"])

    @property
    def script(self) -> str | None:
        """The build script that asked for it first."""
        found: str | None = self._told("script")
        return found

    @property
    def caption(self) -> str | None:
        """What its build script wrote about it."""
        found: str | None = self._told("caption")
        return found

    @property
    def is_build(self) -> bool:
        """Whether it is the job of a build script."""
        return bool(self._setup().get("is_build"))

    @property
    def slices(self) -> int | None:
        """The number of slices it ran in."""
        found: int | None = self._told("slices")
        return found

    @property
    def seed(self) -> int | None:
        """The seed of its random numbers."""
        found: int | None = self._told("seed")
        return found

    @property
    def key(self) -> str | None:
        """Digest of what was known of the build before it ran."""
        found: str | None = self._told("key")
        return found

    # -- the run

    @property
    def output(self) -> Text:
        """Everything it printed."""
        return Text("".join(self.outputs.values()))

    @property
    def outputs(self) -> Texts:
        """What it printed by stage ('prepare', 'synthesis') and slice (a number)."""
        self._setup()
        return Texts(output_parts(self.path), "output of")

    @property
    def source(self) -> Texts:
        """The source files it was run from, frozen with it, by name."""
        self._setup()
        return Texts(dict(jobinfo.sources(self.path)), "source file")

    @property
    def why(self) -> Why:
        """Why it was built and nothing re-used."""
        return Why(self._setup().get("reason") or {})

    @property
    def environment(self) -> Environment:
        """The Python and the packages it ran with."""
        from axtui.build.session import environment_file

        digest = self._told("environment")
        path = environment_file(self.path.parent, digest or ":")
        if not path.is_file():
            raise NoSuchWhateverError(f"nothing is kept of the environment of job {self.id}")
        with self._opened.reading():
            return Environment(jobdir.read_json(path))

    @property
    def started(self) -> datetime | None:
        """When it began, in local time."""
        return _moment(self._told("starttime"))

    @property
    def ended(self) -> datetime | None:
        """When it ended; None where it has not."""
        return _moment(self._ended())

    @property
    def wall_s(self) -> float | None:
        """Seconds from start to end."""
        started, ended = self._told("starttime"), self._ended()
        return ended - started if started and ended else None

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time of all its stages."""
        return sum(stage["cpu_s"] or 0 for stage in self._stages())

    @property
    def peak_rss(self) -> int:
        """Most memory that one of its processes held, in bytes."""
        return max((stage["peak_rss"] or 0 for stage in self._stages()), default=0)

    @property
    def stages(self) -> Listing[Mapping[str, Any]]:
        """Its stages and slices with their times, as they were recorded."""
        found = {_stage_name(stage): stage for stage in self._stages()}
        return Listing(found, f"stages of {self.id}", _STAGES, _stage_row)

    @property
    def error(self) -> Text | None:
        """How it failed, with the traceback of the user's code; None where it did not."""
        if jobdir.state(self.path) not in jobdir.FAILURES:
            return None
        end = self._end()
        where = " ".join(str(end[key]) for key in ("stage", "sliceno") if end.get(key) is not None)
        head = f"{end.get('kind')}{f' in {where}' if where else ''}: {end.get('message') or ''}"
        return Text("\n".join(text for text in (head, end.get("traceback")) if text))

    # -- the records

    def _setup(self) -> Record:
        with self._opened.reading():
            if not self.path.is_dir():
                raise NoSuchJobError(f"the job {self.id} is gone: there is no {self.path}")
            return jobdir.load_setup(self.path)

    def _end(self) -> Record:
        with self._opened.reading():
            return jobinfo.end_record(self.path, jobdir.state(self.path))

    def _told(self, key: str) -> Any:
        return self._setup().get(key)

    def _ended(self) -> float | None:
        end = self._end()
        found = end.get("endtime", end.get("ended"))
        return None if found is None else float(found)

    def _stages(self) -> list[Mapping[str, Any]]:
        return list(self._end().get("stages", []))


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()


def _stage_name(stage: Mapping[str, Any]) -> str:
    number = stage["sliceno"]
    return str(stage["stage"]) if number is None else f"{stage['stage']} {number}"


def _stage_row(name: str, stage: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stage": stage["stage"],
        "slice": stage["sliceno"],
        "wall": stage["wall_s"],
        "cpu": stage["cpu_s"],
        "memory": stage["peak_rss"],
        "outcome": stage["outcome"],
    }
