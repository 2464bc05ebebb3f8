"""Tracebacks as users see them: their own frames, and of very many the first and the last."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from axtui.engine.trace import trimmed


def traceback_of(text: str, tmp_path: Path) -> str:
    """What a user sees of the error that `main()` of a file raises."""
    path = tmp_path / "mine.py"
    path.write_text(text)
    module = ModuleType("mine")
    exec(compile(text, str(path), "exec"), module.__dict__)
    try:
        module.main()
    except BaseException as error:
        return trimmed(error, lambda filename: filename == str(path))
    raise AssertionError("it did not raise")


def test_of_a_recursion_without_end_the_first_and_last_frames_are_shown(tmp_path: Path) -> None:
    text = traceback_of("def main():\n    again()\ndef again():\n    again()\n", tmp_path)
    assert "in main" in text
    assert "more frames" in text
    assert text.count("in again") < 30
    assert text.splitlines()[-1].startswith("RecursionError: ")


def test_frames_of_libraries_are_counted(tmp_path: Path) -> None:
    source = "import json\ndef main():\n    json.loads('[')\n"
    text = traceback_of(source, tmp_path)
    assert "1 frame of libraries" in text
    assert "json.loads('[')" in text
