"""The keys of the screen that is seen, searchable: what `?` shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

_TEXTUAL = ("tab", "shift+tab", "enter")
"""Keys of Textual's own that are told; its others are known from everywhere, or of no use here."""


@dataclass(frozen=True)
class Key:
    """A key, or several that do the same, and what it does; `of` is the part of the screen that
    heeds it."""

    keys: str
    text: str
    of: str


def keys_of(screen: Screen[object]) -> list[Key]:
    """All keys that work on a screen, those of the focused widget first, the app's last."""
    found: dict[tuple[str, str], list[str]] = {}
    for node, binding, enabled, tooltip in screen.active_bindings.values():
        ours = binding.id or binding.key in _TEXTUAL
        if enabled and binding.description and ours:
            of = "Everywhere" if node is screen.app else "This screen"
            if isinstance(node, Screen) and node is not screen:
                continue
            if not isinstance(node, Screen) and node is not screen.app:
                of = words_of(type(node).__name__)
            text = tooltip or binding.description
            found.setdefault((of, text), []).append(screen.app.get_key_display(binding))
    return [Key(" ".join(dict.fromkeys(keys)), text, of) for (of, text), keys in found.items()]


def words_of(name: str) -> str:
    """A class as people call what it shows: 'FailuresPane' as 'Failures'."""
    name = name.removesuffix("Pane").removesuffix("View")
    text = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return text[:1].upper() + text[1:]


def keys_of_app(app: App[Any]) -> list[Key]:
    """The keys that work on every screen."""
    found: dict[str, list[str]] = {}
    for _, binding in app._bindings:
        if binding.id and binding.description:
            text = binding.tooltip or binding.description
            found.setdefault(text, []).append(app.get_key_display(binding))
    return [Key(" ".join(keys), text, "Everywhere") for text, keys in found.items()]


def matching(keys: Iterable[Key], typed: str) -> list[Key]:
    """The keys that have all typed words in what they do, or are the key that was typed."""
    words = typed.lower().split()
    return [
        key
        for key in keys
        if typed in key.keys.split() or all(word in key.text.lower() for word in words)
    ]


class Keys(ModalScreen[None]):
    """The keys, over the screen that they are of."""

    DEFAULT_CSS = """
    Keys {
        align: center middle;
        & > Vertical {
            width: 76; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        & Input { border: none; height: 1; padding: 0; margin: 0 0 1 0; background: $surface; }
        & VerticalScroll { height: auto; max-height: 100%; }
        & Static { width: 1fr; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", "Close", id="keys.close"),
        Binding("down", "scroll(1)", "Down", show=False, id="keys.down"),
        Binding("up", "scroll(-1)", "Up", show=False, id="keys.up"),
    ]

    def __init__(self, of: Screen[object]) -> None:
        super().__init__()
        self._of, self._keys = of, keys_of(of)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Keys"
            box.border_subtitle = "type to search · esc closes"
            yield Input(placeholder="search: what do you want to do?")
            with VerticalScroll(can_focus=False):
                about = str(getattr(self._of, "HELP", ""))
                if about:
                    yield Static(Content.styled(about + "\n", "$foreground-muted"))
                yield Static(id="keys-list")

    def on_mount(self) -> None:
        self._show("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """Move the list."""
        self.query_one(VerticalScroll).scroll_relative(y=by * 3, animate=False)

    def _show(self, typed: str) -> None:
        found = matching(self._keys, typed.strip())
        self.query_one("#keys-list", Static).update(lines(found))


def lines(keys: Iterable[Key]) -> Content:
    """The keys as a list, by the part of the screen that heeds them."""
    parts: list[Content] = []
    last = None
    for key in keys:
        if key.of != last:
            head = ("\n" if parts else "") + key.of
            parts.append(Content.styled(head, "bold $text-accent"))
            last = key.of
        parts.append(Content.styled(f"  {key.keys:<18} ", "bold") + Content(key.text))
    return (
        Content("\n").join(parts)
        if parts
        else Content.styled("no key does that", "$foreground-muted")
    )
