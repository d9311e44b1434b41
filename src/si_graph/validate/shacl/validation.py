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
from si_graph.validate.known_terms import check_terms
from si_graph.validate.locate import Locator
from si_graph.validate.report import make_report, merge
from si_graph.validate.shacl.changes import touched
from si_graph.validate.shacl.engines import engine as make_engine
from si_graph.validate.shacl.expectations import with_expectations
from si_graph.validate.shacl.targets import focus_nodes, restricted, sampled
from si_graph.validate.shacl.well_formed import described, require_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import Triple

    from si_graph.validate.report import Report
    from si_graph.validate.shacl.protocol import ShaclEngine
    from si_graph.validate.shacl.targets import Focus

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
        engine: The SHACL engine; the native one unless told otherwise.
    """
    return validate_closure((quad for quad in quads if quad.graph_name != _INFERRED), engine)


def validate_closure(quads: Iterable[Quad], engine: ShaclEngine | None = None) -> Report:
    """Validate everything that is stated or follows, against the shapes among the quads.

    Args:
        quads: The graph with its shapes in `graph:shapes`.
        engine: The SHACL engine; the native one unless told otherwise.
    """
    data: list[Quad] = []
    shapes: list[Quad] = []
    for quad in quads:
        (shapes if quad.graph_name == _SHAPES else data).append(quad)
    report = (engine or make_engine()).validate(data, shapes)
    return with_expectations(report, shapes)


def validate_files(
    paths: Sequence[str | Path],
    shapes: Sequence[str | Path] = (),
    engine: ShaclEngine | None = None,
    *,
    sample: int | None = None,
    limit: int | None = None,
    changed_from: Sequence[str | Path] = (),
) -> Report:
    """Validate RDF files, merged, against shapes from files or else the bundled ones.

    The bundled shapes speak of the project's classes, so with them the class hierarchy of the
    ontology is read along, and the passage of each statement is taken from the graph in which it
    stands. Whatever is not checked or not shown, a note in the report says so.

    Args:
        paths: The files to validate.
        shapes: Files with shapes.
        engine: The SHACL engine; the native one unless told otherwise.
        sample: How many focus nodes of each shape to check, by chance but the same every time.
        limit: How many findings to return, the worst ones.
        changed_from: The files before a change; only what the change touches is checked then.

    Raises:
        InputError: A file is unreadable, or the shapes are ill-formed or none.
    """
    wanted, notes = _users_shapes(shapes) if shapes else (bundled_shapes(), [])
    read = _stream if shapes else _with_hierarchy
    data: Iterable[Quad | Triple] = read(paths, "d")
    use: Sequence[Quad | Triple] = wanted
    if sample or changed_from:
        new = [quad.triple for quad in read(paths, "d")]
        old = {quad.triple for quad in read(changed_from, "o")} if changed_from else None
        use, markers, more = _narrowed([quad.triple for quad in wanted], new, sample, old)
        data, notes = [*new, *markers], [*notes, *more]
    try:
        report = (engine or make_engine()).validate(data, use)
    except InputError as error:
        if error.file:  # in the data, which is read as it is checked
            raise
        file = ", ".join(map(str, shapes))
        raise InputError(error.message, file, hint=error.hint) from error
    report = with_expectations(report._replace(notes=(*notes, *report.notes)), wanted)
    if not shapes and not sample:
        report = merge(report, _unknown_terms(report, paths, changed_from))
    return _cut(report, limit).located(Locator(paths))


def _unknown_terms(
    report: Report, paths: Sequence[str | Path], changed_from: Sequence[str | Path]
) -> Report:
    """Check that terms exist, but for the statements that a shape finds wrong already."""
    old = {quad.triple for quad in _stream(changed_from, "o")}
    described = {quad.subject for quad in _stream(paths, "d")}
    found = check_terms((q for q in _stream(paths, "d") if q.triple not in old), described)
    wrong = {(result.focus, result.path, result.value) for result in report.results}
    new = [one for one in found.results if (one.focus, one.path, one.value) not in wrong]
    return make_report(new, found.engine)


def _users_shapes(paths: Sequence[str | Path]) -> tuple[list[Quad], list[dict[str, str]]]:
    file = ", ".join(map(str, paths))
    shapes, notes = described(_read(paths, "s"))
    if not any(_says_shape(quad) for quad in shapes):
        raise InputError("there are no SHACL shapes here", file)
    try:
        require_well_formed(shapes)
    except InputError as error:
        raise InputError(error.message, file, hint=error.hint) from error
    return shapes, notes


def _narrowed(
    shapes: list[Triple], data: list[Triple], sample: int | None, old: set[Triple] | None
) -> tuple[list[Triple], list[Triple], list[dict[str, str]]]:
    """Return the shapes for some focus nodes only, what marks these in the data, and notes."""
    everything = focus_nodes(shapes, data)
    chosen = everything if old is None else touched(shapes, old, data)
    notes = [] if old is None else [_note(_CHANGED, chosen, everything)]
    if sample:
        chosen, all_of_them = sampled(chosen, sample), chosen
        notes.append(_note(_SAMPLED, chosen, all_of_them))
    return (*restricted(shapes, chosen), notes)


_CHANGED = {
    "nl": "Alleen gecontroleerd wat de wijziging raakt: {some} van {all}.",
    "en": "Only what the change touches was checked: {some} of {all}.",
}
_SAMPLED = {
    "nl": "Steekproef: {some} van {all} gecontroleerd; in de rest kan meer mis zijn.",
    "en": "A sample: {some} of {all} were checked; there may be more wrong in the rest.",
}
_CUT = {
    "nl": "Alleen de eerste {some} van {all} bevindingen staan hier.",
    "en": "Only the first {some} of {all} findings are shown.",
}


def _note(words: Mapping[str, str], some: Focus, everything: Focus) -> dict[str, str]:
    counts = {"some": sum(map(len, some.values())), "all": sum(map(len, everything.values()))}
    return {language: text.format(**counts) for language, text in words.items()}


def _cut(report: Report, limit: int | None) -> Report:
    # The worst come first, so the verdict stays the same.
    found = len(report.results)
    if limit is None or found <= limit:
        return report
    note = {language: text.format(some=limit, all=found) for language, text in _CUT.items()}
    return report._replace(results=report.results[:limit], notes=(*report.notes, note))


def validate_graph(
    quads: Iterable[Quad], text: str | None = None, engine: ShaclEngine | None = None
) -> Report:
    """Run all checks on a built graph: shapes on what is stated, shapes on what follows, passages.

    What is wrong in what is stated is reported once, though the closure shows it again.

    Args:
        quads: All graphs. Without shapes in `graph:shapes`, the bundled ones are used, and the
            class hierarchy that they speak of is read along.
        text: The source text, to compare the hashes of passages with.
        engine: The SHACL engine; the native one unless told otherwise.
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
    shown = (path.relative_to(here) if path.is_relative_to(here) else path for path in paths)
    return Locator(shown, "f")


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


def _with_hierarchy(paths: Sequence[str | Path], prefix: str) -> list[Quad]:
    data = _read(paths, prefix)
    return [*data, *derive_evidence(data), *_class_hierarchy()]


def _read(paths: Sequence[str | Path], prefix: str) -> list[Quad]:
    return list(_stream(paths, prefix))


def _stream(paths: Sequence[str | Path], prefix: str) -> Iterator[Quad]:
    for number, path in enumerate(paths, start=1):
        yield from relabel(parse_file(path), f"{prefix}{number}n")
