"""The token by which a server of the urd knows its users, as they keep it."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from axtui.errors import UrdPermissionError

TOKEN = "AXTUI_URD_TOKEN"
TOKEN_FILE = "AXTUI_URD_TOKEN_FILE"


def token_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a user's token is kept: `$AXTUI_URD_TOKEN_FILE`, else `axtui/urd-token` in the user's
    folder of settings."""
    if given := environ.get(TOKEN_FILE):
        return Path(given).expanduser()
    settings = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / "axtui" / "urd-token"


def find_token(environ: Mapping[str, str] = os.environ) -> str:
    """The token in `$AXTUI_URD_TOKEN`, else in the file; "" where there is none.

    Raises UrdPermissionError for a file that cannot be read, or that others can.
    """
    if given := environ.get(TOKEN, "").strip():
        return _one_word(given, f"${TOKEN}")
    path = token_file(environ)
    try:
        check_private(path)
        return _one_word(path.read_text().strip(), str(path))
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UrdPermissionError(f"the token in {path} cannot be read: {error}") from None


def _one_word(text: str, where: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise UrdPermissionError(f"what is in {where} is no token: it is one word of ASCII")
    return text


def check_private(path: Path) -> None:
    """Raises UrdPermissionError where others than its owner can read a file."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UrdPermissionError(
            f"{path} holds a secret, and others can read it; mend that with: chmod 600 {path}"
        )
