"""What the dashboard remembers between starts, in `.axtui/tui.json`.

It is for comfort: what cannot be read is forgotten, what cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import orjson

_FORMAT = 1
_NAME = "tui.json"


class Remembered:
    """Values under names: one group for the app itself ('app'), one for each screen."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._values: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(OSError, orjson.JSONDecodeError, AttributeError):
            found = orjson.loads(self._path.read_bytes())
            if found.get("format") == _FORMAT:
                groups = found.get("groups", {})
                self._values = {k: v for k, v in groups.items() if isinstance(v, dict)}

    def get(self, group: str, name: str, default: Any = None) -> Any:
        """A value, if it is of the type of `default` (None: of any)."""
        value = self._values.get(group, {}).get(name, default)
        return value if default is None or isinstance(value, type(default)) else default

    def set(self, group: str, name: str, value: Any) -> None:
        """Remember a value that JSON can hold; `save` keeps it."""
        self._values.setdefault(group, {})[name] = value

    def save(self) -> None:
        """Write all of it, at once. Two dashboards: the last one to close is remembered."""
        beside = self._path.with_name(f".{_NAME}.{os.getpid()}")
        with contextlib.suppress(OSError):
            beside.write_bytes(orjson.dumps({"format": _FORMAT, "groups": self._values}))
            beside.replace(self._path)
