"""A folder of methods and build scripts, and the Python package that it is for those who import it."""

from __future__ import annotations

from pathlib import Path

from axtui.valueobject import value_object


@value_object
class MethodPackage:
    """A method folder.

    `name` is what its modules are imported under, `import.a_words` or `accelerator.test_methods.a_x`.
    `listed` are the methods that count, with the interpreter each asks for ("" for none); without a
    list every `a_*.py` counts.
    """

    name: str
    folder: Path
    listed: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def of(cls, folder: Path) -> MethodPackage:
        """The package of a folder in which every method counts; its name is the folder's."""
        return cls(folder.name, folder)

    @property
    def pair(self) -> tuple[str, str]:
        """(name, folder) as they are told to the processes that import methods."""
        return self.name, str(self.folder)

    def has(self, method: str) -> bool:
        """Whether a method of this folder counts."""
        return self.listed is None or any(method == name for name, _ in self.listed)

    def interpreter(self, method: str) -> str:
        """The interpreter that a method asks for; "" where it takes the one that there is."""
        return next((which for name, which in self.listed or () if name == method), "")
