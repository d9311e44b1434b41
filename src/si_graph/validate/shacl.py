"""SHACL on the bundled graph and on any files, by whichever engine stands behind the protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from si_graph import locations
from si_graph.errors import InputError
from si_graph.load.evidence import derive_evidence
from si_graph.load.files import parse_file, relabel
from si_graph.load.sources import bundled_sources
from si_graph.namespaces import GRAPH_INFERRED, GRAPH_SHAPES, PREFIXES
from si_graph.validate.evidence import check_evidence
from si_graph.validate.locate import Locator
from si_graph.validate.report import make_report, merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from si_graph.validate.protocol import ShaclEngine
    from si_graph.validate.report import Report

_SUBCLASS = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_SHAPE_CLASSES = {NamedNode(PREFIXES["sh"] + name) for name in ("NodeShape", "PropertyShape")}
_TARGETS = {
    NamedNode(PREFIXES["sh"] + name)
    for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
}
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SHAPES = NamedNode(GRAPH_SHAPES)
_INFERRED = NamedNode(GRAPH_INFERRED)


def validate_asserted(quads: Iterable[Quad], engine: ShaclEngine | None = None) -> Report:
    """Validate what is stated, before anything is inferred, against the shapes among the quads.

    Args:
        quads: The graph with its shapes in `graph:shapes`; `graph:inferred` is left out.
        engine: The SHACL engine; pySHACL unless told otherwise.
    """
    return validate_closure((quad for quad in quads if quad.graph_name != _INFERRED), engine)


def validate_closure(quads: Iterable[Quad], engine: ShaclEngine | None = None) -> Report:
    """Validate everything that is stated or follows, against the shapes among the quads.

    Args:
        quads: The graph with its shapes in `graph:shapes`.
        engine: The SHACL engine; pySHACL unless told otherwise.
    """
    data: list[Quad] = []
    shapes: list[Quad] = []
    for quad in quads:
        (shapes if quad.graph_name == _SHAPES else data).append(quad)
    return (engine or _default_engine()).validate(data, shapes)


def validate_files(
    paths: Sequence[str | Path],
    shapes: Sequence[str | Path] = (),
    engine: ShaclEngine | None = None,
) -> Report:
    """Validate RDF files, merged, against shapes from files or else the bundled ones.

    The bundled shapes speak of the project's classes, so with them the class hierarchy of the
    ontology is read along, and the passage of each statement is taken from the graph in which it
    stands.

    Args:
        paths: The files to validate.
        shapes: Files with shapes.
        engine: The SHACL engine; pySHACL unless told otherwise.

    Raises:
        InputError: A file is unreadable, or the shapes are ill-formed or none.
    """
    data = _read(paths, "d")
    if not shapes:
        data += [*derive_evidence(data), *_class_hierarchy()]
        report = (engine or _default_engine()).validate(data, bundled_shapes())
        return report.located(Locator(paths))
    wanted = _read(shapes, "s")
    file = ", ".join(map(str, shapes))
    if not any(_says_shape(quad) for quad in wanted):
        raise InputError("there are no SHACL shapes here", file)
    try:
        report = (engine or _default_engine(check_shapes=True)).validate(data, wanted)
    except InputError as error:
        raise InputError(error.message, file, hint=error.hint) from error
    return report.located(Locator(paths))


def validate_graph(
    quads: Iterable[Quad], text: str | None = None, engine: ShaclEngine | None = None
) -> Report:
    """Run all checks on a built graph: shapes on what is stated, shapes on what follows, passages.

    What is wrong in what is stated is reported once, though the closure shows it again.

    Args:
        quads: All graphs. Without shapes in `graph:shapes`, the bundled ones are used, and the
            class hierarchy that they speak of is read along.
        text: The source text, to compare the hashes of passages with.
        engine: The SHACL engine; pySHACL unless told otherwise.
    """
    everything = list(quads)
    if not any(quad.graph_name == _SHAPES for quad in everything):
        everything += [*derive_evidence(everything), *_class_hierarchy()]
        everything += (Quad(q.subject, q.predicate, q.object, _SHAPES) for q in bundled_shapes())
    stated = [quad for quad in everything if quad.graph_name != _INFERRED]
    asserted = validate_asserted(stated, engine)
    closure = validate_closure(everything, engine)
    new = [result for result in closure.results if result not in asserted.results]
    return merge(asserted, make_report(new, closure.engine), check_evidence(stated, text))


def bundled_locator() -> Locator:
    """Return what finds the place of a thing in the bundled sources, in paths from here."""
    here = Path.cwd()
    paths = [source.path for source in bundled_sources(locations.root())]
    return Locator(path.relative_to(here) if path.is_relative_to(here) else path for path in paths)


def bundled_shapes() -> list[Quad]:
    """Read the project's own shapes.

    Raises:
        InputError: They cannot be read.
    """
    return _bundled("shapes", "s")


def _class_hierarchy() -> Iterator[Quad]:
    # What else the ontology says is not the user's data, and would only take time to check.
    return (quad for quad in _bundled("modules", "o") if quad.predicate == _SUBCLASS)


def _bundled(folder: str, prefix: str) -> list[Quad]:
    return _read(sorted(Path(locations.root(), "ontology", folder).glob("*.ttl")), prefix)


def _says_shape(quad: Quad) -> bool:
    # A shape need not be typed: https://www.w3.org/TR/shacl/#node-shapes
    return quad.predicate in _TARGETS or (quad.predicate == _TYPE and quad.object in _SHAPE_CLASSES)


def _read(paths: Sequence[str | Path], prefix: str) -> list[Quad]:
    return [
        quad
        for number, path in enumerate(paths, start=1)
        for quad in relabel(parse_file(path), f"{prefix}{number}n")
    ]


def _default_engine(*, check_shapes: bool = False) -> ShaclEngine:
    from si_graph.validate.pyshacl_engine import PyShacl

    return PyShacl(check_shapes=check_shapes)
