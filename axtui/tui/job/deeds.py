"""What can be done with a job from every screen that shows some."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from axtui.build.live.watching import LiveBuild
from axtui.tui.program import program
from axtui.tui.question import Answer, Question

if TYPE_CHECKING:
    from axtui.tui.app import Axtui


def stop(app: Axtui, jobid: str, what: str) -> None:
    """Ask whether a running job is to be stopped, and have it stopped."""
    build = _build_of(app, jobid)
    if build is None:
        app.notify(f"{jobid} does not run.", markup=False)
        return
    whole = build.build_job == jobid
    text = "All of its build script stops with it." if whole else (
        f"Its build script ({build.script}) gets an error at the line that asked for it."
    )  # fmt: skip

    def answered(answer: str | None) -> None:
        if answer == "stop":
            app.run_worker(_stop(app, build, jobid), exit_on_error=False)

    app.push_screen(
        Question(f"Stop {what} {jobid}?", text, [Answer("x", "Stop it", "stop")]), answered
    )


async def _stop(app: Axtui, build: LiveBuild, jobid: str) -> None:
    await app.catalogue.call(build.ask_to_stop, jobid, f"{_user()} (axtui)")
    app.notify(f"Asked {jobid} to stop.", markup=False)


def _build_of(app: Axtui, jobid: str) -> LiveBuild | None:
    for one in app.live.now():
        if one.build.build_job == jobid or one.state.job(jobid) is not None:
            return one.build
    return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def rebuild(app: Axtui, script: str | None) -> None:
    """Run the build script that asked for a job; what has not changed is re-used."""
    if not script:
        app.notify("It is not known which build script asked for this job.")
        return
    app.build(script)
    app.notify(f"Running {script}: what has not changed is re-used.", markup=False)


def look_for_hot_lines(app: Axtui, jobid: str) -> None:
    """Build a job once more in a process of its own, looking which of its lines take longest; its times
    are shown when that is over."""
    app.notify(f"Building {jobid} once more, to look where its time goes …", markup=False)
    app.run_worker(_look(app, jobid), exit_on_error=False, group="hot")


async def _look(app: Axtui, jobid: str) -> None:
    from axtui.tui.places import Place

    process = await asyncio.create_subprocess_exec(
        *program(app.workspace),
        *("job", jobid, "--profile", "--again", "--format", "json"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=app.workspace.root,
    )
    try:
        said, errors = await process.communicate()
    finally:
        if process.returncode is None:  # whoever asked has left
            process.terminate()
    if process.returncode:
        text = errors.decode("utf-8", "replace").strip().removeprefix("axtui: ")
        app.notify(text, title=f"{jobid} was not built", severity="error", markup=False)
    else:
        app.visit(Place("job", json.loads(said)[0]["job"], "time"))


def edit(app: Axtui, path: Path | None) -> None:
    """Open a file in the user's editor, which has the terminal until it ends."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    if path is None:
        app.notify("Its source is no longer in the workspace; the tab Source shows what ran.")
        return
    if app.is_web:
        app.notify(
            f"An editor needs a terminal, which a browser is not. It is {path}", markup=False
        )
        return
    try:
        words = shlex.split(editor)
        with app.suspend():
            code = subprocess.run([*words, str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        app.notify(f"$EDITOR ({editor}) cannot be run: {error}", severity="error", markup=False)
        return
    app.refresh(layout=True)
    if code:
        app.notify(f"{editor} ended with code {code}.", severity="warning", markup=False)


def open_path(app: Axtui, path: Path) -> None:
    """Open a file or folder with the system's program, where there is a screen to show it; else copy
    its path."""
    from axtui.build import opener
    from axtui.tui.inbrowser import opened

    if opened(app, app.workspace, path):
        return
    reason = opener.hindrance(path, os.environ)
    if reason:
        app.copy_to_clipboard(str(path))
        app.notify(f"{reason}. Its path was copied: {path}", markup=False, timeout=8)
        return
    app.run_worker(_open(app, path), exit_on_error=False, group="open")


async def _open(app: Axtui, path: Path) -> None:
    from axtui.build import opener

    problem = await app.catalogue.call(opener.open_file, path, os.environ)
    if problem:
        app.notify(problem, severity="error", markup=False)
