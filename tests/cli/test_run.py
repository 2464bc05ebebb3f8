"""What `axtui run` refuses before anything is built, and what `--why` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.cli.main import run

METHOD = "options = {'n': 1}\ndef synthesis():\n    return options.n\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "axtui.toml").write_text("slices = 1\n")
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "a_m.py").write_text(METHOD)
    (tmp_path / "methods" / "build.py").write_text("def main(urd):\n    urd.build('m')\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_scripts_must_be_there_before_the_first_is_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", "build", "biuld"]) == 1
    assert "there is no build script 'biuld'. Did you mean 'build'?" in capsys.readouterr().err
    assert not (folder / "workdirs").exists()


def test_a_horizon_must_be_a_timestamp(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "--horizon", "yesterday"]) == 2
    assert "yesterday" in capsys.readouterr().err


def test_a_missing_methods_folder_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "axtui.toml").write_text('methods = ["nope"]\n')
    assert run(["run"]) == 1
    assert f"the folder {folder / 'nope'} does not exist" in capsys.readouterr().err
    (folder / "nope").mkdir()
    assert run(["run"]) == 1
    assert "a script is a file build.py or build_NAME.py" in capsys.readouterr().err


def test_why_says_what_depends_on_what_is_not_built_yet(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "methods" / "a_next.py").write_text(
        "jobs = ('before',)\ndef synthesis():\n    return jobs.before.load()\n"
    )
    (folder / "methods" / "build.py").write_text(
        "def main(urd):\n    urd.build('next', before=urd.build('m'))\n"
    )
    assert run(["run", "--why"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "build: would build 1, 0 re-used",
        "  m  first time",
        "  and what the script asks for after that, which cannot be told before",
    ]
    assert run(["run"]) == 0
    (folder / "methods" / "a_m.py").write_text(METHOD.replace("options.n\n", "options.n + 1\n"))
    capsys.readouterr()
    assert run(["run", "--why"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "build: would build 1, perhaps 1 more, 0 re-used"
    assert second.startswith("  m  source methods/a_m.py")
    assert third == "  next  only if m then holds something else"
