"""Names of urd lists: `list` is one's own, `user/list` anybody's."""

from __future__ import annotations

from axtui.errors import UrdError, UrdPermissionError

AUTO = "__auto__"
"""The list in which each run of a script is logged, whatever the script logs itself."""


def checked_name(text: str, what: str) -> str:
    """The name of a user or list. Raises UrdError where it cannot be one."""
    if not text or "/" in text or "\0" in text:
        raise UrdError(
            f"{text!r} cannot be the name of an urd {what}: it is empty or has a / in it"
        )
    return text


def list_path(name: str, user: str) -> str:
    """'user/list' of a list's name. Raises UrdError where it cannot be one."""
    owner, _, own = name.rpartition("/")
    owner = checked_name(owner, "user") if "/" in name else user
    return f"{owner}/{checked_name(own, 'list')}"


def own_path(name: str, user: str) -> str:
    """The same of a list that this user will write. Raises UrdPermissionError for other users'."""
    path = list_path(name, user)
    owner = path.partition("/")[0]
    if owner != user:
        raise UrdPermissionError(
            f"the urd list {path} belongs to {owner}; you ({user}) can only write your own"
        )
    return path
