"""A small workspace with a past, made by real builds: what the screens of the dashboard show.

The project in `project/` is built as a person would build it over some days: a forecast that fails,
a build of everything, a change of a helper module and of an option and a build of what that makes
stale, a build that is cancelled, one whose process was killed, and one that finds everything there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from axtui.build import events
from axtui.build.script import run_script
from axtui.build.session import Session
from axtui.data import jobdir
from axtui.data.disk import Disk
from axtui.engine.local import LocalEngine
from axtui.workspace import open_workspace

PROJECT = Path(__file__).parent / "project"


class _Unfolded(Session):
    """A session that leaves the catalog to the one fold at the end."""

    def fold(self) -> None:
        pass


def build(root: Path, slots: Path) -> None:
    """Make the workspace at `root`, a folder that is not there yet; `slots` is an empty folder."""
    shutil.copytree(PROJECT, root)
    engine = LocalEngine(2, slots)
    try:
        _live(root, engine)
    finally:
        engine.shutdown()


def _live(root: Path, engine: LocalEngine) -> None:
    _run(root, engine, "forecast", fails=True)
    _run(root, engine, "build")
    _change(root / "methods/units.py", "return round(value, 1)", "return round(value, 2)")
    _change(root / "methods/build.py", "limit=5", "limit=8")
    _run(root, engine, "build")
    _run(root, engine, "resample", fails=True, stops="resample")
    _kill(root, "resample")
    _run(root, engine, "build")


def _run(
    root: Path, engine: LocalEngine, script: str, fails: bool = False, stops: str = ""
) -> None:
    """Run a script; the job of the method `stops` is stopped as soon as all its slices have begun."""
    begun: dict[str, int] = {}

    def observe(event: events.Event) -> None:
        if isinstance(event, events.JobStarted) and event.method == stops:
            begun[event.jobid] = 0
        if isinstance(event, events.Output) and event.jobid in begun:
            begun[event.jobid] += event.text.count("begins")
            if begun[event.jobid] == 2:  # the third slice has no slot
                session.stop(event.jobid, "it was stopped by ann")

    with _Unfolded(
        open_workspace(root), observe, disk=Disk(durable=False), engine=engine
    ) as session:
        result = run_script(session, script)
    assert bool(result.exit_code) == fails, result.error


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _kill(root: Path, method: str) -> None:
    """What a killed build leaves of a job: the directory without a record of its end."""
    workdir = root / "workdirs/dev"
    cancelled = max(
        (path for path in workdir.glob("dev-*") if _method(path) == method),
        key=lambda path: jobdir.split_jobid(path.name)[1],
    )
    number = 1 + max(jobdir.job_numbers(workdir, "dev"))
    lost = workdir / f"dev-{number}"
    shutil.copytree(cancelled, lost, copy_function=shutil.copyfile)
    for path in (lost, *lost.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (lost / jobdir.FAILED).unlink()
    (lost / jobdir.TMP).mkdir(exist_ok=True)
    setup = jobdir.read_json(lost / jobdir.SETUP)
    jobdir.write_json(lost / jobdir.SETUP, setup | {"jobid": lost.name})


def _method(path: Path) -> str:
    return str(jobdir.read_json(path / jobdir.SETUP)["method"])
