"""Where the parts of a diagram stand: boxes in layers from left to right, lines between them."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from si_graph.query.labels import alphabetical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HEIGHT = 26
_ROW = 34
_GAP = 46
_MARGIN = 4
_CHARACTER = 7.6
"""The width of a character of the diagrams' type, with some to spare."""


class Box(NamedTuple):
    """A box with a name, at its upper left corner."""

    iri: str
    label: str
    x: float
    y: float
    width: float
    height: float = _HEIGHT

    @property
    def middle(self) -> float:
        """Half of the box's height, from the top of the diagram."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """The box's right edge."""
        return self.x + self.width


class Line(NamedTuple):
    """A line as the path of an SVG, with a name that stands above the place given, if any."""

    path: str
    label: str = ""
    x: float = 0
    y: float = 0


class Diagram(NamedTuple):
    """A diagram; without boxes there is nothing to draw."""

    width: float
    height: float
    boxes: list[Box]
    lines: list[Line]


def hierarchy(above: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> Diagram:
    """Return a tree of things, the highest on the left.

    Args:
        above: What each thing is directly below. Of several, the one with most below it is where
            it hangs; the others get a line.
        names: What the things are called.
    """
    sizes = Counter(one for over in above.values() for one in over)
    below: dict[str, list[str]] = {}
    for iri, over in above.items():
        known = [one for one in over if one in above]
        below.setdefault(max(known, key=sizes.__getitem__, default=""), []).append(iri)
    layers = _layers(below)
    places = _rows(below, names)
    lefts = _lefts(layers, names)
    boxes = {
        iri: Box(iri, names[iri], lefts[layers[iri]], _MARGIN + row * _ROW, _width(names[iri]))
        for iri, row in places.items()
    }
    lines = [
        _elbow(boxes[over], boxes[iri], _GAP / 2 if iri in below.get(over, ()) else _GAP / 4)
        for iri in boxes
        for over in above[iri]
        if over in boxes and layers[over] < layers[iri]
    ]
    return _diagram(list(boxes.values()), lines)


def relations(edges: Iterable[tuple[str, str, str]], names: Mapping[str, str]) -> Diagram:
    """Return properties between things: what has them on the left, what they lead to on the right.

    Args:
        edges: Each a thing, the property, and the thing that it leads to.
        names: What they are called.
    """
    rows = sorted(edges, key=lambda edge: [alphabetical(names[iri]) for iri in edge])
    if not rows:
        return Diagram(0, 0, [], [])
    # A thing stands in the middle of its rows, and where those on the right would overlap, lower.
    left_width = max(_width(names[start]) for start, _, _ in rows)
    middle = left_width + _GAP
    right = middle + max(_width(names[label]) for _, label, _ in rows) + 2 * _GAP
    starts = _boxes([start for start, _, _ in rows], _MARGIN, names)
    ends = _boxes([end for _, _, end in rows], right, names)
    lines = []
    for number, (start, label, end) in enumerate(rows):
        y = _MARGIN + number * _ROW + _HEIGHT / 2
        one, other = starts[start], ends[end]
        turn = right - _GAP / 2
        path = (
            f"M{one.right:.0f} {one.middle:.0f} "
            f"C{one.right + _GAP / 2:.0f} {one.middle:.0f} {middle - _GAP / 2:.0f} {y:.0f} "
            f"{middle:.0f} {y:.0f} H{right - _GAP:.0f} "
            f"C{turn:.0f} {y:.0f} {turn:.0f} {other.middle:.0f} {other.x:.0f} {other.middle:.0f}"
        )
        lines.append(Line(path, names[label], middle, y - 4))
    return _diagram([*starts.values(), *ends.values()], lines)


def _layers(below: Mapping[str, list[str]]) -> dict[str, int]:
    """Return how deep each thing hangs; what hangs in a circle is left out."""
    layers: dict[str, int] = {}
    pending = [(iri, 0) for iri in below.get("", ())]
    while pending:
        iri, layer = pending.pop()
        layers[iri] = layer
        pending += [(one, layer + 1) for one in below.get(iri, ())]
    return layers


def _rows(below: Mapping[str, list[str]], names: Mapping[str, str]) -> dict[str, float]:
    """Return the row of each thing: those without anything below one by one, others in between."""
    rows: dict[str, float] = {}
    leaves = 0

    def place(iri: str) -> float:
        nonlocal leaves
        under = [
            place(one)
            for one in sorted(below.get(iri, ()), key=lambda one: alphabetical(names[one]))
        ]
        if not under:
            leaves += 1
        rows[iri] = (under[0] + under[-1]) / 2 if under else leaves - 1
        return rows[iri]

    for iri in sorted(below.get("", ()), key=lambda one: alphabetical(names[one])):
        place(iri)
    return rows


def _lefts(layers: Mapping[str, int], names: Mapping[str, str]) -> list[float]:
    """Return where each layer begins: after the widest name of the one before."""
    lefts: list[float] = [_MARGIN]
    for layer in range(max(layers.values(), default=0)):
        widest = max(_width(names[iri]) for iri, one in layers.items() if one == layer)
        lefts.append(lefts[-1] + widest + _GAP)
    return lefts


def _boxes(iris: Sequence[str], x: float, names: Mapping[str, str]) -> dict[str, Box]:
    """Return a box for each thing, as near as can be to the middle of its rows."""
    rows: dict[str, list[int]] = {}
    for row, iri in enumerate(iris):
        rows.setdefault(iri, []).append(row)
    middles = {iri: sum(of_iri) / len(of_iri) for iri, of_iri in rows.items()}
    boxes: dict[str, Box] = {}
    free = 0.0
    for iri in sorted(rows, key=middles.__getitem__):
        place = max(free, middles[iri])
        boxes[iri] = Box(iri, names[iri], x, _MARGIN + place * _ROW, _width(names[iri]))
        free = place + 1
    return boxes


def _elbow(one: Box, other: Box, before: float) -> Line:
    turn = other.x - before
    return Line(f"M{one.right:.0f} {one.middle:.0f} H{turn:.0f} V{other.middle:.0f} H{other.x:.0f}")


def _width(label: str) -> float:
    return len(label) * _CHARACTER + 20


def _diagram(boxes: list[Box], lines: list[Line]) -> Diagram:
    return Diagram(
        max((box.right for box in boxes), default=0) + _MARGIN,
        max((box.y + box.height for box in boxes), default=0) + _MARGIN,
        boxes,
        lines,
    )
