"""The order of tests that several processes share: those that take longest begin first, in each of them.

`pytest -n 2 --dist worksteal` gives each process an equal share of the list, one behind the other; who is
through takes half of what another has left, from its end. A long test that lies there runs alone while
the others wait, and so the last tests of each share are to be short ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

DEAR = (
    "tests/accelerator/test_shipped.py",
    "tests/example/test_example_run.py",
    "tests/tui/test_pictures.py",
    "tests/test_docs_run.py",
    "tests/build/test_faults.py",
    "tests/build/test_state_machine.py",
    "tests/build/test_kill_story.py",
    "tests/example/test_movie_run.py",
    "tests/test_wheel.py",
)
"""The modules that take most processor time, the dearest first."""

Test = TypeVar("Test")


def ordered(tests: Sequence[tuple[str, Test]], processes: int) -> list[Test]:
    """The tests, each given with the path of its module from the root of the repository, for so many
    processes: the dear modules are dealt to their shares, and the others fill these in their order."""
    shares: list[list[Test]] = [[] for _ in range(processes)]
    there = [module for module in DEAR if any(path == module for path, _ in tests)]
    for number, module in enumerate(there):
        shares[number % processes] += [test for path, test in tests if path == module]
    others = [test for path, test in tests if path not in DEAR]
    left = len(tests)
    found: list[Test] = []
    for number, share in enumerate(shares):
        size = left // (processes - number)
        taken = max(0, size - len(share))
        found += share + others[:taken]
        del others[:taken]
        left = len(tests) - len(found)
    return found + others
