"""The methods that move rows against the real Accelerator: the same datasets for generated ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from axtui.engine.local import LocalEngine
from tests.standard.given import VALUES, chains, rows
from tests.standard.real import (
    Case,
    Given,
    Real,
    Step,
    assert_same,
    examples,
    ours,
    real_accelerator,
    with_plain_extremes,
)

Draw = Callable[..., Any]
_UNSORTABLE = ("complex64", "complex32", "json")
FEW: dict[str, Any] = {
    "number": [0, 1, 1.0, 1.5, -0.0, float("nan"), float("inf"), 1 << 70, (1 << 70) + 1],
    "float64": [0.0, -0.0, 1.5, float("nan"), float("-inf")],
    "int64": [0, 1, -1, (1 << 62) + 1, 1 << 62],
    "ascii": ["", "a", "b"],
    "bytes": [b"", b"a", b"\xff", b"\\"],
    "unicode": ["", "a", "å", "/"],
    "bool": [True, False],
}
"""Few values, so that rows are alike."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    yield from real_accelerator(tmp_path_factory.mktemp("real"))


@st.composite
def alike(draw: Draw, most: int = 3, kinds: Any = tuple(FEW)) -> list[Given]:
    """A chain whose column `k` has few values."""
    kind = draw(st.sampled_from(kinds))
    more = {"n": ("int64", False), "t": (draw(st.sampled_from(list(VALUES))), True)}
    found: list[Given] = []
    for number in range(draw(st.integers(1, most))):
        wanted = {"k": (kind, draw(st.booleans())), **more}
        value = st.sampled_from(FEW[kind])
        key = st.none() | value if wanted["k"][1] else value
        drawn = [[(draw(key), *row[1:]) for row in part] for part in draw(rows(wanted, most=8))]
        previous = str(number - 1) if number else None
        found.append(Given(str(number), wanted, drawn, previous=previous))
    return found


def _last(given: list[Given]) -> dict[str, str]:
    return {"source": given[-1].name}


def _with_none(given: list[Given]) -> list[Given]:
    """The chain with None allowed in all datasets where one allows it: the real one otherwise fails
    where there is a None."""
    allowed = {
        name: (kind, any(one.columns[name][1] for one in given))
        for name, (kind, _) in given[0].columns.items()
    }
    return [replace(one, columns=allowed) for one in given]


@st.composite
def sorts(draw: Draw) -> Case:
    kinds = [kind for kind in VALUES if kind not in _UNSORTABLE]
    given = _with_none(draw(alike() | chains(kinds=kinds)))
    names = draw(
        st.lists(st.sampled_from(sorted(given[0].columns)), min_size=1, max_size=3, unique=True)
    )
    across = draw(st.booleans())
    options = {
        "sort_columns": [n for n in names if given[0].columns[n][0] not in _UNSORTABLE] or ["n"],
        "sort_order": draw(st.sampled_from(["ascending", "descending"])),
        "sort_across_slices": across,
    }
    if across and draw(st.booleans()):
        options["trigger_column"] = draw(st.sampled_from(options["sort_columns"]))
    given = [_of_one_sort(one, options["sort_columns"]) for one in given]
    first = Step("dataset_sort", options, {"source": draw(st.sampled_from(given)).name})
    second = Step("dataset_sort", options, {**_last(given), "previous": 0})
    return Case([first, second], given)


def _of_one_sort(given: Given, names: list[str]) -> Given:
    """The dataset without time zones in these columns: Python, and so the real one, does not
    compare times that have one with those that have none."""
    at = [index for index, name in enumerate(given.columns) if name in names]

    def plain(row: Any) -> tuple[Any, ...]:
        return tuple(
            value.replace(tzinfo=None)
            if index in at and isinstance(value, dt.datetime | dt.time)
            else value
            for index, value in enumerate(row)
        )

    return replace(given, rows=[[plain(row) for row in part] for part in given.rows])


def _hashable(given: list[Given]) -> list[str]:
    """The columns to hash on, and where there are none one that is refused."""
    columns = given[0].columns
    return sorted(name for name in columns if columns[name][0] != "json") or ["none"]


@st.composite
def hashparts(draw: Draw) -> Case:
    given = draw(alike() | chains())
    options = {
        "hashlabel": draw(st.sampled_from(_hashable(given))),
        "chain_slices": draw(st.booleans()),
        "length": draw(st.sampled_from([-1, -1, 1, 2])),
    }
    if draw(st.booleans()):
        options["caption"] = "x %(hashlabel)s"
    first = Step("dataset_hashpart", options, {"source": draw(st.sampled_from(given)).name})
    second = Step("dataset_hashpart", options, {**_last(given), "previous": 0})
    return Case([first, second], given)


@st.composite
def fanouts(draw: Draw) -> Case:
    given = draw(alike() | chains(least=2))
    column = "k" if "k" in given[0].columns else draw(st.sampled_from(sorted(given[0].columns)))
    options = {"column": column, "length": draw(st.sampled_from([-1, -1, 1]))}
    first = Step("dataset_fanout", options, {"source": draw(st.sampled_from(given)).name})
    second = Step("dataset_fanout", options, _last(given), {"previous": 0})
    return Case([first, second], given)


@st.composite
def widening(draw: Draw) -> Case:
    """A fan-out of datasets whose columns have other types."""
    kinds = st.sampled_from(
        [
            "int32",
            "int64",
            "float32",
            "float64",
            "number",
            "complex32",
            "complex64",
            "ascii",
            "unicode",
        ]
    )
    given = []
    for number in range(2):
        wanted = {"k": ("ascii", True), "v": (draw(kinds), draw(st.booleans()))}
        if draw(st.booleans()):
            wanted["only"] = ("bool", False)
        drawn = [
            [(draw(st.sampled_from(["a", "b", None])), *row[1:]) for row in part]
            for part in draw(rows(wanted))
        ]
        given.append(
            Given(str(number), wanted, drawn, previous=str(number - 1) if number else None)
        )
    return Case([Step("dataset_fanout", {"column": "k"}, _last(given))], given)


@st.composite
def unroundrobins(draw: Draw) -> Case:
    given = draw(alike(most=1) | chains(most=1))
    trigger = draw(st.sampled_from([None, *sorted(given[0].columns)]))
    return Case([Step("dataset_unroundrobin", {"trigger_column": trigger}, _last(given))], given)


@st.composite
def filters(draw: Draw) -> Case:
    given = draw(chains(most=2))
    names = st.lists(st.sampled_from([*sorted(given[0].columns), "other"]), max_size=3)
    options = {"keep_columns": draw(names), "discard_columns": draw(st.just([]) | names)}
    return Case([Step("dataset_filter_columns", options, _last(given))], given)


METHODS = {
    "sort": sorts(),
    "hashpart": hashparts(),
    "fanout": fanouts(),
    "widening": widening(),
    "unroundrobin": unroundrobins(),
    "filter_columns": filters(),
}


def test_rows_end_up_where_they_do_there(tmp_path: Path, engine: LocalEngine, real: Real) -> None:
    cases = [case for strategy in METHODS.values() for case in examples(strategy, COUNT)]
    mine = with_plain_extremes(ours(cases, tmp_path / "ours", engine))
    assert_same(cases, mine, with_plain_extremes(real.run(cases)))


COUNT = 15
