"""`axtui sherlock`: the job that made a file, by its bytes or by the Accelerator's note in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from axtui.cli.main import run
from axtui.data import digest
from axtui.workspace import Workspace


def test_a_copy_is_known_and_a_note_is_read(
    workspace: Workspace,
    make_job: Callable[..., str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = tmp_path / "elsewhere.png"
    copy.write_bytes(b"a picture")
    kept = {"plot.png": {"size": 9, "digest": digest.of_file(copy)}}
    make_job("draw", post={"files": kept, "registered": ["plot.png"]})
    where = ["--workspace", str(workspace.root), "sherlock"]
    assert run([*where, str(copy)]) == 0
    assert capsys.readouterr().out == "dev-1\n"
    assert run([*where, "-v", str(copy)]) == 0
    assert capsys.readouterr().out == "dev-1 (draw, plot.png)\n"

    noted = tmp_path / "noted.gif"
    noted.write_bytes(
        b'GIF89a!\xff\x0bExAxMeta1.0\x40{"job":"/old/w/dev-7","method":"m","time":0}\x00;'
    )
    unknown = tmp_path / "unknown"
    unknown.write_bytes(b"of nobody")
    assert run([*where, str(noted), str(unknown)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{noted}: dev-7 by its note\n"
    assert told.err == f"{unknown}: no job is known that made it\n"
