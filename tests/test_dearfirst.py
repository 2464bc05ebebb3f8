"""The order of tests that several processes share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.dearfirst import DEAR, ordered
from tests.docpages import ROOT

CHEAP = [f"tests/test_{letter}.py" for letter in "abc"]
TESTS = st.lists(st.sampled_from([*DEAR, *CHEAP]), max_size=60).map(
    lambda modules: [(module, number) for number, module in enumerate(sorted(modules))]
)


def test_each_process_begins_with_dear_ones() -> None:
    modules = [*CHEAP * 6, *DEAR]
    found = ordered([(module, module) for module in modules], 2)
    half = len(found) // 2
    for share, dear in ((found[:half], DEAR[0::2]), (found[half:], DEAR[1::2])):
        assert share[: len(dear)] == [*dear]
        assert set(share[len(dear) :]) == {*CHEAP}


@given(TESTS, st.integers(1, 5))
def test_none_is_lost_and_those_of_a_module_keep_their_order(
    tests: list[tuple[str, int]], processes: int
) -> None:
    found = ordered(tests, processes)
    assert sorted(found) == [number for _, number in tests]
    for module in {module for module, _ in tests}:
        own = [number for path, number in tests if path == module]
        assert [number for number in found if number in own] == own


def test_dear_modules_exist() -> None:
    assert [module for module in DEAR if not (ROOT / module).is_file()] == []
