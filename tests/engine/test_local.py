"""What holds for every engine, and what `local` adds: describing methods, sharing slots, ending.

The conformance tests know only `engine/protocol.py`; another engine joins them in `ENGINES`.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from axtui.data import jobdir
from axtui.data.disk import Disk
from axtui.engine import wire
from axtui.engine.children import Child, Group
from axtui.engine.local import LocalEngine
from axtui.engine.protocol import Ended, Engine, Event, Report, Request, Started, Task, Work
from axtui.errors import ServerError

Factory = Callable[[int, Path], LocalEngine]
ENGINES: dict[str, Factory] = {"local": LocalEngine}


class Field:
    """A folder with methods, and jobs that are run on an engine without any builder."""

    def __init__(self, root: Path, engine: LocalEngine) -> None:
        self.root, self.engine = root, engine
        self.protocol: Engine = engine
        self.held: list[Event] = []
        for name in ("methods", "inputs", "results", "dev", ".axtui"):
            (root / name).mkdir(parents=True)

    def method(self, text: str, name: str = "m") -> None:
        (self.root / "methods" / f"a_{name}.py").write_text(textwrap.dedent(text))

    def spec(
        self, name: str = "m", slices: int = 2, stages: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        return {
            "method": name,
            "module": f"methods.a_{name}",
            "root": str(self.root),
            "folders": [str(self.root / "methods")],
            "slices": slices,
            "workdirs": {"dev": str(self.root / "dev")},
            "input_directory": str(self.root / "inputs"),
            "result_directory": str(self.root / "results"),
            "accelerator": "",
            "memory": 1 << 30,
            "project": {},
            "stages": list(stages),
        }

    def work(self, name: str = "m", slices: int = 2, **kw: Any) -> Work:
        """An allocated job, opened."""
        jobid, path = jobdir.allocate(Disk(durable=False), self.root / "dev", "dev")
        (path / jobdir.TMP).mkdir()
        setup = {
            "jobid": jobid,
            "method": name,
            "seed": 1,
            "options": {},
            "datasets": {},
            "jobs": {},
        }
        jobdir.write_json(path / jobdir.SETUP, setup)
        spec = self.spec(name, slices) | {"jobid": jobid, "path": str(path), "want_analysis": True}
        work = Work(jobid, path, spec, **kw)
        self.protocol.open(work)
        return work

    def submit(self, work: Work, *tasks: tuple[str, int | None]) -> list[Task]:
        made = [Task(work.jobid, stage, sliceno) for stage, sliceno in tasks]
        for task in made:
            self.protocol.submit(task)
        return made

    def until(self, enough: Callable[[list[Event]], bool], seconds: float = 60.0) -> list[Event]:
        """All events until they are enough."""
        deadline = time.monotonic() + seconds
        seen: list[Event] = []
        while not enough(seen):
            assert time.monotonic() < deadline, f"only {seen}"
            seen += self.protocol.poll(0.2)
        return seen

    def ends(self, *tasks: Task) -> list[Event]:
        """All events until these tasks have ended."""
        wanted = set(tasks)
        return self.until(lambda seen: wanted <= {e.task for e in seen if isinstance(e, Ended)})

    def run(self, text: str, stage: str = "synthesis", **kw: Any) -> tuple[Ended, Path]:
        """One stage of one job, to its end and closed."""
        self.method(text)
        work = self.work(**kw)
        (task,) = self.submit(work, (stage, None))
        end = ended(self.ends(task))[task]
        self.protocol.close(work.jobid)
        return end, work.path

    def output(self, path: Path, label: str = "synthesis") -> bytes:
        """What a stage printed, where the engine leaves it."""
        return (path / jobdir.TMP / "attempt" / label / jobdir.OUTPUT / label).read_bytes()


def described(engine: Engine, spec: dict[str, Any]) -> dict[str, Any]:
    """What a method declares, waited for."""
    describing = engine.describe(spec)
    try:
        while not describing.over(0.2):
            pass
    finally:
        answer = dict(engine.answered(describing))
    return answer


def unpickled(path: Path) -> Any:
    return pickle.loads(path.read_bytes())


def ended(seen: list[Event]) -> dict[Task, Ended]:
    return {event.task: event for event in seen if isinstance(event, Ended)}


@pytest.fixture(scope="module", params=list(ENGINES))
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalEngine]:
    """One engine with room for two, for all tests that leave it whole."""
    engine = ENGINES[request.param](2, tmp_path_factory.mktemp("slots"))
    yield engine
    engine.shutdown()


@pytest.fixture
def field(shared: LocalEngine, tmp_path: Path) -> Field:
    return Field(tmp_path / "ws", shared)


def gone(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text() if sys.platform == "linux" else ""
        os.kill(pid, 0)
    except (ProcessLookupError, FileNotFoundError):
        return True
    return text.rpartition(")")[2].split()[:1] == ["Z"]


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


# -- order and content of events


def test_a_stage_starts_before_it_reports_and_ends_last(field: Field) -> None:
    field.method(
        """
        from accelerator import status
        def synthesis():
            with status("outer"), status("inner"):
                import time; time.sleep(0.3)
            return 5
        """
    )
    work = field.work()
    (task,) = field.submit(work, ("synthesis", None))
    seen = field.ends(task)
    assert isinstance(seen[0], Started)
    assert isinstance(seen[-1], Ended)
    assert seen[-1].outcome.ok, seen[-1]
    assert {event.task for event in seen} == {task}
    reports = [event.status for event in seen if isinstance(event, Report)]
    assert ("synthesis", "outer", "inner") in reports
    outcome = seen[-1].outcome
    assert outcome.ok
    assert outcome.started <= outcome.ended
    assert outcome.wall >= 0.3
    assert outcome.peak_rss > 1 << 20
    assert outcome.record["files"] == {"result.pickle": False}
    assert unpickled(work.path / "result.pickle") == 5
    field.protocol.close(work.jobid)


def test_slices_are_tasks_of_their_own_and_pass_on_what_they_return(field: Field) -> None:
    field.method(
        """
        def prepare():
            return 10
        def analysis(sliceno, prepare_res):
            return sliceno + prepare_res
        def synthesis(analysis_res):
            return list(analysis_res)
        """
    )
    work = field.work(slices=3)
    for stage, numbers in [("prepare", [None]), ("analysis", [0, 1, 2]), ("synthesis", [None])]:
        tasks = field.submit(work, *((stage, number) for number in numbers))
        ends = ended(field.ends(*tasks))
        assert all(end.outcome.ok for end in ends.values()), ends
    field.protocol.close(work.jobid)
    assert unpickled(work.path / "result.pickle") == [10, 11, 12]


def test_a_request_waits_for_its_answer(field: Field) -> None:
    field.method(
        """
        from accelerator import build, JobError, BuildError
        def synthesis():
            found = [str(build("other", x=1))]
            for _ in range(2):
                try:
                    build("other")
                except (JobError, BuildError) as error:
                    found.append(repr(error))
            return found
        """
    )
    work = field.work()
    (task,) = field.submit(work, ("synthesis", None))
    answers: list[dict[str, Any]] = [
        {"value": {"job": "dev-77"}},
        {"error": {"job": "dev-78", "method": "other", "status": {"synthesis": "no"}}},
        {"error": {"message": "never heard of it"}},
    ]
    for answer in answers:
        seen = field.until(lambda seen: any(isinstance(event, Request) for event in seen))
        (request,) = [event for event in seen if isinstance(event, Request)]
        assert (request.task, request.op, request.body["method"]) == (task, "build", "other")
        assert not ended(seen)
        field.protocol.answer(task, answer)
    assert ended(field.ends(task))[task].outcome.ok
    field.protocol.close(work.jobid)
    found = unpickled(work.path / "result.pickle")
    assert found[0] == "dev-77"
    assert "dev-78" in found[1]
    assert "never heard of it" in found[2]


def test_one_that_waits_for_an_answer_leaves_its_room_to_others(tmp_path: Path) -> None:
    engine = LocalEngine(1, tmp_path / "slots")
    try:
        field = Field(tmp_path / "ws", engine)
        # the child holds every descriptor of the stage open, the slot's among them
        field.method(
            """
            import os, time
            from accelerator import build
            def synthesis():
                if os.fork() == 0:
                    time.sleep(300)
                    os._exit(0)
                build("other")
            """
        )
        field.method("def synthesis():\n    return 1\n", "other")
        outer, inner = field.work(), field.work("other")
        (asks,) = field.submit(outer, ("synthesis", None))
        field.until(lambda seen: any(isinstance(event, Request) for event in seen))
        (does,) = field.submit(inner, ("synthesis", None))
        assert ended(field.ends(does))[does].outcome.ok
        field.protocol.answer(asks, {"value": {"job": inner.jobid}})
        assert ended(field.ends(asks))[asks].outcome.ok
    finally:
        engine.shutdown()


# -- limits


COUNTING = """
import os, time
FOLDER = {folder!r}
def analysis(sliceno):
    mine = f"{{FOLDER}}/{{os.getpid()}}"
    open(mine, "w").close()
    time.sleep(0.1)
    found = len(os.listdir(FOLDER))
    os.unlink(mine)
    return found
