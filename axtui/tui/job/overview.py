"""The first tab of a job: what matters of it."""

from __future__ import annotations

from axtui.build.jobpage import USERS, JobPage
from axtui.tui.job import words
from axtui.tui.job.pane import TextPane


class OverviewPane(TextPane):
    """What matters of a job, in sections."""

    def fill(self, page: JobPage, again: bool) -> None:
        if not again:
            self.tell(words.overview(page, ()))
        self.start(self._with_users)

    async def _with_users(self, page: JobPage) -> None:
        users = await self.axtui.catalogue.query(USERS, {"job": page.jobid})
        found = users.to_pylist()
        if self.shows(page):
            self.tell(words.overview(page, found), again=True)
