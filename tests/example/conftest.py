"""The example's code is found as the workspace finds it: methods and inputs by their root."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import docrun

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


@pytest.fixture(scope="module", autouse=True)
def without_pandas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs have what `pip install axtui[example]` brings. pandas is not part of it, and is slow to
    import."""
    folder = tmp_path_factory.mktemp("hidden") / "modules"
    docrun.without_pandas(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield
