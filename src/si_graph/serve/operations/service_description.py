"""The description of the SPARQL service (SPARQL 1.1 Service Description), as things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize
from pyoxigraph import Store as Oxigraph

from si_graph.namespaces import GRAPH_INFERRED, PREFIXES
from si_graph.serve.workers.outcome import Outcome
from si_graph.store.writing import RDF_FORMATS

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

    from si_graph.serve.workers.served import Served

    Node = NamedNode | BlankNode
    Term = NamedNode | BlankNode | Literal

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_ENTAILMENT = "http://www.w3.org/ns/entailment/"
_PREFIXES = {
    "sd": _SD,
    "formats": _FORMATS,
    "ent": _ENTAILMENT,
    **{prefix: PREFIXES[prefix] for prefix in ("graph", "passage", "schema", "void", "xsd")},
}
_SIMPLE = NamedNode(_ENTAILMENT + "Simple")
_CLOSED = NamedNode(_ENTAILMENT + "OWL-RDF-Based")
_RL = NamedNode("http://www.w3.org/ns/owl-profile/RL")
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
_READ = _GRAPHS[:4]
_SIZES = "SELECT ?graph (COUNT(*) AS ?size) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_ONLY_IN_DEFAULT = "ASK { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?graph { ?s ?p ?o } } }"
_ONLY_IN_NAMED = "ASK { GRAPH ?graph { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }"


def describe(
    served: Served,
    endpoint: str,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
    size: int,
    *,
    is_writable: bool,
    may_call: bool,
) -> Outcome:
    """Describe the service.

    Args:
        served: The dataset.
        endpoint: The address of the service.
        media_type: What the client takes.
        format: The same by its name.
        size: Bytes that a request may have.
        is_writable: Whether there are updates.
        may_call: Whether queries may call other endpoints.
    """
    about = _Description(NamedNode(endpoint))
    about.service(is_writable=is_writable, may_call=may_call)
    about.limit("timeout", served.limits.timeout, "SEC", "Seconds that a request may take.")
    about.limit("rows", served.limits.rows, "C62", "Rows or triples in an answer to a query.")
    about.limit("memory", served.limits.memory, "AD", "Bytes of memory that a request may take.")
    about.limit("body", size, "AD", "Bytes that a request may have.")
    store = served.dataset().store.oxigraph
    # Where data change, what holds now may be over with the next update.
    about.dataset(store, is_merge=not is_writable and _is_merge(store))
    written = serialize(about.triples, format=RDF_FORMATS[format], prefixes=_PREFIXES)
    return Outcome(written or b"", media_type)


class _Description:
    """The statements about a service."""

    def __init__(self, endpoint: NamedNode) -> None:
        self.triples: list[Triple] = []
        self._endpoint = endpoint
        self._service = BlankNode("service")

    def service(self, *, is_writable: bool, may_call: bool) -> None:
        """Say what it can do."""
        self._add(self._service, _TYPE, _sd("Service"))
        self._add(self._service, _sd("endpoint"), self._endpoint)
        languages = ["SPARQL11Query", "SPARQL11Update"] if is_writable else ["SPARQL11Query"]
        for language in languages:
            self._add(self._service, _sd("supportedLanguage"), _sd(language))
        for name in (*_RESULTS, *_GRAPHS):
            self._add(self._service, _sd("resultFormat"), NamedNode(_FORMATS + name))
        for name in _READ if is_writable else ():
            self._add(self._service, _sd("inputFormat"), NamedNode(_FORMATS + name))
        if may_call:
            self._add(self._service, _sd("feature"), _sd("BasicFederatedQuery"))

    def dataset(self, store: Oxigraph, *, is_merge: bool) -> None:
        """Say which graphs there are, and what is entailed in each."""
        names = sorted(one.value for one in store.named_graphs() if isinstance(one, NamedNode))
        sizes = _sizes(store)
        # What follows stands in the default graph too, where that is the merge of all.
        is_closed = is_merge and GRAPH_INFERRED in names
        if is_merge:
            self._add(self._service, _sd("feature"), _sd("UnionDefaultGraph"))
        regime, profile = _sd("defaultEntailmentRegime"), _sd("defaultSupportedEntailmentProfile")
        self._add(self._service, regime, _CLOSED if is_closed else _SIMPLE)
        if is_closed:
            self._add(self._service, profile, _RL)
        # Labels that are always the same give the same bytes for the same version.
        dataset, default = BlankNode("dataset"), BlankNode("default")
        self._add(self._service, _sd("defaultDataset"), dataset)
        self._add(dataset, _TYPE, _sd("Dataset"))
        self._add(dataset, _sd("defaultGraph"), default)
        named = [(BlankNode(f"named{number}"), name) for number, name in enumerate(names, 1)]
        for node, _ in named:
            self._add(dataset, _sd("namedGraph"), node)
        self._graph(default, len(store) - sum(sizes.values()))
        for node, name in named:
            self._named_graph(node, name, sizes.get(name, 0))

    def _named_graph(self, named: BlankNode, name: str, size: int) -> None:
        content = BlankNode(f"{named.value}content")
        self._add(named, _TYPE, _sd("NamedGraph"))
        self._add(named, _sd("name"), NamedNode(name))
        self._add(named, _sd("graph"), content)
        is_closed = name == GRAPH_INFERRED
        self._add(named, _sd("entailmentRegime"), _CLOSED if is_closed else _SIMPLE)
        if is_closed:
            self._add(named, _sd("supportedEntailmentProfile"), _RL)
        self._graph(content, size)

    def limit(self, name: str, value: float, unit: str, text: str) -> None:
        """Say what one request may take; units have their UN/CEFACT codes."""
        limit = BlankNode(name)
        schema = PREFIXES["schema"]
        self._add(self._service, NamedNode(schema + "additionalProperty"), limit)
        self._add(limit, _TYPE, NamedNode(schema + "PropertyValue"))
        self._add(limit, NamedNode(schema + "name"), Literal(name))
        self._add(limit, NamedNode(schema + "maxValue"), Literal(value))
        self._add(limit, NamedNode(schema + "unitCode"), Literal(unit))
        self._add(limit, NamedNode(schema + "description"), Literal(text, language="en"))

    def _graph(self, graph: Node, size: int) -> None:
        self._add(graph, _TYPE, _sd("Graph"))
        self._add(graph, NamedNode(PREFIXES["void"] + "triples"), Literal(size))

    def _add(self, subject: Node, predicate: NamedNode, value: Term) -> None:
        self.triples.append(Triple(subject, predicate, value))


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _sizes(store: Oxigraph) -> dict[str, int]:
    rows: QuerySolutions = store.query(_SIZES)  # type: ignore[assignment]  # it is a SELECT
    return {row["graph"].value: int(row["size"].value) for row in rows}


def _is_merge(store: Oxigraph) -> bool:
    """Tell whether the default graph holds what the named graphs hold, and nothing else."""
    return not store.query(_ONLY_IN_DEFAULT) and not store.query(_ONLY_IN_NAMED)
