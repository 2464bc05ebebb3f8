"""What the engine knows of a job's processes: of each stage's, of the group that they are, how one ended."""

from __future__ import annotations

import socket
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from axtui.engine import wire
from axtui.engine.death import OomWatch, name_death
from axtui.engine.protocol import Outcome, Task, Work

_DOOMS = {
    "cancelled": "it was stopped",
    "timeout": "the job's time was up",
}


@dataclass
class Child:
    """A forked process and its channel. `answer` is its last message, `gone` what the fork server told of its
    end; `pid` is 0 until it was told."""

    task: Task
    sock: socket.socket
    reader: wire.Reader
    began: float
    pid: int = 0
    started: float = 0.0
    blocked: bool = False
    answer: dict[str, Any] | None = None
    gone: dict[str, Any] | None = None


@dataclass
class Group:
    """A job: its anchor process, which leads the process group, and its tasks. Its time runs from when
    its first task had a slot; `doom` is why it was stopped."""

    work: Work
    anchor: socket.socket
    pid: int
    began: float | None = None
    doom: str = ""
    waiting: deque[Task] = field(default_factory=deque)


def outcome(child: Child, doom: str, oom: OomWatch) -> Outcome:
    """How a child that is gone ended: as it said itself, else as its process did."""
    gone, answer = child.gone or {}, child.answer
    facts: dict[str, Any] = {
        "started": child.started or child.began,
        "ended": time.time(),
        "cpu": gone.get("cpu", 0.0),
        "peak_rss": gone.get("peak_rss", 0),
    }
    if answer is not None:
        return Outcome(
            kind=answer["kind"],
            message=answer.get("message", ""),
            traceback=answer.get("traceback", ""),
            status=tuple(answer.get("status", ())),
            wall=answer["wall"],
            record=answer["record"],
            spent=answer["spent"],
            hot=answer["hot"],
            **facts,
        )
    facts["wall"] = facts["ended"] - facts["started"]
    if doom:
        return Outcome(doom, _DOOMS.get(doom, doom), **facts)
    kind, message = name_death(gone.get("code", 0), oom.happened())
    return Outcome(kind, f"its process {message}", **facts)
