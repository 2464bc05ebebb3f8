"""The dashboard of a page in a browser, when its server has gone."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from tests.tui.terminal.pseudo import ROOT, only_child, tiny, until


def _said(pipe: int, wanted: bytes) -> None:
    text = b""
    while wanted not in text:
        data = os.read(pipe, 1 << 16)
        assert data, text
        text += data


def test_it_ends_soon_whatever_it_does(tmp_path: Path) -> None:
    env = os.environ | {"AXTUI_BROWSER": "key", "COLUMNS": "80", "ROWS": "24"}
    env |= {"PYTHONPATH": str(ROOT)}
    program = tiny(tmp_path / "dashboard.log")
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=tmp_path
    ) as page:
        assert page.stdin is not None and page.stdout is not None
        _said(page.stdout.fileno(), b"I AM HERE")
        page.stdin.write(b"D\0\0\0\1h")  # it hangs for a minute
        page.stdin.flush()
        until(lambda: _sleeps(page.pid), "a handler that hangs")
        page.stdin.close()
        until(lambda: page.poll() is not None, "its end")
        assert page.returncode == 128 + signal.SIGHUP


def _sleeps(pid: int) -> bool:
    try:
        return bool(only_child(pid))
    except ValueError:
        return False
