"""`axtui init`: what it makes, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axtui import config
from axtui.cli.main import cli
from axtui.errors import UserError


def init(*args: str) -> Result:
    done = CliRunner().invoke(cli, ["init", *args])
    if done.exception is not None:
        raise done.exception
    return done


def test_a_new_workspace(tmp_path: Path) -> None:
    done = init(str(tmp_path / "new"), "--slices", "3")
    made = {
        path.relative_to(tmp_path / "new").as_posix()
        for path in (tmp_path / "new").rglob("*")
        if path.is_file()
    }
    assert made == {
        ".gitignore",
        "axtui.toml",
        "inputs/temperatures.csv",
        "methods/a_warmest.py",
        "methods/build.py",
    }
    assert config.load(tmp_path / "new" / "axtui.toml").slices == 3
    assert done.output.splitlines()[-1] == f"Next: cd {tmp_path / 'new'} && axtui run"


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "build.py").write_text("mine")
    with pytest.raises(UserError, match=r"in the way in .*: methods/build\.py"):
        init(str(tmp_path))
    assert not (tmp_path / "axtui.toml").exists()
    init(str(tmp_path), "--force")
    assert (tmp_path / "methods" / "build.py").read_text() != "mine"
    with pytest.raises(UserError, match="is a workspace already"):
        init(str(tmp_path))


def test_inputs_elsewhere(tmp_path: Path) -> None:
    inputs = tmp_path / 'my "inputs"'
    inputs.mkdir()
    done = init(str(tmp_path / "new"), "--input", str(inputs))
    assert config.load(tmp_path / "new" / "axtui.toml").inputs == inputs
    assert not (tmp_path / "new" / "inputs").exists() and not list(inputs.iterdir())
    assert "temperatures.csv" in done.output


def test_the_example(tmp_path: Path) -> None:
    done = init(str(tmp_path / "drives"), "--example")
    root = Path(config.__file__).parent.parent
    shipped = {path.name for path in (root / "methods").rglob("*.py")}
    copied = {path.name for path in (tmp_path / "drives" / "methods").rglob("*.py")}
    assert shipped and copied == shipped
    assert list((tmp_path / "drives" / "inputs").glob("*.zip"))
    assert done.output.endswith("axtui run import afr\n")
