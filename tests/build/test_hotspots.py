"""Hot lines: found by sampling, merged over slices, shown with their text."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

from axtui.build.hotspots import hot_lines, looked
from axtui.engine.hotlines import HotLines


def _frame() -> FrameType:
    return sys._getframe()


def test_time_is_put_down_to_the_innermost_line_of_the_user() -> None:
    hot = HotLines(lambda file: file == __file__)
    frame = _frame()
    hot.took(0.25, frame)
    hot.took(0.5, frame)
    (line,) = hot.lines()
    assert line["file"] == __file__
    assert line["function"] == "_frame"
    assert line["called"] == ""
    assert line["seconds"] == 0.75


def test_what_a_library_does_counts_for_the_line_that_called_it() -> None:
    def called(user_line: FrameType) -> None:
        hot.took(1.0, user_line)

    hot = HotLines(lambda file: file.endswith("caller.py"))
    code = compile("def caller(function, frame):\n    function(frame())\n", "/u/caller.py", "exec")
    names: dict[str, object] = {}
    exec(code, names)
    names["caller"](called, _frame)  # type: ignore[operator]
    (line,) = hot.lines()
    assert (line["file"], line["line"], line["function"]) == ("/u/caller.py", 2, "caller")
    assert line["called"].endswith("_frame")


def test_code_that_is_nobody_s_is_left_out() -> None:
    hot = HotLines(lambda file: False)
    hot.took(1.0, _frame())
    assert hot.lines() == []


def test_a_loop_is_found_where_it_spends_its_time() -> None:
    with HotLines(lambda file: file == __file__) as hot:
        total = 0
        while not hot.lines():
            total += sum(range(1000))
    assert {line["function"] for line in hot.lines()} == {
        "test_a_loop_is_found_where_it_spends_its_time"
    }


def _hot(
    line: int, seconds: float, called: str = "", function: str = "analysis"
) -> dict[str, object]:
    return {
        "file": "/ws/methods/a_slow.py",
        "line": line,
        "function": function,
        "called": called,
        "seconds": seconds,
    }


def test_slices_are_merged_and_lines_have_their_text(tmp_path: Path) -> None:
    source = tmp_path / "source" / "methods"
    source.mkdir(parents=True)
    (source / "a_slow.py").write_text("one\n    two\n")
    stages = [
        {"hot": [_hot(2, 3.0, "numpy.sort"), _hot(1, 1.0)]},
        {"hot": [_hot(2, 2.0, "numpy.sort"), _hot(2, 1.0, "json.dumps", "<listcomp>")]},
        {},
    ]
    assert looked(stages)
    first, second = hot_lines(stages, tmp_path)
    assert (first.place, first.text, first.called) == ("a_slow.py:2", "two", "numpy.sort")
    assert (first.seconds, first.function) == (6.0, "analysis")
    assert abs(first.share - 6 / 7) < 1e-9
    assert (second.line, second.text, second.called) == (1, "one", "")


def test_a_job_that_nobody_looked_at_has_none(tmp_path: Path) -> None:
    assert not looked([{"stage": "prepare"}])
    assert looked([{"stage": "prepare", "hot": []}]), "looked at, and nothing found"
    assert hot_lines([{"stage": "prepare"}], tmp_path) == []
