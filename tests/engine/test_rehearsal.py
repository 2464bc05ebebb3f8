"""What the fork server does ahead leaves nothing behind for stages to see."""

from __future__ import annotations

import random
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from axtui.data import context, writer
from axtui.engine.rehearsal import rehearse
from axtui.errors import ServerError


def test_a_rehearsal_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    context.activate(None)
    threads, chance, dice = threading.active_count(), random.getstate(), np.random.get_state()
    rehearse()
    with pytest.raises(ServerError):
        context.active()
    assert (threading.active_count(), random.getstate()) == (threads, chance)
    assert str(np.random.get_state()) == str(dice)
    assert not writer._open
    assert not list(tmp_path.iterdir())
