"""What is told over any screen."""

from __future__ import annotations

from axtui.build.watch import told
from axtui.tui.notices import notice


def _ended(exit_code: int = 0, error: str = "", superseded: bool = False) -> told.RunEnded:
    return told.RunEnded(
        1.0, "import", "dev-9", exit_code, ("dev-8",), ("dev-1", "dev-2"), 2.5, error, superseded
    )


def test_an_end_tells_what_came_of_it() -> None:
    found = notice(_ended())
    assert found is not None
    assert (found.title, found.text) == ("import is done", "1 built, 2 re-used in 2.5 s")
    found = notice(_ended(1, "Traceback\n  line\nValueError: bad date\n"))
    assert found is not None and found.severity == "error"
    assert "ValueError: bad date" in found.text


def test_what_a_newer_save_stopped_is_no_failure() -> None:
    assert notice(_ended(1, "stopped", superseded=True)) is None


def test_a_syntax_error_names_its_line() -> None:
    found = notice(told.SourceError(1.0, "methods/a_x.py", 3, 1, "invalid syntax", "  def (:\n"))
    assert found is not None
    assert "methods/a_x.py, line 3" in found.title and found.text == "def (:"


def test_what_waits_tells_its_cost() -> None:
    job = told.AffectedJob("dev-3", "clean", "cleaning.py changed", 4.0)
    plan = told.ScriptPlan("import", "ask", "cleaning.py changed", (job,))
    found = notice(told.WaitsForYou(1.0, plan))
    assert found is not None and "1 job, about 4.0 s" in found.text


def test_saves_are_for_the_dashboard_alone() -> None:
    assert notice(told.Saved(1.0, ("methods/a_x.py",))) is None
