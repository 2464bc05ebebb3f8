"""What people type to name a job or a dataset, turned into job ids and dataset names.

A job: its id (`dev-12`), the newest of a workdir (`dev-LATEST`), its folder (a path with a
`setup.json`), a job of an entry of the urd (`:LIST/TIMESTAMP:NAME`, the latest entry and its last job if
not said), or a method or build script (its newest job, finished ones first; a method comes
before the build script of its name, which is also called `build_NAME`), or where neither is, the name
that a build script gave it (`name=`). Behind it `!` takes only jobs whose source is as it is now.
Suffixes walk from there: `~N` N earlier and `+N` N later jobs of the same method, `<N` and `>N` N lower
or higher in number, `^N` N steps along `previous`. `.NAME` goes on to an input of the job (`.jobs.NAME`
and `.datasets.NAME` where both are there), and suffixes may follow again.
A dataset: a job, and after a `/` the name (default `default`); on it `~N` is N datasets back in the
chain and `^N` N parents up. A job spec that ends at a dataset input means that dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build import specparts
from axtui.build.outdated import is_outdated
from axtui.build.specparts import Step
from axtui.data import jobdir
from axtui.errors import (
    DamagedJobError,
    NoSuchDatasetError,
    NoSuchJobError,
    UserError,
)
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.build.recheck import Present

_JOB = re.compile(r"(?P<workdir>.+)-(?P<number>\d+)")
_LATEST = "-LATEST"


def without_suffixes(spec: str) -> str:
    """What a spec begins from: 'csvimport' of 'csvimport~1'."""
    return specparts.step(spec).name


class Specs:
    """Resolves what names jobs and datasets in one workspace. Reads, and writes nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def path(self, jobid: str) -> Path:
        """The folder of a job id."""
        return self._workspace.context().job_path(jobid)

    def jobs(self, workdir: str | None = None) -> Iterator[str]:
        """Ids of all jobs, the newest first: in a workdir by number, between them by their start."""
        names = self._workspace.config.workdirs if workdir is None else [workdir]
        each = [self._of_workdir(name) for name in names]
        return each[0] if len(each) == 1 else merge(*each, key=self._age, reverse=True)

    def _of_workdir(self, name: str) -> Iterator[str]:
        folder = self._workspace.config.workdirs[name]
        numbers = jobdir.job_numbers(folder, name) if folder.is_dir() else iter(())
        return (f"{name}-{number}" for number in sorted(numbers, reverse=True))

    def _age(self, jobid: str) -> float:
        try:
            return (self.path(jobid) / jobdir.SETUP).stat().st_mtime
        except OSError:
            return 0.0

    def job(self, spec: str) -> str:
        """The job id that a spec names. Raises NoSuchJobError, saying what was near."""
        return self._job_and_dataset(spec)[0]

    def _job_and_dataset(self, spec: str) -> tuple[str, str | None]:
        """(job id, dataset name) of a job spec; the name only where it ends at a dataset."""
        first, *params = specparts.job_steps(spec, self._workspace.config.workdirs)
        jobid, name = self._walked(self._base(first.name, first.current), first), None
        for param in params:
            jobid, name = self._input(jobid, param)
            jobid = self._walked(jobid, param)
            name = None if param.walks else name
        return jobid, name

    def _walked(self, jobid: str, step: Step) -> str:
        for sign, times in step.walks:
            jobid = self._walk(jobid, sign, times, step.current)
        return jobid

    def _input(self, jobid: str, param: Step) -> tuple[str, str | None]:
        """The job or dataset that a job was given under a name."""
        setup = jobdir.load_setup(self.path(jobid))
        kinds = [param.kind] if param.kind else ["jobs", "datasets"]
        found = {kind: setup.get(kind, {}) for kind in kinds if param.name in setup.get(kind, {})}
        what = f"job {jobid} ({setup.get('method', '?')})"
        if not found:
            names = [*setup.get("jobs", {}), *setup.get("datasets", {})]
            hint = did_you_mean(param.name, names) or f" It has: {', '.join(names) or 'none'}."
            raise NoSuchJobError(f"{what} has no input {param.name!r}.{hint}")
        if len(found) > 1:
            raise NoSuchJobError(
                f"{what} has a job and a dataset called {param.name!r}: say .jobs.{param.name} or "
                f".datasets.{param.name}"
            )
        ((kind, inputs),) = found.items()
        value = inputs[param.name]
        if isinstance(value, list):
            if len(value) != 1:
                raise NoSuchJobError(
                    f"{what} was given {len(value)} {kind} as {param.name!r}, not one"
                )
            value = value[0]
        if not value:
            raise NoSuchJobError(f"{what} was given nothing as {param.name!r}")
        job, _, name = str(value).partition("/")
        return job, (name or "default") if kind == "datasets" else None

    def is_collected(self, jobid: str) -> bool:
        """Whether it is the id of a job that gc removed, of which the catalog still tells."""
        from axtui.build.housekeeping.collected import recall

        match = _JOB.fullmatch(jobid)
        workdir = self._workspace.config.workdirs.get(match["workdir"]) if match else None
        return workdir is not None and recall(workdir, jobid) is not None

    def dataset(self, spec: str) -> tuple[str, str]:
        """(job id, dataset name) that a spec names. Raises NoSuchDatasetError or NoSuchJobError."""
        jobid, name = self._job_and_rest(spec)
        name = name or "default"
        if jobdir.dataset_file(self.path(jobid), name).exists():
            return jobid, name
        last = specparts.step(name)
        found = jobid, last.name or "default"
        self.metadata(*found)
        for sign, times in last.walks:
            for _ in range(times):
                found = self._dataset_step(found, sign)
        return found

    def metadata(self, jobid: str, name: str) -> dict[str, Any]:
        """The metadata of a dataset. Raises NoSuchDatasetError naming those that there are."""
        try:
            return jobdir.read_json(jobdir.dataset_file(self.path(jobid), name))
        except OSError:
            names = self.dataset_names(jobid)
            has = f"it has {', '.join(names)}" if names else "it has none"
            raise NoSuchDatasetError(
                f"job {jobid} ({self.method(jobid)}) has no dataset {name!r}; {has}."
                + did_you_mean(name, names)
            ) from None

    def dataset_names(self, jobid: str) -> list[str]:
        """The names of a job's datasets, in the order they were finished."""
        path = self.path(jobid)
        names: list[str] = []
        if (path / jobdir.POST).exists():
            names = list(jobdir.load_post(path).get("datasets", ()))
        return names or sorted(
            str(jobdir.read_json(file)["name"])
            for file in (path / jobdir.DATASETS).glob("*.json")
            if not file.name.endswith(".writer.json")
        )

    def method(self, jobid: str) -> str:
        """The method of a job, or '?' where its setup cannot be read."""
        try:
            return str(jobdir.load_setup(self.path(jobid)).get("method", "?"))
        except DamagedJobError:
            return "?"

    def name(self, jobid: str) -> str | None:
        """The name that its build script gave a job (`name=`), None where that is its method's."""
        try:
            setup = jobdir.load_setup(self.path(jobid))
        except DamagedJobError:
            return None
        name = setup.get("name")
        return str(name) if name and name != setup.get("method") else None

    def _base(self, base: str, current: bool = False) -> str:
        if base.startswith(":"):
            return self._of_urd(base)
        if base.endswith(_LATEST) and base[: -len(_LATEST)] in self._workspace.config.workdirs:
            return self._newest(base, self._of_workdir(base[: -len(_LATEST)]))
        match = _JOB.fullmatch(base)
        if match and match["workdir"] in self._workspace.config.workdirs:
            if not self.path(base).is_dir():
                from axtui.build.housekeeping.collected import epitaph

                newest = next(self._of_workdir(match["workdir"]), None)
                there_is = f"; the newest is {newest}" if newest else ", nor any other"
                there_is_none = f"there is no job {base} in {self.path(base).parent}{there_is}"
                raise NoSuchJobError(epitaph(self.path(base).parent, base) or there_is_none)
            return base
        if "/" in base or base in (".", ".."):
            return self._of_path(Path(base))
        return self._of_method(base, current)

    def _of_urd(self, spec: str) -> str:
        from axtui.build.urdpaths import find_job
        from axtui.build.urdstore import open_urd

        return find_job(open_urd(self._workspace.config), spec)

    def is_current(self, jobid: str) -> bool:
        """Whether the source that a job ran is there unchanged."""
        return not is_outdated(self.path(jobid), self._present.held)

    @cached_property
    def _present(self) -> Present:
        from axtui.build.recheck import Present

        config = self._workspace.config
        return Present(config.root, config.method_packages)

    def _of_path(self, path: Path) -> str:
        path = path.expanduser().resolve()
        for folder in (path, *path.parents):
            if (folder / jobdir.SETUP).is_file():
                for name, workdir in self._workspace.config.workdirs.items():
                    if folder.parent == workdir and folder.name.startswith(f"{name}-"):
                        return folder.name
                raise NoSuchJobError(f"{folder} is not in a workdir of this workspace")
        raise NoSuchJobError(f"{path} is not a job's folder, nor in one")

    def _of_method(self, name: str, current: bool = False) -> str:
        from axtui.build.methodfiles import find_methods

        choices = [{name, f"build_{name}"}]
        if name in find_methods(self._workspace):
            # What has datasets and files is what people mean; the script's jobs are `build_NAME`.
            choices.insert(0, {name})
        for wanted in choices:
            found = self._of_any(wanted)
            if current:
                found = (jobid for jobid in found if self.is_current(jobid))
            with suppress(NoSuchJobError):
                return self._newest(name, found)
        named = (jobid for jobid in self.jobs() if self.name(jobid) == name)
        with suppress(NoSuchJobError):
            return self._newest(name, named)
        from axtui.build.unknownjob import unknown

        if current and (newest := next(self._of_any(choices[-1] | {name}), None)):
            raise NoSuchJobError(
                f"no job of {name!r} ran the source that is there now; the newest, {newest}, ran another"
            )
        raise unknown(self, self._workspace, name)

    def _of_any(self, methods: set[str]) -> Iterator[str]:
        return (jobid for jobid in self.jobs() if self.method(jobid) in methods)

    def _newest(self, what: str, jobids: Iterator[str]) -> str:
        """The first complete one, or the first of any kind."""
        first = None
        for jobid in jobids:
            first = first or jobid
            if jobdir.state(self.path(jobid)) == "complete":
                return jobid
        if first is None:
            raise NoSuchJobError(f"there is no job for {what!r}")
        return first

    def _walk(self, jobid: str, sign: str, times: int, current: bool) -> str:
        if sign in "<>":
            workdir, number = jobdir.split_jobid(jobid)
            return self._base(f"{workdir}-{number + (times if sign == '>' else -times)}")
        if sign == "^":
            for _ in range(times):
                jobid = self._previous(jobid)
            return jobid
        method = self.method(jobid)
        same = [
            other
            for other in self.jobs()
            if self.method(other) == method
            and (other == jobid or not current or self.is_current(other))
        ]
        index = same.index(jobid) + (times if sign == "~" else -times)
        if not 0 <= index < len(same):
            direction = "earlier than" if sign == "~" else "later than"
            raise NoSuchJobError(f"there is no job of {method} {times} {direction} {jobid}")
        return same[index]

    def _previous(self, jobid: str) -> str:
        setup = jobdir.load_setup(self.path(jobid))
        for kind in ("jobs", "datasets"):
            previous = setup.get(kind, {}).get("previous")
            if isinstance(previous, str) and previous:
                return previous.partition("/")[0]
        raise NoSuchJobError(f"job {jobid} ({self.method(jobid)}) has no previous job")

    def _job_and_rest(self, spec: str) -> tuple[str, str]:
        """Split a dataset spec behind the job: at the first slash, or behind a job's path."""
        parted = specparts.split_dataset(spec)
        if parted:
            return self.job(parted[0]), parted[1]
        if spec.startswith(":") or "/" not in spec:
            jobid, name = self._job_and_dataset(spec)
            return jobid, name or ""
        parts = spec.split("/")
        for end in range(len(parts), 0, -1):
            folder = "/".join(parts[:end])
            if folder and (Path(folder).expanduser() / jobdir.SETUP).is_file():
                return self._of_path(Path(folder)), "/".join(parts[end:])
        return self._of_path(Path(spec)), ""

    def _dataset_step(self, found: tuple[str, str], sign: str) -> tuple[str, str]:
        key = {"~": "previous", "^": "parent"}.get(sign)
        if key is None:
            raise UserError(f"a dataset has no `{sign}`; use ~ (previous) or ^ (parent)")
        value = self.metadata(*found).get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if not value:
            raise NoSuchDatasetError(f"the dataset {'/'.join(found)} has no {key}")
        jobid, slash, name = str(value).partition("/")
        return jobid, name if slash else "default"
