"""The circumstances that a job is made in, as its setup record tells them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from axtui.build import distributions

if TYPE_CHECKING:
    from axtui.build.session import Session


def circumstances(session: Session, started: float) -> dict[str, Any]:
    """Where, with what, when and by whom a job is made that began at `started`."""
    return {
        "input_directory": str(session.config.inputs),
        "environment": session.environment,
        "versions": distributions.running(),
        "starttime": started,
        "host": os.uname().nodename,
        "pid": os.getpid(),
        "user": session.config.user,
    }
