"""Files in the graph: those of the input directory, and those that lie beside the code."""

from __future__ import annotations

from axtui.build.graph.parts import Ref
from axtui.build.graph.provenance import provenance
from catalog.read import open_reader
from tests.standard.conftest import Lab, engine, lab  # noqa: F401

READS = """
from pathlib import Path
depend_extra = ("places.txt",)
def synthesis(job):
    with job.open_input("days.csv") as days:
        return days.read() + Path(__file__).with_name("places.txt").read_text()
"""


def test_a_file_beside_a_method_is_there_until_it_is_gone(lab: Lab) -> None:  # noqa: F811
    lab.write("methods/places.txt", "1 2 here\n")
    lab.folds = True
    lab.method("reads", READS)
    lab.input("days.csv", "day\n1\n")
    lab.script('urd.build("reads")\n')
    lab.run()

    def states() -> dict[str, str]:
        with open_reader(lab.workspace.dot_axtui) as reader:
            graph = provenance(reader.query, lab.workspace, "build")
        names = ("days.csv", "methods/places.txt")
        return {name: graph.node(Ref("file", name)).state for name in names}

    assert states() == {"days.csv": "input", "methods/places.txt": "input"}
    (lab.root / "methods" / "places.txt").unlink()
    assert states() == {"days.csv": "input", "methods/places.txt": "gone"}
