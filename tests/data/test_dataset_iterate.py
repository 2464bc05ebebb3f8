"""Iterating: every keyword, over one dataset and over chains."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Any

import pytest
from dataset_workspace import Workspace
from hypothesis import given
from hypothesis import strategies as st

from axtui.data import context
from axtui.data.chain import DatasetChain
from axtui.data.dataset import Dataset, NoDataset, SkipDataset, SkipSlice
from axtui.data.hashing import slice_of
from axtui.data.writer import DatasetWriter
from axtui.errors import DatasetUsageError


@pytest.fixture
def chained(workspace: Workspace) -> Dataset:
    """Three datasets of ten rows, numbers 0 to 29, letters and a date per dataset."""
    last: Any = None
    for part in range(3):
        day = dt.date(2020, 1, 1 + part)
        rows = [[day, chr(97 + number % 3), number] for number in range(part * 10, part * 10 + 10)]
        last = workspace.write(
            {"n": "int64", "c": "ascii", "day": ("date", True)},
            [[r[1], r[0], r[2]] for r in rows],
            previous=last,
        )
    assert isinstance(last, Dataset)
    return last


def numbers(rows: Any) -> list[int]:
    return sorted(rows)


def test_columns_decide_what_a_row_is(chained: Dataset) -> None:
    assert next(chained.iterate(0, "n")) == 20
    assert next(chained.iterate(0, ["n"])) == (20,)
    assert next(chained.iterate(0, ("n", "c", "n"))) == (20, "c", 20)
    assert next(chained.iterate(0)) == ("c", dt.date(2020, 1, 3), 20)
    with pytest.raises(DatasetUsageError, match="no column 'zz'; it has: c, day, n"):
        chained.iterate(0, "zz")


def test_slices(chained: Dataset) -> None:
    assert [list(chained.iterate(s, "n")) for s in range(3)] == [
        [20, 23, 26, 29],
        [21, 24, 27],
        [22, 25, 28],
    ]
    assert list(chained.iterate(None, "n")) == [20, 23, 26, 29, 21, 24, 27, 22, 25, 28]
    assert list(chained.iterate("roundrobin", "n")) == list(range(20, 30))
    for wrong in (3, -1, "x"):
        with pytest.raises(DatasetUsageError, match="slice"):
            chained.iterate(wrong, "n")


def test_chains(chained: Dataset, workspace: Workspace) -> None:
    chain = chained.chain()
    assert isinstance(chain, DatasetChain) and [ds.jobid for ds in chain] == [
        "dev-1",
        "dev-2",
        "dev-3",
    ]
    assert chained.chain(reverse=True) == chain[::-1] and isinstance(chain[1:], DatasetChain)
    assert chained.chain(length=2) == chain[1:] and chained.chain(length=0) == []
    assert chained.chain(stop_ds=chain[0]) == chain[1:] == chained.chain(stop_ds="dev-1/default")
    assert chained.chain(stop_ds=NoDataset) == chain
    assert chained.chain_within_job() == [chained]
    assert list(chained.iterate_chain("roundrobin", "n")) == list(range(30))
    assert list(chained.iterate_chain(0, "n", length=2, reverse=True)) == [
        20,
        23,
        26,
        29,
        10,
        13,
        16,
        19,
    ]
    assert list(chained.iterate_chain(0, "n", stop_ds=chain[1])) == [20, 23, 26, 29]
    assert NoDataset.chain() == []


def test_what_a_chain_knows(chained: Dataset, workspace: Workspace) -> None:
    other = workspace.write({"n": ("float64", True), "x": "bool"}, [[1.5, True]], previous=chained)
    chain = other.chain()
    assert (chain.min("n"), chain.max("n"), chain.max("c"), chain.max("zz")) == (0, 29, None, None)
    assert chain.lines() == 31 and chain.lines(1) == 9
    assert chain.column_counts() == {"n": 4, "c": 3, "day": 3, "x": 1}
    assert chain.column_count("n") == 4 and chain.column_count("n", "int64") == 3
    assert chain.column_count("n", ("int64", "float64"), none_support=True) == 1
    assert (
        chain.with_column("x") == [other]
        and chain.none_support("n")
        and not chain.none_support("c")
    )
    assert chain.filter(lambda ds: ds.shape[1] == 1) == [other]
    assert (
        chain[:3].range("n", 10, 20) == chain[1:2] and chain[:3].range("n", start=20) == chain[2:3]
    )
    assert chain[:3].range("n", stop=0) == []
    with pytest.raises(DatasetUsageError, match="no column"):
        chain.range("c2")
    assert list(chain.iterate("roundrobin", "n")) == [*range(30), 1.5]


@pytest.mark.parametrize(
    ("start", "stop"),
    [(5, 25), (None, 12), (12, None), (29, None), (30, None), (None, 0), (12, 12)],
)
def test_range(chained: Dataset, start: Any, stop: Any) -> None:
    expected = [
        n for n in range(30) if (start is None or n >= start) and (stop is None or n < stop)
    ]
    for sliceno in (None, "roundrobin"):
        found = chained.iterate_chain(sliceno, "n", range={"n": (start, stop)})
        assert numbers(found) == expected
    letters = chained.iterate_chain(None, "c", range={"n": (start, stop)})
    assert sorted(letters) == sorted(chr(97 + n % 3) for n in expected)


def test_range_skips_whole_datasets_and_sloppy_range_only_those(
    chained: Dataset, workspace: Workspace
) -> None:
    bounds = {"day": (dt.date(2020, 1, 2), dt.date(2020, 1, 3))}
    assert list(chained.iterate_chain("roundrobin", "n", range=bounds)) == list(range(10, 20))
    sloppy = chained.iterate_chain("roundrobin", "n", range={"n": (12, 13)}, sloppy_range=True)
    assert list(sloppy) == list(range(10, 20))
    seen: list[Dataset] = []
    list(
        chained.iterate_chain(
            0, "n", range={"n": (12, 13)}, pre_callback=lambda ds: seen.append(ds)
        )
    )
    assert [ds.jobid for ds in seen] == ["dev-2"]
    with pytest.raises(DatasetUsageError, match="exactly one column"):
        chained.iterate(0, "n", range={"n": (0, 1), "c": ("a", "b")})


def test_range_uses_stored_values_even_where_they_are_translated(chained: Dataset) -> None:
    found = chained.iterate(None, "n", range={"n": (22, 24)}, translators={"n": str})
    assert sorted(found) == ["22", "23"]


def test_range_leaves_none_and_nan_out(workspace: Workspace) -> None:
    ds = workspace.write({"f": ("float64", True)}, [[1.0], [None], [float("nan")], [3.0], [2.0]])
    assert sorted(ds.iterate(None, "f", range={"f": (None, 9)})) == [1.0, 2.0, 3.0]
    assert sorted(ds.iterate(None, "f", range={"f": (2, None)})) == [2.0, 3.0]


def test_row_groups_out_of_range_are_not_read(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from axtui.data import parquet

    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns={"n": "number", "d": "date", "x": "ascii"})
        writer.set_slice(0)
        for number in range(200_000):
            writer.write(dt.date(2020, 1, 1) + dt.timedelta(number // 1000), number, "x")
    groups: list[int] = []
    original = parquet._row_group

    def counted(file: Any, group: int, *others: Any) -> Any:
        groups.append(group)
        return original(file, group, *others)

    monkeypatch.setattr(parquet, "_row_group", counted)
    with workspace.sliced(1):
        ds = Dataset(jobid)
        assert list(ds.iterate(0, "n", range={"n": (70_000, 70_002)})) == [70_000, 70_001]
        assert groups == [1]
        day = dt.date(2020, 1, 1) + dt.timedelta(199)
        assert len(list(ds.iterate(0, "x", range={"d": (day, None)}))) == 1000
        assert groups == [1, 3]
        assert list(ds.iterate(0, "n", slice=slice(131_072, 131_074))) == [131_072, 131_073]
        assert groups == [1, 3, 2]


def test_filters(chained: Dataset) -> None:
    late = chained.iterate(None, ["n", "c"], filters=lambda row: row[0] > 27)
    assert sorted(late) == [(28, "b"), (29, "c")]
    assert numbers(chained.iterate(None, "n", filters=lambda n: n > 27)) == [28, 29]
    assert list(chained.iterate("roundrobin", "n", filters={"n": {28}.__contains__})) == [28]
    both = {"c": "a".__eq__, "n": lambda n: n > 24}
    assert [row[0] for row in chained.iterate("roundrobin", ["n", "c"], filters=both)] == [27]
    truth = chained.iterate(
        "roundrobin", ["n", "c"], translators={"n": {28: 1}}, filters={"n": None}
    )
    assert list(truth) == [(1, "b")]
    with pytest.raises(DatasetUsageError, match="not among the columns"):
        chained.iterate(0, "n", filters={"c": None})


def test_filters_run_in_column_order_and_stop_at_the_first_no(chained: Dataset) -> None:
    asked: list[Any] = []

    def test(name: str, answer: bool) -> Any:
        def ask(value: Any) -> bool:
            asked.append(name)
            return answer

        return ask

    list(chained.iterate(1, ["n", "c"], filters={"c": test("c", True), "n": test("n", False)}))
    assert asked == ["n", "n", "n"]


def test_translators(chained: Dataset) -> None:
    found = chained.iterate(1, ["n", "c"], translators={"n": lambda n: -n, "c": {"a": "A"}})
    assert list(found) == [(-21, "A"), (-24, "A"), (-27, "A")]
    assert list(chained.iterate(1, "n", translators=str)) == ["21", "24", "27"]
    swapped = chained.iterate(
        1, ["n", "c"], translators=lambda row: row[::-1], filters=lambda row: row[0]
    )
    assert next(swapped) == ("a", 21)


@pytest.mark.parametrize(
    "wanted",
    [
        0,
        4,
        -4,
        slice(3, 12),
        slice(None, None, 7),
        slice(-3, None),
        slice(None, -25),
        slice(8, 8),
        30,
    ],
)
@pytest.mark.parametrize("sliceno", [None, "roundrobin"])
def test_slice_counts_rows_of_the_whole_iteration(
    chained: Dataset, wanted: Any, sliceno: Any
) -> None:
    everything = list(chained.iterate_chain(sliceno, "n"))
    expected = everything[wanted:] if isinstance(wanted, int) else everything[wanted]
    assert list(chained.iterate_chain(sliceno, "n", slice=wanted)) == expected
    if not isinstance(wanted, int) or wanted < 11:
        rows = list(chained.iterate_chain(0, "n"))
        inside = (
            slice(wanted, None) if isinstance(wanted, int) else slice(*wanted.indices(len(rows)))
        )
        assert list(chained.iterate_chain(0, "n", slice=inside)) == rows[inside]


@pytest.mark.parametrize(
    "wanted", [31, -31, slice(0, 31), slice(5, 4), slice(0, 3, -1), slice(0, 3, 0)]
)
def test_slices_that_cannot_be(chained: Dataset, wanted: Any) -> None:
    with pytest.raises(DatasetUsageError):
        chained.iterate_chain(None, "n", slice=wanted)


def test_slice_with_other_keywords(chained: Dataset) -> None:
    even = chained.iterate_chain(0, "n", filters=lambda n: n % 2 == 0, slice=slice(2, 5))
    assert list(even) == [10, 16, 20]
    assert list(chained.iterate_chain(None, "n", range={"n": (12, None)}, slice=slice(0, 2))) == [
        13,
        16,
    ]
    with pytest.raises(DatasetUsageError, match="from the end"):
        chained.iterate(None, "n", filters=bool, slice=-1)
    with pytest.raises(DatasetUsageError, match="rehash"):
        chained.iterate(0, "n", hashlabel="n", rehash=True, slice=1)


def test_hashlabel(chained: Dataset, workspace: Workspace) -> None:
    with pytest.raises(DatasetUsageError, match="hashlabel None, not 'n'"):
        chained.iterate(0, "n", hashlabel="n")
    hashed = workspace.write({"n": "int64"}, [[n] for n in range(30)], hashlabel="n")
    for sliceno in range(3):
        expected = sorted(n for n in range(30) if slice_of(n, 3) == sliceno)
        assert sorted(hashed.iterate(sliceno, "n", hashlabel="n")) == expected
        rehashed = chained.iterate_chain(sliceno, ["c", "n"], hashlabel="n", rehash=True)
        assert sorted(row[1] for row in rehashed) == expected
    with pytest.raises(DatasetUsageError, match="no column 'zz'"):
        chained.iterate(0, "n", hashlabel="zz", rehash=True)


def test_rehash_with_range_and_filters(chained: Dataset) -> None:
    found = [
        n
        for sliceno in range(3)
        for n in chained.iterate(
            sliceno,
            "n",
            hashlabel="c",
            rehash=True,
            range={"n": (22, 28)},
            filters=lambda n: n != 25,
        )
    ]
    assert sorted(found) == [22, 23, 24, 26, 27]


# -- callbacks


def test_callbacks_by_dataset(chained: Dataset) -> None:
    seen: list[Any] = []
    rows = chained.iterate_chain(
        None,
        "n",
        pre_callback=lambda ds: seen.append(("before", ds.jobid)),
        post_callback=lambda ds: seen.append(("after", ds.jobid)),
    )
    for row in rows:
        if not seen or seen[-1] != row // 10:
            seen.append(row // 10)
    jobs = ["dev-1", "dev-2", "dev-3"]
    assert seen == [e for n, job in enumerate(jobs) for e in (("before", job), n, ("after", job))]


def test_callbacks_by_slice(chained: Dataset) -> None:
    seen: list[Any] = []
    list(
        chained.iterate(
            None,
            "n",
            pre_callback=lambda ds, sliceno: seen.append(("before", sliceno)),
            post_callback=lambda ds, sliceno: seen.append(("after", sliceno)),
        )
    )
    assert seen == [(when, s) for s in range(3) for when in ("before", "after")]


def test_callbacks_skip(chained: Dataset) -> None:
    after: list[str] = []

    def skip_second(ds: Dataset) -> None:
        if ds.jobid == "dev-2":
            raise SkipDataset

    rows = chained.iterate_chain(
        None, "n", pre_callback=skip_second, post_callback=lambda ds: after.append(ds.jobid)
    )
    assert numbers(rows) == [*range(10), *range(20, 30)] and after == ["dev-1", "dev-3"]

    def skip_slice(ds: Dataset, sliceno: int) -> None:
        if sliceno == 1:
            raise SkipSlice

    assert numbers(chained.iterate(None, "n", pre_callback=skip_slice)) == [
        20,
        22,
        23,
        25,
        26,
        28,
        29,
    ]

    def skip_rest(ds: Dataset, sliceno: int) -> None:
        if sliceno == 1:
            raise SkipDataset

    assert numbers(chained.iterate(None, "n", pre_callback=skip_rest)) == [20, 23, 26, 29]

    def skip_slice_unsliced(ds: Dataset) -> None:
        raise SkipSlice

    assert list(chained.iterate(None, "n", pre_callback=skip_slice_unsliced)) == []


def test_callbacks_stop(chained: Dataset) -> None:
    def stop(ds: Dataset) -> None:
        if ds.jobid == "dev-2":
            raise StopIteration

    assert numbers(chained.iterate_chain(None, "n", pre_callback=stop)) == list(range(10))
    assert numbers(chained.iterate_chain(None, "n", post_callback=stop)) == list(range(20))


# -- lists


def test_iterate_list(chained: Dataset) -> None:
    first = chained.chain()[0]
    assert list(Dataset.iterate_list("roundrobin", "n", [first, chained])) == [
        *range(10),
        *range(20, 30),
    ]
    assert list(Dataset.iterate_list("roundrobin", "n", "dev-1")) == list(range(10))
    assert list(Dataset.iterate_list(None, "n", [])) == []
    assert list(Dataset.iterate_list(None, None, [])) == []
    with pytest.raises(TypeError, match="unknown keywords: fliters"):
        chained.iterate(None, "n", fliters=None)  # type: ignore[call-arg]


def test_copy_mode_refuses_what_it_cannot_do(chained: Dataset, workspace: Workspace) -> None:
    other = workspace.write({"n": "number"}, [[1]])
    with pytest.raises(DatasetUsageError, match="equal types"):
        Dataset.iterate_list(None, "n", [chained, other], copy_mode=True)
    with pytest.raises(DatasetUsageError, match="copy_mode"):
        chained.iterate(None, "n", copy_mode=True, filters=bool)


# -- what it tells


class Told:
    """A status sink that remembers."""

    def __init__(self) -> None:
        self.open: dict[int, context.Text] = {}
        self.count = 0
        self.said: list[str] = []
        self.total = 0

    def push(self, text: context.Text) -> int:
        self.count += 1
        self.update(self.count, text)
        return self.count

    def update(self, handle: int, text: context.Text) -> None:
        self.open[handle] = text
        self.said.append(text if isinstance(text, str) else text())

    def pop(self, handle: int, left: bool = False) -> None:
        del self.open[handle]

    def rows(self, count: int) -> None:
        self.total += count

    def stack(self) -> list[str]:
        return [text if isinstance(text, str) else text() for text in self.open.values()]


def test_status_tells_where_it_is(chained: Dataset) -> None:
    told = context.active().status = Told()
    rows = chained.iterate(1, "n")
    next(rows)
    assert told.stack() == ["Iterating dev-3/default:1 reached line 1"]
    list(rows)
    assert told.stack() == [] and told.total == 3
    list(chained.iterate_chain(0, "n"))
    assert (
        "Iterating dev-1/default:0 to dev-3/default:0, 2/3 (dev-2/default:0) reached line 4"
        in told.said
    )
    partly = chained.iterate("roundrobin", "n")
    assert list(islice(partly, 4)) == [20, 21, 22, 23] and len(told.stack()) == 1
    del partly
    assert told.stack() == []
    told.said.clear()
    list(chained.iterate(None, "n", status_reporting=False))
    assert told.said == []


def test_reads_are_noted(chained: Dataset, workspace: Workspace) -> None:
    workspace.notes.clear()
    chained.iterate(0, "n", range={"day": (dt.date(2020, 1, 1), None)})
    reads = ("reads", {"dataset": "dev-3/default", "columns": ["day", "n"]})
    assert [note for note in workspace.notes if note[0] != "asked"] == [("slices", {}), reads]
    workspace.notes.clear()
    chained.iterate_chain(0, "n", hashlabel="c", rehash=True)
    notes = [facts for kind, facts in workspace.notes if kind != "asked"]
    assert [facts["dataset"] for facts in notes] == [f"dev-{n}/default" for n in (1, 2, 3)]
    assert notes[0]["columns"] == ["c", "n"]


@given(
    st.lists(st.integers(0, 20) | st.none(), max_size=30), st.integers(0, 20), st.integers(0, 20)
)
def test_range_is_what_python_says(
    workspace: Workspace, values: list[int | None], start: int, stop: int
) -> None:
    ds = workspace.write({"v": ("number", True)}, [[value] for value in values])
    expected = [value for value in values if value is not None and start <= value < stop]
    assert sorted(ds.iterate(None, "v", range={"v": (start, stop)})) == sorted(expected)
