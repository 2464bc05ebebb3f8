"""`analysis_res`: once through in slice order, and merged; and `DotDict`."""

from __future__ import annotations

import copy
import pickle
from collections import Counter, OrderedDict, defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.data.dotdict import DotDict
from axtui.data.results import ResultIter
from axtui.errors import UserError


def results(*values: Any) -> ResultIter:
    """As if each slice had returned one of `values`; each load gives a fresh copy."""
    stored = [pickle.dumps(value) for value in values]
    return ResultIter(len(stored), lambda sliceno: pickle.loads(stored[sliceno]))


def test_values_come_in_slice_order_and_only_when_asked_for() -> None:
    loaded: list[int] = []

    def load(sliceno: int) -> int:
        loaded.append(sliceno)
        return sliceno * 10

    found = ResultIter(3, load)
    assert next(found) == 0
    assert loaded == [0]
    assert list(found) == [10, 20]
    assert loaded == [0, 1, 2]


def test_using_it_again_is_an_error() -> None:
    found = results(1, 2)
    assert sum(found) == 3
    with pytest.raises(UserError, match="used up"):
        list(found)
    with pytest.raises(UserError, match="used already"):
        found.merge_auto()


def test_merging_after_the_first_value_was_taken_is_an_error() -> None:
    found = results(1, 2)
    next(found)
    with pytest.raises(UserError, match="used already"):
        found.merge_auto()


def test_a_merged_iterator_is_used_up() -> None:
    for values in ([1, 2], [(1, [2]), (3, [4])]):
        found = results(*values)
        found.merge_auto()
        with pytest.raises(UserError, match="used already"):
            found.merge_auto()


MERGES: list[tuple[list[Any], Any]] = [
    ([1, 2.5, True], 4.5),
    ([[1], [], [2, 1]], [1, 2, 1]),
    ([{1}, set(), {1, 2}], {1, 2}),
    ([set(), set()], set()),
    ([{}, {"a": 1}, {}, {"b": 2}], {"a": 1, "b": 2}),
    ([Counter(a=1), Counter(a=2, b=1)], Counter(a=3, b=1)),
    ([Counter(), Counter(a=2)], Counter(a=2)),
    ([{"x": {1}}, {"x": {2}, "y": {3}}], {"x": {1, 2}, "y": {3}}),
    (
        [{"x": Counter(a=1)}, {"x": Counter(a=1), "y": Counter()}],
        {"x": Counter(a=2), "y": Counter()},
    ),
    ([{"x": {"y": {1: "a"}}}, {"x": {"y": {2: "b"}}}], {"x": {"y": {1: "a", 2: "b"}}}),
    ([defaultdict(set, x={1}), defaultdict(set, x={2})], {"x": {1, 2}}),
    ([None, {"a": 1}], {"a": 1}),
    ([None, None], None),
    ([None, 3, 4], 7),
]


@pytest.mark.parametrize(("values", "merged"), MERGES, ids=repr)
def test_merge_auto(values: list[Any], merged: Any) -> None:
    found = results(*values).merge_auto()
    assert found == merged
    assert merged is None or isinstance(found, type(merged))


def test_tuples_are_merged_item_by_item() -> None:
    found = results((1, {"a"}, []), (2, {"b"}, [3]), (3, set(), [4])).merge_auto()
    count, names, rows = found
    assert (count, names, rows) == (6, {"a", "b"}, [3, 4])
    assert list(results((1,), (2,)).merge_auto()) == [3]


def test_merging_leaves_the_loaded_lists_alone() -> None:
    kept = [1]
    assert ResultIter(3, lambda sliceno: kept).merge_auto() == [1, 1, 1]
    assert kept == [1]


