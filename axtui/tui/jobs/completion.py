"""Completing the filter of jobs as one types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.suggester import Suggester

from axtui.build.filtercompletion import completed
from axtui.errors import AcceleratorError

Known = dict[str, list[str]]


class FilterSuggester(Suggester):
    """Suggests fields, and values that they have in the workspace; the key `right` takes them."""

    def __init__(self, known: Callable[[], Awaitable[Known]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._ask = known
        self._known: Known | None = None

    async def get_suggestion(self, value: str) -> str | None:
        """The filter with its last part completed."""
        if self._known is None:
            try:
                self._known = await self._ask()
            except AcceleratorError:
                return completed(value, {})
        return completed(value, self._known)
