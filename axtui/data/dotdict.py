"""`DotDict`: an ordered dict whose items are also attributes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

_LEAVES = frozenset((str, int, float, bool, type(None), bytes))


class DotDict(OrderedDict[str, Any]):
    """A dict with `d.name` for `d["name"]`, in the order the items were set.

    Methods of dict stay what they are (`d.items` is the method; use `d["items"]` for such a key),
    and names that begin with an underscore are never items as attributes. A missing attribute is
    an AttributeError. Values are kept as they are; `nested` makes attributes of all levels.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self:
            return self[name]
        known = ", ".join(str(key) for key in self) or "nothing"
        raise AttributeError(f"there is no {name!r} here (there is: {known})", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        _refuse_private(name)
        self[name] = value

    def __delattr__(self, name: str) -> None:
        _refuse_private(name)
        if name not in self:
            raise AttributeError(f"there is no {name!r} to delete", name=name, obj=self)
        del self[name]

    def __repr__(self) -> str:
        return dict.__repr__(self)

    @classmethod
    def nested(cls, value: Any) -> Any:
        """`value` with every dict in it, at any depth of dicts, lists and tuples, as a DotDict, and
        every tuple as a list.

        This is how the Accelerator gives what it read from JSON: `job.post.exectime.total`.
        """
        if type(value) in _LEAVES:  # nearly all there is, and the quickest to tell
            return value
        if isinstance(value, Mapping):
            return cls((key, cls.nested(item)) for key, item in value.items())
        if type(value) in (list, tuple):
            return [cls.nested(item) for item in value]
        return value


def _refuse_private(name: str) -> None:
    if name.startswith("_"):
        raise AttributeError(f"{name!r} begins with an underscore; use [{name!r}]")
