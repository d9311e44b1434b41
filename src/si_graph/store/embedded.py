"""The embedded store: Oxigraph in this process, in memory or on disk."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyoxigraph import Store as Oxigraph

from si_graph.errors import UsageError
from si_graph.store import inspection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples


class EmbeddedStore:
    """A dataset in Oxigraph that answers queries without ever using the network.

    Oxigraph itself follows `SERVICE` to wherever it points, and answers a triple once for each of
    several `FROM` graphs that hold it, so both are decided here.
    """

    def __init__(self, store: Oxigraph) -> None:
        self.oxigraph = store

    @classmethod
    def open(cls, directory: str) -> EmbeddedStore:
        """Open a store on disk for reading; the directory may be read-only."""
        return cls(Oxigraph.read_only(directory))

    @classmethod
    def from_quads(cls, quads: Iterable[Quad]) -> EmbeddedStore:
        """Return a store in memory that holds the quads."""
        store = Oxigraph()
        store.bulk_extend(quads)
        return cls(store)

    def query(self, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query (SPARQL 1.1).

        Raises:
            QuerySyntaxError: The query does not parse.
            UsageError: The query calls another endpoint by `SERVICE`, or a function that is none
                of SPARQL's.
            LimitError: The query nests too deeply.
        """
        inspection.require_readable(text)
        if "SERVICE" in text.upper():
            from si_graph.store.service import refuse_service

            refuse_service(text)
        try:
            results = self.oxigraph.query(text)
        except SyntaxError as error:
            from si_graph.store.syntax_errors import syntax_error

            raise syntax_error(error, text) from None
        except RuntimeError as error:
            raise UsageError(f"the query cannot be answered: {error}") from None
        if "FROM" in text.upper():
            default, named = inspection.dataset_clause(text)
            if len(default) > 1:
                return self._on_merge(text, default, named)
        return results

    def _on_merge(
        self, text: str, default: list[NamedNode], named: list[NamedNode]
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        merge = Oxigraph()
        for graph in default:
            merge.extend(
                Quad(quad.subject, quad.predicate, quad.object)
                for quad in self.oxigraph.quads_for_pattern(None, None, None, graph)
            )
        for graph in named:
            merge.extend(self.oxigraph.quads_for_pattern(None, None, None, graph))
        return merge.query(text, default_graph=DefaultGraph(), named_graphs=list(named))
