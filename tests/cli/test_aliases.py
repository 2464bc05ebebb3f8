"""Aliases of commands, and the files that they are set in."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui import userconfig
from axtui.cli import aliases
from axtui.cli.main import run
from axtui.errors import ConfigError, UserError

KNOWN = {
    "cat": 'grep -e ""',
    "c2": "cat -f json",
    "ds": "ds -s",
    "far": "--config f ds",
    "a": "b",
    "b": "a",
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["job", "x"], ["job", "x"]),
        (["cat", "x"], ["grep", "-e", "", "x"]),
        (["c2", "x"], ["grep", "-e", "", "-f", "json", "x"]),
        (["--config", "cat", "cat"], ["--config", "cat", "grep", "-e", ""]),
        (["ds", "x"], ["ds", "-s", "x"]),
        (["noalias", "cat"], ["cat"]),
        (["-h"], ["-h"]),
        (["far"], ["--config", "f", "ds"]),
        ([], []),
    ],
)
def test_the_first_word_is_expanded(given: list[str], expected: list[str]) -> None:
    found = aliases.expanded(given, KNOWN)
    if given == ["far"]:  # its own alias of ds goes on from there
        expected = [*expected, "-s"]
    assert found == expected


def test_circles_and_open_quotes_are_told() -> None:
    with pytest.raises(UserError, match="a -> b -> a"):
        aliases.expanded(["a"], KNOWN)
    with pytest.raises(UserError, match="'x'"):
        aliases.expanded(["x"], {"x": "grep 'a"})


def test_variables_are_words() -> None:
    known = {"mine": "job ${WHICH} ${NONE}"}
    assert aliases.expanded(["mine"], known, {"WHICH": "-O 'a b'"}) == ["job", "-O", "a b"]


def test_later_files_come_before_and_includes_behind(tmp_path: Path) -> None:
    old, new = tmp_path / "accelerator", tmp_path / "axtui"
    old.mkdir()
    new.mkdir()
    (old / "config").write_text("[include]\npath = more\n[alias]\nX = one\nY = one\n")
    (old / "more").write_text("[alias]\nY = included\nZ = included\n[colour]\nwarning = CYAN\n")
    (new / "config").write_text("[alias]\nX = two %s\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "ACCELERATOR_IGNORE_ETC": "1"}
    found = userconfig.read(environ)
    assert found.aliases == {"cat": 'grep -e ""', "X": "two %s", "Y": "one", "Z": "included"}
    assert found.colours == {"warning": "CYAN"}
    (old / "more").write_text("[include]\npath = config\n")
    with pytest.raises(ConfigError, match="which includes it"):
        userconfig.read(environ)
    (old / "more").write_text("no section\n")
    with pytest.raises(ConfigError, match="more"):
        userconfig.read(environ)


def test_the_command_shows_them_and_the_program_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("ACCELERATOR_IGNORE_ETC", "1")
    (tmp_path / "axtui").mkdir()
    (tmp_path / "axtui" / "config").write_text("[alias]\nwhat = alias cat\n")
    assert run(["what"]) == 0
    assert capsys.readouterr().out == "grep -e ''\n"
    assert run(["alias"]) == 0
    assert capsys.readouterr().out == 'cat = grep -e ""\nwhat = alias cat\n'
    assert run(["alias", "whot"]) == 1
    assert "Did you mean" in capsys.readouterr().err
