"""A trial: a small workspace is made, a job of two slices built in it, and read again."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from axtui import human
from axtui.build.doctor.finding import Finding, ok, problem
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace, open_workspace

_FILES = {
    "axtui.toml": "slices = 2\n",
    "methods/a_trial.py": (
        "def prepare(job):\n"
        "    return job.datasetwriter(columns={'n': 'int64'})\n"
        "def analysis(sliceno, prepare_res):\n"
        "    prepare_res.write(sliceno)\n"
        "    return sliceno\n"
        "def synthesis(analysis_res):\n"
        "    return sum(analysis_res)\n"
    ),
    "methods/build.py": "def main(urd):\n    urd.build('trial')\n",
}


def checks(workspace: Workspace | None) -> Iterator[Finding]:
    """Whether a job can be built: on the file system of the workspace, if there is one."""
    place = workspace.dot_axtui if workspace and workspace.dot_axtui.is_dir() else None
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="doctor-", dir=place) as folder:
            trouble = _build(Path(folder))
    except (AcceleratorError, OSError) as error:
        trouble = str(error)
    took = human.seconds(time.monotonic() - started)
    if trouble:
        last = trouble.strip().splitlines()[-1]
        yield problem(
            "trial",
            f"a job of two slices could not be built: {last}",
            "mend the other findings first; if there are none, report this",
        )
    else:
        yield ok("trial", f"a job of two slices was built in {took}")


def _build(folder: Path) -> str | None:
    """Build the job; what went wrong, or None."""
    from axtui.build.script import run_script
    from axtui.build.session import Session
    from axtui.data import context
    from axtui.engine.local import LocalEngine

    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    workspace = open_workspace(folder)
    # With slots of its own: those of the machine may be held by a long build.
    engine = LocalEngine(2, folder / "slots")
    try:
        with context.use(workspace.context()), Session(workspace, engine=engine) as session:
            result = run_script(session, "build")
            return result.error if result.exit_code else None
    finally:
        engine.shutdown()
