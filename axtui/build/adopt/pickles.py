"""Reading pickles that others wrote, without running anything: a pickle is a program.

Only opcodes that build plain values are known, and only the few classes that the Accelerator itself
keeps in its metadata; a class is never looked up, so that nothing can be called. Whatever else a
pickle asks for is refused.
"""

from __future__ import annotations

import datetime as dt
import pickletools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from axtui.errors import DamagedJobError


class OldColumn(NamedTuple):
    """A column as the Accelerator's metadata holds it.

    `location` is 'JOB/PATH' of a file that all slices share, at `offsets`, or has `%s` for the number
    of the slice; None where no slice has a row.
    """

    type: str
    compression: str
    location: str | None
    min: Any
    max: Any
    offsets: list[Any] | None
    none_support: bool


class _Name(NamedTuple):
    """A class or function that a pickle names. It is only ever a key of `_MADE`."""

    module: str
    name: str


def plain(data: bytes) -> Any:
    """The value in a pickle: dicts, lists, tuples, sets, text, bytes, numbers, dates and `OldColumn`.

    Text of Python 2 that was not unicode comes as bytes. Raises DamagedJobError for what is no pickle
    and for one that holds anything else.
    """
    try:
        return _Reader().read(data)
    except DamagedJobError:
        raise
    except Exception as error:  # genops and the stack fail in many ways on what is no pickle
        raise DamagedJobError(f"not a readable pickle ({type(error).__name__}: {error})") from None


def _refuse(what: str) -> DamagedJobError:
    return DamagedJobError(
        f"the pickle holds {what}, which axtui does not load: pickles from elsewhere can run code"
    )


# -- the few classes -----------------------------------------------------------------------------------


