"""`urd`: what a build script is given. It builds jobs, and remembers in urd what was built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from axtui.build import events
from axtui.build.request import Request
from axtui.build.scriptjobs import Entry
from axtui.build.submit import Submitted, settled_request
from axtui.build.urdsession import UrdSessions
from axtui.build.urdstore import UrdStore
from axtui.data.dotdict import DotDict
from axtui.data.job import Job
from axtui.errors import UrdUsageError

if TYPE_CHECKING:
    from axtui.build.session import Session

Inputs = Mapping[str, Any]


class Urd(UrdSessions):
    """What `main(urd)` is given: all that a build script can do."""

    def __init__(
        self,
        session: Session,
        log: UrdStore,
        script: str,
        build_job: Job,
        flags: frozenset[str],
        horizon: str | None,
    ) -> None:
        super().__init__(session, log, script, build_job, horizon)
        self._default_workdir = session.workdir
        self.flags = flags
        self.info = DotDict(
            slices=session.config.slices,
            input_directory=str(session.config.inputs),
            result_directory=str(session.config.results),
            urd=str(log.place),
        )
        self.warnings: list[str] = []

    # -- building

    def build(
        self,
        method: str,
        options: Inputs = {},  # noqa: B006 - never changed; part of the API's look
        datasets: Inputs = {},  # noqa: B006
        jobs: Inputs = {},  # noqa: B006
        name: str | None = None,
        caption: str | None = None,
        why_build: bool = False,
        force_build: bool = False,
        workdir: str | None = None,
        concurrency: int | None = None,
        **kw: Any,
    ) -> Any:
        """The `Job` of `method` with these options and inputs: found, or made now.

        Free keywords go to the options, datasets and jobs of these names. `name` is its name in the
        joblist. With `why_build` nothing is built: it returns {method: {job: {what: {name: old}}}},
        the nearest earlier job and how it differs; an empty dict where there is the job already, or
        no earlier one. Raises JobError where it runs and fails.
        """
        request = self._request(
            (method, options, datasets, jobs, kw, name, caption), workdir, concurrency, force_build
        )
        if why_build:
            return self._session.builder.why(settled_request(request))
        built = self._session.builder.build(settled_request(request))
        job = Job(built.jobid, name or method)
        self._add_job(Entry(name or method, job, built))
        return job

    def submit(
        self,
        method: str,
        options: Inputs = {},  # noqa: B006
        datasets: Inputs = {},  # noqa: B006
        jobs: Inputs = {},  # noqa: B006
        name: str | None = None,
        caption: str | None = None,
        why_build: bool = False,
        force_build: bool = False,
        workdir: str | None = None,
        concurrency: int | None = None,
        **kw: Any,
    ) -> Submitted:
        """Like `build`, but returns at once, while the job is found or made at the same time as
        others. What it returns stands for the job: it can be given to other builds, which then begin
        when it is done, and waits where something of the job is asked for. `finish`, and the end of
        the script, wait for all.
        """
        if why_build:
            self._look_only()
        request = self._request(
            (method, options, datasets, jobs, kw, name, caption), workdir, concurrency, force_build
        )
        if self._session.preview is None:
            one = self.submissions.submit(request, name or method)
        else:
            one = self.submissions.build_now(request, name or method)
        self._add_job(Entry(name or method, one))
        return one

    def wait(self) -> None:
        """Wait for all that was submitted so far. Raises the first error that was not seen yet."""
        self.submissions.wait()

    def _request(
        self,
        asked: tuple[str, Inputs, Inputs, Inputs, Inputs, str | None, str | None],
        workdir: str | None,
        concurrency: int | None,
        force_build: bool,
    ) -> Request:
        """A build that the script asks for, on its behalf and with its flags."""
        if "why_build" in self.flags:
            self._look_only()
        return Request(
            *asked,
            workdir=workdir or self._session.workdir or self._session.config.target,
            concurrency=concurrency,
            force=force_build or "force_build" in self.flags,
            build_job=str(self._build_job),
            script=self._script,
        )

    def _look_only(self) -> None:
        """Build nothing from here on."""
        self.submissions.wait()  # what was asked for before is built
        self._session.start_preview()

    def build_chained(
        self,
        method: str,
        options: Inputs = {},  # noqa: B006
        datasets: Inputs = {},  # noqa: B006
        jobs: Inputs = {},  # noqa: B006
        name: str | None = None,
        **kw: Any,
    ) -> Any:
        """`build` with `previous=` the job of this name in the joblist that was fetched by `latest`,
        `get` or `first` in this session."""
        if not name:
            raise UrdUsageError("build_chained needs a name, by which the previous job is found")
        if self._latest_joblist is None:
            raise UrdUsageError(
                "build_chained needs an urd.latest, get or first before it in this session"
            )
        if "previous" in {*kw, *datasets, *jobs}:
            raise UrdUsageError("build_chained sets `previous` itself")
        previous = self._latest_joblist.get(name)
        return self.build(method, options, datasets, jobs, name, previous=previous, **kw)

    def set_workdir(self, workdir: str | None) -> None:
        """Where new jobs go from here on; None for the default."""
        if workdir is not None:
            self._session.config.workdir(workdir)
        self._session.workdir = workdir or self._default_workdir

    def warn(self, line: str = "") -> None:
        """Show a warning at the end of the run."""
        self.warnings.append(str(line))
        self._session.observe(events.Warned(str(line)))
