"""Other workspaces that use the same workdirs: whose jobs must not be taken for nobody's."""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.workdirusers import users
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace, open_workspace


@dataclass(frozen=True)
class Sharers:
    """The workspaces, but for one's own, that use some workdirs, each named by its configuration file.

    `known` can be read, and use these workdirs still. `moved` were on this machine and are gone: they
    were moved or deleted. `unreadable` tells of each other one why nothing is known of it, and which
    workdirs it uses.
    """

    known: tuple[Workspace, ...]
    moved: frozenset[str]
    unreadable: Mapping[str, tuple[str, frozenset[str]]]

    @property
    def left_alone(self) -> frozenset[str]:
        """Workdirs in which nothing can be called garbage, because someone unknown uses them."""
        return frozenset(name for _, names in self.unreadable.values() for name in names)


@dataclass
class _Traces:
    """What one workspace left: in which workdirs, and on which machines it has its path."""

    workdirs: set[str]
    hosts: set[str]


def sharers(home: Workspace, jobs: Mapping[str, JobFacts]) -> Sharers:
    """Find the other workspaces by what they left in the workdirs of `home`: notes and runs."""
    known: list[Workspace] = []
    moved: set[str] = set()
    unreadable: dict[str, tuple[str, frozenset[str]]] = {}
    for config, traces in sorted(_traces(home, jobs).items()):
        where = frozenset(traces.workdirs)
        try:
            if Path(config).is_file():
                other = open_workspace(config_file=Path(config))
                if shared_workdirs(home, other):
                    known.append(other)
            elif traces.hosts == {socket.gethostname()}:
                moved.add(config)
            else:
                hosts = ", ".join(sorted(traces.hosts))
                unreadable[config] = (f"it is not found here (it ran on {hosts})", where)
        except (AcceleratorError, OSError) as error:
            unreadable[config] = (str(error), where)
    return Sharers(tuple(known), frozenset(moved), unreadable)


def workdirs_of_others(home: Workspace, jobs: Mapping[str, JobFacts]) -> set[str]:
    """The workdirs that another workspace uses, too, or has used."""
    return {name for traces in _traces(home, jobs).values() for name in traces.workdirs}


def _traces(home: Workspace, jobs: Mapping[str, JobFacts]) -> dict[str, _Traces]:
    found: dict[str, _Traces] = defaultdict(lambda: _Traces(set(), set()))
    for job in jobs.values():
        if job.is_build and job.workspace:
            found[job.workspace].workdirs.add(job.workdir)
            found[job.workspace].hosts.add(str(job.host))
    for name, folder in home.config.workdirs.items():
        for user in users(folder):
            found[user.config].workdirs.add(name)
            found[user.config].hosts.add(user.host)
    found.pop(str(home.config.path), None)
    return dict(found)


def shared_workdirs(home: Workspace, other: Workspace) -> set[str]:
    """The names of the workdirs that two workspaces have in common: same name, same folder."""
    theirs = other.config.workdirs
    return {
        name
        for name, folder in home.config.workdirs.items()
        if name in theirs and theirs[name].resolve() == folder.resolve()
    }