def text(value: Any) -> str:
    """Text that Python 2 may have written as bytes."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _column_3_3(*args: Any) -> OldColumn:
    kind, compression, location, low, high, offsets, none = args
    where = None if location is None else text(location)
    return OldColumn(text(kind), text(compression), where, low, high, offsets, bool(none))


def _column_3_2(*args: Any) -> OldColumn:
    kind, backing, location, low, high, offsets, none = args
    if text(kind) != text(backing):
        raise _refuse(f"a column of type {kind!r} that is stored as {backing!r}")
    return _column_3_3(kind, "gzip", location, low, high, offsets, none)


def _column_3_1(*args: Any) -> OldColumn:
    kind, backing, _, location, low, high, offsets, none = args
    return _column_3_2(kind, backing, location, low, high, offsets, none)


def _column_3_0(*args: Any) -> OldColumn:
    kind, backing, name, location, low, high, offsets = args
    none = not text(backing).startswith("bits")
    return _column_3_1(kind, backing, name, location, low, high, offsets, none)


def _encoded(value: str, codec: str = "latin1") -> bytes:
    if text(codec) not in ("latin1", "latin-1"):
        raise _refuse(f"text in {codec!r}")
    return value.encode("latin-1")


def _state(value: Any) -> bytes:
    return value.encode("latin-1") if isinstance(value, str) else bytes(value)


def _moment(kind: Any) -> Callable[..., Any]:
    """A date, time or datetime from the bytes that its pickles hold; its class checks them."""
    return lambda state, *zone: kind(_state(state), *zone)


def _zone(offset: dt.timedelta, name: str | None = None) -> dt.timezone:
    if offset != dt.timedelta(0):
        raise _refuse(f"a time zone other than UTC ({offset})")
    return dt.UTC


_MADE: Mapping[_Name, Callable[..., Any]] = {
    **{
        _Name(module, f"_DatasetColumn_{version}"): made
        for module in ("accelerator.dataset", "dataset")
        for version, made in (
            ("3_0", _column_3_0),
            ("3_1", _column_3_1),
            ("3_2", _column_3_2),
            ("3_3", _column_3_3),
        )
    },
    _Name("_codecs", "encode"): _encoded,
    _Name("datetime", "datetime"): _moment(dt.datetime),
    _Name("datetime", "date"): _moment(dt.date),
    _Name("datetime", "time"): _moment(dt.time),
    _Name("datetime", "timedelta"): dt.timedelta,
    _Name("datetime", "timezone"): _zone,
    _Name("collections", "OrderedDict"): dict,
    _Name("accelerator.extras", "DotDict"): dict,
    **{_Name(module, "set"): set for module in ("builtins", "__builtin__")},
    **{_Name(module, "bytes"): lambda: b"" for module in ("builtins", "__builtin__")},
    _Name("builtins", "str"): text,
    _Name("__builtin__", "unicode"): text,
    _Name("__builtin__", "str"): text,
}


# -- the machine ---------------------------------------------------------------------------------------

_MARK: Any = object()
_VALUES = frozenset(
    [
        "INT",
        "BININT",
        "BININT1",
        "BININT2",
        "LONG",
        "LONG1",
        "LONG4",
        "STRING",
        "BINSTRING",
        "SHORT_BINSTRING",
        "BINBYTES",
        "SHORT_BINBYTES",
        "BINBYTES8",
        "UNICODE",
        "SHORT_BINUNICODE",
        "BINUNICODE",
        "BINUNICODE8",
        "FLOAT",
        "BINFLOAT",
    ]
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: Mapping[str, Callable[[], Any]] = {
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
}
_OLD_TEXT = frozenset({"STRING", "BINSTRING", "SHORT_BINSTRING"})


class _Reader:
    """The stack machine of pickles, without all that could call something."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def read(self, data: bytes) -> Any:
        """Runs the opcodes; what is on the stack at the end."""
        for opcode, argument, _ in pickletools.genops(data):
            name = opcode.name
            if name in _VALUES:
                self._stack.append(_state(argument) if name in _OLD_TEXT else argument)
            elif name in _CONSTANTS:
                self._stack.append(_CONSTANTS[name])
            elif name in _EMPTY:
                self._stack.append(_EMPTY[name]())
            elif name == "STOP":
                return self._stack.pop()
            else:
                self._operation(name, argument)
        raise DamagedJobError("not a readable pickle (it does not end)")

    def _operation(self, name: str, argument: Any) -> None:
        stack = self._stack
        if name in ("BINPUT", "LONG_BINPUT", "PUT"):
            self._memo[argument] = stack[-1]
        elif name == "MEMOIZE":
            self._memo[len(self._memo)] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET", "GET"):
            stack.append(self._memo[argument])
        elif name == "MARK":
            stack.append(_MARK)
        elif name in ("PROTO", "FRAME"):
            pass
        elif name == "GLOBAL":
            stack.append(self._known(*argument.split(" ", 1)))
        elif name == "STACK_GLOBAL":
            found = stack.pop()
            stack.append(self._known(stack.pop(), found))
        elif name in ("REDUCE", "NEWOBJ"):
            arguments = stack.pop()
            stack.append(self._make(stack.pop(), arguments))
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            size = int(name[-1])
            stack[-size:] = [tuple(stack[-size:])]
        else:
            self._container(name)

    def _container(self, name: str) -> None:
        stack = self._stack
        if name == "APPEND":
            last = stack.pop()
            _of(list, stack[-1]).append(last)
        elif name == "SETITEM":
            value, key = stack.pop(), stack.pop()
            _of(dict, stack[-1])[key] = value
        elif name in ("APPENDS", "ADDITEMS", "SETITEMS"):
            items = self._marked()
            if name == "APPENDS":
                _of(list, stack[-1]).extend(items)
            elif name == "ADDITEMS":
                _of(set, stack[-1]).update(items)
            else:
                _of(dict, stack[-1]).update(zip(items[::2], items[1::2], strict=True))
        elif name in ("TUPLE", "LIST", "FROZENSET"):
            made = {"TUPLE": tuple, "LIST": list, "FROZENSET": frozenset}[name]
            stack.append(made(self._marked()))
        elif name == "DICT":
            items = self._marked()
            stack.append(dict(zip(items[::2], items[1::2], strict=True)))
        else:
            raise _refuse(f"the opcode {name}")

    def _marked(self) -> list[Any]:
        at = len(self._stack) - 1 - self._stack[::-1].index(_MARK)
        items = self._stack[at + 1 :]
        del self._stack[at:]
        return items

    @staticmethod
    def _known(module: Any, name: Any) -> _Name:
        found = _Name(str(module), str(name))
        if found not in _MADE:
            raise _refuse(f"{module}.{name}")
        return found

    @staticmethod
    def _make(name: Any, arguments: Any) -> Any:
        if not isinstance(name, _Name) or type(arguments) is not tuple:
            raise _refuse("a call of something that is no class")
        return _MADE[name](*arguments)


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise _refuse(f"a {type(value).__name__} that is filled as a {kind.__name__}")
    return value
