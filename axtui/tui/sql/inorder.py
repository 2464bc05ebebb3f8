"""Keys that edit, in the order in which they were pressed."""

from __future__ import annotations

from textual import events
from textual.widget import Widget


def is_command(event: events.Key) -> bool:
    """Whether a key has a letter but does not mean it: with Alt it is for the screen."""
    return event.key.startswith("alt+")


async def pressed(widget: Widget, event: events.Key) -> bool:
    """Do at once what a key is bound to in a widget itself, and say whether it was.

    Left alone such a key goes up to the app and comes back as an action: letters that were typed
    right behind it would be there before.
    """
    if is_command(event):
        event.prevent_default()  # else its letter is typed
        return False
    if event.is_printable:
        return False
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):
        if "." not in binding.action.partition("(")[0] and not binding.priority:
            event.stop()
            event.prevent_default()
            await widget.app.run_action(binding.action, widget)
            return True
    return False
