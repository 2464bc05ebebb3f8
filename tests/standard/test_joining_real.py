"""Datasets joined, renamed and summed, against the real Accelerator on generated datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from axtui.engine.local import LocalEngine
from tests.standard.given import NAMES, chains, columns, datasets, rows
from tests.standard.real import (
    Case,
    Given,
    Real,
    Step,
    assert_same,
    examples,
    ours,
    real_accelerator,
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    yield from real_accelerator(tmp_path_factory.mktemp("real"))


@st.composite
def concats(draw: Callable[..., Any]) -> Case:
    """A chain made one dataset, in one step or two; at times with a dataset that does not fit."""
    given = draw(chains())
    names = [one.name for one in given]
    if draw(st.integers(0, 5)) == 0:
        given.append(draw(datasets("odd")))
        given[-1].previous = names[-1]
        names.append("odd")
    first = Step("dataset_concat", {}, {"source": draw(st.sampled_from(names))})
    second = Step("dataset_concat", {}, {"source": names[-1], "previous": 0})
    return Case([first, second], given)


@st.composite
def merges(draw: Callable[..., Any]) -> Case:
    """Datasets with common ancestors or without, hashed or not, of columns that overlap."""
    hashed = draw(st.sampled_from([None, None, "a"]))
    kinds = ["int64", "unicode", "bool"]
    base = {"a": ("int64", False), **draw(columns(kinds=kinds))}
    base["a"] = ("int64", False)
    given = [Given("0", base, draw(rows(base)), hashlabel=hashed)]
    for number in range(1, draw(st.integers(2, 4))):
        if not hashed and draw(st.booleans()):
            added = draw(columns(kinds=kinds))
            values = draw(rows(added, sizes=[len(part) for part in given[0].rows]))
            parent = draw(st.sampled_from([None, "0"]))
            given.append(Given(str(number), added, values, parent=parent))
        else:
            given.append(Given(str(number), base, given[0].rows, hashlabel=hashed))
    names = draw(st.permutations([one.name for one in given]))
    steps = [
        Step(
            "dataset_merge",
            {"allow_unrelated": draw(st.booleans())},
            {"source": list(names[: draw(st.integers(1, len(names)))])},
        )
    ]
    steps.append(
        Step("dataset_merge", {"allow_unrelated": True}, {"source": names, "previous": "0"})
    )
    return Case(steps, given)


@st.composite
def renames(draw: Callable[..., Any]) -> Case:
    """A chain, whose last dataset gets other names, or fewer columns; hashed or not."""
    given = draw(chains(kinds=["int64", "unicode"], most=2))
    labels = sorted(given[0].columns)
    if draw(st.booleans()):
        label = draw(st.sampled_from(labels))
        for one in given:
            one.hashlabel = label
    wanted = st.sampled_from([*labels, *labels, "nope"])
    rename = draw(st.dictionaries(wanted, st.none() | NAMES | st.sampled_from(labels)))
    return Case(
        [Step("dataset_rename_columns", {"rename": rename}, {"source": given[-1].name})], given
    )


@st.composite
def checksums(draw: Callable[..., Any]) -> Case:
    """A chain, and the sums of one of its datasets and of part of it."""
    given = draw(chains(most=3))
    names = [one.name for one in given]
    labels = sorted(given[0].columns)
    options = {
        "columns": draw(st.sets(st.sampled_from(labels))),
        "sort": draw(st.booleans()),
    }
    length = draw(st.sampled_from([-1, 1, 2]))
    stop = draw(st.none() | st.sampled_from(names))
    return Case(
        [
            Step("dataset_checksum", options, {"source": draw(st.sampled_from(names))}),
            Step(
                "dataset_checksum_chain",
                {**options, "chain_length": length},
                {"source": names[-1], "stop": stop},
            ),
        ],
        given,
    )


@pytest.mark.parametrize("strategy", [concats(), merges(), renames(), checksums()], ids=repr)
def test_as_the_real_one(
    tmp_path: Path, engine: LocalEngine, real: Real, strategy: st.SearchStrategy[Case]
) -> None:
    cases = examples(strategy, 20)
    # Of merged datasets the real one has no caption; ours have their job's id, as all others do.
    ignore = ["caption"] if cases[0].steps[0].method == "dataset_merge" else []
    assert_same(cases, ours(cases, tmp_path / "ours", engine), real.run(cases), ignore)
