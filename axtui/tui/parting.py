"""What the shell's screen shows once the dashboard is gone: what was built meanwhile, what failed, and
what was left running."""

from __future__ import annotations

from collections.abc import Sequence

from axtui import human
from axtui.tui.live import Followed

_MOST = 5


def words(ended: Sequence[Followed], running: Sequence[Followed]) -> list[str]:
    """Lines about the builds that ended while the dashboard was open, the newest first, and those that
    go on. None, if there was no build."""
    lines = []
    if ended:
        built = sum(len(one.finished) for one in ended)
        reused = sum(len(one.reused) for one in ended)
        failures = [failure for one in ended for failure in one.failures]
        counts = [f"{human.count(built)} built", f"{human.count(reused)} re-used"]
        counts += [f"{human.count(len(failures))} failed"] if failures else []
        builds = human.plural(len(ended), "build")
        lines.append(f"axtui: {builds} meanwhile: {', '.join(counts)}")
        for jobid, method, _ in failures[:_MOST]:
            lines.append(f"  failed: {method} {jobid}, see axtui job {jobid}")
    for one in running:
        script, jobid = one.build.script, one.build.build_job
        lines.append(f"axtui: {script} {jobid} still runs, see axtui attach {jobid}")
    return lines
