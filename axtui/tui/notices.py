"""Notices: what is told over whatever screen is open, since it happens elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from axtui import human
from axtui.build.watch import told


@dataclass(frozen=True)
class Notice:
    """A few words in the corner of the screen."""

    title: str
    text: str
    severity: Literal["information", "warning", "error"] = "information"


def notice(event: told.WatchEvent) -> Notice | None:
    """What to tell of something that the watcher told; None where the dashboard alone tells it."""
    match event:
        case told.RunEnded() if not event.superseded:
            return _ended(event)
        case told.WaitsForYou():
            jobs = len(event.plan.affected) + len(event.plan.downstream)
            cost = f", about {human.seconds(event.plan.seconds)}" if event.plan.seconds else ""
            return Notice(
                f"{event.plan.script} waits for you",
                f"{event.plan.why}; {human.plural(jobs, 'job')}{cost}: B builds",
            )
        case told.SourceError():
            where = f"{event.path}, line {event.line}" if event.line else event.path
            return Notice(f"{where}: {event.message}", event.text.strip(), "error")
        case told.ConfigWrong():
            return Notice("The configuration is wrong", event.message, "error")
        case told.ConfigTaken():
            return Notice("The configuration is taken in", ", ".join(event.changed))
        case told.BuilderDied():
            what = f" while it ran {event.script}" if event.script else ""
            return Notice(f"The builder ended{what}", event.message, "error")
        case told.Trouble():
            return Notice("The watcher", event.text, "warning")
    return None


def _ended(event: told.RunEnded) -> Notice:
    if event.exit_code:
        line = next((line for line in reversed(event.error.splitlines()) if line.strip()), "")
        return Notice(f"{event.script} failed", f"{line.strip()}\nkey 1 shows it", "error")
    built = f"{len(event.built)} built" if event.built else "nothing to build"
    text = f"{built}, {len(event.reused)} re-used in {human.seconds(event.wall)}"
    return Notice(f"{event.script} is done", text)
