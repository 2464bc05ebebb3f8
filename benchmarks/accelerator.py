"""The Accelerator's server, running as long as something is measured on it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(ax: Sequence[str], root: Path) -> Iterator[int]:
    """While the block runs, the server of the project in `root` answers `ax` (the program with its
    `--config`); yields its process number. The project listens at `.socket.dir/server`. Exits where the
    server does not start."""
    with (root / "server.log").open("wb") as log:
        server = subprocess.Popen([*ax, "server"], stdout=log, stderr=log, cwd=root)
    try:
        _wait(root / ".socket.dir" / "server", server)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def _wait(socket: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if socket.exists():
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("the server of the Accelerator did not start")
