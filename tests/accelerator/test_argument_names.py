"""Arguments may be given by name: the names are those that the Accelerator's users write."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from axtui.accelerator import extras, statmsg, subjobs
from axtui.build.urd import Urd
from axtui.data.dataset import Dataset
from axtui.data.job import Job


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (Urd.begin, "path timestamp caption update"),
        (Urd.finish, "path timestamp caption"),
        (Urd.get, "path timestamp"),
        (Urd.latest, "path"),
        (Urd.first, "path"),
        (Urd.peek, "path timestamp"),
        (Urd.peek_latest, "path"),
        (Urd.peek_first, "path"),
        (Urd.since, "path timestamp"),
        (Urd.truncate, "path timestamp"),
        (Urd.warn, "line"),
        (Urd.build, "method options datasets jobs name caption why_build force_build workdir"),
        (subjobs.build, "method options datasets jobs name caption"),
        (Job.filename, "filename sliceno"),
        (Job.open, "filename mode sliceno encoding errors"),
        (Job.load, "filename sliceno encoding default"),
        (Job.withfile, "filename sliced extra"),
        (Job.chain, "length reverse stop_job"),
        (Dataset.chain, "length reverse stop_ds"),
        (Dataset.merge, "other name previous allow_unrelated"),
        (extras.job_params, "jobid default_empty"),
        (extras.pickle_load, "filename jobid sliceno encoding"),
        (statmsg.status, "msg"),
    ],
)
def test_arguments_have_the_names_and_the_order_of_there(
    function: Callable[..., Any], names: str
) -> None:
    ours = [name for name in inspect.signature(function).parameters if name != "self"]
    assert ours[: len(names.split())] == names.split()


def test_what_stands_elsewhere_there_is_no_positional_argument_here() -> None:
    kinds = {
        name: p.kind for name, p in inspect.signature(Dataset.iterate_chain).parameters.items()
    }
    assert kinds["reverse"] is kinds["stop_ds"] is inspect.Parameter.KEYWORD_ONLY
