"""A viewer: one page in a browser, and the process of its dashboard."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

_GRACE_S = 5.0
"""How long a dashboard may take to end once its page was closed, before it is killed."""


class Viewer(AppService):
    """The dashboard behind one page."""

    def __init__(
        self, command: str, websocket: web.WebSocketResponse, downloads: DownloadManager
    ) -> None:
        async def close() -> None:
            await websocket.close()

        super().__init__(
            command,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=close,
            download_manager=downloads,
        )
        self._websocket = websocket

    async def serve(self, width: int, height: int) -> None:
        """Run the dashboard until its page or it is closed."""
        await self.start(width, height)
        assert self._task is not None
        self._task.add_done_callback(lambda _: asyncio.ensure_future(self._websocket.close()))
        try:
            async for message in self._websocket:
                if message.type == WSMsgType.TEXT:
                    await self._heard(message.data)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """End the process; one that does not listen is killed."""
        with contextlib.suppress(asyncio.TimeoutError, ConnectionError):
            await asyncio.wait_for(super().stop(), _GRACE_S)
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), _GRACE_S)
            with contextlib.suppress(ProcessLookupError):
                if process.returncode is None:
                    process.kill()

    async def _heard(self, text: str) -> None:
        """What the page says: a list of a word and a value. What is none is ignored."""
        with contextlib.suppress(ValueError, TypeError, KeyError, IndexError):
            word, *values = json.loads(text)
            await self._does(word, values)

    async def _does(self, word: str, values: list[Any]) -> None:
        if word == "stdin":
            await self.send_bytes(str(values[0]).encode())
        elif word == "resize":
            size = values[0]
            await self.set_terminal_size(cells(size["width"], 80), cells(size["height"], 24))
        elif word == "ping":
            await self._websocket.send_json(["pong", values[0]])
        elif word == "blur":
            await self.blur()
        elif word == "focus":
            await self.focus()


def cells(value: Any, default: int) -> int:
    """A width or height that a page says; one that cannot be is brought into limits."""
    try:
        return min(max(int(value), 1), 1000)
    except (TypeError, ValueError):
        return default
