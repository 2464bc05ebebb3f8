"""The command palette: every action of the screen, every place, and what the workspace holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from axtui.errors import AcceleratorError
from axtui.tui.places import SCREENS, Place

if TYPE_CHECKING:
    from axtui.tui.app import Axtui

_SUBJECTS = """
(SELECT 'results' AS screen, link AS subject, concat_ws(' ', 'result of', job) AS about
 FROM results ORDER BY recorded DESC LIMIT 500)
UNION ALL
(SELECT 'job', job, concat_ws(' ', method, state)
 FROM jobs WHERE state != 'collected' ORDER BY started DESC LIMIT 2000)
UNION ALL
(SELECT 'data', dataset, concat_ws(' ', 'dataset of', method, '·', rows, 'rows')
 FROM datasets ORDER BY started DESC LIMIT 2000)
"""
_MOST_HITS = 30


def commands(app: Axtui, screen: Screen[object]) -> Iterator[SystemCommand]:
    """What can be done: the actions of this screen first, then the way to others, then the look."""
    seen = set()
    for _, binding, enabled, _ in screen.active_bindings.values():
        if binding.id and enabled and binding.description and binding.action not in seen:
            seen.add(binding.action)
            if not binding.action.startswith("show("):
                key = app.get_key_display(binding)
                yield SystemCommand(
                    binding.description,
                    f"{binding.tooltip} · key {key}" if binding.tooltip else f"Key {key}",
                    partial(_start, app, binding.action),
                    discover=binding.show,
                )
    for number, (name, title) in enumerate(SCREENS.items(), 1):
        yield SystemCommand(f"Go to {title}", f"Key {number}", partial(app.action_show, name))
    for theme in app.available_themes:
        yield SystemCommand(
            f"Theme: {theme}", "Change the colours", partial(setattr, app, "theme", theme), False
        )
    yield SystemCommand("Theme…", "Change the colours", app.action_change_theme)
    yield SystemCommand("Save a picture", "An SVG of this screen", app.action_screenshot)


def _start(app: Axtui, action: str) -> None:
    app.run_worker(_run(app, action), group="palette", exit_on_error=False)


async def _run(app: Axtui, action: str) -> None:
    """Run an action as if its key were pressed on the screen."""
    focused = app.focused
    for node in (
        focused.ancestors_with_self if focused is not None else app.screen.ancestors_with_self
    ):
        if await app.run_action(action, node):
            return


class Subjects(Provider):
    """Jobs, datasets and results, by name."""

    async def startup(self) -> None:
        app = cast("Axtui", self.app)
        try:
            self._rows = (await app.catalogue.query(_SUBJECTS)).to_pylist()
        except AcceleratorError:
            self._rows = []

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        found = []
        for row in self._rows:
            text = f"{row['subject']}  {row['about']}"
            score = matcher.match(text)
            if score > 0:
                found.append((score, text, row))
        found.sort(key=lambda one: -one[0])
        app = cast("Axtui", self.app)
        for score, text, row in found[:_MOST_HITS]:
            place = Place(row["screen"], row["subject"])
            yield Hit(score, matcher.highlight(text), partial(app.visit, place), text=text)

    async def discover(self) -> Hits:
        app = cast("Axtui", self.app)
        for row in self._rows[:5]:
            place = Place(row["screen"], row["subject"])
            text = f"{row['subject']}  {row['about']}"
            yield DiscoveryHit(text, partial(app.visit, place), text=text)
