"""`axtui serve` in a real browser: the dashboard is painted, hears its keys, and results open."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from axtui.workspace import Workspace
from tests.tui.terminal.pseudo import lives, until

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")

AXTUI = (sys.executable, "-um", "axtui")


@pytest.fixture
def browser() -> Iterator[Any]:
    """Headless Chromium: the system's, else the one that playwright has installed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with playwright.sync_playwright() as driver:
        try:
            chromium = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"there is no Chromium that runs: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture
def server(toured_workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    """`axtui serve` for the built workspace."""
    started = subprocess.Popen(
        [*AXTUI, "--workspace", str(toured_workspace.root), "serve", "--port=0"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    yield started
    with contextlib.suppress(ProcessLookupError):
        started.kill()
    started.wait()


class Seen:
    """What a page's dashboard has drawn."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.text = ""
        page.on("websocket", lambda socket: socket.on("framereceived", self._take))

    def _take(self, frame: bytes | str) -> None:
        self.text += frame if isinstance(frame, str) else frame.decode("utf-8", "replace")

    def until(self, wanted: str) -> None:
        def there() -> bool:
            self._page.wait_for_timeout(20)  # lets the browser's events come in
            return wanted in self.text

        until(there, repr(wanted), lambda: self.text[-1000:])


def test_the_dashboard_in_a_browser(
    browser: Any, server: subprocess.Popen[str], toured_workspace: Workspace
) -> None:
    assert server.stdout is not None
    server.stdout.readline()
    address = server.stdout.readline().strip()
    base = address.partition("/?")[0]
    context = browser.new_context(viewport={"width": 1200, "height": 760})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    assert page.goto(base).status == 403
    assert page.goto(base + "/results/").status == 403
    seen = Seen(page)
    page.goto(address)
    assert (page.url, page.title()) == (f"{base}/", f"axtui {toured_workspace.root.name}")
    page.wait_for_selector("body.-first-byte")
    seen.until("Dashboard")
    assert len(set(page.locator("#terminal").screenshot())) > 100  # no empty picture
    page.keyboard.press("7")
    seen.until("axtui method --tui")
    page.keyboard.press("6")
    seen.until("axtui open --tui")
    assert page.locator(".xterm canvas, .xterm-rows").count() > 0

    dashboards = _children(server.pid)
    assert len(dashboards) == 1
    other = context.new_page()
    other.goto(base + "/results/")
    other.click("text=page.html")
    other.wait_for_url("**/report/page.html")
    assert other.evaluate("window.origin") == "null"  # it cannot reach the dashboard
    assert other.goto(base + "/results/report/chart.png").headers["content-type"] == "image/png"
    assert all(url.startswith((base, "data:")) for url in asked), asked
    page.keyboard.press("q")
    page.wait_for_selector("body.-closed")
    until(lambda: not lives(dashboards[0]), "the end of the dashboard")

    page.reload()
    page.wait_for_selector("body.-first-byte")
    until(lambda: len(_children(server.pid)) == 1, "the new page's dashboard")
    (again,) = _children(server.pid)
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 128 + signal.SIGTERM
    assert not lives(again)
    assert errors == []


def _children(pid: int) -> list[int]:
    done = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)
    pairs = [line.split() for line in done.stdout.splitlines()]
    return [int(one) for one, parent in pairs if int(parent) == pid]
