"""Other workspaces that use the same workdirs: whose jobs must not be taken for nobody's."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui.build.housekeeping.census import JobFacts
from axtui.config import FILE_NAME
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace, open_workspace


@dataclass(frozen=True)
class Sharers:
    """The workspaces whose runs lie in some workdirs.

    `known` can be read, and use these workdirs still. `moved` were on this machine and are gone: they
    were moved or deleted. `unreadable` tells of each other one why nothing is known of it, and in
    which workdirs it built.
    """

    known: tuple[Workspace, ...]
    moved: frozenset[str]
    unreadable: Mapping[str, tuple[str, frozenset[str]]]

    @property
    def left_alone(self) -> frozenset[str]:
        """Workdirs in which nothing can be called garbage, because someone unknown uses them."""
        return frozenset(name for _, names in self.unreadable.values() for name in names)


def sharers(home: Workspace, jobs: Mapping[str, JobFacts]) -> Sharers:
    """Find the other workspaces by the runs of theirs that are in the workdirs of `home`."""
    known: list[Workspace] = []
    moved: set[str] = set()
    unreadable: dict[str, tuple[str, frozenset[str]]] = {}
    for root in sorted({job.workspace for job in jobs.values() if job.is_build and job.workspace}):
        if root == str(home.root):
            continue
        runs = [job for job in jobs.values() if job.is_build and job.workspace == root]
        where = frozenset(run.workdir for run in runs)
        try:
            there = (Path(root) / FILE_NAME).is_file()
            if there:
                other = open_workspace(Path(root))
                if shared_workdirs(home, other):
                    known.append(other)
            elif all(run.host == socket.gethostname() for run in runs):
                moved.add(root)
            else:
                hosts = ", ".join(sorted({str(run.host) for run in runs}))
                unreadable[root] = (f"it is not found here (it ran on {hosts})", where)
        except (AcceleratorError, OSError) as error:
            unreadable[root] = (str(error), where)
    return Sharers(tuple(known), frozenset(moved), unreadable)


def shared_workdirs(home: Workspace, other: Workspace) -> set[str]:
    """The names of the workdirs that two workspaces have in common: same name, same folder."""
    theirs = other.config.workdirs
    return {
        name
        for name, folder in home.config.workdirs.items()
        if name in theirs and theirs[name].resolve() == folder.resolve()
    }
