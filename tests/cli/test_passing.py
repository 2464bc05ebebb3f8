"""The line that tells how far work is."""

from __future__ import annotations

import io

import pytest

from axtui.cli.passing import passing_line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, term: str, wanted: bool) -> str:
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setenv("TERM", term)
    with pytest.raises(KeyboardInterrupt), passing_line(wanted) as show:
        show("9 jobs read")
        show("10 jobs read")
        raise KeyboardInterrupt
    return stderr.getvalue()


def test_it_is_gone_at_the_end_also_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    told = shown(monkeypatch, Terminal(), "xterm", True)
    assert told == "\r\x1b[K9 jobs read\r\x1b[K10 jobs read\r\x1b[K"


def test_nothing_is_shown_where_no_line_can_be_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), "dumb", True) == ""
    assert shown(monkeypatch, Terminal(), "xterm", False) == ""
    assert shown(monkeypatch, io.StringIO(), "xterm", True) == ""
