"""`axtui init --from accelerator.conf`."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.cli.main import run
from axtui.workspace import open_workspace

CONF = "slices: 3\nworkdirs: dev w\nmethod packages: mine auto-discover\nlisten: x/server\n"


def test_it_writes_the_settings_and_tells_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    conf = tmp_path / "accelerator.conf"
    conf.write_text(CONF)
    before = open_workspace(tmp_path).config
    assert run(["init", "--from", str(conf)]) == 0
    out = capsys.readouterr().out
    assert "`listen`: there is no server to listen" in out
    after = open_workspace(tmp_path).config
    assert after.path.name == "axtui.toml"
    assert (after.slices, after.workdirs, after.methods) == (3, before.workdirs, before.methods)
    assert run(["init", "--from", str(conf)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert run(["init", "--from", str(conf), "--force"]) == 0


def test_a_wrong_file_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf = tmp_path / "accelerator.conf"
    conf.write_text(CONF.replace("slices", "slizes"))
    assert run(["init", "--from", str(conf)]) == 1
    assert "line 1: unknown key `slizes`" in capsys.readouterr().err
    assert not (tmp_path / "axtui.toml").exists()
    assert run(["init", "--from", str(conf), "--slices", "3"]) == 2
