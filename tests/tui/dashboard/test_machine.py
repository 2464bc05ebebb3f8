"""The machine pane: what is sampled, and how it is shown."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.machine import History, Sample, Sampler, Use


def test_the_sampler_finds_the_processes_of_a_build() -> None:
    came = threading.Event()
    samples: list[Sample] = []

    def take(sample: Sample) -> None:
        samples.append(sample)
        if len(samples) > 1:
            came.set()

    sampler = Sampler(take, every=0.01)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        sampler.watch({"dev-9": os.getpid(), "dev-8": 2**22 - 1})
        sampler.start()
        assert came.wait(20)
    finally:
        sampler.close()
        child.communicate(b"\n")
    sample = samples[-1]
    assert sample.builds["dev-9"].processes >= 2
    assert sample.builds["dev-9"].memory > 10_000_000
    assert sample.builds["dev-8"] == Use(0.0, 0, 0)
    assert 0 <= sample.busy <= 1
    assert 0 < sample.used < sample.total


def test_the_machine_is_shown_in_any_room() -> None:
    history = History()
    assert history.lines(Room(30, 5, 0.0), [], (0, 2))[0].text == "measuring…"
    for _ in range(700):
        history.add(Sample(2, 0.5, 4_000_000_000, 8_000_000_000, {"dev-9": Use(1.5, 10**8, 3)}))
    for width in (20, 38, 70):
        lines = history.lines(Room(width, 5, 0.0), [("a_long_script_name", "dev-9")], (1, 2))
        assert all(len(one.text) <= width for one in lines)
        assert len(lines) == 4
    cpu, memory, slots, build = (one.text for one in lines)
    assert cpu.startswith("cpu   ▅▅▅")
    assert cpu.endswith("50% of 2 cores")
    assert memory.endswith("4.0 GB of 8.0 GB")
    assert slots.endswith("1 of 2 used")
    assert build.endswith("150%  100 MB  3 processes")
    (brief,) = history.lines(Room(78, 1, 0.0, unicode=False), [], (1, 2))
    assert brief.text.endswith(" 50%   mem 4.0 GB of 8.0 GB   slots 1 of 2")
