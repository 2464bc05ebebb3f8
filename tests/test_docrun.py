"""What types in the documentation notices when a page is not true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import docpages, docrun
from tests.warm import Warm

TRUE = """\
<!-- workspace: w -->

<!-- file: note.txt -->
```text
one
```

```console
$ cat note.txt
one
$ cd .. && pwd && cd w
~
$ echo took 1.25 s at 2026-03-01 10:00 && echo more && echo b && echo a
took 0.2 s at 2025-01-02 11:30
...
a
```

<!-- edit: note.txt: one becomes two -->
<!-- fails -->
```console
$ cat note.txt; \\
>&2 echo no; exit 3
two
no
```

```python
print(open("note.txt").read())
```

<!-- prints -->
```text
two
```

<!-- not run: needs a browser -->
```console
$ exit 1
```
"""


def _type_in(tmp_path: Path, text: str, warm: Warm) -> int:
    page = tmp_path / "page.md"
    page.write_text(text)
    return docrun.type_in(page, tmp_path / "home", warm)


def test_a_true_page(tmp_path: Path, warm: Warm) -> None:
    assert _type_in(tmp_path, TRUE, warm) == 5


@pytest.mark.parametrize(
    ("told", "instead"),
    [
        ("$ cat note.txt\none", "$ cat note.txt\ntwo"),
        ("$ cat note.txt\none", "$ cat note.txt"),
        ("$ cat note.txt\none", "$ cat other.txt\none"),
        ("...\na", "...\nc"),
        ("took 0.2 s", "took 0.2 m"),
        ("<!-- fails -->\n", ""),
        ("exit 3", "exit 0"),
        ("one becomes", "three becomes"),
        ("```text\ntwo\n", "```text\nthree\n"),
        ("<!-- prints -->\n", ""),
        ("read())\n", "read() + 1)\n"),
    ],
)
def test_a_page_that_is_not_true(tmp_path: Path, told: str, instead: str, warm: Warm) -> None:
    assert TRUE.count(told) == 1
    with pytest.raises(AssertionError, match=r"page\.md"):
        _type_in(tmp_path, TRUE.replace(told, instead), warm)


def test_blocks_have_their_marks_and_lines(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    found = list(docpages.blocks(page))
    assert [block.line for block in found] == [4, 8, 21, 28, 33, 38]
    assert found[0].file == "note.txt"
    assert found[2].marks == ("edit: note.txt: one becomes two", "fails")
    assert found[5].mark("not run") == "needs a browser"
