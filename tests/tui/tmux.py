"""A terminal in tmux, as a person has one: keys go in, the screen is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

PATIENCE_S = 60.0
_POLL_S = 0.05
_UNSET = ("NO_COLOR", "TMUX", "TMUX_PANE", "COLUMNS", "LINES", "AXTUI_BROWSER")

AXTUI = f"{sys.executable} -m axtui"
needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


class Tmux:
    """A server of tmux of its own with one pane, in which a shell runs. End it with `end`."""

    def __init__(
        self,
        folder: Path,
        size: tuple[int, int] = (120, 36),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        # a socket's path may not be longer than some 100 bytes: it is named, not placed in `folder`
        self._name = f"axtui-test-{os.getpid()}-{time.monotonic_ns()}"
        kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
        kept |= {"LANG": "C.UTF-8", **(environ or {})}
        width, height = map(str, size)
        shell = "exec env PS1='$ ' bash --norc --noprofile"
        self._tmux(
            "-f",
            os.devnull,
            "new-session",
            "-d",
            "-x",
            width,
            "-y",
            height,
            shell,
            folder=folder,
            environ=kept,
        )
        self.until(lambda: "$" in self.screen(), "the shell")

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names for them: Enter, Escape, C-c, F5."""
        self._tmux("send-keys", *keys)

    def run(self, command: str) -> None:
        """Type a command and Enter."""
        self.type(command)
        self.press("Enter")

    def screen(self, colours: bool = False) -> str:
        """What is to be seen."""
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else []))

    def see(self, *texts: str, timeout: float = PATIENCE_S) -> str:
        """Wait until all these texts are to be seen; the screen then."""
        self.until(lambda: all(text in self.screen() for text in texts), repr(texts), timeout)
        return self.screen()

    def gone(self, text: str, timeout: float = PATIENCE_S) -> str:
        """Wait until a text is not to be seen any more; the screen then."""
        self.until(lambda: text not in self.screen(), f"{text!r} to go", timeout)
        return self.screen()

    def until(
        self, condition: Callable[[], object], what: str, timeout: float = PATIENCE_S
    ) -> None:
        """Wait until a condition holds; fail with what is to be seen if it never does."""
        limit = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > limit:
                pytest.fail(f"waited {timeout:g} s for {what}; there is\n{self.screen()}")
            time.sleep(_POLL_S)

    def resize(self, width: int, height: int) -> None:
        """Another size of the terminal."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def flags(self) -> dict[str, str]:
        """What programs have switched in the terminal: the alternate screen, mouse, cursor."""
        names = ("alternate_on", "mouse_any_flag", "cursor_flag", "pane_in_mode")
        shown = " ".join(f"#{{{name}}}" for name in names)
        found = self._tmux("display-message", "-p", shown)
        return dict(zip(names, found.split(), strict=True))

    def end(self) -> None:
        """Nothing of it is left running."""
        self._tmux("kill-server")

    def _tmux(
        self, *args: str, folder: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._name, *args],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"tmux {' '.join(args)}: {done.stderr}"
        return done.stdout
