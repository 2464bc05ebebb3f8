"""Small things of the API, where the Accelerator keeps them: values in files, JSON, options, setups."""

from __future__ import annotations

from axtui.accelerator.analysisresults import ResultIter
from axtui.accelerator.jsoncode import json_decode, json_encode, json_load, json_save
from axtui.accelerator.pickles import FileWriteMove, pickle_load, pickle_save
from axtui.accelerator.setupfile import job_params, job_post, typing_conv
from axtui.accelerator.showing import debug_print_options, quote, stackup
from axtui.data.dotdict import DotDict
from axtui.data.jobwithfile import JobWithFile
from axtui.data.results import ResultIter as ResultIterMagic
from axtui.engine.options import (
    OptionDefault,
    OptionEnum,
    OptionEnumValue,
    OptionString,
    RequiredOption,
)

__all__ = [
    "DotDict",
    "FileWriteMove",
    "JobWithFile",
    "OptionDefault",
    "OptionEnum",
    "OptionEnumValue",
    "OptionString",
    "RequiredOption",
    "ResultIter",
    "ResultIterMagic",
    "debug_print_options",
    "job_params",
    "job_post",
    "json_decode",
    "json_encode",
    "json_load",
    "json_save",
    "pickle_load",
    "pickle_save",
    "quote",
    "stackup",
    "typing_conv",
]
