"""A graph and its closure, looked up in its store, with the graphs in which each statement stands.

Nothing is indexed before the first question: a store has its indexes already.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from pyoxigraph import Store as Oxigraph
from pyoxigraph import Triple as RdfTriple

from si_graph.namespaces import GRAPH_INFERRED, GRAPH_SHAPES
from si_graph.query.explanation.spelling import Spelling, is_typed
from si_graph.reason.explanation.terms import is_literal, term, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from si_graph.reason.explanation.terms import Triple

_INFERRED, _SHAPES = NamedNode(GRAPH_INFERRED), NamedNode(GRAPH_SHAPES)
_DEFAULT = DefaultGraph()
# Of what has few answers these are kept, as proofs ask the same again and again.
_FEW = 50
_KEPT = 50_000


class GraphFacts:
    """A closure that knows in which named graphs each asserted statement stands.

    The shapes are not part of what is reasoned over; they are asserted all the same.
    """

    def __init__(
        self,
        store: Oxigraph,
        quads: Callable[[], Iterable[Quad]],
        rounds: Mapping[RdfTriple, int] | None = None,
        typed_quads: Callable[[], Iterable[Quad]] | None = None,
    ) -> None:
        """Take a graph.

        Args:
            store: Holds its quads, and all of its triples in the default graph.
            quads: Gives its quads with the literals as the sources write them; what follows
                stands in `graph:inferred`, if it is there.
            rounds: The rounds of what follows; without them the graph is reasoned over here.
            typed_quads: Gives those of the quads that have a literal with a datatype, where they
                are sooner read than all.
        """
        if rounds is None:
            closed, rounds = _closed(quads())
            store = Oxigraph()
            store.bulk_extend(chain(closed, (Quad(*quad.triple) for quad in closed)))
            quads = typed_quads = lambda: closed
        self._quads = quads
        self._typed_quads = typed_quads or quads
        self._store = store
        self._rounds = rounds
        self._few = lru_cache(_KEPT)(self._matching_few)
        self._known = lru_cache(_KEPT)(self._round)

    def match(self, s: str | None, p: str | None, o: str | None) -> Iterable[Triple]:
        """Return the triples that have these parts; None is any."""
        few = self._few(s, p, o)
        return self._matching(s, p, o) if few is None else few

    def round(self, triple: Triple) -> int | None:
        """Return the round of a triple: 0 where it is asserted, None where it does not hold."""
        return self._known(triple)

    def graphs(self, triple: Triple) -> list[str | None]:
        """Return the named graphs in which a triple is asserted; None is the default graph."""
        spelt = self._spelling.graphs(triple) if is_typed(triple[2]) else None
        names = (
            [quad.graph_name for quad in self._look_up(*triple, None)] if spelt is None else spelt
        )
        stated = sorted(one.value for one in names if isinstance(one, NamedNode))
        if stated:
            return [name for name in stated if name != GRAPH_INFERRED]
        return [None] if names else []

    def literals(self) -> Iterable[str]:
        """Return the literals."""
        return self._literals

    @cached_property
    def _literals(self) -> list[str]:
        values = (quad.object for quad in self._quads())
        return list(dict.fromkeys(str(value) for value in values if type(value) is Literal))

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._typed_quads())

    @cached_property
    def _has_shapes(self) -> bool:
        return any(True for _ in self._look_up(None, None, None, _SHAPES))

    def _look_up(
        self, s: str | None, p: str | None, o: str | None, graph: NamedNode | DefaultGraph | None
    ) -> Iterable[Quad]:
        # A rule may ask for what no graph can hold.
        if (s is not None and is_literal(s)) or (p is not None and p[0] != "<"):
            return ()
        subject, relation, value = (None if part is None else term(part) for part in (s, p, o))
        return self._store.quads_for_pattern(subject, relation, value, graph)  # type: ignore[arg-type]  # see above

    def _matching(self, s: str | None, p: str | None, o: str | None) -> Iterator[Triple]:
        for quad in self._look_up(s, p, o, _DEFAULT):
            kept = texts(quad)
            for triple in self._spelling.of(kept) if is_typed(kept[2]) else (kept,):
                if o in (None, triple[2]) and not self._is_shape_only(quad, triple):
                    yield triple

    def _matching_few(
        self, s: str | None, p: str | None, o: str | None
    ) -> tuple[Triple, ...] | None:
        found = tuple(islice(self._matching(s, p, o), _FEW + 1))
        return found if len(found) <= _FEW else None

    def _is_shape_only(self, quad: Quad, triple: Triple) -> bool:
        return (
            self._has_shapes
            and Quad(quad.subject, quad.predicate, quad.object, _SHAPES) in self._store
            and self.graphs(triple) == [GRAPH_SHAPES]
        )

    def _round(self, triple: Triple) -> int | None:
        s, p, o = triple
        if is_literal(s) or p[0] != "<":
            return None
        quad = Quad(term(s), term(p), term(o))  # type: ignore[arg-type]  # see above
        number = self._rounds.get(quad.triple)
        # Most of what is asked for does not hold, which the default graph tells soonest.
        if number is None and quad in self._store and self.graphs(triple):
            return 0
        return number


def _closed(quads: Iterable[Quad]) -> tuple[list[Quad], Mapping[RdfTriple, int]]:
    """Return a graph with what follows from it, and the rounds of that."""
    from si_graph.reason.rules_engine import RulesEngine

    stated = [quad for quad in quads if quad.graph_name != _INFERRED]
    asserted = {quad.triple for quad in stated if quad.graph_name != _SHAPES}
    rounds = RulesEngine().close(asserted).rounds or {}
    inferred = [Quad(t.subject, t.predicate, t.object, _INFERRED) for t in rounds]
    return stated + inferred, rounds
