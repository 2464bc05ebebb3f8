"""Live rebuild of one workspace, on a thread of its own: what the dashboard and `axtui watch` use.

    watcher = Watcher(workspace, tell)
    watcher.start()
    ...
    watcher.close()
"""

from __future__ import annotations

from collections.abc import Sequence

from axtui.build.watch.told import How, Mode, RunningScript, ScriptPlan, Tell
from axtui.workspace import Workspace


class Watcher:
    """Watches the files that scripts depend on, and runs scripts again when these change.

    `tell` is told all that happens (see `told`), on the watcher's thread. `scripts` are watched
    besides those that were ever run here; with `only` no others are. `mode` overrides that of the
    configuration. With `catch_up` what changed while nobody watched is built at the start (as the
    mode says), else it waits for `go`. With `poll` folders are looked at instead of the system
    telling of saves.

    All methods return at once and may be called from any thread; what they cause is told.
    """

    def __init__(
        self,
        workspace: Workspace,
        tell: Tell,
        *,
        scripts: Sequence[str] = (),
        only: bool = False,
        mode: Mode | None = None,
        catch_up: bool = False,
        poll: bool = False,
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Begin to watch, on a thread."""

    def run(self, script: str, how: How | None = None) -> None:
        """Run a script now, whatever its mode, with the options `how` (None: those of its last run),
        and watch it from then on."""

    def go(self, script: str | None = None) -> None:
        """Run what waits to be told (None: all of it)."""

    def dismiss(self, script: str | None = None) -> None:
        """Forget what waits to be told (None: all of it) until its files change again."""

    def set_mode(self, mode: Mode, script: str | None = None) -> None:
        """From now on a save does this to a script (None: to all), whatever the configuration says."""

    def stop(self, script: str | None = None, why: str = "it was stopped from the keyboard") -> None:
        """Stop the run of a script (None: all runs that this watcher started); recorded as cancelled."""

    def close(self, leave_running: bool = True) -> None:
        """End watching. Runs go on to their end, or are stopped and recorded as cancelled. Waits for
        the thread, but never for a run that is left to itself."""

    @property
    def running(self) -> list[RunningScript]:
        """The runs that this watcher started and that are not over."""
        raise NotImplementedError

    @property
    def waiting(self) -> list[ScriptPlan]:
        """The scripts that wait to be told to run, in the order in which they would."""
        raise NotImplementedError

    @property
    def scripts(self) -> dict[str, Mode]:
        """The scripts that are watched, each with its mode."""
        raise NotImplementedError
