"""Ontology style: the rules of SEMIC's style guide, the pitfalls of OOPS! and the profile OWL 2 RL.

The rules are SHACL shapes with SPARQL constraints (`ontology/style`), which any SHACL engine can
run. Here each query runs once over all terms instead of once for each, which is a matter of
milliseconds; the queries therefore bind `$this` themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import NamedNode, Quad, Store

from si_graph import locations
from si_graph.errors import InputError
from si_graph.load.files import parse_file, relabel
from si_graph.namespaces import PREFIXES, local_name
from si_graph.validate.locate import Locator
from si_graph.validate.report import Result, make_report, predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from si_graph.validate.report import Report

ENGINE = "style"
COMPONENT = PREFIXES["sh"] + "SPARQLConstraintComponent"


def _named(prefix: str, name: str) -> NamedNode:
    return NamedNode(PREFIXES[prefix] + name)


_TYPE = _named("rdf", "type")
_ONTOLOGY = _named("owl", "Ontology")
_DEFINED_BY = _named("rdfs", "isDefinedBy")
_NAMESPACE = _named("vann", "preferredNamespaceUri")
# What makes a thing a term of an ontology.
_KINDS = (
    _named("owl", "Class"),
    _named("owl", "ObjectProperty"),
    _named("owl", "DatatypeProperty"),
    _named("owl", "AnnotationProperty"),
    _named("rdfs", "Class"),
    _named("rdfs", "Datatype"),
    _named("rdf", "Property"),
)
# What a term may have without being more than a name that a file repeats from elsewhere.
_SAYS_NOTHING = (_TYPE, _DEFINED_BY)
_STANDARD = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))


class Rule(NamedTuple):
    """One constraint of a shape: each of its targets that the query returns is wrong.

    Attributes:
        shape: The shape, named after the rule.
        severity: How bad it is.
        targets: What the shape targets: the kind of target and its value.
        select: The query.
        prefixes: The prefixes of the query.
        message: What is wrong and how to mend it, by language.
    """

    shape: NamedNode
    severity: str
    targets: tuple[tuple[str, NamedNode], ...]
    select: str
    prefixes: dict[str, str]
    message: dict[str, str]


def check_style(paths: Sequence[str | Path]) -> Report:
    """Check an ontology, and what is given along with it, against the rules of style.

    The terms that are checked are the ontology's own: those that say so (rdfs:isDefinedBy), and
    those in the namespace of an owl:Ontology. Terms of others that a file repeats are left alone.

    Args:
        paths: The files of the ontology; its shapes and data may be among them.

    Raises:
        InputError: A file is unreadable, or none declares an ontology or a term.
    """
    store = read_ontology(paths)
    results = [result for rule in rules() for result in _results(store, rule)]
    return make_report(results, ENGINE).located(Locator(paths))


def read_ontology(paths: Sequence[str | Path]) -> Store:
    """Read the files of an ontology as the rules expect it: each of its own terms says whose it is.

    Raises:
        InputError: A file is unreadable, or none declares an ontology or a term.
    """
    store = Store()
    for number, path in enumerate(paths, start=1):
        quads = relabel(parse_file(path), f"d{number}n")
        # In which graph a file puts its terms makes no difference to their style.
        store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    owners = _owners(store)
    if not owners and not _subjects(store, _TYPE, _ONTOLOGY):
        raise InputError(
            "there is no ontology here: no class or property is declared",
            ", ".join(map(str, paths)),
            hint="Give the file that declares them (owl:Class, owl:ObjectProperty).",
        )
    _say_whose(store, owners)
    return store


# The rules


def style_files() -> list[Path]:
    """Return the files that hold the rules of style."""
    return sorted(Path(locations.root(), "ontology", "style").glob("*.ttl"))


def rules() -> list[Rule]:
    """Read the rules of style.

    Raises:
        InputError: They cannot be read.
    """
    store = Store()
    for number, path in enumerate(style_files(), start=1):
        store.extend(relabel(parse_file(path), f"s{number}n"))
    shapes = store.quads_for_pattern(None, _named("sh", "sparql"), None, None)
    return [_rule(store, quad.subject, quad.object) for quad in shapes]


def _rule(store: Store, shape: Any, constraint: Any) -> Rule:
    declared = [
        node
        for graph in _values(store, constraint, "prefixes")
        for node in _values(store, graph, "declare")
    ]
    return Rule(
        shape,
        _values(store, shape, "severity")[0].value,
        tuple(
            (kind, value)
            for kind in ("targetSubjectsOf", "targetObjectsOf", "targetClass")
            for value in _values(store, shape, kind)
        ),
        _values(store, constraint, "select")[0].value,
        {
            _values(store, node, "prefix")[0].value: _values(store, node, "namespace")[0].value
            for node in declared
        },
        {text.language: text.value for text in _values(store, constraint, "message")},
    )


def _values(store: Store, subject: Any, name: str) -> list[Any]:
    return [quad.object for quad in store.quads_for_pattern(subject, _named("sh", name), None)]


# Whose a term is


def _owners(store: Store) -> dict[NamedNode, NamedNode]:
    """Return the terms to check, each with the ontology that it belongs to.

    Where no ontology has a term in its namespace, all terms that are described are checked, under
    the one ontology that there is or else under their namespace.
    """
    ontologies = _subjects(store, _TYPE, _ONTOLOGY)
    namespaces = dict(_namespaces(store, ontologies))
    declared = {term for kind in _KINDS for term in _subjects(store, _TYPE, kind)}
    owners: dict[NamedNode, NamedNode] = {}
    for term in declared:
        said = _objects(store, term, _DEFINED_BY)
        named = [name for name in namespaces if term.value.startswith(name) and term.value != name]
        if said & ontologies:
            owners[term] = min(said & ontologies, key=str)
        elif named and term not in ontologies:
            owners[term] = namespaces[max(named, key=len)]
    if owners:
        return owners
    only = next(iter(ontologies)) if len(ontologies) == 1 else None
    return {
        term: only or NamedNode(term.value.removesuffix(local_name(term.value)))
        for term in declared
        if not term.value.startswith(_STANDARD) and _is_described(store, term)
    }


def _namespaces(store: Store, ontologies: Iterable[NamedNode]) -> Iterator[tuple[str, NamedNode]]:
    # What a module says of its namespace counts for less than the ontology that has that name.
    for ontology in sorted(ontologies, key=str, reverse=True):
        for quad in store.quads_for_pattern(ontology, _NAMESPACE, None):
            yield quad.object.value, ontology  # type: ignore[union-attr]  # no triple terms
    for ontology in ontologies:
        for ending in ("", "#", "/") if ontology.value[-1] in "#/" else ("#", "/"):
            yield ontology.value + ending, ontology


def _is_described(store: Store, term: NamedNode) -> bool:
    said = {quad.predicate for quad in store.quads_for_pattern(term, None, None)}
    return not said <= set(_SAYS_NOTHING)


def _say_whose(store: Store, owners: dict[NamedNode, NamedNode]) -> None:
    """State for the terms to check, and for no other, which ontology defines them."""
    for quad in list(store.quads_for_pattern(None, _DEFINED_BY, None)):
        store.remove(quad)
    store.extend(Quad(term, _DEFINED_BY, ontology) for term, ontology in owners.items())


def _subjects(store: Store, name: NamedNode, value: NamedNode) -> set[NamedNode]:
    quads = store.quads_for_pattern(None, name, value)
    return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}


def _objects(store: Store, subject: NamedNode, name: NamedNode) -> set[NamedNode]:
    quads = store.quads_for_pattern(subject, name, None)
    return {quad.object for quad in quads if isinstance(quad.object, NamedNode)}


# Running a rule


def _results(store: Store, rule: Rule) -> Iterator[Result]:
    targets = {node for target in rule.targets for node in _targets(store, *target)}
    found = store.query(rule.select, prefixes=rule.prefixes)
    names = {variable.value for variable in found.variables}  # type: ignore[union-attr]  # SELECT
    for row in found:  # type: ignore[union-attr]
        if row["this"] in targets:
            yield _result(rule, {name: row[name] for name in names})


def _targets(store: Store, kind: str, value: NamedNode) -> Iterator[object]:
    if kind == "targetClass":
        yield from _subjects(store, _TYPE, value)
        return
    for quad in store.quads_for_pattern(None, value, None):
        yield quad.subject if kind == "targetSubjectsOf" else quad.object


def _result(rule: Rule, row: dict[str, Any]) -> Result:
    path = row.get("path")
    return Result(
        focus=row["this"],
        message=rule.message,
        severity=rule.severity,
        component=COMPONENT,
        shape=rule.shape,
        path=predicate(path.value) if path is not None else None,
        value=row.get("value"),
    )
