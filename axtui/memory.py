"""How much memory there is, and what of it each slice at work may use."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

SHARE = 0.6
"""Of the memory there is, what slices use where nothing was said."""
_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


def available() -> int:
    """Bytes of memory that this process may use: the machine's, or less in a container, in a control
    group, or under `ulimit`."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([whole, *_group_limits(), *_process_limits()])


def _group_limits() -> Iterator[int]:
    """The limits of the control group (version 2) of this process and of those above it."""
    try:
        own = _OWN_CGROUP.read_text().rpartition("::")[2].strip().lstrip("/")
    except OSError:
        return
    for folder in (_CGROUPS / own, *(_CGROUPS / own).parents):
        if not folder.is_relative_to(_CGROUPS):
            return
        try:
            yield int((folder / "memory.max").read_text())
        except (OSError, ValueError):  # "max", or a kernel without
            continue


def _process_limits() -> Iterator[int]:
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        soft, _ = resource.getrlimit(kind)
        if soft != resource.RLIM_INFINITY:
            yield soft


def per_slice(memory: int, at_once: int) -> int:
    """Bytes for each of the slices that work at once, of `memory` for all (0: a part of what is there)."""
    return (memory or int(SHARE * available())) // at_once
