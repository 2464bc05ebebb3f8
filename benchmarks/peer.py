"""The Accelerator to compare with, in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

VERSION = "2025.11.11"


def installed(folder: Path) -> Path:
    """The environment with the Accelerator: the one that AXTUI_REAL_ACCELERATOR names, or one that is
    made below `folder` and kept there. Exits with what pip says where it cannot be installed."""
    named = os.environ.get("AXTUI_REAL_ACCELERATOR")
    if named:
        return Path(named).absolute()
    home = folder / f"accelerator-{VERSION}"
    if not (home / "bin" / "ax").exists():
        print(f"installing the Accelerator {VERSION} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        asked = [str(home / "bin" / "pip"), "install", "-q", f"accelerator=={VERSION}"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"cannot install the Accelerator:\n{done.stderr.strip()}")
    return home
