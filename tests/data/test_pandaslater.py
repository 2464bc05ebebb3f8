"""Arrow does without pandas until somebody imports it, and knows it from then on."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
from axtui.data.pandaslater import spare_pandas
spare_pandas()
spare_pandas()
import pyarrow
pyarrow.array(["a", None])
print("pandas" in sys.modules)
import pandas
print(pyarrow.array(pandas.Series([1.5, None])).null_count)
spare_pandas()
print(pyarrow.table({"a": [1]}).to_pandas().shape)
"""


def test_arrow_knows_pandas_when_it_is_imported_and_not_before() -> None:
    pytest.importorskip("pandas")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["False", "1", "(1, 1)"]
