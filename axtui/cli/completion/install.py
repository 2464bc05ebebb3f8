"""Putting completion where a shell loads it: a file of ours, and for bash and zsh a marked line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui.cli.completion.protocol import SHELLS
from axtui.data.disk import Disk, explained

_BEGIN, _END = "# >>> completion of axtui >>>", "# <<< completion of axtui <<<"
_BLOCK = re.compile(rf"\n?{re.escape(_BEGIN)}\n.*?{re.escape(_END)}\n", re.DOTALL)
_SCRIPTS = {"bash": "axtui.bash", "zsh": "axtui.zsh", "fish": "axtui.fish"}


def script(shell: str) -> str:
    """The text that makes a shell complete axtui."""
    return (Path(__file__).parent / _SCRIPTS[shell]).read_text(encoding="utf-8")


def usual_shell(environ: Mapping[str, str] = os.environ) -> str | None:
    """The shell that the user is logged in with, if it is one we know."""
    name = Path(environ.get("SHELL", "")).name
    return name if name in SHELLS else None


@dataclass(frozen=True)
class Places:
    """Where completion of one shell lies: files that hold the script, and the file that reads it."""

    files: tuple[Path, ...]
    start: Path | None

    def missing(self, shell: str) -> list[Path]:
        """What is not as `install` would leave it."""
        wanted = self._contents(shell)
        return [path for path, text in wanted.items() if _read(path) != text]

    def install(self, shell: str) -> list[Path]:
        """Write what is missing; the files that were changed. Raises StorageError."""
        missing = self.missing(shell)
        wanted = self._contents(shell)
        for path in missing:
            real = path.resolve()  # a start file is often a link into a folder of dotfiles
            with explained("write", path):
                real.parent.mkdir(parents=True, exist_ok=True)
                mode = real.stat().st_mode & 0o777 if real.exists() else 0o644
                Disk(durable=False).write_atomic(
                    real, wanted[path].encode("utf-8", "surrogateescape")
                )
                real.chmod(mode)
        return missing

    def _contents(self, shell: str) -> dict[Path, str]:
        wanted = dict.fromkeys(self.files, script(shell))
        if self.start is not None:
            wanted[self.start] = _with_block(_read(self.start) or "", self.files[0])
        return wanted


def places(shell: str, environ: Mapping[str, str] = os.environ) -> Places:
    """Where the completion of a shell belongs, for the user whose environment this is."""
    home = Path(environ.get("HOME") or Path.home())
    if shell == "fish":
        config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        folder = config / "fish" / "completions"
        return Places((folder / "axtui.fish", folder / "ax.fish"), None)
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    if shell == "zsh":
        start = Path(environ.get("ZDOTDIR") or home) / ".zshrc"
    else:
        start = home / ".bashrc"
    return Places((data / "axtui" / _SCRIPTS[shell],), start)


def _with_block(text: str, script_file: Path) -> str:
    """A start file with our marked lines at its end, once."""
    path = str(script_file).replace("'", "'\\''")
    block = f"{_BEGIN}\n[ -r '{path}' ] && . '{path}'\n{_END}\n"
    if block in text:
        return text
    kept = _BLOCK.sub("", text)
    gap = "\n" if kept and not kept.endswith("\n") else ""
    return f"{kept}{gap}{block}" if not kept else f"{kept}{gap}\n{block}"


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
