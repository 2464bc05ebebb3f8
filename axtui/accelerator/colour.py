"""The functions and constants of `colour` as a module: `from accelerator.colour import red, bold`."""

from __future__ import annotations

from typing import Any

from axtui.accelerator.colourwrapper import Colour, colour

__all__ = ["Colour", *colour.__all__]


def __getattr__(name: str) -> Any:
    return getattr(colour, name)
