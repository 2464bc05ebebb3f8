"""What `accelerator.standard_methods.dataset_type` tells methods and scripts: the names of types."""

from __future__ import annotations

from axtui.standard.typenames import STORED, TypeName, parse, words

__all__ = ["TypeName", "convfuncs", "parse", "typerename"]

convfuncs: dict[str, str] = {
    name: STORED[name.partition(":")[0]] for name in words() if "+None" not in name
}
"""{type name: column type}, without the `+None` forms; names that go on with a format or codec of
one's own end with `:*`."""
typerename: dict[str, str] = {name: kind for name, kind in STORED.items() if name != kind}
"""{what is before the colon of a type name: column type}, where that is another word."""
