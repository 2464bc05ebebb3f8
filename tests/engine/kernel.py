"""What the system that runs the tests can do."""

from __future__ import annotations

import os
import sys


def brings_in_pages() -> bool:
    """Whether this is Linux 5.14 or later, which brings in pages of memory when it is advised to."""
    release = os.uname().release.split(".")[:2]
    return sys.platform == "linux" and tuple(map(int, release)) >= (5, 14)
