"""H23, H25, H26, H29, H30, H31, H35, H42: processes that die, meet, or find damage."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from axtui.build import events
from axtui.data import jobdir
from axtui.data.disk import Disk
from axtui.engine.local import LocalEngine
from tests.warm import Warm

from .conftest import Bench, Kept
from .processes import RUN, Running, alive, until

# -- H25: what ends badly is named, and is no job


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise ValueError('no good')", "ValueError: no good"),
        ("import sys; sys.exit(3)", "sys.exit(3)"),
        ("import os; os._exit(5)", "exited with code 5"),
        ("import os; os._exit(0)", "before its stage was done"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "SIGTERM"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "segmentation fault"),
        ("raise MemoryError", "MemoryError"),
    ],
)
def test_h25_a_slice_that_ends_badly_is_named_by_its_cause(
    bench: Bench, body: str, said: str
) -> None:
    bench.method(
        "m",
        f"""
        def analysis(sliceno, job):
            print("slice", sliceno, flush=True)
            if sliceno == 1:
                {body}
        def synthesis():
            return 1
        """,
    )
    bench.script("urd.build('m')")
    result = bench.run(ok=False)
    assert result.exit_code == 1
    (failed,) = [event for event in bench.seen if isinstance(event, events.JobFailed)]
    assert said in failed.text
    path = bench.path(failed.jobid)
    assert jobdir.state(path) == "failed"
    assert not (path / jobdir.POST).exists()
    assert "slice 1" in (path / jobdir.OUTPUT / "1").read_text()
    record = jobdir.read_json(path / jobdir.FAILED)
    assert (record["stage"], record["sliceno"]) == ("analysis", 1)


def test_h42_a_failed_job_is_never_reused(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    1 / 0\n")
    bench.script("urd.build('m')")
    for _ in range(2):
        bench.run(ok=False)
        assert [type(e) for e in bench.seen].count(events.JobFailed) == 1
    traceback = next(e for e in bench.seen if isinstance(e, events.JobFailed)).text
    assert "a_m.py" in traceback
    assert "1 / 0" in traceback
    assert "axtui/engine" not in traceback


def test_status_shows_in_the_error(bench: Bench) -> None:
    bench.method(
        "m",
        """
        from accelerator import status
        def synthesis():
            with status("counting sheep"):
                raise ValueError("too many")
        """,
    )
    bench.script("urd.build('m')")
    result = bench.run(ok=False)
    assert "counting sheep" in (result.error or "")


def test_timeout_stops_the_job_and_says_so(bench: Bench) -> None:
    bench.method("m", "timeout = 0.3\nimport time\ndef synthesis():\n    time.sleep(60)\n")
    bench.script("urd.build('m')")
    result = bench.run(ok=False)
    assert "time was up" in (result.error or "")


# -- H26: no orphans, and a dead run shows as lost

SLEEPER = """
import os, subprocess, sys, time
from pathlib import Path
options = {"pids": str}
def analysis(sliceno):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    with open(options.pids, "a") as f:
        f.write(f"{os.getpid()} {child.pid}\\n")
    time.sleep(300)
