"""csvimport and csvimport_zip against the real Accelerator: the same rows for generated files."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from axtui.engine.local import LocalEngine
from tests.standard.real import (
    Case,
    Outcome,
    Real,
    Step,
    assert_same,
    examples,
    ours,
    real_accelerator,
    with_plain_extremes,
)

Draw = Callable[..., Any]
OF_SUBJOBS = ("caption", "result", "parent")
"""What shows in the real csvimport_zip that each member is a job of its own."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    yield from real_accelerator(tmp_path_factory.mktemp("real"))


_VALUES = st.sampled_from(
    [
        b"a",
        b"b",
        b"",
        b"1",
        b"x y",
        b" a ",
        b"\xc3\xa5",
        b"\xe5",
        b"#",
        b"a\\",
        b"\0",
        b"\r",
        b'"',
        b"'",
    ]
)
_QUOTED = st.sampled_from(
    [
        b"%s",
        b"%sa,b%s",
        b"%sa%s%sb%s",
        b"%s%s",
        b"%s%s%s%s",
        b"a%s",
        b"%sa",
        b"%sa%sb",
        b"%s %s",
        b"%s\r%s",
    ]
)
_LABELS = st.sampled_from(
    [b"a", b"b", b"c", b" a", b"\xc3\xa5", b"\xe5", b"d d", b'"q"', b"'q'", b"#a"]
)


@st.composite
def formats(draw: Draw) -> dict[str, Any]:
    """Options that say how lines and fields are told apart."""
    options: dict[str, Any] = {}
    options["separator"] = draw(
        st.sampled_from([",", ",", ",", ";", "\t", "\0", "å", " ", "a", ""])
    )
    newlines = st.sampled_from(["", "", "", "\0", ";", "\r", "\n", "b"])
    # what separates lines and fields alike is refused here, and taken there
    options["newline"] = draw(newlines.filter(lambda one: not one or one != options["separator"]))
    options["quotes"] = draw(st.sampled_from(["", True, False, '"', '"', "'", "x", "True"]))
    options["comment"] = draw(st.sampled_from(["", "", "", "#", "a", '"', "\xc3"]))
    for name in ("allow_extra_empty", "skip_empty_lines", "strip_labels"):
        options[name] = draw(st.sampled_from([False, False, True]))
    options["skip_lines"] = draw(st.sampled_from([0, 0, 0, 1, 3, 20]))
    options["label_encoding"] = draw(st.sampled_from(["utf-8", "utf-8", "latin-1", "ascii"]))
    return options


@st.composite
def contents(draw: Draw, options: dict[str, Any], width: int) -> bytes:
    """A file that mostly follows a format."""
    separator = str(options["separator"]).encode("latin-1")
    quote = {"True": '"', "False": '"', "": "'"}.get(str(options["quotes"]), str(options["quotes"]))
    newline = str(options["newline"]).encode("latin-1")
    ends = st.just(newline) if newline else st.sampled_from([b"\n", b"\n", b"\r\n"])

    def quoted(form: bytes) -> bytes:
        return form.replace(b"%s", quote.encode()).replace(b",", separator)

    plain = st.one_of(_VALUES, _VALUES, _QUOTED.map(quoted))
    clean = draw(st.booleans())
    field = st.sampled_from([b"a", b"b", b"1", b"xy", quoted(b"%sa%s")]) if clean else plain
    lines = [draw(st.lists(_LABELS, min_size=width, max_size=width, unique=True))]
    for _ in range(draw(st.integers(0, 9))):
        size = width if clean else draw(st.sampled_from([width] * 6 + [0, width - 1, width + 1]))
        extra = draw(st.sampled_from([0, 0, 0, 2])) if options["allow_extra_empty"] else 0
        lines.append([draw(field) for _ in range(size)] + [b""] * extra)
    text = b"".join(separator.join(line) + draw(ends) for line in lines)
    return text if draw(st.booleans()) else text.removesuffix(newline or b"\n")


def _label_options(draw: Draw, width: int) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if draw(st.integers(0, 2)) == 0:
        options["labels"] = draw(
            st.lists(
                st.sampled_from(["a", "b", "c", "d", " e"]),
                min_size=width,
                max_size=width,
                unique=True,
            )
        )
    options["label_lines"] = draw(st.sampled_from([None, None, None, 0, 1, 2]))
    names = st.sampled_from(["a", "b", "c", "å", "d d", "new", " a"])
    options["rename"] = draw(st.just({}) | st.dictionaries(names, names, max_size=2))
    options["discard"] = draw(st.just(set()) | st.sets(names, max_size=2))
    options["lineno_label"] = draw(st.sampled_from(["", "", "line", "a"]))
    options["allow_bad"] = draw(st.booleans())
    return {key: value for key, value in options.items() if value is not None}


