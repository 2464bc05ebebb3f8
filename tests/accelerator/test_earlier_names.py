"""Names that code of the Accelerator may know beside those of methods, at work in a job."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from axtui.accelerator.compat import QueueEmpty
from axtui.accelerator.mp import LockFreeQueue, QueueClosedError, SimplifiedProcess
from tests.build.conftest import Bench


def test_results_of_slices_and_datasets_of_a_job_by_their_earlier_names(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ws")
    bench.write("axtui.toml", "slices = 2\n")
    bench.method(
        "makes",
        """
        from accelerator.extras import ResultIter, ResultIterMagic

        def prepare(job):
            for name in ("z", "a"):
                writer = job.datasetwriter(name=name, columns={"n": "int64"})
                writer.get_split_write()(1)
                writer.finish()

        def analysis(sliceno):
            return sliceno, {sliceno}

        def synthesis(job, slices, analysis_res):
            assert isinstance(analysis_res, ResultIterMagic)
            found = ResultIter(slices)
            assert iter(found) is found
            assert list(found) == [(0, {0}), (1, {1})] and list(found) == []
            assert list(analysis_res) == [(0, {0}), (1, {1})]
        """,
    )
    bench.script(
        """
        from accelerator.dataset import job_datasets
        job = urd.build("makes")
        assert [ds.name for ds in job_datasets(job)] == ["z", "a"]
        assert job_datasets(job.dataset("a")) == job_datasets(str(job)) == job.datasets
        """
    )
    assert bench.run().exit_code == 0


def test_many_processes_put_and_one_gets() -> None:
    queue = LockFreeQueue()
    sizes = [0, 1, 16384, 300_000]

    def writer(number: int) -> None:
        queue.make_writer()
        for size in sizes:
            queue.put((number, b"x" * size))
        queue.put(None)

    def dies() -> None:
        queue.make_writer()
        queue._send(False, os.getpid(), b"half", 0)

    workers = [SimplifiedProcess(writer, (number,)) for number in range(3)]
    workers.append(SimplifiedProcess(dies))
    with pytest.raises(AssertionError, match="make_reader"):
        queue.get()
    queue.make_reader()
    queue.put_local("first")
    assert queue.get() == "first"
    found = [queue.get() for _ in range(3 * len(sizes) + 3)]
    assert found.count(None) == 3
    told = [one for one in found if one is not None]
    for number in range(3):
        assert [len(data) for who, data in told if who == number] == sizes
    assert Counter(data.strip(b"x") for _, data in told) == {b"": 12}
    for options in ({}, {"block": False}, {"timeout": 30}):  # all writers have ended
        with pytest.raises(QueueEmpty):
            queue.get(**options)
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


def test_a_queue_that_is_empty_full_or_closed() -> None:
    queue, other = LockFreeQueue(), LockFreeQueue()
    assert queue._writer is not None and other._reader is not None
    kept = os.dup(queue._writer.fileno())  # as another process would hold it
    queue.make_reader()
    for options in ({"block": False}, {"timeout": 0.01}):
        with pytest.raises(QueueEmpty):
            queue.get(**options)
    os.close(kept)
    reader = os.dup(other._reader.fileno())
    other.make_writer()
    while other.try_notify():  # ends: a queue that nobody reads is full some day
        pass
    os.close(reader)
    with pytest.raises(QueueClosedError):
        other.put(1)
    assert not other.try_notify()
