"""Who may use a server of the urd: a file of lines `USER TOKEN`, which only its owner can read."""

from __future__ import annotations

import fcntl
import hmac
import os
import secrets
from pathlib import Path

from axtui.build.urdnames import checked_name
from axtui.data.disk import explained
from axtui.errors import UserError
from axtui.urdtoken import check_private


class UrdTokens:
    """The tokens of all users. The file is read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at: tuple[int, int, int] | None = None
        self._tokens: dict[str, str] = {}

    @property
    def users(self) -> list[str]:
        """Those who have one."""
        return sorted(self._fresh())

    def user_of(self, token: str) -> str | None:
        """The user of a token; it takes as long for one that is nearly right."""
        given, found = token.encode(), None
        for user, known in self._fresh().items():
            if hmac.compare_digest(known.encode(), given):
                found = user
        return found

    def of(self, user: str) -> str:
        """The token of a user, made now if there was none. Raises UserError, StorageError."""
        name = checked_name(user, "user")
        if any(character.isspace() for character in name) or name.startswith("#"):
            raise UserError(f"{user!r} cannot be a user of an urd server: no spaces, no # in front")
        with explained("write", self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                known = self._fresh().get(name)
                if known is None:
                    known = secrets.token_urlsafe(24)
                    os.write(fd, f"{name} {known}\n".encode())
            finally:
                os.close(fd)
        return known

    def _fresh(self) -> dict[str, str]:
        try:
            now = self.path.stat()
        except FileNotFoundError:
            return {}
        stamp = (now.st_ino, now.st_size, now.st_mtime_ns)
        if stamp != self._read_at:
            check_private(self.path)
            self._tokens = self._parsed(self.path.read_text())
            self._read_at = stamp
        return self._tokens

    def _parsed(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2:
                raise UserError(f"{self.path}, line {number}: a line is USER TOKEN")
            if words[1] in found.values():
                raise UserError(f"{self.path}, line {number}: two users have one token")
            found[words[0]] = words[1]
        return found
