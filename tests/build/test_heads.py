"""The heads of files: bounded, within the workspace, and true for each kind."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from axtui.build.heads.head import Head, head, kind_of
from axtui.build.heads.texts import wrapped


def of(path: Path) -> Head:
    return head(path, [path.parent])


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.txt", "one\ntwo\x1b[31m\n", ("one", "two\x1b[31m")),
        ("a.json", '{"b": [1, 2]}', ("{", '  "b": [', "    1,", "    2", "  ]", "}")),
        ("broken.json", "{", ("{",)),
        ("a.csv", "name,n\nann,1\nbob,22\n", ("name   n", "ann    1", "bob   22")),
        ("a.tsv", "x\ty\n1\t2\n", ("x  y", "1  2")),
        ("one.csv", "just words\n", ("just words",)),
        (
            "a.html",
            "<head><title>t</title><style>p{}</style></head><h1>Big</h1><p>a <b>bo</b>ld<br>&lt;b&gt;"
            "<script>alert(1)</script><table><tr><td>1</td><td>2</td></tr></table>",
            ("Big", "", "a bold", "<b>", "", "1 2"),
        ),
        ("empty.txt", "", ()),
    ],
)
def test_texts(tmp_path: Path, name: str, text: str, lines: tuple[str, ...]) -> None:
    (tmp_path / name).write_text(text)
    found = of(tmp_path / name)
    assert found.lines == lines
    assert not found.cut and found.bytes == len(text)


def test_a_long_text_is_cut_at_a_line(tmp_path: Path) -> None:
    (tmp_path / "long.log").write_text("0123456789abcde\n" * 100_000)
    found = of(tmp_path / "long.log")
    assert found.cut and len(found.lines) == 2000 and set(found.lines) == {"0123456789abcde"}


def test_a_table_of_parquet_tells_columns_and_rows(tmp_path: Path) -> None:
    table = pa.table({"n": range(100), "half": [n / 3 for n in range(100)], "t": ["x"] * 100})
    pq.write_table(table, tmp_path / "a.parquet")
    found = of(tmp_path / "a.parquet")
    assert found.kind == "table" and found.facts == ("3 columns", "100 rows") and found.cut
    assert found.lines[:4] == ("n: int64", "half: double", "t: string", "")
    assert found.lines[6].split() == ["1", "0.333333", "x"]
    (tmp_path / "no.parquet").write_bytes(b"PAR1")
    assert "no Parquet file" in of(tmp_path / "no.parquet").facts[0]


def test_pictures_and_movies_tell_their_size_and_length(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\0" * 9
    gif = b"GIF89a" + struct.pack("<HH", 32, 16)
    jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08" + struct.pack(">HH", 20, 30) + b"\0" * 9
    mvhd = struct.pack(">I4sIIIII", 28, b"mvhd", 0, 0, 0, 1000, 95_000)
    movie = struct.pack(">I4s", 8, b"ftyp") + struct.pack(">I4s", 8 + len(mvhd), b"moov") + mvhd
    for name, data, facts in (
        ("a.png", png, ("640 x 480",)),
        ("a.gif", gif, ("32 x 16",)),
        ("a.jpg", jpeg, ("30 x 20",)),
        ("a.mp4", movie, ("1:35 long",)),
        ("cut.png", png[:12], ()),
        ("cut.mp4", movie[:20], ()),
        ("endless.mp4", struct.pack(">I4s", 0, b"free"), ()),
    ):
        (tmp_path / name).write_bytes(data)
        assert of(tmp_path / name).facts == facts, name


def test_what_may_not_be_read_is_not_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "dangling").symlink_to(inside / "nothing")
    os.mkfifo(inside / "pipe")
    (inside / "zeros.bin").write_bytes(b"\0" * 10)
    (inside / "folder").mkdir()
    (inside / "folder/b").mkdir()
    assert head(inside / "link.txt", [inside]).kind == "refused"
    assert head(inside / "link.txt", [inside, outside]).lines == ("secret",)
    assert "leads to" in head(inside / "dangling", [inside]).facts[0]
    assert head(inside / "none", [inside]).kind == "gone"
    assert head(inside / "pipe", [inside]).kind == "refused"
    assert head(inside / "zeros.bin", [inside]).kind == "data"
    assert head(inside / "folder", [inside]).lines == ("b/",)


def test_kinds_by_name() -> None:
    names = ["a.PNG", "a.mp4", "a.csv", "a.xyz", "README"]
    assert [kind_of(name) for name in names] == ["picture", "movie", "table", "xyz", "file"]


def test_prose_is_whole_paragraphs_that_are_wrapped_to_any_width(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p>{'word ' * 50}</p><ul><li>{'item ' * 20}</ul>")
    found = of(tmp_path / "a.html")
    assert found.prose and len(found.lines) == 3
    for width in (20, 50):
        lines = wrapped(found.lines, width)
        assert max(map(len, lines)) <= width
        assert " ".join(" ".join(lines).split()) == " ".join(" ".join(found.lines).split())
        assert lines[-1].startswith("  item")
