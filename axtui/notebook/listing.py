"""Lists of things that have names: by place, by name, by slice; shown as a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from axtui.errors import NoSuchWhateverError
from axtui.notebook.grid import MOST_ROWS, Grid
from axtui.suggest import did_you_mean
from axtui.texttable import Column

T = TypeVar("T")


class Listing(Sequence[T], Generic[T]):
    """Things as they were when they were asked for.

    `listing[0]`, `listing["name"]` and `listing[:5]` work, and `"name" in listing`; going through it
    gives the things, `names` their names. `row` makes a row of the grid from a thing.
    """

    def __init__(
        self,
        items: Mapping[str, T],
        title: str,
        columns: Sequence[Column],
        row: Callable[[str, T], Mapping[str, Any]],
    ) -> None:
        self._items = dict(items)
        self._title, self._columns, self._row = title, columns, row

    @property
    def names(self) -> list[str]:
        """The names, in order."""
        return list(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __contains__(self, item: object) -> bool:
        return item in self._items or item in self._items.values()

    @overload
    def __getitem__(self, key: int | str) -> T: ...

    @overload
    def __getitem__(self, key: slice) -> Listing[T]: ...

    def __getitem__(self, key: int | str | slice) -> T | Listing[T]:
        if isinstance(key, slice):
            kept = list(self._items.items())[key]
            return Listing(dict(kept), self._title, self._columns, self._row)
        if isinstance(key, str):
            if key not in self._items:
                has = f"there are: {', '.join(self._items)}" if self._items else "there are none"
                raise NoSuchWhateverError(
                    f"{self._title}: nothing is named {key!r}; {has}."
                    + did_you_mean(key, self._items)
                )
            return self._items[key]
        return list(self._items.values())[key]

    def _ipython_key_completions_(self) -> list[str]:
        return self.names

    def _grid(self) -> Grid:
        shown = list(self._items.items())[:MOST_ROWS]
        rows = [self._row(name, item) for name, item in shown]
        title = self._title if rows else f"{self._title}: none"
        return Grid(self._columns, rows, len(self), title)

    def __repr__(self) -> str:
        return self._grid().text()

    def _repr_html_(self) -> str:
        return self._grid().html()
