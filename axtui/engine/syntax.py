"""What Python makes of a source, from any thread.

Python before 3.11.8 (and 3.12.2) counts the depth of a syntax tree in one place for all threads. While a
tree is made the garbage collector may run, a finalizer or a callback of it let another thread go on, and
if that one parses too, one of both fails with a SystemError
(https://github.com/python/cpython/issues/106905). So only one thread at a time parses here.
"""

from __future__ import annotations

import ast
import os
import threading

_ATTEMPTS = 5


class _Parser:
    def __init__(self) -> None:
        self._renew()
        # whoever held the lock in another thread is not there after a fork
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()  # a finalizer may parse as well

    def parse(self, source: str | bytes, name: str) -> ast.Module:
        with self._lock:
            for _ in range(_ATTEMPTS - 1):
                try:
                    return ast.parse(source, name)
                except SystemError:  # other people's code parsed (Textual: the actions of links)
                    continue
            return ast.parse(source, name)


_parser = _Parser()


def parse(source: str | bytes, name: str = "<unknown>") -> ast.Module:
    """The tree of a module's source; `name` is the file that errors name.

    Raises SyntaxError, ValueError (a null byte) or RecursionError as `ast.parse` does.
    """
    return _parser.parse(source, name)
