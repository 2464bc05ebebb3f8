"""`axtui serve`: who gets in, and what of the disk can be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from axtui.errors import UserError
from axtui.workspace import Workspace, open_workspace

pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")

from aiohttp import ClientResponse, CookieJar, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from axtui.addresses import is_loopback
from axtui.serve.access import Guard
from axtui.serve.files import allowed
from axtui.serve.server import Server, serve

TOKEN = "the-secret-token"
Talk = Callable[[TestClient], Awaitable[None]]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A job with files, some of them linked as results, and links that lead elsewhere."""
    root = tmp_path / "ws"
    job = root / "workdirs" / "dev" / "dev-1"
    (job / "pages").mkdir(parents=True)
    (root / "axtui.toml").write_text("")
    (job / "setup.json").write_text("{}")
    (job / "film.mp4").write_bytes(bytes(range(256)))
    (job / "report.html").write_text("<img src=film.png><script>1</script>")
    (job / "pages" / "a b.txt").write_text("grüße")
    (job / "to-a-secret").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("secret")
    (root / "workdirs" / "dev" / "notes").write_text("no job")
    results = root / "results"
    results.mkdir()
    for name, target in {
        "film": job / "film.mp4",
        "report.html": job / "report.html",
        "pages": job / "pages",
        "secret": tmp_path / "secret",
        "by-way": job / "to-a-secret",
        "notes": root / "workdirs" / "dev" / "notes",
        "config": root / "axtui.toml",
        "gone": job / "gone",
    }.items():
        (results / name).symlink_to(target)
    (results / "plain.csv").write_text("a,b\n")
    return open_workspace(root)


@pytest.fixture
def talk(workspace: Workspace) -> Callable[[Talk], None]:
    """Run a conversation with a server, which is asked by the name of this machine."""

    def run(conversation: Talk) -> None:
        async def main() -> None:
            application = Server(workspace, Guard(TOKEN), "exit 3").application()
            async with TestClient(
                TestServer(application), cookie_jar=CookieJar(unsafe=True)
            ) as client:
                await conversation(client)

        asyncio.run(main())

    return run


async def enter(client: TestClient) -> None:
    answer = await client.get("/?token=" + TOKEN)
    assert answer.status == 200


def test_only_the_token_opens_anything(talk: Callable[[Talk], None]) -> None:
    async def conversation(client: TestClient) -> None:
        paths = ("/", "/results/", "/results/film", "/static/js/textual.js", "/page/page.js", "/x")
        for path in (*paths, "/?token=wrong", f"/download/{Guard(TOKEN).file_key}"):
            answer = await client.get(path)
            assert answer.status == 403, path
            assert "axtui" in await answer.text()
        with pytest.raises(WSServerHandshakeError, match="403"):
            await client.ws_connect("/ws")

        answer = await client.get(f"/?fontsize=20&token={TOKEN}", allow_redirects=False)
        assert answer.status == 303
        assert answer.headers["Location"] == "/?fontsize=20"
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        for path in paths[:-1]:
            assert (await client.get(path)).status == 200, path
        assert (await client.get("/x")).status == 404
        page = await (await client.get("/?fontsize=20")).text()
        assert 'data-font-size="20"' in page and "http://" not in page and "https://" not in page

    talk(conversation)


def test_other_names_and_pages_of_others_are_refused(talk: Callable[[Talk], None]) -> None:
    async def conversation(client: TestClient) -> None:
        await enter(client)
        here = f"{client.host}:{client.port}"

        async def status(**headers: str) -> int:
            return (await client.get("/", headers=headers)).status

        assert await status(Host="evil.example") == 403
        assert await status(Host="127.0.0.1.evil.example") == 403
        assert await status(Host="localhost:9999") == 200  # the near end of a tunnel
        assert await status(Origin="http://evil.example") == 403
        assert await status(Origin="http://127.0.0.1:1") == 403
        assert await status(Origin="null") == 403
        assert await status(Origin=f"http://{here}") == 200
        with pytest.raises(WSServerHandshakeError, match="403"):
            await client.ws_connect("/ws", origin="http://localhost:1")

    talk(conversation)


def test_results_are_files_with_types_ranges_and_walls(talk: Callable[[Talk], None]) -> None:
    async def conversation(client: TestClient) -> None:
        await enter(client)

        async def get(path: str, **headers: str) -> ClientResponse:
            return await client.get(path, headers=headers)

        film = await get("/results/film", Range="bytes=10-19")
        assert (film.status, film.content_type) == (206, "video/mp4")
        assert film.headers["Content-Range"] == "bytes 10-19/256"
        assert await film.read() == bytes(range(10, 20))
        text = await get("/results/pages/a%20b.txt")
        assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert await text.text() == "grüße"

        report = await get("/results/report.html")
        assert report.history and Guard(TOKEN).file_key in report.url.path
        assert "sandbox" in report.headers["Content-Security-Policy"]
        assert "allow-same-origin" not in report.headers["Content-Security-Policy"]
        assert report.headers["X-Content-Type-Options"] == "nosniff"
        client.session.cookie_jar.clear()
        beside = await get(f"/results/~{Guard(TOKEN).file_key}/plain.csv")
        assert (beside.status, await beside.text()) == (200, "a,b\n")
        assert (await get(f"/results/~{'0' * 32}/plain.csv")).status == 403
        assert (await get("/")).status == 403

    talk(conversation)


def test_the_index_lists_results_and_what_is_gone(talk: Callable[[Talk], None]) -> None:
    async def conversation(client: TestClient) -> None:
        await enter(client)
        page = await (await client.get("/results")).text()
        assert '<a href="report.html">report.html</a><td>dev-1' in page
        assert "<td>gone<td>" in page

    talk(conversation)


def test_nothing_outside_of_results_and_jobs_can_be_named(workspace: Workspace) -> None:
    for name in ("film", "report.html", "pages/a b.txt", "plain.csv"):
        assert allowed(workspace, name) is not None, name
    names = ["secret", "by-way", "notes", "config", "gone", "pages", "", ".", "nothing"]
    names += ["../axtui.toml", "pages/../../axtui.toml", "pages/..", "/etc/passwd", "a\0b"]
    names += ["pages//a b.txt", ".hidden", "pages/x" * 400]
    for name in names:
        assert allowed(workspace, name) is None, name


def test_a_dashboard_that_ends_closes_its_page(talk: Callable[[Talk], None]) -> None:
    async def conversation(client: TestClient) -> None:
        await enter(client)
        websocket = await client.ws_connect("/ws?width=wide&height=-3")
        for nonsense in ("{", "[]", '"x"', '["resize", {}]', '["resize"]', '["what", 1]'):
            await websocket.send_str(nonsense)
        message = await websocket.receive(timeout=20)
        assert message.type.name in ("CLOSE", "CLOSED")

    talk(conversation)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "LOCALHOST", "localhost"]
)
def test_names_of_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.org", "", "127.0.0.1.x"])
def test_names_that_others_can_reach(host: str) -> None:
    assert not is_loopback(host)


def test_other_hosts_are_refused_with_a_way_to_do_it(workspace: Workspace) -> None:
    with pytest.raises(UserError, match="ssh -L 8730:"):
        serve(workspace, "0.0.0.0", 8730, lambda address, port: None)
