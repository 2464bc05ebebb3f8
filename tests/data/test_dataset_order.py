"""The order in which the datasets of a job are finished."""

from __future__ import annotations

import pytest

from axtui.data.declare import Declaration
from axtui.data.dsfinish import in_chain_order
from axtui.errors import DatasetUsageError


def _declared(name: str, previous: str | None = None, parent: str | None = None) -> Declaration:
    return Declaration(name, 1, "prepare", previous=previous, parent=parent)


def test_a_chain_of_thousands_is_finished_from_its_beginning_whatever_the_names() -> None:
    count = 3000
    chain = [_declared(str(n), f"dev-1/{n - 1}" if n else "dev-0/2") for n in range(count)]
    found = in_chain_order(chain[::-1], "dev-1")
    assert [one.name for one in found] == [str(n) for n in range(count)]


def test_a_dataset_comes_after_what_it_extends_and_what_it_follows() -> None:
    given = [_declared("a", "dev-1/b", "dev-1/c"), _declared("b", parent="dev-1/c"), _declared("c")]
    assert [one.name for one in in_chain_order(given, "dev-1")] == ["c", "b", "a"]


def test_a_circle_is_told() -> None:
    given = [_declared("a", "dev-1/b"), _declared("b", parent="dev-1/a")]
    with pytest.raises(DatasetUsageError, match="a, b follow one another in a circle"):
        in_chain_order(given, "dev-1")