@st.composite
def imports(draw: Draw) -> Case:
    """A file, imported twice: the second time as what follows the first."""
    options = draw(formats())
    width = draw(st.integers(1, 3)) if options["separator"] else 1
    content = draw(contents(options, width))
    if draw(st.integers(0, 5)) == 0:
        content = gzip.compress(content, mtime=0)
    options |= _label_options(draw, width)
    options["filename"] = "input:in.csv"
    steps = [Step("csvimport", options)]
    if draw(st.integers(0, 3)) == 0:
        steps.append(Step("csvimport", options, {"previous": 0}))
    return Case(steps, files={"in.csv": content})


_PATHS = st.sampled_from(
    [
        "a",
        "b",
        "c.csv",
        "d/a",
        "d/b.csv",
        "e/b.csv",
        "default",
        "d/default",
        "å b",
        "a.txt",
        "z/y/x",
    ]
)


@st.composite
def zips(draw: Draw) -> Case:
    """A zip of some files, all or some of which are imported."""
    paths = draw(st.lists(_PATHS, min_size=1, max_size=4, unique=draw(st.booleans())))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if draw(st.booleans()):
            archive.writestr("d/", b"")
        for number, path in enumerate(paths):
            content = b"l\n%s" % b"".join(b"%d%d\n" % (number, row) for row in range(number + 1))
            if draw(st.integers(0, 4)) == 0:
                content = gzip.compress(content, mtime=0)
            info = zipfile.ZipInfo(path)
            archive.writestr(info, content, draw(st.sampled_from([zipfile.ZIP_STORED, 8])))
    options: dict[str, Any] = {"filename": "input:in.zip"}
    options["strip_dirs"] = draw(st.booleans())
    options["chaining"] = draw(
        st.sampled_from(["on", "on", "off", "by_filename", "by_dsname", "by_dict", "by_ziporder"])
    )
    if draw(st.booleans()):
        names = {path.rpartition("/")[2] if options["strip_dirs"] else path for path in paths}
        inside = draw(
            st.lists(
                st.sampled_from(sorted(names | {"z"} if draw(st.integers(0, 9)) == 0 else names)),
                min_size=1,
                unique=True,
            )
        )
        named = st.lists(
            st.sampled_from(["x", "y", "a", "default", "w", "v"]),
            min_size=len(inside),
            max_size=len(inside),
            unique=True,
        )
        options["inside_filenames"] = dict(zip(inside, draw(named), strict=True))
    else:
        options["include_re"] = draw(st.sampled_from(["", "", "csv$", "^d", "a", "a", "nothing"]))
        options["exclude_re"] = draw(st.sampled_from(["", "", "csv$", "^d", "b"]))
    options["lineno_label"] = draw(st.sampled_from(["", "line"]))
    steps = [Step("csvimport_zip", options)]
    if draw(st.integers(0, 3)) == 0:
        steps.append(Step("csvimport_zip", options, {"previous": 0}))
    return Case(steps, files={"in.zip": packed.getvalue()})


METHODS = {"imports": imports(), "zips": zips()}


def test_rows_of_files_are_what_they_are_there(
    tmp_path: Path, engine: LocalEngine, real: Real
) -> None:
    cases = examples(METHODS["imports"], 40)
    theirs = with_plain_extremes(real.run(cases))
    fine = [number for number, steps in enumerate(theirs) if not any(map(_at_fault, steps))]
    mine = with_plain_extremes(ours(cases, tmp_path / "ours", engine))
    assert_same(*([each[number] for number in fine] for each in (cases, mine, theirs)))


def _at_fault(theirs: Outcome) -> bool:
    """Whether a job failed because its first column is discarded, which the real one cannot do."""
    return "expected bytes" in (theirs["error"] or "")


def test_members_of_zips_are_what_they_are_there(
    tmp_path: Path, engine: LocalEngine, real: Real
) -> None:
    cases = examples(METHODS["zips"], 15)
    mine = with_plain_extremes(ours(cases, tmp_path / "ours", engine))
    assert_same(cases, mine, with_plain_extremes(real.run(cases)), OF_SUBJOBS)
