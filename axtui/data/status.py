"""`with status("text") as update:` tells, live and in tracebacks, what user code is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from axtui.data import context

_ATTRIBUTE = "__axtui_status__"


@contextmanager
def status(msg: str) -> Iterator[Callable[[str], None]]:
    """Show `msg` while the block runs; calling the yielded function replaces it."""
    sink = context.status_sink()
    handle = sink.push(str(msg))
    try:
        yield lambda new: sink.update(handle, str(new))
    except BaseException as error:
        if not hasattr(error, _ATTRIBUTE):  # the innermost block sees the whole stack
            setattr(error, _ATTRIBUTE, sink.stack())
        sink.pop(handle, left=True)
        raise
    sink.pop(handle)


def stack_of(error: BaseException) -> list[str]:
    """The statuses that were open when `error` was raised, outermost first."""
    held = getattr(error, _ATTRIBUTE, None)
    return list(held) if held is not None else context.active().status.stack()


@contextmanager
def dummy_status(msg: str) -> Iterator[Callable[[str], None]]:
    """The same form, showing nothing."""
    yield lambda new: None
