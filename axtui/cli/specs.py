"""What names jobs and datasets; it lives below the faces."""

from axtui.build.specs import Specs

__all__ = ["Specs"]
