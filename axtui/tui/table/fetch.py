"""Rows that are fetched in threads when they come into view; scrolling never waits for them."""

from __future__ import annotations

import asyncio

from axtui.tui.table.grid import Grid
from axtui.tui.table.lanes import grown
from axtui.tui.table.pages import Pages


class FetchingGrid(Grid):
    """A grid that fetches the pages its source does not have in memory."""

    def fetch_pages(self) -> None:
        pages = self.pages
        if pages is None:
            return
        first, count = self.first_row, self.rows_in_view
        near = [*range(first, first + count), *range(first + count, first + 2 * count)]
        pages.want(
            row for row in [*near, *range(first - count, first)] if 0 <= row < pages.source.rows
        )
        if pages.fetching is None:
            self.run_worker(
                self._fetch(pages), group="pages", exit_on_error=False, name="pages of a table"
            )

    async def _fetch(self, pages: Pages) -> None:
        """Fetch what is wanted, page by page; what comes for a source no longer shown is dropped."""
        while pages is self.pages and (number := pages.next_wanted()) is not None:
            try:
                page = await asyncio.to_thread(pages.read, number)
            except Exception as error:  # whatever reading rows may raise: the table stays alive
                pages.errors[number] = error
                self.read_failed(error)
            else:
                pages.put(number, page)
            finally:
                pages.fetching = None
            if pages is self.pages:
                self._page_came(pages, number)

    def _page_came(self, pages: Pages, number: int) -> None:
        """Paint a page that was fetched; lanes grow with its values, they do not shrink."""
        start = number * pages.source.page_rows
        page, _ = pages.page(start)
        if not self.sampled:
            self.sample()
        elif page and grown(self.lanes, page, max(0, self.first_row - start)):
            self.lay_out()
        self.repaint()
        self.cursor_moved()
