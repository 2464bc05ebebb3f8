"""What parameters of saved queries name, as the catalog has it."""

from __future__ import annotations

from pathlib import Path

from axtui.build.linked import result_name
from axtui.build.methodfiles import find_methods
from axtui.build.scripts import DEFAULT, find_scripts
from axtui.build.specs import Specs, without_suffixes
from axtui.data import jobdir
from axtui.data.dsmeta import join_ref
from axtui.errors import NoSuchDatasetError, NoSuchJobError, NoSuchWhateverError
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace


class Named:
    """Looks up names in one workspace, as `axtui job`, `axtui ds` and `axtui open` do."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._specs = Specs(workspace)

    def find(self, kind: str, name: str) -> str:
        """What `name` stands for; `kind` is JOB, METHOD, RESULT, RUN or INPUT.

        Raises NoSuchWhateverError, saying what was near.
        """
        look_up = {
            "JOB": self._job,
            "METHOD": self._method,
            "RESULT": self._result,
            "RUN": self._run,
            "INPUT": self._input,
        }
        return look_up[kind](name)

    def _job(self, name: str) -> str:
        try:
            return self._specs.job(name)
        except NoSuchJobError:
            if self._specs.is_collected(name):
                return name  # the catalog still tells of it
            raise

    def _method(self, name: str) -> str:
        known = {*find_methods(self._workspace), *find_scripts(self._workspace)}
        if name in known:
            return name
        ran = {self._specs.method(jobid) for jobid in self._specs.jobs()}
        if name in ran:
            return name
        hint = did_you_mean(name, known | ran)
        raise NoSuchWhateverError(f"there is no method {name!r}, nor a job of one.{hint}")

    def _result(self, name: str) -> str:
        found = result_name(self._workspace, name)
        if found is not None:
            return found
        try:
            return self._job(name)
        except NoSuchJobError as error:
            raise NoSuchWhateverError(f"there is no result {name!r}, and {error}") from None

    def _run(self, name: str) -> str:
        """The job of a run: of a build script, by that job, or by a job that was built in it."""
        base = without_suffixes(name)
        script = base if base.startswith("build_") else f"build_{base}"
        if base != DEFAULT and script.removeprefix("build_") in find_scripts(self._workspace):
            name = script + name[len(base) :]
        jobid = self._job(name)
        path = self._specs.path(jobid)
        if not path.is_dir():
            return jobid
        setup = jobdir.load_setup(path)
        return jobid if setup.get("is_build") else str(setup.get("build_job") or jobid)

    def _input(self, name: str) -> str:
        """A dataset or a job; what is neither can only be a file."""
        try:
            if "/" in name:
                return join_ref(*self._specs.dataset(name))
            return self._job(name)
        except (NoSuchJobError, NoSuchDatasetError):
            path = self._workspace.config.inputs / name
            if path.exists() or Path(name).suffix:
                return name
            there = [file.name for file in path.parent.glob("*")]
            hint = did_you_mean(name, there)
            if not hint:
                raise
            raise NoSuchWhateverError(f"there is no job or input file {name!r}.{hint}") from None
