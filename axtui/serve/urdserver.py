"""The server of an urd: what `UrdLog` does, for those with a token, in JSON over HTTP.

Addresses are as in the Accelerator: `GET /list`, `/USER/LIST/latest`, `/USER/LIST/since/TIMESTAMP`,
`POST /add`, `/truncate/USER/LIST/TIMESTAMP`, `/test/USER`. What cannot be done is answered with
`{"error": KIND, "message": TEXT}`: 400, 401 (no token), 403 (another user's list), 404, 409 (conflict)
or 503 (not now; ask again).
"""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import ssl
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import orjson

from axtui.build.urdlog import UrdLog
from axtui.build.urdremote import PROTOCOL, REQUEST_ID
from axtui.errors import (
    AcceleratorError,
    StorageError,
    UrdConflictError,
    UrdError,
    UrdPermissionError,
)
from axtui.serve.urdtokens import UrdTokens

_MOST_BYTES = 64 * 2**20
_MOST_AT_ONCE = 64
_REMEMBERED = 1000
_TIMEOUT_S = 10.0
_NOT_UNDERSTOOD = (KeyError, TypeError, ValueError, AttributeError)
_KINDS = (
    (UrdConflictError, HTTPStatus.CONFLICT, "conflict"),
    (UrdPermissionError, HTTPStatus.FORBIDDEN, "permission"),
    (StorageError, HTTPStatus.SERVICE_UNAVAILABLE, "storage"),
    (AcceleratorError, HTTPStatus.BAD_REQUEST, "urd"),
)
Answer = tuple[HTTPStatus, Any]


_TLS_BEGINS_WITH = b"\x16"
"""The first byte of a client that speaks TLS: that of a handshake."""


class UrdServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves one urd at one address, a thread per request."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, log: UrdLog, tokens: UrdTokens, address: tuple[str, int], tls: ssl.SSLContext | None
    ) -> None:
        self.log, self.tokens, self._tls = log, tokens, tls
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._slots = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._writing, self._ended = threading.Lock(), False
        self._answers: OrderedDict[tuple[str, str], Any] = OrderedDict()
        super().__init__(address, _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def end(self) -> None:
        """Take no more; what is being written is written."""
        self.shutdown()
        with self._writing:
            self._ended = True
        self.server_close()

    def once(self, user: str, number: str, write: Callable[[], Any]) -> Any:
        """What `write` gives; for a question that was answered before, that answer."""
        with self._writing:
            if self._ended:
                raise StorageError("the server is ending")
            if (user, number) not in self._answers or not number:
                self._answers[user, number] = write()
                while len(self._answers) > _REMEMBERED:
                    self._answers.popitem(last=False)
            return self._answers[user, number]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a connection; one too many is closed."""
        if self._slots.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and be free for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak with one client, who may be silent for a while, but not for ever."""
        request.settimeout(_TIMEOUT_S)
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        if request.recv(1, socket.MSG_PEEK) not in (_TLS_BEGINS_WITH, b""):
            _InClear(request, client_address, self)
            return
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or never spoke sense, is nobody's concern."""


class _Handler(http.server.BaseHTTPRequestHandler):
    """One question and its answer."""

    server: UrdServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "axtui-urd", ""

    def do_GET(self) -> None:
        """Look something up."""
        self._answer(self._looked_up)

    def do_POST(self) -> None:
        """Log something."""
        self._answer(self._logged)

    def _answer(self, act: Callable[[str, list[str], str], Any]) -> None:
        self.close_connection = True
        try:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            user = self.server.tokens.user_of(token) if scheme == "Bearer" and token else None
            if user is None:
                said = "it does not know your token" if token else "it asks for a token"
                self._send(HTTPStatus.UNAUTHORIZED, _problem("token", said))
                return
            path, _, query = self.path.partition("?")
            words = [unquote(word, errors="strict") for word in path.split("/")[1:]]
            self._send(HTTPStatus.OK, act(user, words, query))
        except _NotFoundError:
            self._send(HTTPStatus.NOT_FOUND, _problem("missing", f"there is no {self.path}"))
        except Exception as error:
            self._send(*_refusal(error))

    def _looked_up(self, user: str, words: list[str], query: str) -> Any:
        log = self.server.log
        match words:
            case ["list"]:
                return log.list()
            case ["problems"]:
                return log.problems
            case [owner, name, "entries"]:
                return log.entries(f"{owner}/{name}")
            case [owner, name, "ghosts"]:
                return log.ghosts(f"{owner}/{name}")
            case [owner, name, "since", timestamp]:
                return log.since(f"{owner}/{name}", timestamp, captions=query == "captions")
            case [owner, name, timestamp]:
                return log.get(f"{owner}/{name}", timestamp)
        raise _NotFoundError

    def _logged(self, user: str, words: list[str], query: str) -> Any:
        body = self._body()
        log, number = self.server.log.as_user(user), self.headers.get(REQUEST_ID, "")
        match words:
            case ["test", owner]:
                if owner != user:
                    raise UrdPermissionError(f"the token is that of {user}, not of {owner}")
                return {}
            case ["add"]:
                return self.server.once(user, number, lambda: _add(log, body))
            case ["truncate", owner, name, timestamp]:
                path = f"{owner}/{name}"
                return self.server.once(user, number, lambda: log.truncate(path, timestamp))
        raise _NotFoundError

    def _body(self) -> Any:
        """What was sent, all of it."""
        length = int(self.headers.get("Content-Length") or "-1")
        if not 0 <= length <= _MOST_BYTES:
            raise UrdError(f"a question has a length of at most {_MOST_BYTES} bytes")
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionError("the question was cut short")
        return orjson.loads(data)

    def _send(self, status: HTTPStatus, value: Any) -> None:
        data = orjson.dumps(value)
        self.send_response(status)
        self.send_header(PROTOCOL, "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is told of each request: the log of all that was written is the urd itself."""


class _NotFoundError(Exception):
    """No such address."""


def _add(log: UrdLog, entry: Any) -> dict[str, Any]:
    flags = entry.get("flags", [])
    if flags not in ([], ["update"]):
        raise UrdError(f"{flags!r} are no flags of an entry; there is only update")
    at = entry.get("at")
    return log.add(
        f"{entry['user']}/{entry['list']}",
        entry["timestamp"],
        entry["joblist"],
        caption=entry["caption"],
        deps=entry["deps"],
        build_job=entry["build_job"] or "",
        update=bool(flags),
        at=None if at is None else float(at),
    )


def _refusal(error: Exception) -> Answer:
    """How an error is told. One of the connection is raised again: there is nobody to tell."""
    if isinstance(error, (ConnectionError, TimeoutError)):
        raise error
    for kind, status, name in _KINDS:
        if isinstance(error, kind):
            return status, _problem(name, str(error))
    if isinstance(error, _NOT_UNDERSTOOD):
        return HTTPStatus.BAD_REQUEST, _problem("urd", f"not understood: {error!r}")
    return HTTPStatus.INTERNAL_SERVER_ERROR, _problem("server", repr(error))


def _problem(kind: str, message: str) -> dict[str, str]:
    return {"error": kind, "message": message}


class _InClear(_Handler):
    """Who speaks plain HTTP to a server that speaks TLS is told so, and nothing else."""

    def _answer(self, act: Callable[[str, list[str], str], Any]) -> None:
        self.close_connection = True
        if "Content-Length" in self.headers:  # what is unread at the end would cut off the answer
            with contextlib.suppress(UrdError, ValueError, OSError):
                self._body()
        message = "it speaks TLS: write https:// instead of http://"
        self._send(HTTPStatus.BAD_REQUEST, _problem("tls", message))


@contextlib.contextmanager
def listening(
    log: UrdLog, tokens: UrdTokens, address: tuple[str, int], tls: ssl.SSLContext | None
) -> Iterator[UrdServer]:
    """A server that answers, on a thread of its own, while the block runs. Raises OSError where it
    cannot listen."""
    server = UrdServer(log, tokens, address, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield server
    finally:
        server.end()
        thread.join()
