"""The first tab of a job: what matters of it."""

from __future__ import annotations

from axtui.build.jobpage import CHAINS, USERS, JobPage
from axtui.tui.job import words
from axtui.tui.job.pane import TextPane


class OverviewPane(TextPane):
    """What matters of a job, in sections."""

    def fill(self, page: JobPage, again: bool) -> None:
        if not again:
            self.tell(words.overview(page, ()))
        self.start(self._with_users)

    async def _with_users(self, page: JobPage) -> None:
        ask, values = self.axtui.catalogue.query, {"job": page.jobid}
        users = (await ask(USERS, values)).to_pylist()
        chains = (await ask(CHAINS, values)).to_pylist()
        if self.shows(page):
            self.tell(words.overview(page, users, chains), again=True)
