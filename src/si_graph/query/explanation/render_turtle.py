"""An explanation as PROV-O: each statement an entity, each step an activity with a rule as plan."""

from __future__ import annotations

from io import BytesIO

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from si_graph import __version__
from si_graph.namespaces import PREFIXES
from si_graph.store.writing import write_rdf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.query.explanation.told import Told
    from si_graph.reason.explanation.proof import Proof

_RULES = NamedNode(
    "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
)


def as_turtle(explanation: Told) -> str:
    """Return the proofs as Turtle."""
    buffer = BytesIO()
    write_rdf(list(dict.fromkeys(_triples(explanation))), buffer, RdfFormat.TURTLE)
    return buffer.getvalue().decode()


def _named(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _triples(explanation: Told) -> Iterator[Triple]:
    nodes: dict[object, BlankNode] = {}
    software = BlankNode("software")
    if explanation.proofs:
        yield Triple(software, _named("rdf:type"), _named("prov:SoftwareAgent"))
        yield Triple(software, _named("rdfs:label"), Literal(f"si-graph {__version__}"))
    for proof in explanation.proofs:
        for step in proof.steps():
            key = step.conclusion or id(step)
            if key not in nodes:
                nodes[key] = BlankNode(f"s{len(nodes) + 1}")
            yield from _entity(step, nodes[key])
            if step.rule is None:
                yield from _origins(explanation, step, nodes[key])
            else:
                yield from _activity(explanation, step, nodes, software)


def _entity(step: Proof, node: BlankNode) -> Iterator[Triple]:
    yield Triple(node, _named("rdf:type"), _named("prov:Entity"))
    if step.conclusion is not None:
        yield Triple(node, _named("rdf:type"), _named("rdf:Statement"))
        for name, term in zip(("subject", "predicate", "object"), step.conclusion, strict=True):
            yield Triple(node, _named(f"rdf:{name}"), term)


def _activity(
    explanation: Told, step: Proof, nodes: dict[object, BlankNode], software: BlankNode
) -> Iterator[Triple]:
    assert step.rule is not None  # noqa: S101 - asked for steps by a rule only
    node = nodes[step.conclusion or id(step)]
    activity, association = BlankNode(f"{node.value}a"), BlankNode(f"{node.value}b")
    plan = BlankNode("rule-" + step.rule)
    told = explanation.wording.step(step.rule, step.bindings)
    yield Triple(node, _named("prov:wasGeneratedBy"), activity)
    yield Triple(activity, _named("rdf:type"), _named("prov:Activity"))
    yield Triple(activity, _named("rdfs:comment"), Literal(told, language=explanation.wording.lang))
    yield Triple(activity, _named("prov:qualifiedAssociation"), association)
    yield Triple(association, _named("rdf:type"), _named("prov:Association"))
    yield Triple(association, _named("prov:agent"), software)
    yield Triple(association, _named("prov:hadPlan"), plan)
    yield Triple(plan, _named("rdf:type"), _named("prov:Plan"))
    yield Triple(plan, _named("dcterms:identifier"), Literal(step.rule))
    yield Triple(plan, _named("rdfs:isDefinedBy"), _RULES)
    for premise in step.premises:
        source = nodes[premise.conclusion or id(premise)]
        yield Triple(node, _named("prov:wasDerivedFrom"), source)
        yield Triple(activity, _named("prov:used"), source)


def _origins(explanation: Told, step: Proof, node: BlankNode) -> Iterator[Triple]:
    if step.conclusion is None:
        return
    for origin in explanation.origins.get(step.conclusion, []):
        if origin.graph is not None:
            yield Triple(node, _named("prov:hadPrimarySource"), NamedNode(origin.graph))
        else:
            yield Triple(node, _named("dcterms:source"), Literal(origin.name))
        for source in origin.sources:
            yield Triple(node, _named("prov:hadPrimarySource"), NamedNode(source))
        for note in origin.notes:
            yield Triple(
                node,
                _named("skos:editorialNote"),
                Literal(note, language=explanation.wording.lang),
            )
