"""The hash that decides slices, beside that of the real Accelerator, over values of every type."""

from __future__ import annotations

import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from axtui.accelerator import dsutil
from axtui.data import types
from axtui.data.encode import encode
from axtui.data.hasharrow import hash_array
from tests.data.column_values import VALUES
from tests.standard.real import examples, real_python

_EACH = 150
_ASK = """
import pickle, sys
from accelerator.dsutil import typed_writer
given = pickle.load(sys.stdin.buffer)
found = {name: [typed_writer(name).hash(one) for one in values] for name, values in given.items()}
sys.stdout.buffer.write(pickle.dumps(found))
"""


def _edges() -> dict[str, list[Any]]:
    """Where the rules of numbers change."""
    whole = [sign * 2**bits + one for bits in range(64) for one in (-1, 0, 1) for sign in (1, -1)]
    ints = [one for one in whole if -(2**63) < one < 2**63]
    floats = [float(one) for one in whole] + [0.1, 1e300, 5e-324, -0.0, 8765432.1, 2.0**53 + 2]
    floats += [float(text) for text in ("nan", "inf", "-inf")]
    wide = [sign * 2**bits + one for bits in range(63, 1007) for one in (0, 1) for sign in (1, -1)]
    return {
        "int64": ints,
        "int32": [one for one in ints if -(2**31) < one < 2**31],
        "float64": floats,
        "float32": floats,
        "number": [*floats, *ints, *wide],
        "complex64": [complex(one, two) for one in floats[-9:] for two in floats[-9:]],
        "complex32": [complex(one, two) for one in floats[-9:] for two in floats[-9:]],
    }


def test_every_value_hashes_as_in_the_real_one() -> None:
    python = real_python()
    if python is None:
        pytest.skip("the real Accelerator is not installed (see AXTUI_REAL_ACCELERATOR)")
    edges = _edges()
    given = {
        name: [*examples(st.none() | VALUES[name], _EACH), *edges.get(name, ())]
        for name, kind in types.TYPES.items()
        if kind.hashable
    }
    theirs = _ask(python, given)
    for name, values in given.items():
        ours = [dsutil.typed_writer(name).hash(value) for value in values]
        wrong = [
            (value, one, other)
            for value, one, other in zip(values, ours, theirs[name], strict=True)
            if one != other
        ]
        assert not wrong, f"{name}: {wrong[:3]}"
        kind = types.TYPES[name]
        fixed = [None if value is None else kind.fix(value) for value in values]
        assert hash_array(kind, encode(kind, fixed)[0]).tolist() == ours


def _ask(python: Path, given: dict[str, list[Any]]) -> dict[str, list[int]]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [python, "-c", _ASK],
        input=pickle.dumps(given),
        env=kept,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, list[int]] = pickle.loads(done.stdout)
    return found
