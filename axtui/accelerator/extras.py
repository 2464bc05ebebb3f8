"""Small things of the API, where the Accelerator keeps them."""

from axtui.data.dotdict import DotDict
from axtui.engine.options import OptionDefault, OptionEnum, OptionString, RequiredOption

__all__ = ["DotDict", "OptionDefault", "OptionEnum", "OptionString", "RequiredOption"]
