"""The embedded store: Oxigraph in this process, in memory or on disk."""

from __future__ import annotations

import re

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad
from pyoxigraph import Store as Oxigraph

from si_graph.errors import UsageError
from si_graph.store import inspection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

    from si_graph.store.inspection import Selection

    Graph = NamedNode | BlankNode | DefaultGraph


# Without this word no query reaches a named graph; with it, it may. It is part of the IRIs of this
# project, too.
_NAMED = re.compile(r"GRAPH(?!/)")


class EmbeddedStore:
    """A dataset in Oxigraph that answers queries without ever using the network.

    Oxigraph itself follows `SERVICE` to wherever it points, and answers a triple once for each of
    several `FROM` graphs that hold it, so both are decided here.
    """

    def __init__(
        self,
        store: Oxigraph,
        *,
        hidden: frozenset[str] = frozenset(),
        united: bool = False,
        default: Oxigraph | None = None,
    ) -> None:
        """Wrap a store.

        Args:
            store: The store.
            hidden: Named graphs that queries do not see, unless they name them as their dataset.
            united: Whether the default graph is the union of all graphs; what stands in several
                is then found several times.
            default: The default graph by itself. What asks that graph alone is answered from
                there: Oxigraph looks at all quads of a thing, whatever graph they stand in.
        """
        self.oxigraph = store
        self._hidden = hidden
        self._united = united
        self._default = default

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

    def quads(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        value: NamedNode | None,
    ) -> Iterator[Quad]:
        """Go through the statements that a pattern of queries finds, in the graphs that they see.

        Where the default graph is the union of all, what a named graph has stands in it too.
        """
        for quad in self.oxigraph.quads_for_pattern(subject, predicate, value, None):
            name = quad.graph_name
            if isinstance(name, NamedNode) and name.value in self._hidden:
                continue
            yield quad
            if self._united and not isinstance(name, DefaultGraph):
                yield Quad(quad.subject, quad.predicate, quad.object)

    def query(
        self, text: str, selection: Selection | None = None, *, may_call: bool = False
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query (SPARQL 1.1).

        Args:
            text: The query.
            selection: The graphs to ask, whatever the query itself says of that.
            may_call: Whether others have decided already on what it calls by `SERVICE`.

        Raises:
            QuerySyntaxError: The query does not parse.
            UsageError: The query calls another endpoint by `SERVICE`, or a function that is none
                of SPARQL's.
            LimitError: The query nests too deeply.
        """
        inspection.require_readable(text)
        words = text.upper()
        has_calls = "SERVICE" in words
        if has_calls and not may_call:
            from si_graph.store.service import refuse_service

            refuse_service(text)
        try:
            if selection is None and "FROM" in words:
                selection = _dataset_clause(text, is_sound=has_calls)
            if self._default is not None and selection is None and not _NAMED.search(words):
                return self._default.query(text)
            return self._on(selection, text)
        except SyntaxError as error:
            from si_graph.store.syntax_errors import syntax_error

            raise syntax_error(error, text) from None
        except RuntimeError as error:
            raise UsageError(f"the query cannot be answered: {error}") from None

    def _on(
        self, selection: Selection | None, text: str
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        if selection is None:
            visible = self._visible()
            default: list[Graph] | None = [DefaultGraph(), *visible] if self._united else None
            return self.oxigraph.query(
                text, default_graph=default, named_graphs=visible if self._hidden else None
            )
        named: list[NamedNode | BlankNode] = [NamedNode(graph) for graph in selection.named]
        if len(selection.default) < 2:
            chosen: list[Graph] = [NamedNode(graph) for graph in selection.default]
            return self.oxigraph.query(text, default_graph=chosen, named_graphs=named)
        merge = Oxigraph()
        for graph in selection.default:
            merge.extend(
                Quad(quad.subject, quad.predicate, quad.object)
                for quad in self.oxigraph.quads_for_pattern(None, None, None, NamedNode(graph))
            )
        for one in named:
            merge.extend(self.oxigraph.quads_for_pattern(None, None, None, one))
        return merge.query(text, default_graph=DefaultGraph(), named_graphs=named)

    def _visible(self) -> list[NamedNode | BlankNode]:
        if not self._hidden and not self._united:
            return []
        graphs = self.oxigraph.named_graphs()
        return [
            one for one in graphs if not (isinstance(one, NamedNode) and one.value in self._hidden)
        ]


def _dataset_clause(text: str, *, is_sound: bool) -> Selection | None:
    # To parse a query is to run it: what it calls would be called once more.
    error = None if is_sound else inspection.parse_error(text)
    if error is not None:
        raise error
    return inspection.dataset_clause(text)
