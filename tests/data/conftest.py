"""What all tests of the data layer share: a workspace of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dataset_workspace import Workspace
from hypothesis import HealthCheck, settings

from axtui.data import context

settings.register_profile(
    "data",
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("data")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace of three slices, active for reading."""
    made = Workspace(tmp_path, 3)
    with context.use(made.context()):
        yield made
