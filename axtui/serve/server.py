"""The web server of one workspace: its addresses, its start and its end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path

import textual_serve
from aiohttp import web
from textual_serve.download_manager import DownloadManager

from axtui.addresses import is_loopback
from axtui.errors import UserError
from axtui.serve.access import Guard
from axtui.serve.files import SANDBOX, Results
from axtui.serve.viewer import Viewer, cells
from axtui.workspace import Workspace

_STATIC = Path(textual_serve.__file__).parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' {websocket}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_KINDS = {"page.css": "text/css", "page.js": "text/javascript"}
_FONT_SIZE = 16


class Server:
    """The pages of a workspace. `command` starts a dashboard (a line for the shell)."""

    def __init__(self, workspace: Workspace, guard: Guard, command: str | None = None) -> None:
        self._workspace = workspace
        self._guard = guard
        self._command = command or _command(workspace)
        self._downloads = DownloadManager()
        self._viewers: set[Viewer] = set()

    def application(self) -> web.Application:
        """All addresses, behind the guard."""
        results = Results(self._workspace, self._guard)
        app = web.Application(middlewares=[self._guard.middleware])
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/ws", self._websocket),
                web.get("/page/{name}", self._part),
                web.get("/download/{key}", self._download),
                web.get("/results", results.index),
                web.get("/results/", results.index),
                web.get("/results/~{key}/{name:.+}", results.send),
                web.get("/results/{name:.+}", results.send),
                web.static("/static", _STATIC),
            ]
        )
        app.on_shutdown.append(self._end_viewers)
        return app

    async def _page(self, request: web.Request) -> web.Response:
        websocket = f"ws://{request.host}"
        values = {
            "title": f"axtui {self._workspace.root.name}",
            "websocket": f"{websocket}/ws",
            "font_size": str(cells(request.query.get("fontsize"), _FONT_SIZE)),
        }
        text = _own("page.html")
        for name, value in values.items():
            text = text.replace(f"{{{{ {name} }}}}", escape(value))
        policy = {"Content-Security-Policy": _POLICY.format(websocket=websocket)}
        return web.Response(text=text, content_type="text/html", headers=policy)

    async def _part(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _KINDS:
            raise web.HTTPNotFound
        return web.Response(text=_own(name), content_type=_KINDS[name])

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(heartbeat=15)
        await websocket.prepare(request)
        viewer = Viewer(self._command, websocket, self._downloads)
        self._viewers.add(viewer)
        try:
            await viewer.serve(
                cells(request.query.get("width"), 80), cells(request.query.get("height"), 24)
            )
        finally:
            self._viewers.discard(viewer)
        return websocket

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file that a dashboard hands over."""
        try:
            told = await self._downloads.get_download_metadata(request.match_info["key"])
        except KeyError:
            raise web.HTTPNotFound from None
        answer = web.StreamResponse(headers={"Content-Security-Policy": SANDBOX})
        answer.content_type = told.mime_type or "application/octet-stream"
        shown = "inline" if told.open_method == "browser" else "attachment"
        name = "".join(c for c in told.file_name if c.isalnum() or c in " ._-")
        answer.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
        await answer.prepare(request)
        async for chunk in self._downloads.download(told.delivery_key):
            await answer.write(chunk)
        await answer.write_eof()
        return answer

    async def _end_viewers(self, app: web.Application) -> None:
        await asyncio.gather(*(one.stop() for one in self._viewers), return_exceptions=True)


def serve(
    workspace: Workspace, host: str, port: int, opened: Callable[[str, int], None]
) -> signal.Signals:
    """Serve a workspace until a signal ends it; which one. `opened` is told the address to open, with
    the token, and the port. Raises UserError for hosts that others can reach, and ports that are
    taken."""
    if not is_loopback(host):
        raise UserError(
            f"a dashboard can run code, so it is served on this machine only, not on {host}; from "
            f"another machine use a tunnel: ssh -L {port}:127.0.0.1:{port} {os.uname().nodename}"
        )
    guard = Guard()
    os.environ["AXTUI_BROWSER"] = guard.file_key  # for the dashboards that are started
    return asyncio.run(_serve(Server(workspace, guard), guard, host, port, opened))


async def _serve(
    server: Server, guard: Guard, host: str, port: int, opened: Callable[[str, int], None]
) -> signal.Signals:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[signal.Signals] = loop.create_future()

    def end(number: signal.Signals) -> None:
        if not ended.done():
            ended.set_result(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, end, number)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host.strip("[]"), port)
        with _explained(host, port):
            await site.start()
        real = runner.addresses[0][1]
        name = f"[{host.strip('[]')}]" if ":" in host else host
        opened(f"http://{name}:{real}/?token={guard.token}", real)
        return await ended
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _explained(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"port {port} is taken; --port 0 finds a free one"
        else:
            text = f"cannot listen on {host}, port {port}: {error.strerror}"
        raise UserError(text) from None


def _command(workspace: Workspace) -> str:
    words = [sys.executable, "-m", "axtui", "--config", str(workspace.config.path)]
    return f"exec {shlex.join(words)}"


def _own(name: str) -> str:
    return files("axtui.serve").joinpath("page", name).read_text("utf-8")
