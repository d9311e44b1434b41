"""The operations of a SPARQL update, each worked out to the quads that it changes.

Oxigraph is asked for what its queries and its parser can tell: run by itself, an update does not
say what it changed, and to compare all that there was with all that there is takes seconds for
each hundred thousand quads.
"""

from __future__ import annotations

from itertools import count, pairwise
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from si_graph.errors import EndpointError, UsageError
from si_graph.query.federation.calls import failed_call
from si_graph.serve.dataset.changes import require_stated, resolved
from si_graph.serve.dataset.management import manage
from si_graph.store.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from si_graph.serve.dataset.changes import Changes
    from si_graph.serve.dataset.operations import Operation
    from si_graph.store.inspection import Selection

    Graph = NamedNode | BlankNode | DefaultGraph

_VARIABLE = "urn:x-si-graph:variable:"


def apply(
    changes: Changes, operation: Operation, using: Selection | None, base: str | None
) -> None:
    """Do an operation of a SPARQL update.

    Args:
        changes: The store.
        operation: The operation, which parses.
        using: The graphs that conditions are about, where the protocol names them.
        base: What relative IRIs are relative to.

    Raises:
        UsageError: It writes to the graph of what follows, or cannot be done.
        EndpointError: What it loads cannot be loaded.
    """
    words = operation.words
    if words[:2] == ("INSERT", "DATA"):
        changes.add(_quads(f"{operation.prologue} {operation.text}", base))
    elif words[:2] == ("DELETE", "DATA"):
        quads = _quads(f"{operation.prologue} INSERT DATA {words[2]}", base)
        for quad in quads:
            require_stated(quad.graph_name)
        changes.remove(quads)
    elif words[0] == "LOAD":
        changes.add(_quads(f"{operation.prologue} {operation.text}", base))
    elif words[0] in ("INSERT", "DELETE", "WITH"):
        _modify(changes, operation, using, base)
    else:
        manage(changes, operation, base)


def _quads(update: str, base: str | None) -> list[Quad]:
    """Return the quads that an update states that has no conditions."""
    store = Oxigraph()
    try:
        store.update(update, base_iri=base)
    except (OSError, RuntimeError, SyntaxError) as error:
        raise failed_call(error) or EndpointError(
            f"what the update loads cannot be loaded: {error}"
        ) from None
    return list(store)


class _Modification(NamedTuple):
    """The parts of an operation with a condition, as they are written."""

    deleted: str
    inserted: str
    graph: str
    using: str
    where: str


def _modify(
    changes: Changes, operation: Operation, using: Selection | None, base: str | None
) -> None:
    parts = _parted(operation.words)
    if using is not None and (parts.graph or parts.using):
        raise UsageError(
            "the update says by USING or WITH which graphs it is about, and so does the request"
            "\n  Say it in one of the two."
        )
    graph = resolved(operation, parts.graph, base) if parts.graph else None
    deleted = _Template(operation, parts.deleted, graph, base)
    inserted = _Template(operation, parts.inserted, graph, base)
    for quad in deleted.quads:
        require_stated(quad.graph_name)
    rows = _solutions(changes.store, operation, parts, (deleted, inserted), using, graph, base)
    changes.remove([quad for row in rows for quad in deleted.filled(row)])
    changes.add([quad for row in rows for quad in inserted.filled(row)])


def _parted(words: Sequence[str]) -> _Modification:
    place = words.index("WHERE")
    head, where = words[:place], words[place + 1]
    named = dict(pairwise(head))
    clauses = head[head.index("USING") :] if "USING" in head else ()
    return _Modification(
        deleted=where if head == ("DELETE",) else named.get("DELETE", "{}"),
        inserted=named.get("INSERT", "{}"),
        graph=named.get("WITH", ""),
        using=" ".join("FROM" if word == "USING" else word for word in clauses),
        where=where,
    )


class _Template:
    """What to state or take back for each solution: quads in which some terms are variables."""

    def __init__(
        self, operation: Operation, block: str, graph: NamedNode | None, base: str | None
    ) -> None:
        found = (token.group()[1:] for token in tokens(block) if token.lastgroup == "variable")
        self.variables = sorted(set(found))
        names = " ".join(f"?{name}" for name in self.variables)
        values = " ".join(f"<{_VARIABLE}{name}>" for name in self.variables)
        where = f"VALUES ({names}) {{ ({values}) }}" if self.variables else ""
        into = f"WITH {graph}" if graph else ""
        store = Oxigraph()
        store.update(
            f"{operation.prologue} {into} INSERT {block} WHERE {{ {where} }}", base_iri=base
        )
        self.quads = list(store)
        self.has_blanks = any(isinstance(term, BlankNode) for q in self.quads for term in q)

    def filled(self, row: Mapping[str, Any]) -> Iterator[Quad]:
        """Yield the quads for a solution; blank nodes are new for each."""
        blanks: dict[BlankNode, BlankNode] = {}
        for quad in self.quads:
            terms = [_filled(term, row, blanks) for term in quad]
            if None in terms:
                continue
            try:
                yield Quad(*terms)
            except TypeError:
                # A literal as a subject, say: such a quad is left out (SPARQL 1.1 Update, 4.1.2).
                continue


def _filled(term: Any, row: Mapping[str, Any], blanks: dict[BlankNode, BlankNode]) -> Any:
    if isinstance(term, NamedNode) and term.value.startswith(_VARIABLE):
        return row.get(term.value[len(_VARIABLE) :])
    if isinstance(term, BlankNode):
        return blanks.setdefault(term, BlankNode())
    if isinstance(term, Triple):
        parts = [_filled(part, row, blanks) for part in term]
        return None if None in parts else Triple(*parts)
    return term


def _solutions(
    store: Oxigraph,
    operation: Operation,
    parts: _Modification,
    templates: tuple[_Template, _Template],
    using: Selection | None,
    graph: NamedNode | None,
    base: str | None,
) -> list[dict[str, Any]]:
    names = sorted({name for template in templates for name in template.variables})
    each_once = "" if templates[1].has_blanks else "DISTINCT"
    selected = " ".join(f"?{name}" for name in names) or f"(1 AS ?{_unused(parts.where)})"
    text = f"{operation.prologue} SELECT {each_once} {selected} {parts.using} WHERE {parts.where}"
    default: list[Any] | None = None
    named: list[Any] | None = None
    if using is not None:
        default = [NamedNode(one) for one in using.default]
        named = [NamedNode(one) for one in using.named]
    elif graph is not None and not parts.using:
        default = [graph]
    try:
        found: Any = store.query(text, base_iri=base, default_graph=default, named_graphs=named)
        return [{name: row[name] for name in names} for row in found]
    except (RuntimeError, OSError) as error:
        raise failed_call(error) or UsageError(f"the update cannot be done: {error}") from None


def _unused(text: str) -> str:
    return next(name for name in (f"any{number}" for number in count()) if name not in text)
