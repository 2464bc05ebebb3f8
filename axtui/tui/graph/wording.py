"""A line of a provenance tree as pieces of text with their tones, fitted to the width there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from axtui import human
from axtui.build.graph import tree
from axtui.build.graph.layers import Box
from axtui.build.graph.parts import TROUBLE, Graph, Node
from axtui.build.graph.told import Told
from axtui.texttable import cut
from axtui.tui import look
from axtui.tui.dashboard.line import Piece, padded, plain, width_of

_TONES = {
    "primary": "primary",
    "secondary": "secondary",
    "success": "success",
    "warning": "warning",
    "error": "error",
    "accent": "accent",
}
_GUIDES = {True: ("│ ", "  ", "├─", "└─"), False: ("| ", "  ", "|-", "`-")}
_WORD, _AGE, _AGO = 9, 6, 10
_WITH_WORD = 48
"""Cells from which every line tells its state in a word; below, only those in trouble do."""
_WITH_WHY = 84
_NAMES = 0.56
"""The share of a wide line that names may take."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much a line may take: `width` cells, of which `named` for what stands at the left."""

    width: int
    named: int

    @classmethod
    def of(cls, width: int, widest: int) -> Room:
        """The room in `width` cells, where the widest left part would take `widest`."""
        if width < _WITH_WORD:
            return cls(width, max(8, width - _AGE - 1))
        if width < _WITH_WHY:
            return cls(width, max(8, width - _AGO - _WORD - 4))
        return cls(width, min(widest, int(width * _NAMES)))


def tone(state: str) -> str:
    """The tone of a state."""
    return _TONES.get(look.look(state).color, "muted")


def left(line: tree.Line, told: Told, lit: bool, shown_from: int, unicode: bool) -> list[Piece]:
    """Guides, glyph, name, what it is and how it hangs on the line above. `lit` is on the way to the
    cursor; the guides begin at the level `shown_from`."""
    guides = _guides(line, shown_from, unicode)
    mark = look.glyph(told.state, unicode)
    if line.folded:
        mark = "⋯" if unicode else ":"
    name = "bold accent" if lit else "bold"
    found: list[Piece] = [
        (guides, "accent" if lit else "muted"),
        (f"{mark} ", tone(told.state)),
        (plain(told.name), name),
    ]
    if told.what:
        found.append((f"  {plain(told.what)}", ""))
    if told.how:
        found.append((f"  {plain(told.how)}", "muted"))
    if line.more and not line.opened and not line.again:
        found.append((" ▸" if unicode else " >", "accent"))
    return found


def words(line: tree.Line, told: Told, pieces: list[Piece], room: Room) -> list[Piece]:
    """The whole line: what stands at the left, then state, age and reason in their columns."""
    fitted = _fitted(pieces, room.named)
    muted = "muted"
    if room.width < _WITH_WORD:
        trouble = told.state in TROUBLE
        end = look.look(told.state).word if trouble else told.age
        return [
            *fitted,
            (" ", ""),
            (padded(end, _AGE, True), tone(told.state) if trouble else muted),
        ]
    word = look.look(told.state).word
    found = [
        *fitted,
        ("  ", ""),
        (padded(word, _WORD), tone(told.state)),
        (padded(f" {told.age} ago" if told.age else "", _AGO + 1, True), muted),
    ]
    over = room.width - room.named - _WORD - _AGO - 5
    if over > 4 and told.why:
        found.append(
            ("  " + cut(plain(told.why), over), "error" if told.state == "failed" else muted)
        )
    return found


def facts(node: Node, now: float) -> str:
    """What is known of a thing in numbers: '1,234 rows · 5.6 kB · took 1.2 s · 3 min ago'."""
    parts = []
    if node.rows is not None:
        parts.append(human.plural(node.rows, "row"))
    if node.bytes is not None:
        parts.append(human.size(node.bytes))
    if node.seconds is not None:
        parts.append(f"took {human.seconds(node.seconds)}")
    if node.moment is not None:
        parts.append(f"{human.ago(now - node.moment)} ago")
    if node.script:
        parts.append(f"script {node.script}")
    return " · ".join(parts)


def box_words(
    graph: Graph, box: Box, states: Mapping[str, str], unicode: bool
) -> tuple[str, str, str]:
    """The two lines of a box of the drawing, and the tone of the second; `states` are how jobs are
    now, by their ids."""
    nodes = [graph.node(ref) for ref in box.refs]
    counts = Counter(states.get(node.ref.name, node.state) for node in nodes)
    worst = next((state for state in counts if state in TROUBLE), counts.most_common(1)[0][0])
    if not box.several:
        node = nodes[0]
        name = f"{node.ref.name} {node.what if node.ref.kind == 'job' else ''}"
        return plain(name), look.told(worst, unicode), tone(worst)
    kinds = {"job": nodes[0].what, "file": "input files", "result": "results"}
    called = kinds.get(box.refs[0].kind, f"{box.refs[0].kind}s")
    told = " ".join(
        f"{look.glyph(state, unicode)} {count} {look.look(state).word}"
        for state, count in sorted(counts.items(), key=lambda one: one[0] not in TROUBLE)
    )
    return plain(f"{len(nodes)} x {called}"), told, tone(worst)


def _guides(line: tree.Line, shown_from: int, unicode: bool) -> str:
    more, none, branch, end = _GUIDES[unicode]
    if len(line.guides) < shown_from + 1:
        return ""
    above = "".join(more if going else none for going in line.guides[shown_from + 1 :])
    return above + (end if line.last else branch)


def _fitted(pieces: list[Piece], width: int) -> list[Piece]:
    found: list[Piece] = []
    room = width
    for text, each in pieces:
        text = cut(text, room) if room > 0 else ""
        if text:
            found.append((text, each))
            room -= width_of([(text, each)])
    return [*found, (" " * room, "")] if room > 0 else found
