"""Whether the libraries that draw and encode are installed. They come with the extra `example`."""

from __future__ import annotations

from importlib.util import find_spec

from axtui.errors import UserError

LIBRARIES = {
    "numpy": "numpy",
    "PIL": "pillow",
    "av": "av",
    "font_source_sans_pro": "font-source-sans-pro",
}


def check_libraries() -> None:
    """Raise UserError, with the command that mends it, if one is not installed."""
    missing = [package for module, package in LIBRARIES.items() if find_spec(module) is None]
    if missing:
        raise UserError(
            f"the movie is drawn with libraries that are not installed: {', '.join(missing)}; "
            "get them with: pip install 'axtui[example]'"
        )