"""


def most_at_once(work: Work, slices: int) -> int:
    return max(unpickled(work.path / f".tmp/analysis.{number}.pickle") for number in range(slices))


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (0, 2)])
def test_no_more_at_once_than_the_job_and_the_engine_allow(
    field: Field, tmp_path: Path, concurrency: int, most: int
) -> None:
    (tmp_path / "now").mkdir()
    field.method(COUNTING.format(folder=str(tmp_path / "now")))
    work = field.work(slices=5, concurrency=concurrency)
    tasks = field.submit(work, *(("analysis", number) for number in range(5)))
    assert all(end.outcome.ok for end in ended(field.ends(*tasks)).values())
    assert 1 <= most_at_once(work, 5) <= most
    field.protocol.close(work.jobid)


def test_two_engines_share_the_slots_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    engines = [LocalEngine(2, tmp_path / "slots") for _ in range(2)]
    try:
        fields = [Field(tmp_path / f"ws{number}", one) for number, one in enumerate(engines)]
        works = []
        for field in fields:
            field.method(COUNTING.format(folder=str(tmp_path / "now")))
            works.append(field.work(slices=4))
        tasks = [
            field.submit(work, *(("analysis", number) for number in range(4)))
            for field, work in zip(fields, works, strict=True)
        ]
        for field, some in zip(fields, tasks, strict=True):
            assert all(end.outcome.ok for end in ended(field.ends(*some)).values())
        assert max(most_at_once(work, 4) for work in works) <= 2
    finally:
        for engine in engines:
            engine.shutdown()


# -- cancel, close, timeout, late ends


SLEEPS = """
import os, subprocess, sys, time
def analysis(sliceno):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    with open({pids!r}, "a") as f:
        f.write(f"{{os.getpid()}} {{child.pid}}\\n")
    time.sleep(300)
