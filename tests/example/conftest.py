"""The example's code is found as the workspace finds it: methods and inputs by their root."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository, which is the example's workspace."""
    return ROOT


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with freshly made input files."""
    from inputs import make_inputs

    folder = tmp_path_factory.mktemp("inputs")
    make_inputs.main(folder)
    return folder
