"""The picture of what a thing is linked to; a script lets it grow."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from si_graph.errors import UsageError
from si_graph.namespaces import expand
from si_graph.query.labels import labels
from si_graph.render.neighbourhood import neighbourhood
from si_graph.render.page import Format, Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.query.search import Hit
    from si_graph.render.neighbourhood import Edge, Neighbourhood, Node
    from si_graph.render.page import View

_STARTS = (
    "awt84:advice", "awt84:rec1", "awt84:rec2", "awt84:rec3", "concept:social-innovation",
    "actor:municipalities", "actor:min-ez", "actor:citizens", "instrument:deals",
)  # fmt: skip
"""Where a walk through the advice may begin."""

_WIDTH = 960
_MIDDLE_WIDTH = 200
_ROW = 30
_LONGEST = 38
_LONGEST_MIDDLE = 24


class Relation(NamedTuple):
    """What one relation leads to, or comes from."""

    label: str
    outgoing: bool
    rows: list[tuple[Node, bool]]


class Spot(NamedTuple):
    """A node in the drawing: its text and where the text and its line begin; `y` is its middle."""

    node: Node
    text: str
    y: float
    inferred: bool


class Heading(NamedTuple):
    """The name of a relation in the drawing."""

    text: str
    y: float


class Side(NamedTuple):
    """One side of the drawing; what points to the middle stands left, what it points to right."""

    outgoing: bool
    headings: list[Heading]
    spots: list[Spot]
    height: float


class Drawing(NamedTuple):
    """The drawing: two sides beside the thing in the middle."""

    sides: list[Side]
    middle: list[str]
    width: int
    height: float


def render(view: View) -> Page:
    """Return the page: a thing by name or by words, or where to begin."""
    thing = view.values.get("thing", "").strip()
    if not thing:
        return _choice(view, "", [])
    try:
        return _picture(view, thing)
    except UsageError:
        hits = _hits(view, thing)
        if hits and hits[0].matched.casefold() == thing.casefold():
            return _picture(view, hits[0].iri)
        return _choice(view, thing, hits)


def _picture(view: View, thing: str) -> Page:
    data = neighbourhood(view.graph, view.site, thing, view.lang)
    middle, relations = data["nodes"][0], _relations(data)
    address = view.site.path("graph.json", thing=middle["iri"], lang=view.lang)
    return Page(
        fill(
            "picture.html",
            view,
            thing=middle["label"],
            middle=middle,
            data=data,
            relations=relations,
            drawing=_drawing(middle, relations),
            formats=[Format("JSON", "application/json", address)],
            starts=[],
            hits=[],
        )
    )


def _choice(view: View, thing: str, hits: list[Hit]) -> Page:
    iris = [iri for name in _STARTS if (iri := expand(name))]
    names = labels(view.graph.store, iris, view.lang)
    starts = [(iri, names[iri]) for iri in iris if iri in names]
    html = fill("picture.html", view, thing=thing, middle=None, starts=starts, hits=hits)
    return Page(html, 404 if thing else 200)


def _hits(view: View, words: str) -> list[Hit]:
    try:
        return view.graph.search(words, lang=view.lang, limit=10)
    except UsageError:
        return []


def _relations(data: Neighbourhood) -> list[Relation]:
    """Return the edges by relation; what is stated stands before what only follows."""
    nodes = {node["id"]: node for node in data["nodes"]}
    middle = data["nodes"][0]["id"]

    def outgoing(edge: Edge) -> bool:
        return edge["source"] == middle

    def key(edge: Edge) -> tuple[bool, str, str]:
        return not outgoing(edge), edge["label"], edge["property"]

    def rows(edges: Iterator[Edge]) -> list[tuple[Node, bool]]:
        found = [(nodes[one["target" if outgoing(one) else "source"]], one) for one in edges]
        found.sort(key=lambda row: (not row[0]["iri"], row[1]["inferred"], row[0]["label"]))
        return [(node, edge["inferred"]) for node, edge in found]

    return [
        Relation(label, not incoming, rows(edges))
        for (incoming, label, _), edges in groupby(sorted(data["edges"], key=key), key=key)
    ]


def _drawing(middle: Node, relations: list[Relation]) -> Drawing:
    sides = [_side(relations, outgoing) for outgoing in (False, True)]
    height = max(_ROW * 3, *(side.height for side in sides)) + _ROW
    lines = _lines(middle["label"], _LONGEST_MIDDLE)
    return Drawing([_centred(side, height) for side in sides], lines, _WIDTH, height)


def _side(relations: list[Relation], outgoing: bool) -> Side:
    headings: list[Heading] = []
    spots: list[Spot] = []
    y = 0.0
    for relation in relations:
        if relation.outgoing != outgoing:
            continue
        y += _ROW
        headings.append(Heading(relation.label, y))
        for node, inferred in relation.rows:
            y += _ROW
            spots.append(Spot(node, _shortened(node["label"], _LONGEST), y, inferred))
        y += _ROW / 3
    return Side(outgoing, headings, spots, y)


def _centred(side: Side, height: float) -> Side:
    down = (height - side.height) / 2 - _ROW / 4
    return side._replace(
        headings=[one._replace(y=round(one.y + down, 1)) for one in side.headings],
        spots=[one._replace(y=round(one.y + down, 1)) for one in side.spots],
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _lines(text: str, longest: int) -> list[str]:
    """Break a text into at most four lines."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) < longest:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            lines.append(word)
    shown = [_shortened(line, longest) for line in lines if line]
    return shown if len(shown) <= 4 else [*shown[:3], f"{shown[3].removesuffix('…')}…"]