"""


def sleepers(field: Field, pids: Path, **kw: Any) -> tuple[Work, list[Task]]:
    """A job with two slices that sleep and one that waits, each with a child."""
    field.method(SLEEPS.format(pids=str(pids)))
    work = field.work(slices=3, **kw)
    tasks = field.submit(work, *(("analysis", number) for number in range(3)))
    return work, tasks


def numbers(path: Path) -> list[int]:
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def test_cancel_ends_all_tasks_and_close_takes_their_children_along(
    field: Field, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    work, tasks = sleepers(field, pids)
    field.until(lambda seen: len(numbers(pids)) == 4)
    field.protocol.cancel(work.jobid)
    ends = ended(field.ends(*tasks))
    assert {end.outcome.kind for end in ends.values()} == {"cancelled"}
    field.protocol.close(work.jobid)
    eventually(lambda: all(gone(pid) for pid in numbers(pids)))
    field.protocol.cancel(work.jobid)  # no effect, no error
    field.protocol.close(work.jobid)


def test_a_job_whose_time_is_up_ends_with_timeout(field: Field, tmp_path: Path) -> None:
    work, tasks = sleepers(field, tmp_path / "pids", timeout=1.0)
    ends = ended(field.ends(*tasks))
    assert {end.outcome.kind for end in ends.values()} == {"timeout"}
    field.protocol.close(work.jobid)
    eventually(lambda: all(gone(pid) for pid in numbers(tmp_path / "pids")))


def test_h33_an_end_that_comes_late_harms_nothing(field: Field, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    work, tasks = sleepers(field, pids)
    field.until(lambda seen: len(numbers(pids)) == 4)
    field.protocol.close(work.jobid)  # at once, without waiting for any end
    field.protocol.answer(tasks[0], {"value": 1})
    end, path = field.run("def synthesis():\n    return 7\n")
    assert end.outcome.ok
    assert end.task.jobid != work.jobid
    assert unpickled(path / "result.pickle") == 7
    eventually(lambda: all(gone(pid) for pid in numbers(pids)))


def test_shutdown_ends_everything_and_the_engine_can_begin_again(tmp_path: Path) -> None:
    engine = LocalEngine(2, tmp_path / "slots")
    field = Field(tmp_path / "ws", engine)
    pids = tmp_path / "pids"
    sleepers(field, pids)
    field.until(lambda seen: len(numbers(pids)) == 4)
    engine.shutdown()
    eventually(lambda: all(gone(pid) for pid in numbers(pids)))
    engine.shutdown()
    end, _ = field.run("def synthesis():\n    return 1\n")
    assert end.outcome.ok
    engine.shutdown()


# -- what user code does to its process


def test_output_that_is_no_utf8_is_kept_as_it_is(field: Field) -> None:
    end, path = field.run(
        """
        import os, sys
        def synthesis():
            os.write(1, b"\\xff\\xfe raw\\n")
            sys.stdout.buffer.write(b"\\x80 buffered\\n")
            print("lone \\udc80 surrogate")
            print("error", file=sys.stderr)
        """
    )
    assert end.outcome.ok
    assert field.output(path) == b"\xff\xfe raw\n\x80 buffered\nlone \\udc80 surrogate\nerror\n"


def test_huge_output_and_a_line_without_end(field: Field) -> None:
    end, path = field.run("def synthesis():\n    print('x' * 30_000_000, end='')\n")
    assert end.outcome.ok
    assert len(field.output(path)) == 30_000_000


@pytest.mark.parametrize(
    "how", ["sys.stdout.close()", "os.close(1); os.close(2)", "sys.stdout = None"]
)
def test_a_closed_stdout_fails_nothing(field: Field, how: str) -> None:
    end, path = field.run(f"import os, sys\ndef synthesis():\n    {how}\n    return 3\n")
    assert end.outcome.ok, end
    assert unpickled(path / "result.pickle") == 3


def test_prints_of_an_import_belong_to_the_stage(field: Field) -> None:
    end, path = field.run("print('imported')\ndef synthesis():\n    print('ran')\n")
    assert end.outcome.ok
    assert field.output(path) == b"imported\nran\n"


def test_threads_and_children_left_behind_delay_nothing_and_end_with_the_job(
    field: Field, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    field.method(
        f"""
        import os, subprocess, sys, threading, time
        def synthesis():
            for daemon in (True, False):
                threading.Thread(target=time.sleep, args=(300,), daemon=daemon).start()
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
            forked = os.fork()  # it has the stage's channel open, and its slot
            if forked == 0:
                time.sleep(300)
                os._exit(0)
            with open({str(pids)!r}, "w") as f:
                f.write(f"{{child.pid}} {{forked}}")
            return 1
        """
    )
    works = [field.work() for _ in range(3)]
    for work in works:  # more than there are slots
        (task,) = field.submit(work, ("synthesis", None))
        assert ended(field.ends(task))[task].outcome.ok
    last = numbers(pids)
    assert not any(gone(pid) for pid in last)
    for work in works:
        field.protocol.close(work.jobid)
    eventually(lambda: all(gone(pid) for pid in last))


# -- what only `local` has: describing a method


@pytest.fixture
def describe(field: Field, tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """The description of a method with this text."""
    counter = iter(range(1000))

    def call(text: str) -> dict[str, Any]:
        field.method(text)
        source = tmp_path / f"source{next(counter)}"
        return described(field.engine, field.spec() | {"source": str(source)})

    return call


def test_describe_tells_what_a_method_declares(describe: Callable[[str], dict[str, Any]]) -> None:
    answer = describe(
        """
        '''What it does.'''
        print("at import")
        options = {"x": 1}
        datasets = ("one", ["many"])
        jobs = (["all"],)
        timeout = 5
        slice_dependent = False
        def prepare(job):
            pass
        def synthesis(prepare_res, slices):
            pass
        """
    )["ok"]
    assert answer["stages"] == ["prepare", "synthesis"]
    assert answer["arguments"] == {"prepare": ["job"], "synthesis": ["prepare_res", "slices"]}
    assert answer["datasets"] == [["one", False], ["many", True]]
    assert answer["jobs"] == [["all", True]]
    assert (answer["timeout"], answer["slice_dependent"]) == (5.0, False)
    assert answer["description"] == "What it does."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(4)", "sys.exit(4)"),
        ("import os; os._exit(6)", "exited with code 6"),
        ("import os; os.kill(os.getpid(), 11)", "segmentation fault"),
        ("import nosuchmodule", "No module named 'nosuchmodule'"),
        ("def synthesis(:", "SyntaxError"),
        ("x = 1", "none of prepare, analysis and synthesis"),
        ("datasets = 'one'\ndef synthesis(): pass", "must be a tuple of names"),
        ("jobs = (['a', 'b'],)\ndef synthesis(): pass", "exactly one name"),
        ("datasets = ('not a name',)\ndef synthesis(): pass", "not a usable name"),
        ("import sys\ndepend_extra = sys\ndef synthesis(): pass", "which has no file"),
        ("depend_extra = (3,)\ndef synthesis(): pass", "modules and file names, not 3"),
        ("options = {'x': object()}\ndef synthesis(): pass", "option x"),
    ],
)
def test_describe_names_what_is_wrong(
    describe: Callable[[str], dict[str, Any]], text: str, said: str
) -> None:
    answer = describe(text)
    assert "ok" not in answer
    assert said in answer["error"]
    assert "axtui/engine" not in answer["error"]


HANGS = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
with open({pids!r}, "w") as f:
    f.write(f"{{os.getpid()}} {{child.pid}}")
time.sleep(300)
"""


