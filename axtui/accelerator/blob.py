"""Pickled values in files: `blob.save(value)` and `blob.load(jobid=...)`."""

from axtui.accelerator.extras import pickle_load as load
from axtui.accelerator.extras import pickle_save as save

__all__ = ["load", "save"]
