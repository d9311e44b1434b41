"""Every inferred statement of the bundled graph is explained, and every proof is right."""

from __future__ import annotations

from proof_checker import check
from pyoxigraph import NamedNode

from si_graph.namespaces import GRAPH_INFERRED
from si_graph.query.explanation.facts import GraphFacts
from si_graph.reason.explanation.proof import Statement
from si_graph.reason.explanation.rounds import Rounds
from si_graph.reason.explanation.search import Explainer
from si_graph.reason.explanation.terms import texts
from si_graph.snapshot.build import reasoned_over
from si_graph.snapshot.snapshot import Snapshot


def test_every_inferred_statement_is_explained_by_a_right_and_minimal_proof(
    snapshot: Snapshot,
) -> None:
    quads = list(snapshot.quads())
    inferred = [q.triple for q in quads if q.graph_name == NamedNode(GRAPH_INFERRED)]
    stated = [q for q in quads if q.graph_name != NamedNode(GRAPH_INFERRED)]
    asserted = {Statement(t.subject, t.predicate, t.object) for t in reasoned_over(stated)}  # type: ignore[arg-type]  # no triples about triples
    rounds = snapshot.rounds()
    assert rounds is not None
    assert rounds.keys() == set(inferred)
    explainer = Explainer(GraphFacts(snapshot.store.oxigraph, snapshot.quads, rounds))
    for triple in inferred:
        conclusion = Statement(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        proof = explainer.explain(conclusion)
        assert proof is not None, triple
        assert proof.conclusion == conclusion
        check(proof, asserted)
        assert proof.depth >= rounds[triple]


def test_no_statement_of_a_proof_can_be_dropped(snapshot: Snapshot) -> None:
    rounds = snapshot.rounds()
    assert rounds is not None
    explainer = Explainer(GraphFacts(snapshot.store.oxigraph, snapshot.quads, rounds))
    for triple in sorted(rounds, key=str)[::40]:
        proof = explainer.explain(Statement(triple.subject, triple.predicate, triple.object))  # type: ignore[arg-type]
        assert proof is not None
        leaves, goal = set(map(texts, proof.leaves)), texts(triple)
        for leaf in leaves:
            assert goal not in Rounds(leaves - {leaf}, goal), leaf
