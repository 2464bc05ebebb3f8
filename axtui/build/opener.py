"""Opening a file with the program that the system has for it, where there is a screen to show it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path

_PATIENCE_S = 5.0
_WEB = {".html", ".htm", ".svg", ".xhtml"}


def hindrance(path: Path, environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Why nothing can be opened here, or None where it can be tried."""
    if _browser(path, environ):
        return None
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return "this is a session over ssh, and what is opened would show on the other machine"
    if platform == "darwin":
        return None
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    if shutil.which("xdg-open", path=environ.get("PATH")) is None:
        return "there is no xdg-open here (it comes with the package xdg-utils)"
    return None


def open_file(path: Path, environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Open a file; what went wrong, or None. Pages go to $BROWSER where that is set."""
    if _browser(path, environ):
        return None if webbrowser.open(path.as_uri()) else f"$BROWSER could not open {path}"
    program = "open" if platform == "darwin" else "xdg-open"
    try:
        started = subprocess.Popen(
            [program, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        code = started.wait(_PATIENCE_S)
    except OSError as error:
        return f"cannot run {program}: {error.strerror}"
    except subprocess.TimeoutExpired:
        return None  # it shows the file itself, and lives as long as its window
    return f"{program} could not open it (exit code {code})" if code else None


def _browser(path: Path, environ: Mapping[str, str]) -> bool:
    return path.suffix.lower() in _WEB and bool(environ.get("BROWSER"))
