"""Datasets, where the Accelerator keeps them."""

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
]