def test_ctrl_c_ends_an_import_that_hangs(field: Field, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    field.method(HANGS.format(pids=str(pids)))

    def press() -> None:
        eventually(lambda: len(numbers(pids)) == 2)
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        described(field.engine, field.spec() | {"source": str(tmp_path / "s")})
    presser.join()
    eventually(lambda: all(gone(pid) for pid in numbers(pids)))
    end, _ = field.run("def synthesis():\n    return 1\n")
    assert end.outcome.ok, "the engine is whole"


def test_shutdown_from_another_thread_ends_an_import_that_hangs(tmp_path: Path) -> None:
    engine = LocalEngine(1, tmp_path / "slots")
    field = Field(tmp_path / "ws", engine)
    pids = tmp_path / "pids"
    field.method(HANGS.format(pids=str(pids)))

    def stop() -> None:
        eventually(lambda: len(numbers(pids)) == 2)
        engine.shutdown()

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        answer = described(engine, field.spec() | {"source": str(tmp_path / "s")})
    except ServerError:
        answer = {"error": "the server is gone"}
    stopper.join()
    assert "error" in answer
    eventually(lambda: all(gone(pid) for pid in numbers(pids)))


# -- what must not be guessed about a folder of slots


def test_slots_of_another_user_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ServerError, match="not a folder of yours"):
        LocalEngine(1, tmp_path / "link")