"""


def _pids(path: Path) -> list[int]:
    return [int(word) for word in path.read_text().split()] if path.exists() else []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_h26_no_process_outlives_the_coordinator(bench: Bench, tmp_path: Path, how: int) -> None:
    pids = tmp_path / "pids"
    bench.method("m", SLEEPER)
    bench.script(f"urd.build('m', pids={str(pids)!r})")
    running = Running(bench.root)
    until(lambda: len(_pids(pids)) == 4)
    assert all(alive(pid) for pid in _pids(pids))
    os.kill(running.process.pid, how)
    running.process.wait(20)
    until(lambda: not any(alive(pid) for pid in _pids(pids)))
    states = {path.name: jobdir.state(path) for path in bench.path("").glob("dev-*")}
    assert set(states.values()) == ({"lost"} if how == signal.SIGKILL else {"cancelled"})


def test_h26_killed_fork_server_is_an_error_and_the_next_run_works(
    bench: Bench, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    bench.method("m", SLEEPER)
    bench.script(f"urd.build('m', pids={str(pids)!r})")
    running = Running(bench.root)
    until(lambda: len(_pids(pids)) == 4)
    server = int(_parent(_pids(pids)[0]))
    os.kill(server, signal.SIGKILL)
    result = running.result()
    assert result["exit"] == 1
    until(lambda: not any(alive(pid) for pid in _pids(pids)))
    bench.script("print('fine')")
    bench.run()


def _parent(pid: int) -> int:
    import subprocess

    return int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(pid)], text=True))


# -- H29, H30: builders that meet


@pytest.fixture
def program(tmp_path: Path, warm: Warm) -> Path:
    """Runs scripts for tests that kill none."""
    warm.write_programs(tmp_path / "programs")
    return warm.write_program(tmp_path / "programs", "build", RUN)


def test_h29_two_builders_of_one_key_make_one_job(
    bench: Bench, tmp_path: Path, program: Path
) -> None:
    gate = tmp_path / "gate"
    bench.method(
        "m",
        f"""
        import os, time
        def synthesis():
            while not os.path.exists({str(gate)!r}):
                time.sleep(0.01)
            return 1
        """,
    )
    bench.script("urd.build('m')")
    first = Running(bench.root, program=program)
    first.wait_for("stage")
    second = Running(bench.root, program=program)
    second.wait_for("waits")
    gate.touch()
    results = [first.result(), second.result()]
    assert [result["started"] for result in results] == [["m"], []]
    assert results[0]["built"] == results[1]["reused"]


def test_h29_forced_rebuild_that_differs_raises_the_alarm(bench: Bench) -> None:
    bench.method("m", "import time\ndef synthesis():\n    return time.time_ns()\n")
    bench.script("urd.build('m')")
    bench.run()
    bench.run(flags=frozenset({"force_build"}))
    warned = [event.text for event in bench.seen if isinstance(event, events.Warned)]
    assert any("not deterministic" in text for text in warned)


def test_h30_two_builders_of_different_keys_both_succeed(bench: Bench, program: Path) -> None:
    bench.method(
        "m",
        """
        import time
        options = {"x": 0}
        def synthesis():
            time.sleep(0.3)
            return options.x
        """,
    )
    for x in range(3):
        bench.script(f"urd.build('m', x={x})", name=f"s{x}")
    running = [Running(bench.root, f"s{x}", program) for x in range(3)]
    results = [one.result() for one in running]
    assert [result["exit"] for result in results] == [0, 0, 0]
    assert len({result["built"][0] for result in results}) == 3  # type: ignore[index]


def test_h31_a_lock_of_a_dead_builder_is_taken_over(bench: Bench, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    bench.method(
        "m",
        f"""
        import os, time
        def synthesis():
            while not os.path.exists({str(gate)!r}):
                time.sleep(0.01)
            return 1
        """,
    )
    bench.script("urd.build('m')")
    first = Running(bench.root)
    first.wait_for("stage")
    first.kill()
    gate.touch()
    assert bench.builds() == ["m"]


def test_a_method_that_builds_itself_is_an_error(bench: Bench) -> None:
    bench.method("m", "from accelerator import build\ndef synthesis():\n    build('m')\n")
    bench.script("urd.build('m')")
    result = bench.run(ok=False)
    assert "built inside itself" in (result.error or "")


# -- H23: killed at every step of a commit


class DyingDisk(Disk):
    """Kills its process at the n-th operation, as kill -9 would."""

    def __init__(self, calls: int) -> None:
        super().__init__(durable=False)
        self.left = calls

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            os._exit(9)

    def mkdir(self, path: Path) -> None:
        self._step()
        super().mkdir(path)

    def write(self, path: Path, data: bytes) -> None:
        self._step()
        path.write_bytes(data[: len(data) // 2])
        self._step()
        super().write(path, data)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def sync(self, path: Path) -> None:
        self._step()

    def chmod(self, path: Path, mode: int) -> None:
        self._step()
        super().chmod(path, mode)

    def remove_tree(self, path: Path) -> None:
        self._step()
        super().remove_tree(path)


def _make_job(root: Path, disk: Disk) -> None:
    """Allocate, fill and commit a small job, as the builder does."""
    _, path = jobdir.allocate(disk, root, "dev")
    with jobdir.hold_running(path):
        jobdir.write_json(path / jobdir.SETUP, {"jobid": path.name}, disk)
        (path / "result").write_bytes(b"x" * 1000)
        (path / "sub").mkdir()
        (path / "sub" / "more").write_bytes(b"y" * 1000)
        facts = jobdir.seal(disk, path, {})
        jobdir.commit(disk, path, {"files": facts})


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_h23_killed_at_every_step_of_a_commit(tmp_path: Path) -> None:
    seen = set()
    for step in range(200):
        root = tmp_path / str(step)
        root.mkdir()
        pid = os.fork()
        if pid == 0:
            _make_job(root, DyingDisk(step))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        for path in root.glob("dev-*"):
            state = jobdir.state(path)
            seen.add(state)
            assert state in ("lost", "complete")
            if state == "complete":
                post = jobdir.load_post(path)
                assert post["files"].keys() == {"setup.json", "result", "sub/more"}
                assert jobdir.damage(path, post, deep=True) is None
        if os.waitstatus_to_exitcode(status) == 0:
            break
    else:
        raise AssertionError("the commit never came to its end")
    assert seen == {"lost", "complete"}


def test_h23_the_next_build_works_after_a_lost_one(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("print(urd.build('m').load())")
    lost = bench.path("dev-1")
    lost.mkdir(parents=True)
    (lost / "setup.json").write_text("{torn")
    assert bench.builds() == ["m"]
    assert bench.builds() == []


# -- H34, H35: damage is noticed


@pytest.fixture(scope="module")
def one_job(engine: LocalEngine, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("one_job"), engine, make_one)


def make_one(bench: Bench) -> None:
    bench.method(
        "m",
        """
        def prepare(job):
            return job.datasetwriter(columns={"n": "int64"})
        def analysis(sliceno, prepare_res):
            prepare_res.write(sliceno)
        def synthesis(job):
            job.save(1, "extra.pickle")
            return 2
        """,
    )
    bench.script("job = urd.build('m')\nprint(job.load(), list(job.dataset().iterate(None, 'n')))")
    assert bench.builds() == ["m"]
    assert bench.builds() == []


@pytest.fixture
def made(one_job: Kept) -> Bench:
    """A finished job with a dataset, of a method that takes nothing."""
    return one_job.put_back()


def _writable(path: Path) -> None:
    for one in (path, *path.rglob("*")):
        if not one.is_symlink():
            one.chmod(0o755 if one.is_dir() else 0o644)


@pytest.mark.parametrize(
    "name",
    [
        "DS/default/0.parquet",
        "DS/default.json",
        "result.pickle",
        "extra.pickle",
        "post.json",
        "setup.json",
    ],
)
def test_h35_a_deleted_file_means_rebuilt_not_served(made: Bench, name: str) -> None:
    path = made.path(made_id(made))
    _writable(path)
    (path / name).unlink()
    assert made.builds() == ["m"]
    assert "2 [0, 1]" in made.prints()


def test_h35_a_deleted_job_directory(made: Bench) -> None:
    import shutil

    path = made.path(made_id(made))
    _writable(path)
    shutil.rmtree(path)
    assert made.builds() == ["m"]


@pytest.mark.parametrize("name", ["DS/default/1.parquet", "result.pickle"])
def test_h34_one_flipped_bit_is_noticed(made: Bench, name: str) -> None:
    path = made.path(made_id(made))
    _writable(path)
    data = bytearray((path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (path / name).write_bytes(data)
    assert made.builds() == ["m"]
    assert made.reason(made.last("m"))["kind"] == "damaged"


def test_a_copied_workdir_is_still_good(made: Bench) -> None:
    import shutil

    workdir = made.root / "workdirs"
    shutil.copytree(workdir, made.root / "copy", symlinks=True)
    _writable(workdir)
    shutil.rmtree(workdir)
    (made.root / "copy").rename(workdir)
    assert made.builds() == []


def test_h35_a_lost_index_is_made_anew(made: Bench) -> None:
    import shutil

    shutil.rmtree(made.root / "workdirs/dev/.reuse")
    assert made.builds() == []


def test_h35_garbage_in_a_record_is_damage(made: Bench) -> None:
    path = made.path(made_id(made))
    _writable(path)
    (path / "post.json").write_bytes(b"\x00\xff garbage")
    assert made.builds() == ["m"]


def test_finished_directories_are_read_only(made: Bench) -> None:
    path = made.path(made_id(made))
    for one in (path, *path.rglob("*")):
        assert one.stat().st_mode & 0o222 == 0, one


def made_id(bench: Bench) -> str:
    """The job of the method `m`."""
    reused = [event for event in bench.seen if isinstance(event, events.JobReused)]
    return reused[-1].jobid
