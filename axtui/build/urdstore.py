"""What an urd can do, wherever it is kept: in a folder (`UrdLog`) or behind a server (`RemoteUrd`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from axtui.build.urdstate import Entry
from axtui.config import Config

Entries = list[Entry]
Values = list[Any]
Names = list[str]


class UrdStore(Protocol):
    """The urd of a workspace, as `user` sees it: reads all lists, writes this user's.

    Lists are named `list` (one's own) or `user/list`. What an entry is, and what the methods answer
    and raise, is said where they are done: `UrdLog`. One that cannot be reached raises UrdError.
    """

    user: str

    @property
    def place(self) -> Path | str:
        """Where it is kept: a folder, or the address of a server."""

    @property
    def problems(self) -> Names:
        """What of it could not be read, in words."""

    def path(self, name: str) -> str:
        """'user/list' of a list's name."""

    def check_user(self) -> None:
        """Raises UrdPermissionError where this user may not write."""

    def add(
        self,
        name: str,
        timestamp: Any,
        joblist: Iterable[Iterable[str]],
        *,
        caption: str = "",
        deps: Mapping[str, Mapping[str, Any]] | None = None,
        build_job: str = "",
        update: bool = False,
        at: float | None = None,
    ) -> dict[str, Any]:
        """Log a finished build."""

    def truncate(self, name: str, timestamp: Any) -> dict[str, int]:
        """Hide a list's entries from a timestamp on."""

    def get(self, name: str, timestamp: Any) -> Entry | None:
        """The entry that a look-up finds."""

    def latest(self, name: str, horizon: Any = None) -> Entry | None:
        """The last entry, not after `horizon`."""

    def first(self, name: str) -> Entry | None:
        """The first entry."""

    def since(self, name: str, timestamp: Any, captions: bool = False) -> Values:
        """Timestamps after one."""

    def list(self) -> Names:
        """All lists that have entries."""

    def entries(self, name: str) -> Entries:
        """All entries of a list, in order."""

    def ghosts(self, name: str) -> Entries:
        """Entries of a list that are no longer in force."""


def open_urd(config: Config, patience: float | None = None) -> UrdStore:
    """The urd that a workspace names. `patience` is how many seconds a server that is away may take
    to come back; by default longer for what is written than for what is read."""
    if config.urd_server:
        from axtui.build.urdremote import RemoteUrd
        from axtui.urdtoken import find_token

        return RemoteUrd(config.urd_server, config.user, find_token(), patience)
    from axtui.build.urdlog import UrdLog

    return UrdLog(config.urd, config.user)


def urd_exists(config: Config) -> bool:
    """Whether anything was ever logged, as far as can be told without asking a server."""
    return bool(config.urd_server) or config.urd.is_dir()