def test_jobs_that_run_at_the_same_time_share_the_room_evenly(field: Field) -> None:
    """With room for two, the second job does not wait for the end of the first one's slices."""
    field.method("import time\ndef analysis(sliceno):\n    time.sleep(0.05)\n")
    first, second = field.work(slices=8), field.work(slices=2)
    tasks = field.submit(first, *[("analysis", number) for number in range(8)])
    tasks += field.submit(second, ("analysis", 0), ("analysis", 1))
    seen = field.ends(*tasks)
    ends = [event.task.jobid for event in seen if isinstance(event, Ended)]
    assert max(n for n, jobid in enumerate(ends) if jobid == second.jobid) < 7
    for work in (first, second):
        field.protocol.close(work.jobid)


def test_concurrency_counts_all_jobs_of_a_method(field: Field) -> None:
    field.method("import time\ndef analysis(sliceno):\n    time.sleep(0.05)\n")
    works = [field.work(concurrency=1) for _ in range(2)]
    tasks = [task for work in works for task in field.submit(work, ("analysis", 0))]
    ends = {e.task.jobid: e.outcome for e in field.ends(*tasks) if isinstance(e, Ended)}
    first, second = sorted(ends.values(), key=lambda outcome: outcome.started)
    assert first.ended <= second.started + 0.05  # told by two clocks of one machine
    for work in works:
        field.protocol.close(work.jobid)


def test_what_may_run_once_waits_for_the_end_of_the_process_before(tmp_path: Path) -> None:
    """What that holds, such as a lock, is free when it is gone, not when it says that it is done."""
    engine = LocalEngine(1, tmp_path / "slots")
    ours, theirs = socket.socketpair()
    task = Task("dev-1", "analysis", 0)
    child = Child(task, ours, wire.Reader(ours), 0.0, answer={"t": "done"})

    def room(concurrency: int) -> bool:
        work = Work("dev-1", tmp_path, {"method": "m"}, concurrency=concurrency)
        engine._groups["dev-1"] = group = Group(work, theirs, 1 << 30)
        return engine._room(group)

    with ours, theirs:
        engine._children[task] = child
        assert room(0) and not room(1)
        del engine._children[task]
        assert room(1)


def test_a_poll_is_woken_from_another_thread(field: Field) -> None:
    threading.Timer(0.1, field.protocol.wake).start()
    began = time.monotonic()
    assert field.protocol.poll(30.0) == []
    assert time.monotonic() - began < 20
