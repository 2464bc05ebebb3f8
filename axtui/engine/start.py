"""How the fork server starts: the small process that forks anchors comes first, then all else is imported.

To fork a process takes time with what it has loaded, and each job has an anchor.
"""

from __future__ import annotations

import os
import signal
import socket
import sys

from axtui.engine import parent
from axtui.engine.anchors import Anchors


def main(argv: list[str]) -> int:
    """Serve until the other end of the inherited socket is closed."""
    sock = socket.socket(fileno=int(argv[1]))
    sock.set_inheritable(False)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whoever started us may wait for some by name
    parent.ready()
    anchors = Anchors()
    from axtui.engine import forkserver

    forkserver.serve(sock, anchors)
    return 0


if __name__ == "__main__":
    os._exit(main(sys.argv))  # nothing is left to do, and to take all libraries down takes long
