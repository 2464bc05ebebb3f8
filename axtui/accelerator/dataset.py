"""Datasets, where the Accelerator keeps them."""

from typing import Any

from axtui.data.chain import DatasetChain, DatasetList
from axtui.data.dataset import Dataset, DatasetColumn, NoDataset, SkipDataset, SkipSlice
from axtui.data.job import Job
from axtui.data.writer import DatasetWriter
from axtui.errors import DatasetError, DatasetUsageError, NoSuchDatasetError

__all__ = [
    "Dataset",
    "DatasetChain",
    "DatasetColumn",
    "DatasetError",
    "DatasetList",
    "DatasetUsageError",
    "DatasetWriter",
    "Job",
    "NoDataset",
    "NoSuchDatasetError",
    "SkipDataset",
    "SkipSlice",
    "job_datasets",
]


def job_datasets(job: Any) -> DatasetList:
    """All datasets of a job, or of the job that a dataset is in, in the order they were finished."""
    found: DatasetList = Job(job.jobid if isinstance(job, Dataset) else job).datasets
    return found
