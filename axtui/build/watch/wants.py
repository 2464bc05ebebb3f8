"""What lies on the desk, wants and runs, and whom it asks and orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from axtui.build.watch.judge import Change
from axtui.build.watch.outlook import Obsolete
from axtui.build.watch.told import How, ScriptPlan

Changes = dict[str, Change]


class Views(Protocol):
    """What the desk asks; see `outlook.Outlook`."""

    def plans(self, changes: Sequence[Change]) -> list[ScriptPlan]: ...
    def plan(self, script: str, why: str, changes: Iterable[Change] = ()) -> ScriptPlan: ...
    def holds(self, script: str, changes: Iterable[Change]) -> bool: ...
    def upstream(self, script: str) -> frozenset[str]: ...
    def takers(self, script: str) -> list[str]: ...
    def obsolete(
        self, build_job: str, begun: Collection[str], changes: Sequence[Change]
    ) -> Obsolete: ...


class Hands(Protocol):
    """What the desk orders; all of it returns at once."""

    @property
    def has_room(self) -> bool: ...
    def begin(self, run: Run) -> None: ...
    def stop_job(self, run: Run, jobid: str, why: str) -> None: ...
    def retire(self, run: Run, why: str) -> None: ...
    def end(self, run: Run, why: str) -> None: ...


@dataclass
class Want:
    """A script has to run. `changes` are those that it has not run with; `told` whether someone asked
    for it, so that it runs in any mode; `sure` whether it runs even where the changes are taken back;
    `held_back` whether it waits to be told even in mode "auto"; `after` names scripts that it waits
    for besides those it takes from."""

    script: str
    plan: ScriptPlan
    changes: Changes = field(default_factory=dict)
    how: How | None = None
    told: bool = False
    sure: bool = False
    held_back: bool = False
    after: frozenset[str] = frozenset()


@dataclass
class Run:
    """A run that was begun, in process `pid`, at `since` (seconds since 1970). `begun` are the jobs
    that it has come to; `changes` what was saved since it began; `replaced` says why another run takes
    its place; `stopped` that a user stopped it."""

    number: int
    script: str
    why: str
    how: How | None = None
    build_job: str = ""
    pid: int = 0
    since: float = 0.0
    begun: set[str] = field(default_factory=set)
    changes: Changes = field(default_factory=dict)
    replaced: str = ""
    stopped: bool = False
