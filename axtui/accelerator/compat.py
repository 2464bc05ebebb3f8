"""Names that read the same on every Python, as the Accelerator gives them; here always those of Python 3."""

from __future__ import annotations

import builtins
import datetime
import importlib
import inspect
import itertools
import pickle
import selectors
from collections.abc import Callable, Iterable, Iterator, Mapping
from queue import Empty as QueueEmpty
from queue import Full as QueueFull
from queue import Queue
from shlex import quote as shell_quote
from shutil import get_terminal_size as terminal_size
from time import monotonic
from types import NoneType
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote as url_quote
from urllib.parse import quote_plus, unquote_plus, urlencode
from urllib.request import Request, urlopen

__all__ = [
    "PY2",
    "PY3",
    "UTC",
    "FileNotFoundError",
    "HTTPError",
    "NoneType",
    "PermissionError",
    "Queue",
    "QueueEmpty",
    "QueueFull",
    "Request",
    "URLError",
    "builtins",
    "first_value",
    "fmt_num",
    "getarglist",
    "ifilter",
    "imap",
    "int_types",
    "iteritems",
    "iterkeys",
    "itervalues",
    "izip",
    "izip_longest",
    "long",
    "monotonic",
    "num_types",
    "open",
    "pickle",
    "quote_plus",
    "selectors",
    "setproctitle",
    "shell_quote",
    "str_types",
    "terminal_size",
    "uni",
    "unicode",
    "unquote_plus",
    "url_quote",
    "url_quote_more",
    "urlencode",
    "urlopen",
]

PY2, PY3 = False, True
UTC = datetime.UTC
FileNotFoundError = builtins.FileNotFoundError
PermissionError = builtins.PermissionError
open = builtins.open
unicode, long = str, int
str_types = (str,)
int_types = (int,)
num_types = (int, float)
izip, imap, ifilter = zip, map, filter
izip_longest = itertools.zip_longest


def iterkeys(d: Mapping[Any, Any]) -> Iterator[Any]:
    """An iterator over the keys."""
    return iter(d.keys())


def itervalues(d: Mapping[Any, Any]) -> Iterator[Any]:
    """An iterator over the values."""
    return iter(d.values())


def iteritems(d: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """An iterator over the pairs."""
    return iter(d.items())


def getarglist(func: Callable[..., Any]) -> list[str]:
    """The names of a function's arguments."""
    return inspect.getfullargspec(func).args


def first_value(d: Mapping[Any, Any] | Iterable[Any]) -> Any:
    """The first value of a dict, or item of anything else."""
    return next(iter(d.values() if isinstance(d, Mapping) else d))


def uni(s: Any) -> str | None:
    """Text of anything: bytes are read as UTF-8, else as Latin-1; None stays None."""
    if s is None:
        return None
    if isinstance(s, bytes):
        try:
            return s.decode("utf-8")
        except UnicodeDecodeError:
            return s.decode("iso-8859-1")
    return str(s)


def url_quote_more(s: str) -> str:
    """Text for a URL, slashes quoted too, spaces as %20."""
    return quote_plus(s).replace("+", "%20")


def fmt_num(num: float) -> str:
    """A number with '_' between thousands; floats with six digits."""
    return f"{num:_.6g}" if isinstance(num, float) else f"{num:_}"


def setproctitle(title: str) -> None:
    """Name this process, where the package `setproctitle` is installed."""
    try:
        named = importlib.import_module("setproctitle")
    except ImportError:
        return
    named.setproctitle(uni(title) or "")
