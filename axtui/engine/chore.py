"""In a process of its own, with the libraries loaded: call a function of axtui that is no job's."""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
from collections.abc import Mapping
from typing import Any

from axtui.engine import wire


def main(spec: Mapping[str, Any], channel: int) -> int:
    """Entry: one message {"ok": what it returned} or {"error": text}, then the end.

    `spec` holds function ("module:name") and arguments (by name).
    """
    sock = socket.socket(fileno=channel)
    sock.set_inheritable(False)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    module, _, name = spec["function"].partition(":")
    try:
        answer = {"ok": getattr(importlib.import_module(module), name)(**spec["arguments"])}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    with contextlib.suppress(OSError):
        wire.send(sock, answer)
    return 0
