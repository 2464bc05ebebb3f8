"""`axtui watch`: live rebuild without the dashboard."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from axtui.build.scripts import script_path
from axtui.build.watch import told
from axtui.cli.completion import values
from axtui.cli.face import Face, accelerator_option
from axtui.cli.stopping import Terminated, stop_on_signals
from axtui.cli.watchlines import JsonLines, WatchLines
from axtui.errors import BuildError

if TYPE_CHECKING:
    from axtui.build.watch.watcher import Watcher

_IDLE = 0.2


@click.command("watch", short_help="Rebuild what a save affects, as long as it runs.")
@click.argument("scripts", metavar="[SCRIPT]...", nargs=-1, shell_complete=values.scripts)
@click.option(
    "--mode",
    type=click.Choice(("auto", "ask")),
    help="Run scripts at once, or ask before; by default as axtui.toml says.",
)
@click.option("--poll", is_flag=True, help="Look at files again and again (network folders).")
@click.option("--once", is_flag=True, help="Build what changed since the last run, and end.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Lines for people, or an object per line for programs.",
)
@accelerator_option
@click.pass_obj
def command(
    face: Face,
    scripts: tuple[str, ...],
    mode: told.Mode | None,
    poll: bool,
    once: bool,
    format_: str,
) -> None:
    """Watch the files that build scripts depend on: methods and the modules that they import, the
    scripts, input files, axtui.toml. When one is saved, the scripts that it affects run again. Watched
    are all scripts that were ever run, with the options of their last run; or those that are named,
    which then run at the start, too. Ctrl-C ends it.

    \b
    Examples:
      axtui watch                    all scripts that were ever run
      axtui watch import afr         run these, then whenever a save affects them
      axtui watch --mode ask         Enter runs what a save affects
      axtui watch --format json | my-program
    """
    from axtui.build.watch.watcher import Watcher

    workspace = face.workspace()
    names = tuple(script_path(workspace, name)[0] for name in scripts)
    keys = format_ == "text" and not once and sys.stdin.isatty()
    lines = JsonLines(sys.stdout) if format_ == "json" else WatchLines(sys.stdout, keys)
    watch = _Watch(lines)
    watcher = Watcher(
        workspace,
        watch,
        scripts=names,
        only=bool(names),
        mode=mode,
        catch_up=True,
        poll=poll,
        once=once,
    )
    if keys:
        _answer(watcher, watch.end)
    stop_on_signals()
    leave_running = False
    try:
        watcher.start()
        watch.wait(watcher, once)
    except Terminated:
        leave_running = True  # as where the terminal is closed: what runs is finished
        raise
    except KeyboardInterrupt:
        if watcher.running:
            raise
    finally:
        watcher.close(leave_running)
    watch.refuse_failed(once)


class _Watch:
    """Passes events on to be written, and knows when to end."""

    def __init__(self, write: told.Tell) -> None:
        self._write = write
        self._over = threading.Event()
        self._began = threading.Event()
        self._error: OSError | None = None
        self._failed: dict[str, bool] = {}

    def __call__(self, event: told.WatchEvent) -> None:
        if isinstance(event, told.RunEnded) and not event.superseded:
            self._failed[event.script] = event.exit_code != 0
        if isinstance(event, told.Watching):
            self._began.set()
        try:
            self._write(event)
        except OSError as error:  # nobody reads on
            self._error = error
            self._over.set()

    def end(self) -> None:
        """Have `wait` return."""
        self._over.set()

    def wait(self, watcher: Watcher, once: bool) -> None:
        """Wait for the end: when nobody reads any more, or with `once` when all is built."""
        while not self._over.wait(_IDLE):
            if once and self._began.is_set() and watcher.idle:
                break
            if not watcher.alive:
                break
        if self._error is not None:
            raise self._error

    def refuse_failed(self, once: bool) -> None:
        """Raises BuildError where it was to build once, and a script failed."""
        failed = sorted(script for script, bad in self._failed.items() if bad)
        if once and failed:
            raise BuildError(f"build script {', '.join(failed)} failed")


def _answer(watcher: Watcher, end: Callable[[], None]) -> None:
    """Heed what is typed, on a thread: Enter runs what waits, d forgets it, q ends."""

    def heed() -> None:
        with suppress(OSError, ValueError):
            for line in sys.stdin:
                word = line.strip().lower()
                if word in ("", "y", "r"):
                    watcher.go()
                elif word in ("d", "n"):
                    watcher.dismiss()
                elif word == "q":
                    end()

    threading.Thread(target=heed, name="answers", daemon=True).start()
