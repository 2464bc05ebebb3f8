"""An anchor takes its process group along when its channel closes, or whoever forked it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

_GROUPS = 12
"""So many that some end while others are still to be ended."""
_PROGRAM = f"""
_GROUPS = {_GROUPS}
import os, signal, subprocess, sys
from axtui.engine.anchors import Anchors

anchors = Anchors()
groups = []
for _ in range(_GROUPS):
    theirs, ours = os.pipe()
    os.set_inheritable(ours, False)
    groups.append((anchors.fork(theirs), ours))
sleepers = [
    subprocess.Popen(["sleep", "60"], process_group=group)
    for group, _ in groups
]
assert all(os.getpgid(group) == group for group, _ in groups)
if sys.argv[1] == "channel":
    os.close(groups[0][1])
    print(sleepers[0].wait(20), sleepers[1].poll())
anchors.close()
print(*[sleeper.wait(20) for sleeper in sleepers])
"""


@pytest.mark.parametrize("what", ["channel", "server"])
def test_an_anchor_takes_its_group_along(what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, what],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    killed = -signal.SIGKILL
    expected = [" ".join([str(killed)] * _GROUPS)]
    if what == "channel":  # the other group lives on
        expected.insert(0, f"{killed} None")
    assert done.stdout.splitlines() == expected
