"""The colours of SQL in the editor, from those of the app's theme."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widgets.text_area import TextAreaTheme

NAME = "axtui"


def editor_theme(variables: Mapping[str, str]) -> TextAreaTheme:
    """A theme for the editor; what is a word of SQL is bold, too, for who sees no colours."""
    return TextAreaTheme(
        NAME,
        syntax_styles={
            "keyword": _style(variables, "text-primary", bold=True),
            "keyword.operator": _style(variables, "text-primary"),
            "operator": _style(variables, "text-primary"),
            "string": _style(variables, "text-success"),
            "number": _style(variables, "text-warning"),
            "float": _style(variables, "text-warning"),
            "boolean": _style(variables, "text-warning", bold=True),
            "function.call": _style(variables, "text-accent"),
            "type.builtin": _style(variables, "text-accent"),
            "comment": Style(dim=True, italic=True),
        },
    )


def _style(variables: Mapping[str, str], name: str, bold: bool = False) -> Style:
    try:
        color = Color.parse(variables.get(name, ""))
    except ColorParseError:  # such as 'auto 87%', or a theme without it
        return Style(bold=bold)
    return Style(color=color.rich_color, bold=bold)
