"""The keys that work on every screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from axtui.tui.places import SCREENS

KEYS: list[BindingType] = [
    *(
        Binding(str(number), f"show('{screen}')", title, show=False, id=f"app.{screen}")
        for number, (screen, title) in enumerate(SCREENS.items(), 1)
    ),
    *(
        Binding(
            f"alt+{number}",
            f"show('{screen}')",
            title,
            show=False,
            priority=True,
            id=f"app.alt.{screen}",
        )
        for number, (screen, title) in enumerate(SCREENS.items(), 1)
    ),
    Binding("question_mark,f1", "keys", "Keys", key_display="?", id="app.keys"),
    Binding("colon", "command_palette", "Palette", key_display=":", id="app.palette"),
    Binding(
        "ctrl+p", "command_palette", "Palette", show=False, priority=True, id="app.palette.ctrl"
    ),
    Binding("backspace,alt+left", "back", "Back", show=False, id="app.back"),
    Binding("escape", "close_place", "Back from what was opened", show=False, id="app.close"),
    Binding("alt+right", "forward", "Forward", show=False, id="app.forward"),
    Binding("B", "go", "Build what waits", show=False, id="app.go"),
    Binding("ctrl+t", "slices", "What every slice does", show=False, id="app.slices"),
    Binding("ctrl+y", "copy_command", "Copy this place's command", show=False, id="app.copy"),
    Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="app.suspend"),
    Binding(
        "ctrl+c",
        "interrupt",
        "Copy what is selected; twice: quit",
        show=False,
        priority=True,
        id="app.stop",
    ),
    Binding("q,ctrl+q", "quit", "Quit", key_display="q", id="app.quit"),
]
