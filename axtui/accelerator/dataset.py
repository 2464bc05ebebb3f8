"""Datasets, where the Accelerator keeps them."""

from axtui.data.chain import DatasetChain, DatasetList
from axtui.data.dataset import Dataset, NoDataset, SkipDataset, SkipSlice
from axtui.data.writer import DatasetWriter

__all__ = [
    "Dataset",
    "DatasetChain",
    "DatasetList",
    "DatasetWriter",
    "NoDataset",
    "SkipDataset",
    "SkipSlice",
]
