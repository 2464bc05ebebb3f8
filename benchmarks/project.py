"""One project that both run: methods and scripts, as axtui and as the Accelerator see them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.accelerator import serving
from benchmarks.cost import Cost, run
from benchmarks.processes import cpu_seconds

_CONF = """slices: {slices}
workdirs:
\tdev {root}/workdir
target workdir: dev
method packages:
\tdev
\taccelerator.standard_methods
listen: {root}/.socket.dir/server
result directory: {root}/results
input directory: {inputs}
urd: local
"""
_TOLD = re.compile(r"^TOLD (\S+) ([-\d.e]+)$", re.MULTILINE)


@dataclass
class Run:
    """What a run of a script took, and the numbers it told (a line `TOLD name number` each)."""

    cost: Cost
    told: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One of the two systems, with a project of its own below `root`."""

    root: Path
    command: tuple[str, ...]
    server: int | None = None

    def run(self, script: str, environ: Mapping[str, str] | None = None) -> Run:
        """Run a build script to its end."""
        before = cpu_seconds(self.server) if self.server else 0.0
        cost, text = run([*self.command, "run", script], self.root, environ or {}, self.server)
        if self.server:
            cost = Cost(cost.wall, cost.cpu + cpu_seconds(self.server) - before, cost.peak)
        return Run(cost, told(text))

    def disk(self) -> int:
        """Bytes that the files of the workdir take on the disk."""
        files = (self.root / "workdir").rglob("*")
        return sum(path.lstat().st_blocks * 512 for path in files if path.is_file())


def told(text: str) -> dict[str, float]:
    """The numbers that a program told, by name."""
    return {name: float(number) for name, number in _TOLD.findall(text)}


def write(
    root: Path, methods: Mapping[str, str], scripts: Mapping[str, str], inputs: Path, slices: int
) -> Path:
    """Write a project: sources of methods and of scripts by name. Returns its folder."""
    package = root / "dev"
    for name in ("dev", "workdir", "results", ".socket.dir"):
        (root / name).mkdir(mode=0o750, parents=True)
    (package / "__init__.py").touch()
    (package / "methods.conf").write_text("".join(f"{name}\n" for name in methods))
    for name, source in methods.items():
        (package / f"a_{name}.py").write_text(source.lstrip())
    for name, source in scripts.items():
        (package / f"build_{name}.py").write_text(source.lstrip())
    (root / "accelerator.conf").write_text(
        _CONF.format(root=root.resolve(), inputs=inputs.resolve(), slices=slices)
    )
    return root


def ours(root: Path) -> Side:
    """axtui, as it is installed beside the Python that runs this."""
    axtui = str(Path(sys.executable).with_name("axtui"))
    return Side(root, (axtui, "--config", str(root / "accelerator.conf")))


@contextmanager
def theirs(root: Path, real: Path) -> Iterator[Side]:
    """The Accelerator of the environment `real`, its server running meanwhile."""
    command = (str(real / "bin" / "ax"), "--config", str(root / "accelerator.conf"))
    with serving(command, root) as server:
        yield Side(root, command, server)
