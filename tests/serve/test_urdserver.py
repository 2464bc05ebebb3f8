"""An urd behind a server: what clients get and are refused; TLS; lost answers, half questions."""

from __future__ import annotations

import json
import socket
import ssl
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from axtui.addresses import url_of
from axtui.build.urdlog import UrdLog, as_dep
from axtui.build.urdremote import RemoteUrd
from axtui.errors import UrdConflictError, UrdError, UrdPermissionError
from axtui.serve.urdserver import UrdServer, listening
from axtui.serve.urdtokens import UrdTokens

JOBS = [["import", "dev-1"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "urd"


@pytest.fixture
def tokens(folder: Path) -> UrdTokens:
    return UrdTokens(folder / ".tokens")


@pytest.fixture
def server(folder: Path, tokens: UrdTokens) -> Iterator[UrdServer]:
    with listening(UrdLog(folder, "root"), tokens, ("127.0.0.1", 0), None) as server:
        yield server


def client(server: UrdServer, user: str, token: str | None = None) -> RemoteUrd:
    given = server.tokens.of(user) if token is None else token
    return RemoteUrd(url_of("127.0.0.1", server.port, tls=False), user, given, patience=0.0)


# -- the same as in a folder


def test_all_that_an_urd_does(server: UrdServer, folder: Path) -> None:
    ann, local = client(server, "ann"), UrdLog(folder, "ann")
    assert ann.list() == [] and ann.latest("import") is None and ann.problems == []
    for when in ("2024-01", ("2024-01", 3), 7):
        answer = ann.add("import", when, JOBS, caption="ä/\t", build_job="dev-9", at=12.5)
        assert answer == {"new": True, "changed": False, "is_ghost": False}
    entry = ann.get("import", "<=2024-01")
    assert entry == local.get("import", "<=2024-01") and entry is not None
    assert entry["at"] == 12.5 and entry["caption"] == "ä/\t"
    assert ann.get("ann/import", 8) is None
    deps = {"ann/import": as_dep(entry)}
    assert ann.add("model", 1, JOBS, deps=deps)["new"]
    assert ann.since("import", 0) == ["7", "2024-01", "2024-01+3"]
    assert ann.since("import", 0, captions=True) == local.since("import", 0, captions=True)
    changed = ann.add("import", ("2024-01", 3), JOBS, caption="new", update=True)
    assert changed == {"new": False, "changed": True, "is_ghost": False, "deps": 1}
    assert ann.truncate("import", "2024-01") == {"count": 2, "deps": 0}
    assert ann.entries("import") == local.entries("import")
    assert ann.ghosts("model") == local.ghosts("model") != []
    assert ann.first("import") == ann.latest("import", horizon=9) == local.first("import")
    assert ann.list() == local.list() == ["ann/import"]


def test_what_is_logged_in_the_folder_is_seen_at_once_and_the_other_way(
    server: UrdServer, folder: Path
) -> None:
    bob, local = client(server, "bob"), UrdLog(folder, "ann")
    local.add("import", 1, JOBS)
    assert bob.latest("ann/import") is not None
    bob.add("model", 1, JOBS)
    assert local.latest("bob/model") is not None


NAMES = ["a b", "ü", "..", "%2E", "a?b#c", "con\nline"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind(server: UrdServer, name: str) -> None:
    ann = client(server, "ann")
    ann.add(name, 1, JOBS)
    assert ann.list() == [f"ann/{name}"] and ann.since(name, 0) == ["1"]


# -- what is refused


def test_a_conflict_is_told_as_it_is(server: UrdServer) -> None:
    ann = client(server, "ann")
    ann.add("import", 1, JOBS, caption="old")
    with pytest.raises(UrdConflictError, match=r"caption \('old' instead of 'new'\)"):
        ann.add("import", 1, JOBS, caption="new")


def test_who_may_do_what(server: UrdServer) -> None:
    ann = client(server, "ann")
    ann.check_user()
    bad = client(server, "ann", token="guessed")
    for ask in (bad.check_user, bad.list, lambda: bad.add("x", 1, JOBS)):
        with pytest.raises(UrdPermissionError, match="does not know your token"):
            ask()
    with pytest.raises(UrdPermissionError, match="asks for a token"):
        client(server, "ann", token="").list()
    other = client(server, "bob", token=server.tokens.of("ann"))
    with pytest.raises(UrdPermissionError, match="token is that of ann, not of bob"):
        other.check_user()
    for write in (lambda: other.add("x", 1, JOBS), lambda: other.truncate("x", 1)):
        with pytest.raises(UrdPermissionError, match="belongs to bob"):
            write()
    with pytest.raises(UrdPermissionError, match="you \\(ann\\) can only write your own"):
        ann.add("bob/x", 1, JOBS)
    assert ann.list() == []


def test_a_user_who_is_added_is_known_without_a_new_start(
    server: UrdServer, tokens: UrdTokens
) -> None:
    late = UrdTokens(tokens.path).of("late")
    client(server, "late", token=late).check_user()
    assert UrdTokens(tokens.path).of("late") == late
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    tokens.path.chmod(0o640)
    with pytest.raises(UrdPermissionError, match="chmod 600"):
        UrdTokens(tokens.path).user_of("x")


# -- the wire


def speak(server: UrdServer, text: bytes) -> bytes:
    """What a server says to these bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(text)
        raw.shutdown(socket.SHUT_WR)
        found = b""
        while part := raw.recv(65536):
            found += part
    return found


def question(server: UrdServer, path: str, body: Any, length: int | None = None) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = len(data) if length is None else length
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.tokens.of('ann')}\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    return head.encode() + data


ENTRY = {
    "user": "ann", "list": "x", "timestamp": "1", "joblist": JOBS, "caption": "", "deps": {},
    "build_job": "", "flags": [],
}  # fmt: skip


def test_a_question_that_is_cut_short_does_nothing(server: UrdServer) -> None:
    data = json.dumps(ENTRY).encode()
    for cut in (0, 1, len(data) - 1):
        assert b"200" not in speak(server, question(server, "/add", data[:cut], len(data)))
    assert client(server, "ann").list() == []
    assert b"200 OK" in speak(server, question(server, "/add", data))
    assert client(server, "ann").list() == ["ann/x"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/add", {}, 400),
        ("/add", [1], 400),
        ("/add", b"{", 400),
        ("/add", {**ENTRY, "joblist": 5}, 400),
        ("/add", {**ENTRY, "joblist": []}, 400),
        ("/add", {**ENTRY, "timestamp": "x"}, 400),
        ("/add", {**ENTRY, "deps": {"ann/y": {}}}, 400),
        ("/add", {**ENTRY, "flags": ["other"]}, 400),
        ("/add", {**ENTRY, "user": "bob"}, 403),
        ("/truncate/bob/x/1", {}, 403),
        ("/truncate/ann/x/<1", {}, 400),
        ("/nowhere", {}, 404),
        ("/%ff", {}, 400),
    ],
)
def test_what_makes_no_sense_is_answered(
    server: UrdServer, path: str, body: Any, status: int
) -> None:
    said = speak(server, question(server, path, body))
    assert said.split()[1] == str(status).encode()
    assert set(json.loads(said.partition(b"\r\n\r\n")[2])) == {"error", "message"}
    assert client(server, "ann").list() == []


def test_a_question_too_long_is_refused_before_it_is_read(server: UrdServer) -> None:
    assert b" 400 " in speak(server, question(server, "/add", b"", length=2**40))


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    urd = RemoteUrd(f"http://127.0.0.1:{port}", "ann", "t", patience=0.2)
    with pytest.raises(UrdError, match=r"does not answer \(Connection refused\)\.$"):
        urd.list()
    with pytest.raises(UrdError, match="has not logged this; what was built is kept"):
        urd.add("x", 1, JOBS)


@contextmanager
def between(server: UrdServer, lost: int) -> Iterator[tuple[str, list[bytes]]]:
    """(an address from which `lost` answers never come back, what was asked there)."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as gate:

        def run() -> None:
            while True:
                try:
                    near, _ = gate.accept()
                except OSError:
                    return
                with near, socket.create_connection(("127.0.0.1", server.port)) as far:
                    data = near.recv(65536)
                    if not data:
                        continue
                    while b"\r\n\r\n" not in data or len(data) < _whole(data):
                        data += near.recv(65536)
                    far.sendall(data)
                    answer = b""
                    while part := far.recv(65536):
                        answer += part
                    asked.append(data)
                    near.sendall(answer if len(asked) > lost else answer[:-3])

        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{gate.getsockname()[1]}", asked
        gate.shutdown(socket.SHUT_RDWR)
    thread.join()


def _whole(data: bytes) -> int:
    head, _, _ = data.partition(b"\r\n\r\n")
    length = next(
        (line for line in head.split(b"\r\n") if line.startswith(b"Content-Length")), b":0"
    )
    return len(head) + 4 + int(length.partition(b":")[2])


def test_lost_answers_are_asked_for_again_and_nothing_is_done_twice(
    server: UrdServer, folder: Path
) -> None:
    token = server.tokens.of("ann")
    with between(server, lost=2) as (url, asked):
        ann = RemoteUrd(url, "ann", token, patience=20.0)
        assert ann.add("x", 1, JOBS) == {"new": True, "changed": False, "is_ghost": False}
        assert len(asked) == 3
    assert len((folder / "ann" / "x.urd").read_bytes().splitlines()) == 1
    with between(server, lost=1) as (url, asked):
        with pytest.raises(UrdError, match="may have logged this"):
            RemoteUrd(url, "ann", token, patience=20.0).truncate("x", 1)
        assert len(asked) == 1
    assert client(server, "ann").list() == []


def test_another_program_at_the_address_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            near, _ = other.accept()
            with near:
                near.recv(65536)
                near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(UrdError, match="is no `axtui urd-server`"):
            RemoteUrd(url, "ann", "t", patience=0.0).list()
        thread.join()


def _add_many(url: str, token: str, worker: int, count: int) -> None:
    urd = RemoteUrd(url, "ann", token, patience=30.0)
    for number in range(count):
        urd.add("shared", f"{worker + 1}+{number}", JOBS, caption="x" * 500)


def test_many_clients_at_once_and_one_in_the_folder(server: UrdServer, folder: Path) -> None:
    url, token = url_of("127.0.0.1", server.port, tls=False), server.tokens.of("ann")
    threads = [threading.Thread(target=_add_many, args=(url, token, n, 15)) for n in range(3)]
    threads.append(threading.Thread(target=_log_many, args=(folder, 15)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = UrdLog(folder, "eve")
    assert len(fresh.entries("ann/shared")) == 45 and len(fresh.entries("bob/shared")) == 15
    assert fresh.problems == []


def _log_many(folder: Path, count: int) -> None:
    urd = UrdLog(folder, "bob")
    for number in range(count):
        urd.add("shared", number + 1, JOBS)


def test_tls(
    tmp_path: Path, folder: Path, tokens: UrdTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("there is no openssl to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with listening(UrdLog(folder, "root"), tokens, ("127.0.0.1", 0), context) as server:
        url = url_of("127.0.0.1", server.port, tls=True)
        ann = RemoteUrd(url, "ann", tokens.of("ann"), patience=0.0)
        with pytest.raises(UrdError, match="AXTUI_URD_CA"):
            ann.list()
        monkeypatch.setenv("AXTUI_URD_CA", str(cert))
        assert ann.add("x", 1, JOBS)["new"] and ann.list() == ["ann/x"]
        plain = RemoteUrd(url.replace("https", "http"), "ann", tokens.of("ann"), patience=0.0)
        for ask in (plain.list, lambda: plain.add("x", 2, JOBS)):
            with pytest.raises(UrdError, match="it speaks TLS: write https://"):
                ask()
        assert len(ann.since("ann/x", 0)) == 1
        with socket.create_connection(("127.0.0.1", server.port)):  # silent: holds up nobody
            assert ann.list() == ["ann/x"]
