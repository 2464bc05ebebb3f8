"""csvexport against the real Accelerator: the same bytes for generated datasets and options."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from axtui.engine.local import LocalEngine
from tests.standard.given import chains
from tests.standard.real import Case, Real, Step, assert_same, examples, ours, real_accelerator


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    yield from real_accelerator(tmp_path_factory.mktemp("real"))


@st.composite
def exports(draw: Callable[..., Any]) -> Case:
    """A chain, and exports of it: the last dataset or several, or the chain in two steps."""
    given = draw(chains())
    labels = sorted(given[0].columns)
    chosen = draw(st.just([]) | st.lists(st.sampled_from(labels), min_size=1, max_size=4))
    options: dict[str, Any] = {
        "filename": draw(st.sampled_from(["result.csv", "x.csv.gz", "y.GZ.txt", "z"])),
        "separator": draw(st.sampled_from([",", "\t", "", "::", "e", "1", "-"])),
        "line_separator": draw(st.sampled_from(["\n", "\r\n", "|", ""])),
        "labelsonfirstline": draw(st.booleans()),
        "quote_fields": draw(st.sampled_from(["", '"', "'", "qq", "\"'", "a", "1"])),
        "lazy_quotes": draw(st.booleans()),
        "none_as": draw(
            st.sampled_from([None, "", "NULL", 'n"', "a,b"])
            | st.dictionaries(st.sampled_from(chosen or labels), st.sampled_from(["", "-", "'"]))
        ),
        "labels": chosen,
        "sliced": draw(st.booleans()),
    }
    if options["sliced"] and draw(st.booleans()):
        options["filename"] = draw(st.sampled_from(["s%d.csv", "s%02d.csv.gz"]))
    names = [one.name for one in given]
    if not draw(st.booleans()):
        sources = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
        return Case([Step("csvexport", options, {"source": sources})], given)
    options["chain_source"] = True
    first = Step("csvexport", options, {"source": [draw(st.sampled_from(names))]})
    second = Step("csvexport", options, {"source": [names[-1]]}, {"previous": 0})
    return Case([first, second], given)


def test_exports_are_the_same_to_the_byte(tmp_path: Path, engine: LocalEngine, real: Real) -> None:
    cases = examples(exports(), 20)
    assert_same(cases, ours(cases, tmp_path / "ours", engine), real.run(cases))
