"""Pictures of screens, compared with those in `pictures/`.

`pytest tests/tui/test_pictures.py --new-pictures` draws them anew, to be looked at before they are
committed. One picture differs between versions of Python and of what draws and writes, so they are
compared on those versions only that they were drawn with.
"""

from __future__ import annotations

import asyncio
import difflib
import html
import re
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

FOLDER = Path(__file__).parent / "pictures"
DRAWN_WITH = {"python": "3.11", "textual": "8.2.8", "pyarrow": "26.0.1", "duckdb": "2.0.0"}
_PATIENCE_S = 60.0
_POLL_S = 0.02
_SOON = 3
"""After so many polls without a worker at work a screen may be there."""
_QUIET = 12
"""After so many it is looked at whether it changes no more."""
_LOADING = "Loading..."
"""What the palette says at its end while more may come."""
_MOST_LINES = 24


def other_versions() -> str:
    """What differs here from the versions that the pictures were drawn with; '' if nothing does."""
    here = {name: version(name) for name in DRAWN_WITH if name != "python"}
    here["python"] = f"{sys.version_info.major}.{sys.version_info.minor}"
    return ", ".join(
        f"{name} {here[name]} instead of {known}"
        for name, known in DRAWN_WITH.items()
        if here[name] != known
    )


class Pictures:
    """The pictures of one test: each is compared, and at the end all that differ are told."""

    def __init__(self, folder: Path, renew: bool, apart: Path) -> None:
        self._folder, self._renew, self._apart = folder, renew, apart
        self._differing: list[str] = []

    def has(self, name: str, svg: str, hides: str) -> bool:
        """Whether a picture is the one that is kept under the name `name`, and does not show `hides`."""
        drawn = plain(svg)
        return self._kept(name) == drawn and not _shown_of(hides, drawn)

    def compare(self, name: str, svg: str, hides: str) -> None:
        """Compare one picture with the one that is kept under the name `name`. It must not show
        `hides`, which is another text on each machine."""
        drawn, before = plain(svg), self._kept(name)
        if shows := _shown_of(hides, drawn):
            self._differing.append(f"{name} shows a path of this machine:\n    {shows[0]}")
        if before == drawn:
            return
        new = (self._folder if self._renew else self._apart) / f"{name}.svg"
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(drawn, encoding="utf-8", newline="\n")
        if not self._renew:
            self._differing.append(f"{name}, now {new}:\n{_difference(before, drawn)}")

    def _kept(self, name: str) -> str:
        """The picture that is kept; '' where there is none."""
        path = self._folder / f"{name}.svg"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def tell(self) -> None:
        """Fail if any differed."""
        if self._differing:
            listed = "\n\n".join(self._differing)
            pytest.fail(
                f"{len(self._differing)} pictures are not as they were. If they are as they should "
                f"be: pytest tests/tui/test_pictures.py --new-pictures\n\n{listed}",
                pytrace=False,
            )


def plain(svg: str) -> str:
    """A picture without what is another in each run or only for other viewers: ids, web fonts."""
    svg = re.sub(r"terminal-\d+-", "t-", svg)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    lines = [line.rstrip() for line in svg.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"


def _shown_of(hides: str, drawn: str) -> list[str]:
    """The lines of a picture that show what it must not."""
    return [line.strip() for line in words(drawn) if hides in line]


def words(svg: str) -> list[str]:
    """The lines of text of a picture."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        lines.setdefault(float(y), []).append((float(x), html.unescape(text).replace("\xa0", " ")))
    return ["".join(text for _, text in sorted(line)) for _, line in sorted(lines.items())]


def _difference(before: str, after: str) -> str:
    if not before:
        return "    there was none"
    found = list(difflib.unified_diff(words(before), words(after), "before", "now", "", "", 0, ""))
    if not found:
        return "    the same words, in other colours or styles"
    more = [f"    and {len(found) - _MOST_LINES} lines more"] if len(found) > _MOST_LINES else []
    return "\n".join([f"    {line}" for line in found[:_MOST_LINES]] + more)


async def rest(
    pilot: Pilot[Any],
    what: str,
    sees: Iterable[str] = (),
    good: Callable[[], bool] = lambda: False,
) -> bool:
    """Wait until a screen has come to rest: it shows the texts `sees`, no worker works, and it looks
    as it did before; or until it is `good`, which is asked soon after workers are done, and not whether
    it stays so. Whether it was that."""
    limit, before, idle = time.monotonic() + _PATIENCE_S, "", 0
    while True:
        await asyncio.sleep(_POLL_S)
        busy = [worker.name for worker in pilot.app.workers if worker.is_running]
        idle = 0 if busy else idle + 1
        if idle == _SOON:
            await pilot._wait_for_screen()
            if good():
                return True
        if idle >= _QUIET:
            await pilot._wait_for_screen()  # asks each widget, which is too dear for each poll
            now = shown(pilot.app)
            there = all(text in now for text in sees) and _LOADING not in now
            if now == before and there:
                return False
            before = now
        if time.monotonic() > limit:
            missing = [text for text in sees if text not in before]
            why = f"at work: {busy}, not to be seen: {missing}"
            pytest.fail(f"{what} did not come to rest; {why}\n{shown(pilot.app)}")


def shown(app: App[Any]) -> str:
    """What the terminal shows, as text; of what lies over each other the uppermost screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
