"""Tracebacks as the user needs them: their own code, libraries in short, nothing of ours."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import axtui
from axtui.data.disk import mend
from axtui.errors import AcceleratorError

_OURS = str(Path(axtui.__file__).parent)
_LIBRARY_FRAMES = 2
_MOST_FRAMES = 20


def describe(error: BaseException) -> str:
    """One line: the message alone for errors axtui words itself, else type and message."""
    if isinstance(error, AcceleratorError):
        return str(error)
    name = type(error).__name__
    text = str(error)
    line = f"{name}: {text}" if text else name
    hint = mend(error) if isinstance(error, OSError) else None
    return f"{line}\n{hint}" if hint else line


def trimmed(error: BaseException, is_user: Callable[[str], bool]) -> str:
    """The traceback of `error` from the user's code on, without axtui's own frames."""
    blocks = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        blocks.append(_one(current, is_user))
        if current.__cause__ is not None:
            current = current.__cause__
        elif current.__context__ is not None and not current.__suppress_context__:
            current = current.__context__
        else:
            current = None
    joined = "\nDuring handling of the above, another exception occurred:\n\n".join(
        block for block in reversed(blocks) if block
    )
    return joined.rstrip("\n")


def _one(error: BaseException, is_user: Callable[[str], bool]) -> str:
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if not _ours(frame.filename)
    ]
    first = next((n for n, frame in enumerate(frames) if is_user(frame.filename)), None)
    submission = _of_submission(error, frames, is_user)
    if submission is not None:
        return submission
    if isinstance(error, SyntaxError):
        return "".join(traceback.format_exception_only(error))
    if first is None:
        return describe(error)
    lines = ["Traceback (your code):\n"]
    for before, frame in _shorten(frames[first:], is_user):
        lines.extend([f"  ... {before}\n"] if before else [])
        lines.extend(traceback.format_list([frame]))
    return "".join(lines) + describe(error)


def _of_submission(
    error: BaseException, frames: list[traceback.FrameSummary], is_user: Callable[[str], bool]
) -> str | None:
    """Where a build was submitted that failed, and where its job was then used, if it was."""
    stack = getattr(error, "submitted_at", None)
    if stack is None:
        return None
    asked = [frame for frame in stack if is_user(frame.filename)]
    lines = ["Traceback (your code):\n", *traceback.format_list(asked)]
    used = [frame for frame in frames if is_user(frame.filename)]
    if used:
        lines.append("which was waited for in\n")
        lines.extend(traceback.format_list(used))
    return "".join(lines) + describe(error)


def _shorten(
    frames: list[traceback.FrameSummary], is_user: Callable[[str], bool]
) -> list[tuple[str, traceback.FrameSummary]]:
    """User frames and the last few library frames, each with what was left out before it, in words.

    Of very many, as a recursion without end leaves them, the first and the last.
    """
    kept: list[tuple[str, traceback.FrameSummary]] = []
    left_out = 0
    for number, frame in enumerate(frames):
        if is_user(frame.filename) or number >= len(frames) - _LIBRARY_FRAMES:
            words = f"{left_out} frame{'s' if left_out > 1 else ''} of libraries"
            kept.append((words if left_out else "", frame))
            left_out = 0
        else:
            left_out += 1
    if len(kept) <= _MOST_FRAMES:
        return kept
    half = _MOST_FRAMES // 2
    (_, frame), *rest = kept[-half:]
    return [*kept[:half], (f"{len(kept) - 2 * half} more frames", frame), *rest]


def _ours(filename: str) -> bool:
    return filename.startswith((_OURS, "<frozen "))
