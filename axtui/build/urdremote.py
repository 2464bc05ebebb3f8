"""`RemoteUrd`: an urd that a server keeps (`axtui urd-server`), spoken to in JSON over HTTP.

What is asked is repeated while the server is away, for as long as the patience lasts. That is safe:
each question has a number of its own, by which the server knows a repeated one, and adding what is
there already does nothing.
"""

from __future__ import annotations

import os
import secrets
import ssl
import time
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from axtui.build.timestamps import lookup, normal
from axtui.build.urdnames import list_path, own_path
from axtui.build.urdstate import Entry
from axtui.errors import UrdConflictError, UrdError, UrdPermissionError
from axtui.urdtoken import TOKEN, token_file

PROTOCOL = "Axtui-Urd"
"""The header of every answer; its value is the version of what is spoken."""

REQUEST_ID = "Axtui-Request"
CERTIFICATES = "AXTUI_URD_CA"

_TIMEOUT_S = 20.0
_PATIENCE_READ_S, _PATIENCE_WRITE_S = 5.0, 30.0
_LONGEST_PAUSE_S = 2.0
_ERRORS = {401: UrdPermissionError, 403: UrdPermissionError, 409: UrdConflictError}

Entries = list[Entry]
Values = list[Any]
Names = list[str]


class RemoteUrd:
    """The urd behind an address, as `user`, whom the server knows by the token, sees it.

    Does what `UrdLog` does, and raises UrdError, too, where the server does not answer in time.
    `patience` is how long it is waited for, in seconds.
    """

    def __init__(self, url: str, user: str, token: str, patience: float | None = None) -> None:
        self.user = user
        self.place = url
        self._token, self._patience = token, patience

    @property
    def problems(self) -> Names:
        """Lines that the server could not read, in words."""
        return self._names(self._get("problems"))

    def path(self, name: str) -> str:
        """'user/list' of a list's name. Raises UrdError where it cannot be one."""
        return list_path(name, self.user)

    # -- writing

    def check_user(self) -> None:
        """Raises UrdPermissionError where the server does not take this user's entries."""
        patience = _PATIENCE_READ_S if self._patience is None else self._patience
        self._ask("POST", ["test", self.user], "", b"{}", patience, again=True)

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
        """See `UrdLog.add`."""
        user, _, own = own_path(name, self.user).partition("/")
        entry = {
            "user": user,
            "list": own,
            "timestamp": normal(timestamp),
            "joblist": [[str(part) for part in pair] for pair in joblist],
            "caption": str(caption),
            "deps": dict(deps or {}),
            "build_job": str(build_job),
            "flags": ["update"] if update else [],
            "at": time.time() if at is None else at,
        }
        return dict(self._post(["add"], entry))

    def truncate(self, name: str, timestamp: Any) -> dict[str, int]:
        """See `UrdLog.truncate`. Not repeated once the server may have heard it."""
        path = own_path(name, self.user)
        return dict(self._post(["truncate", *path.split("/"), normal(timestamp)], {}, again=False))

    # -- reading

    def get(self, name: str, timestamp: Any) -> Entry | None:
        """See `UrdLog.get`."""
        how, when = lookup(timestamp)
        found = self._of(name, how + when)
        return dict(found) if found else None

    def latest(self, name: str, horizon: Any = None) -> Entry | None:
        """The last entry; with `horizon`, the last that is not after it."""
        return self.get(name, "latest" if horizon is None else "<=" + normal(horizon))

    def first(self, name: str) -> Entry | None:
        """The first entry."""
        return self.get(name, "first")

    def since(self, name: str, timestamp: Any, captions: bool = False) -> Values:
        """Timestamps after `timestamp`, in order; with `captions`, (timestamp, caption) pairs."""
        query = "?captions" if captions else ""
        found = self._of(name, "since", normal(timestamp), query=query)
        return [tuple(item) if captions else item for item in found]

    def list(self) -> Names:
        """All lists that have entries, as 'user/list'."""
        return self._names(self._get("list"))

    def entries(self, name: str) -> Entries:
        """All entries of a list, in order."""
        return [dict(entry) for entry in self._of(name, "entries")]

    def ghosts(self, name: str) -> Entries:
        """Entries of a list that are no longer in force, in order."""
        return [dict(entry) for entry in self._of(name, "ghosts")]

    # -- the wire

    def _names(self, found: Any) -> Names:
        return [str(name) for name in found]

    def _of(self, name: str, *words: str, query: str = "") -> Any:
        return self._get(*self.path(name).split("/"), *words, query=query)

    def _get(self, *words: str, query: str = "") -> Any:
        patience = _PATIENCE_READ_S if self._patience is None else self._patience
        return self._ask("GET", words, query, None, patience, again=True)

    def _post(self, words: Iterable[str], body: Any, again: bool = True) -> Any:
        patience = _PATIENCE_WRITE_S if self._patience is None else self._patience
        return self._ask("POST", words, "", orjson.dumps(body), patience, again)

    def _ask(
        self,
        method: str,
        words: Iterable[str],
        query: str,
        body: bytes | None,
        patience: float,
        again: bool,
    ) -> Any:
        """The server's answer. `again`: whether a question that may have arrived is repeated."""
        if not self._token:
            raise UrdPermissionError(
                f"the urd server {self.place} asks for a token, which your administrator gets from "
                f"`axtui urd-server --user {self.user}`; put it in {TOKEN}, or in {token_file()} "
                "(which only you may read)"
            )
        target = "/" + "/".join(quote(word, safe="") for word in words) + query
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            REQUEST_ID: secrets.token_hex(12),
        }
        until, pause = time.monotonic() + patience, 0.1
        while True:
            arrived = False
            connection = self._connection()
            try:
                connection.connect()
                arrived = True
                connection.request(method, target, body, headers)
                answer = connection.getresponse()
                ours = answer.getheader(PROTOCOL) is not None
                return self._understood(answer.status, ours, answer.read())
            except ssl.SSLCertVerificationError as error:
                raise self._untrusted(error) from None
            except (OSError, HTTPException, _AwayError) as error:
                if time.monotonic() + pause > until or (arrived and not again):
                    raise self._away(error, method, arrived) from None
            finally:
                connection.close()
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _connection(self) -> HTTPConnection:
        address = urlsplit(self.place)
        assert address.hostname is not None
        if address.scheme == "http":
            return HTTPConnection(address.hostname, address.port, timeout=_TIMEOUT_S)
        trusted = os.environ.get(CERTIFICATES) or None
        try:
            context = ssl.create_default_context(cafile=trusted)
        except OSError as error:
            raise UrdError(f"{CERTIFICATES}: {trusted} cannot be read: {error}") from None
        return HTTPSConnection(address.hostname, address.port, timeout=_TIMEOUT_S, context=context)

    def _understood(self, status: int, ours: bool, data: bytes) -> Any:
        """The value of an answer; `ours`: whether such a server gave it."""
        if not ours:
            raise UrdError(
                f"what answers at {self.place} is no `axtui urd-server` (the Accelerator's own urd "
                "speaks another language)"
            )
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise _AwayError("its answer was cut short") from None
        if status == 200:
            return value
        if status == 503:
            raise _AwayError(str(value["message"]))
        raise _ERRORS.get(status, UrdError)(f"urd server {self.place}: {value['message']}")

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> UrdError:
        return UrdError(
            f"the certificate of the urd server {self.place} is not trusted "
            f"({error.verify_message}); name the file with the one that signed it in {CERTIFICATES}"
        )

    def _away(self, error: Exception, method: str, arrived: bool) -> UrdError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        text = f"the urd server {self.place} does not answer ({reason})."
        if method == "POST":
            done = "It may have logged this" if arrived else "It has not logged this"
            text += (
                f" {done}; what was built is kept. When it is back run the script again: nothing is "
                "built or logged twice"
            )
        return UrdError(text)


class _AwayError(Exception):
    """The server cannot answer now."""
