"""Whole graphs, as workers give them out."""

from __future__ import annotations

from io import BytesIO

from pyoxigraph import DefaultGraph, NamedNode

from si_graph.serve.workers.outcome import Outcome
from si_graph.store.writing import RDF_FORMATS, write_rdf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.serve.workers.served import Served


def graph(
    served: Served,
    iri: str | None,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Give out a graph, however large: one that is cut off would be put back as if it were whole.

    Args:
        served: The dataset.
        iri: The name of the graph; None for the default graph.
        media_type: What the client takes.
        format: The same by its name.

    Returns:
        The graph's triples, or an outcome with the status 404.
    """
    store = served.dataset().store.oxigraph
    if iri is not None and not store.contains_named_graph(NamedNode(iri)):
        return Outcome(b"", media_type, 404)
    name = DefaultGraph() if iri is None else NamedNode(iri)
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, name)]
    stream = BytesIO()
    write_rdf(triples, stream, RDF_FORMATS[format])
    return Outcome(stream.getvalue(), media_type)
