"""A program like `axtui` with the smallest app there can be, for tests of what is around the app.

python -m tests.tui.terminal.tiny LOG
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from axtui.errors import DashboardError
from axtui.tui.launch import present
from axtui.tui.terminal.contained import Contained


def main() -> int:
    log = Path(sys.argv[1])

    def make() -> Contained:
        from textual.app import ComposeResult
        from textual.widgets import Label

        class Tiny(Contained):
            BINDINGS = [
                ("q", "quit", ""),
                ("x", "fail", ""),
                ("n", "noise", ""),
                ("e", "edit", ""),
                ("h", "hang", ""),
                ("ctrl+z", "suspend_process", ""),
            ]

            def compose(self) -> ComposeResult:
                yield Label("I AM HERE", id="label")

            def parting_words(self) -> list[str]:
                return ["2 jobs were built"]

            def action_fail(self) -> None:
                raise KeyError("oh no")

            def action_noise(self) -> None:
                print("noise of print")
                subprocess.run("echo noise of a child; echo noise of its errors >&2", shell=True)
                os.write(1, b"noise of C\n")
                self.query_one("#label", Label).update("THE END OF IT")

            def action_edit(self) -> None:
                with self.suspend():
                    subprocess.run("echo AN EDITOR", shell=True)

            def action_hang(self) -> None:
                self.query_one("#label", Label).update("IT HANGS")
                self.set_timer(0.1, lambda: subprocess.run(["sleep", "60"]))

        return Tiny()

    try:
        return present(make, log)
    except DashboardError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
