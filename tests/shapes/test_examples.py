"""Every shape has an example that passes and one that fails, and each does exactly that."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.load.evidence import derive_evidence
from si_graph.load.files import parse_file
from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate import bundled_shapes, validate_files
from support import ROOT
from validation_reports import Finding, findings, path_text, read_report, values

EXAMPLES = ROOT / "data" / "examples" / "shapes"
SH = PREFIXES["sh"]
SISH = PREFIXES["sish"]
VIOLATION, WARNING, INFO = "sh:Violation", "sh:Warning", "sh:Info"
# What each shape is for, and how bad it is when that is wrong.
SEVERITIES = {
    "Recommendation": {VIOLATION},
    "RecommendationNumber": {VIOLATION},
    "Step": {VIOLATION},
    "StepSequence": {WARNING},
    "SubAction": {VIOLATION},
    "InheritFromParent": {VIOLATION},
    "Evidence": {VIOLATION},
    "Passage": {VIOLATION},
    "ClaimAttribution": {VIOLATION},
    "Instrument": {VIOLATION},
    "InstrumentTarget": {VIOLATION},
    "InstrumentTargetMissing": {INFO},
    "Addressee": {VIOLATION, WARNING},
    "Level": {VIOLATION},
    "Privacy": {VIOLATION},
    "GroupCycle": {VIOLATION},
    "FollowUp": {VIOLATION},
    "Labels": {VIOLATION, WARNING},
    "Links": {VIOLATION},
    "Deadline": {VIOLATION},
    "MappingSanity": {VIOLATION},
    "MappingTime": {VIOLATION},
    "Modality": {WARNING},
    "Period": {WARNING},
    "Project": {VIOLATION},
}
NO_CONSTRAINT = {
    "path", "property", "severity", "message", "description", "declare",
    "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
}  # fmt: skip


def expected(name: str) -> list[Finding]:
    return read_report(EXAMPLES / name / "fail.expected.ttl")


def local_name(shape: str) -> str:
    assert shape.startswith(f"<{SISH}"), f"{shape} has no name, so no report can point to it"
    return shape[len(SISH) + 1 : -1]


@pytest.fixture(scope="module")
def shapes() -> ox.Store:
    store = ox.Store()
    store.extend(bundled_shapes())
    return store


def applied_shapes(shapes: ox.Store) -> dict[str, str]:
    """Return the shapes that are applied to data, each with the shape whose targets it gets."""
    targeted = {
        str(quad.subject): str(quad.subject)
        for quad in shapes
        if quad.predicate.value.startswith(SH + "target")
    }
    properties = shapes.quads_for_pattern(None, ox.NamedNode(SH + "property"), None)
    return targeted | {str(quad.object): str(quad.subject) for quad in properties}


def test_there_are_examples_of_all_shapes_and_of_nothing_else() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == set(SEVERITIES)


@pytest.mark.parametrize("name", SEVERITIES)
def test_the_example_that_passes_gives_no_result_at_all(name: str) -> None:
    assert findings(validate_files([EXAMPLES / name / "pass.trig"])) == []


@pytest.mark.parametrize("name", SEVERITIES)
def test_the_example_that_fails_gives_exactly_the_expected_report(name: str) -> None:
    assert findings(validate_files([EXAMPLES / name / "fail.trig"])) == expected(name)


@pytest.mark.parametrize("name", SEVERITIES)
def test_a_failing_example_shows_its_own_mistakes_only(name: str) -> None:
    assert {local_name(finding.shape).split("-")[0] for finding in expected(name)} == {name}
    assert {shorten(finding.severity) for finding in expected(name)} == SEVERITIES[name]


def test_every_constraint_of_every_shape_is_broken_by_an_example(shapes: ox.Store) -> None:
    applied = applied_shapes(shapes)
    constraints = set()
    for quad in shapes:
        parameter = quad.predicate.value.removeprefix(SH)
        if parameter == quad.predicate.value or parameter in NO_CONSTRAINT:
            continue
        if str(quad.subject) in applied:
            kind = "SPARQL" if parameter == "sparql" else parameter[0].upper() + parameter[1:]
            constraints.add((local_name(str(quad.subject)), kind))
    broken = {
        (
            local_name(finding.shape),
            finding.component.removeprefix(SH).removesuffix("ConstraintComponent"),
        )
        for name in SEVERITIES
        for finding in expected(name)
    }
    assert broken == constraints


def test_every_shape_has_something_to_look_at_in_the_example_that_passes(shapes: ox.Store) -> None:
    """A shape that finds no target, or no value at its path, passes whatever it asks."""
    stores = {name: passing(EXAMPLES / name / "pass.trig") for name in SEVERITIES}
    idle = set()
    for shape, owner in applied_shapes(shapes).items():
        store = stores[local_name(owner).split("-")[0]]
        node = ox.NamedNode(shape[1:-1])
        paths = [path_text(shapes, path, sparql) for path in values(shapes, node, SH + "path")]
        value = f"?focus {paths[0]} ?value ." if paths else ""
        target = " UNION ".join(targets(shapes, ox.NamedNode(owner[1:-1])))
        if not store.query(f"ASK {{ {target} {value} }}", use_default_graph_as_union=True):
            idle.add(local_name(shape))
    # What must not be there at all cannot be there in an example that passes.
    assert idle == {"Privacy"}


def passing(path: Path) -> ox.Store:
    store = ox.Store()
    quads = list(parse_file(path))
    store.extend([*quads, *derive_evidence(quads)])
    for module in (ROOT / "ontology" / "modules").glob("*.ttl"):
        store.load(path=str(module))
    return store


def sparql(iri: str) -> str:
    return f"<{iri}>"


def targets(shapes: ox.Store, shape: ox.NamedNode) -> list[str]:
    kind = f"<{PREFIXES['rdf']}type>/<{PREFIXES['rdfs']}subClassOf>*"
    patterns = {
        "targetClass": f"{{ ?focus {kind} %s }}",
        "targetNode": "{ ?focus ?any [] FILTER(?focus = %s) }",
        "targetSubjectsOf": "{ ?focus %s [] }",
        "targetObjectsOf": "{ [] %s ?focus }",
    }
    return [
        pattern % f"<{value.value}>"
        for name, pattern in patterns.items()
        for value in values(shapes, shape, SH + name)
    ]