def test_each_slice_is_loaded_once() -> None:
    loaded: list[int] = []

    def load(sliceno: int) -> tuple[int, int]:
        loaded.append(sliceno)
        return 1, 2

    assert list(ResultIter(4, load).merge_auto()) == [4, 8]
    assert loaded == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([{"a": 1}, {"a": 2}], "Duplicate key 'a': slice 1 has it"),
        ([{"x": {"a": 1}}, {}, {"x": {"a": 1}}], "Duplicate key 'a': slice 2 has it"),
        (["ab", "c"], "slice 0 returned a str"),
        ([{"x": {}}, {"x": {"a": 1}}], "slice 0 has an empty dict 1 levels down"),
        ([1, [2]], "earlier slices returned a number, slice 1 a list"),
        ([[1], None], "earlier slices returned a list, slice 1 None"),
        ([{"a": {1}}, {1, 2}], "earlier slices returned a dict, slice 1 a set"),
        ([{"a": 1}, 5], "earlier slices returned a dict, slice 1 a int"),
        ([(1, 2), (1,)], "slice 0 returned a tuple of 2 items, slice 1 a tuple of 1 items"),
        ([(1, 2), [1, 2]], "slice 1 a list"),
        (
            [(1, {"a": 1}), (2, {"a": 1})],
            r"\(item 1 of the tuple\): Duplicate key 'a': slice 1 has it",
        ),
    ],
    ids=repr,
)
def test_what_does_not_fit_together_is_named(values: list[Any], text: str) -> None:
    with pytest.raises(UserError, match=text):
        results(*values).merge_auto()


def test_allow_overwrite() -> None:
    assert results({"a": 1}, {"a": 2}).merge_auto(allow_overwrite=True) == {"a": 2}
    with pytest.raises(UserError, match="Duplicate key 1"):
        results({1}, {1}).merge_auto(allow_overwrite=False)
    with pytest.raises(UserError, match="Duplicate key 'a'"):
        results(Counter(a=1), Counter(a=1)).merge_auto(allow_overwrite=False)


@given(st.lists(st.lists(st.integers(0, 5), max_size=6), min_size=1, max_size=5))
def test_slices_merge_to_what_one_slice_would_have_returned(parts: list[list[int]]) -> None:
    whole = [item for part in parts for item in part]
    tree: dict[int, dict[int, Counter[int]]] = {}
    slices = []
    for part in parts:
        own: dict[int, dict[int, Counter[int]]] = {}
        for item in part:
            for into in (tree, own):
                into.setdefault(item % 2, {}).setdefault(item % 3, Counter())[item] += 1
        slices.append((len(part), part, set(part), Counter(part), own))
    count, items, members, counts, merged = results(*slices).merge_auto()
    assert (count, items, members, counts) == (len(whole), whole, set(whole), Counter(whole))
    assert merged == tree


# -- DotDict


def test_items_are_attributes() -> None:
    found = DotDict(a=1)
    found.b = 2
    found["items"] = 3
    assert (found.a, found["b"], found.b, list(found)) == (1, 2, 2, ["a", "b", "items"])
    assert callable(found.items)
    del found.a
    assert "a" not in found
    assert isinstance(found, OrderedDict)


def test_missing_attributes_are_attribute_errors() -> None:
    found = DotDict(alpha=1)
    with pytest.raises(AttributeError, match=r"no 'beta' here.*alpha"):
        _ = found.beta
    with pytest.raises(AttributeError):
        del found.beta
    with pytest.raises(KeyError):
        _ = found["beta"]
    assert not hasattr(found, "beta")
    assert getattr(found, "beta", 7) == 7


def test_underscore_names_are_items_only_by_brackets() -> None:
    found = DotDict({"_x": 1})
    with pytest.raises(AttributeError):
        _ = found._x
    with pytest.raises(AttributeError):
        found._x = 2
    assert found["_x"] == 1


@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=4))
def test_dotdicts_pickle_and_copy(items: dict[str, int]) -> None:
    found = DotDict(items)
    for other in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert type(other) is DotDict
        assert list(other.items()) == list(found.items())


def test_nested() -> None:
    found = DotDict.nested({"a": {"b": [{"c": 1}, ({"d": 2},)]}, "e": 3})
    assert found.a.b[0].c == 1
    assert found.a.b[1][0].d == 2
    assert type(found.a.b[1]) is list  # as in JSON
    assert type(DotDict({"a": {}}).a) is dict
