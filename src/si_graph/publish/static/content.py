"""What the static site has to have: its things, questions, proofs and pages, as the graph says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import BASE, GRAPH_INFERRED, PREFIXES, expand, shorten
from si_graph.publish.static.links import Known, page_of, place_of
from si_graph.query.catalogue import catalogue
from si_graph.query.names import instances
from si_graph.query.overviews.roles import roles
from si_graph.reason.explanation.proof import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from si_graph.graph import KnowledgeGraph

MOST_CHOICES = 50
"""Up to how many values of a parameter its question has a page for each."""

PAGES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("home", "", {}),
    ("alphabet", "search", {}),
    ("advice", "advice", {}),
    ("questions", "questions", {}),
    ("matrix", "matrix", {}),
    ("matrix", "matrix/list", {"show": "list"}),
    ("countries", "countries", {}),
    ("picture", "graph", {}),
    ("rules", "rules", {}),
    ("ontology", "ontology", {}),
    ("vocabulary", "vocab", {}),
    ("shapes", "shapes", {}),
    ("editor", "sparql", {}),
)
"""The pages that are about no single thing: name, path, and what they are asked."""

_INFERRED = NamedNode(GRAPH_INFERRED)
_VERSION = NamedNode(PREFIXES["owl"] + "versionIRI")
_SCHEME = NamedNode(PREFIXES["skos"] + "ConceptScheme")
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_WITH_GRAPH = ("ontology", "shapes", "vocab")
"""The pages whose data are a whole named graph."""

_FOLDERS = ("id", *_WITH_GRAPH)


class Job(NamedTuple):
    """A part of the site that is made by itself.

    Attributes:
        kind: What is made (`making.MAKERS`).
        about: What of.
        more: What else has to be known for that.
    """

    kind: str
    about: str
    more: Any = None


class Content(NamedTuple):
    """What the site has.

    Attributes:
        known: What links have to know.
        things: The resources that have a page and data.
        graphs: The named graphs of the project, by the path of their data.
        schemes: The vocabularies.
        proofs: The statements to prove, by the folder of their subject.
        moved: Paths that lead elsewhere on the site.
        choices: The values that questions are asked about, by the question's name.
    """

    known: Known
    things: list[str]
    graphs: dict[str, str]
    schemes: list[str]
    proofs: dict[str, list[Statement]]
    moved: dict[str, str]
    choices: dict[str, list[str]]

    def jobs(self) -> Iterator[Job]:
        """Go through all parts of the site that can be made side by side, the long ones first."""
        for about, statements in self.proofs.items():
            yield Job("proofs", about, statements)
        for query in catalogue():
            yield Job("question", query.name)
            for value in self.choices.get(query.name, ()):
                yield Job("choice", query.name, value)
        for name, path, values in PAGES:
            yield Job("page", path, (name, values))
        for iri in self.things:
            yield Job("thing", iri)
        for iri in self.things:
            yield Job("picture", iri)
        for iri in self.schemes:
            yield Job("scheme", iri)
        for path, iri in self.graphs.items():
            yield Job("graph", path, iri)


def content(graph: KnowledgeGraph, address: str) -> Content:
    """Return what a site has.

    Args:
        graph: The graph.
        address: Where the site stands.
    """
    found = _Named(graph)
    parameters, choices = _choices(graph)
    questions = [query.name for query in catalogue()]
    moved = {path: page_of(path) for path in map(_path, found.things) if path != page_of(path)}
    moved |= {f"query/{name}": f"questions/{name}" for name in questions}
    moved |= {_path(version): _path(of) for version, of in found.versions.items()}
    moved |= {_path(iri): f"{_path(iri)}.ttl" for iri in found.graphs}
    pages = {page_of(_path(iri)) for iri in (*found.things, *found.schemes)}
    pages |= {path for _, path, _ in PAGES} | {f"questions/{name}" for name in questions}
    pages |= {"catalog", "explain", *moved}
    graphs = {_path(iri): iri for iri in found.graphs}
    graphs |= {name: f"{BASE}graph/{name}" for name in _WITH_GRAPH if f"graph/{name}" in graphs}
    return Content(
        Known(address, frozenset(pages), frozenset(found.things), parameters),
        sorted(found.things),
        graphs,
        sorted(found.schemes),
        _proofs(graph),
        moved,
        choices,
    )


class _Named:
    """The things of the project that a graph names, by what they are."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.things: set[str] = set()
        self.schemes: set[str] = set()
        self.graphs: set[str] = set()
        self.versions: dict[str, str] = {}
        for quad in graph.quads():
            subject, value = quad.subject, quad.object
            if quad.predicate == _VERSION and isinstance(value, NamedNode):
                self.versions[value.value] = str(subject)[1:-1]
            if quad.predicate == _TYPE and value == _SCHEME:
                self.schemes.add(str(subject)[1:-1])
            for term in (subject, value, quad.graph_name):
                if isinstance(term, NamedNode) and term.value.startswith(BASE):
                    self._add(term.value)
        self.things -= {*self.schemes, *self.versions}

    def _add(self, iri: str) -> None:
        folder, _, rest = _path(iri).partition("/")
        if "#" in rest or not rest:
            return
        if folder == "graph":
            self.graphs.add(iri)
        elif folder in _FOLDERS:
            self.things.add(iri)


def _path(iri: str) -> str:
    return iri.removeprefix(BASE)


def _proofs(graph: KnowledgeGraph) -> dict[str, list[Statement]]:
    """Return what pages ask the reason of: all that follows, and the roles of the matrix."""
    si = PREFIXES["si"]
    asked = {
        Statement(NamedNode(one.action), NamedNode(si + one.role), NamedNode(one.actor))
        for one in roles(graph.store)
    }
    for quad in graph.quads():
        subject, value = quad.subject, quad.object
        # What has no name is on no page, and so nobody asks.
        if (
            quad.graph_name == _INFERRED
            and isinstance(subject, NamedNode)
            and isinstance(value, NamedNode | Literal)
        ):
            asked.add(Statement(subject, quad.predicate, value))
    proofs: dict[str, list[Statement]] = {}
    for statement in sorted(asked, key=str):
        proofs.setdefault(place_of(statement.subject.value), []).append(statement)
    return proofs


def _choices(graph: KnowledgeGraph) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the questions that are asked about each value, with their parameter and values."""
    parameters: dict[str, str] = {}
    choices: dict[str, list[str]] = {}
    for query in catalogue():
        asked = [one for one in query.parameters.values() if one.name != "lang"]
        if len(asked) != 1 or asked[0].type.startswith("xsd:"):
            continue
        values = instances(graph.store, expand(asked[0].type) or "")
        if 1 < len(values) <= MOST_CHOICES:
            parameters[query.name] = asked[0].name
            choices[query.name] = sorted(map(shorten, values))
    return parameters, choices
