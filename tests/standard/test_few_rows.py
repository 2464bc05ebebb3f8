"""Few rows are written by prepare alone, and nothing tells from what slices would have written."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from axtui.data import jobdir
from axtui.data.job import Job
from tests.standard.conftest import Lab

IN_SLICES = """
from axtui.standard import sources

sources.SMALL_ROWS = -1

from axtui.standard.a_{name} import *
"""
CHAIN = {"column2type": {"a": "int64_10"}}
BUILDS: list[tuple[str, dict[str, Any]]] = [
    ("csvexport", {"chain_source": True}),
    ("csvexport", {"filename": "x.csv.gz", "quote_fields": '"'}),
    ("csvexport", {"filename": "x%02d.csv", "sliced": True}),
    ("dataset_type", CHAIN),
    ("dataset_type", CHAIN | {"column2type": {"b": "int64_10"}, "filter_bad": True}),
    ("dataset_type", CHAIN | {"defaults": {"a": "0"}, "hashlabel": "a"}),
    ("dataset_hashpart", {"hashlabel": "b"}),
    ("dataset_sort", {"sort_columns": ["b", "a"], "sort_order": "descending"}),
    ("dataset_sort", {"sort_columns": "b", "sort_across_slices": True, "trigger_column": "b"}),
    ("dataset_concat", {}),
    ("dataset_fanout_collect", {"column": "b"}),
    ("dataset_fanout", {"column": "b"}),
    ("dataset_unroundrobin", {}),
    ("dataset_checksum", {}),
]


def _held(job: Job) -> tuple[object, object, object]:
    post = jobdir.read_json(Path(job.path, jobdir.POST))
    files = {name: fact["digest"] for name, fact in post["files"].items() if ".csv" in name}
    result = Path(job.path, "result.pickle")
    return (
        post["dataset_contents"],
        files,
        pickle.loads(result.read_bytes()) if result.exists() else 0,
    )


def _stages(job: Job) -> list[str]:
    return [stage["stage"] for stage in jobdir.read_json(Path(job.path, jobdir.POST))["stages"]]


def test_prepare_writes_what_slices_would(lab: Lab, chained: Job) -> None:
    for name, options in BUILDS:
        lab.method(f"sliced_{name}", IN_SLICES.format(name=name))
        source = chained.dataset().chain()[0 if name == "dataset_concat" else -1]
        few = lab.job(name, source=str(source), **options)
        many = lab.job(f"sliced_{name}", source=str(source), **options)
        assert _held(few) == _held(many), (name, options)
        assert _stages(few) == ["prepare"], (name, options)
        assert _stages(many).count("analysis") == 3
