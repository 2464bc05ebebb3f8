"""The end of a profile: hot lines, that there were none, or how to look for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from axtui.build.running import Ran
from axtui.cli import profileshow
from axtui.engine.protocol import Outcome, Task


def _facts(job: Path, hot: list[dict[str, Any]] | None) -> dict[str, Any]:
    outcome = Outcome("ok", started=1.0, ended=2.0, wall=1.0, cpu=1.0, hot=hot)
    return {
        "job": "dev-1",
        "method": "by_field",
        "state": "complete",
        "stages": Ran([(Task("dev-1", "synthesis"), outcome)]).stages(),
        "started": 0.5,
        "ended": 2.5,
        "path": str(job),
    }


_HOT = {"file": "/a_x.py", "line": 3, "function": "analysis", "called": "", "seconds": 0.5}


@pytest.mark.parametrize(
    ("hot", "end"),
    [
        (None, "axtui job dev-1 --profile --again builds it again and looks"),
        ([], "looked for hot lines, but no line of Python took long enough to be seen"),
        ([_HOT], "a_x.py:3                 analysis"),
    ],
)
def test_a_profile_says_whether_anyone_looked(
    hot: list[dict[str, Any]] | None,
    end: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    profileshow.show(_facts(tmp_path, hot))
    assert capsys.readouterr().out.rstrip().endswith(end)
