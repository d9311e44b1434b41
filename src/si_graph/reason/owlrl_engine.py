"""The owlrl library behind the engine protocol.

Three faults of owlrl 7.6 are worked around. Of a list of keys, of things that all differ and of
properties that all exclude each other it never compares the last member: it gets such lists with
the last member twice. It writes literals as subjects: those triples are left out. It keeps a
`sameAs` of everything to itself, which doubles its work: it does not get to store those.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from owlrl import OWLRL_Semantics
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF

from si_graph.errors import InputError
from si_graph.load.rdflib_terms import Term, from_rdflib, silenced, to_rdflib
from si_graph.namespaces import shorten
from si_graph.reason.cleaning import is_noise
from si_graph.reason.owlrl_messages import inconsistency
from si_graph.reason.protocol import Closure, Inconsistency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rdflib.term import Node

_THING = ox.NamedNode(str(OWL.Thing))
# The properties whose lists owlrl reads without the last member, and the class that they go with.
_SHORT_READ_LISTS = (
    (OWL.hasKey, None),
    (OWL.members, OWL.AllDifferent),
    (OWL.distinctMembers, OWL.AllDifferent),
    (OWL.members, OWL.AllDisjointProperties),
)


class OwlrlEngine:
    """OWL 2 RL reasoning by owlrl, the reference implementation in Python."""

    @property
    def name(self) -> str:
        """The engine's name and version, for the record."""
        return f"owlrl {version('owlrl')}"

    def close(self, triples: Iterable[ox.Triple]) -> Closure:
        """Return what follows from the triples under the OWL 2 RL/RDF rules.

        Raises:
            InputError: A list in the graph runs in a circle, or a maximum is no number.
            UsageError: A triple has a triple as its object, which OWL does not cover.
        """
        # What is no sound literal is reported as a clash.
        with silenced("rdflib.term"):
            return self._close(set(triples))

    def _close(self, stated: set[ox.Triple]) -> Closure:
        terms = _Terms()
        graph = Graph()
        for triple in stated:
            graph.add(
                (terms.put(triple.subject), terms.put(triple.predicate), terms.put(triple.object))
            )
        try:
            _require_numbers(graph)
            helpers = _lengthen_lists(graph)
            reasoner = _Reasoner(graph, axioms=False, daxioms=False)
            reasoner.closure()
        except ValueError as error:
            raise InputError(f"the graph cannot be reasoned over: {error}") from None
        inferred = frozenset(
            triple
            for triple in terms.taken(graph, helpers)
            if triple not in stated and not is_noise(triple)
        )
        return Closure(inferred, _clashes(reasoner.clashes, graph, terms))


class _Reasoner(OWLRL_Semantics):  # type: ignore[misc]  # owlrl has no types
    """The reasoner without rule eq-ref, which says of every term that it is itself."""

    clashes: list[str]
    error_messages: list[str]

    def post_process(self) -> None:
        super().post_process()
        # What is left in error_messages is written into the graph as if it were data.
        self.clashes, self.error_messages = self.error_messages, []

    def store_triple(self, triple: tuple[Node, Node, Node]) -> None:
        if triple[1] != OWL.sameAs or triple[0] != triple[2]:
            super().store_triple(triple)


class _Terms:
    """Terms on their way to rdflib and back, with the lexical forms that they came with."""

    def __init__(self) -> None:
        self._back: dict[Node, Term] = {}
        self._there: dict[Term | ox.Triple, Node] = {}

    def put(self, term: Term | ox.Triple) -> Node:
        node = self._there.get(term)
        if node is None:
            node = self._there[term] = to_rdflib(term)
            self._back.setdefault(node, from_rdflib(node) if isinstance(term, ox.Triple) else term)
        return node

    def by_text(self) -> dict[str, Term]:
        return {str(node): term for node, term in self._back.items()}

    def taken(self, graph: Graph, helpers: set[Node]) -> Iterable[ox.Triple]:
        """Return the triples of a graph, but for those that RDF cannot write or that help."""
        for subject, predicate, value in graph:
            if subject in helpers or value in helpers:
                continue
            if not isinstance(subject, Literal) and isinstance(predicate, URIRef):
                yield ox.Triple(self._take(subject), self._take(predicate), self._take(value))

    def _take(self, node: Node) -> Any:
        term = self._back.get(node)
        if term is None:
            term = self._back[node] = from_rdflib(node)
        return term


def _lengthen_lists(graph: Graph) -> set[Node]:
    """Replace each list that owlrl reads short by one with its last member twice.

    Returns:
        The nodes of the new lists.
    """
    helpers: set[Node] = set()
    for predicate, owner_class in _SHORT_READ_LISTS:
        for owner, members in list(graph.subject_objects(predicate)):
            if owner_class is not None and (owner, RDF.type, owner_class) not in graph:
                continue
            items = list(graph.items(members))
            if items:
                longer = Collection(graph, BNode(), [*items, items[-1]])
                graph.remove((owner, predicate, members))
                graph.add((owner, predicate, longer.uri))
                helpers.update(_nodes_of(graph, longer.uri))
    return helpers


def _nodes_of(graph: Graph, head: Node) -> Iterable[Node]:
    node: Node | None = head
    while node is not None and node != RDF.nil:
        yield node
        node = graph.value(node, RDF.rest)


def _require_numbers(graph: Graph) -> None:
    """Raise a ValueError where owlrl would trip over a maximum that is a thing."""
    for predicate in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
        for value in graph.objects(None, predicate):
            if not isinstance(value, Literal):
                raise ValueError(f"{shorten(predicate)} is no number: {shorten(str(value))}")


def _clashes(messages: list[str], graph: Graph, terms: _Terms) -> tuple[Inconsistency, ...]:
    by_text = terms.by_text()

    def name(text: str) -> str:
        return _name(graph, text, by_text.get(text))

    found: list[Inconsistency] = []
    for message in messages:
        clash = inconsistency(message, by_text, name)
        if clash.rule == "cls-com":
            found += _in_complement(clash, graph, name)
        else:
            found.append(clash._replace(rule=_exact_rule(clash, graph)))
    # Rule eq-ref is left out above, and this is the one clash that needs it.
    known = {term for clash in found if clash.rule == "eq-diff1" for term in clash.terms}
    for subject, value in graph.subject_objects(OWL.differentFrom):
        term = by_text[str(subject)]
        if subject == value and term not in known:
            told = f"{name(str(subject))} is said to differ from itself"
            found.append(Inconsistency("eq-diff1", told, (term,)))
    # A pair of classes is reported once in each direction, and again in each cycle.
    unique = {(clash.rule, frozenset(clash.terms) or clash.message): clash for clash in found}
    return tuple(sorted(unique.values(), key=lambda clash: clash[:2]))


def _name(graph: Graph, text: str, term: Term | None) -> str:
    if not isinstance(term, ox.BlankNode):
        return shorten(text)
    restricted = graph.value(BNode(text), OWL.onProperty)
    return "something unnamed" if restricted is None else f"a limit on {shorten(str(restricted))}"


def _in_complement(
    clash: Inconsistency, graph: Graph, name: Callable[[str], str]
) -> Iterator[Inconsistency]:
    """Name what is in a class and its complement, which owlrl does not."""
    one, other = (to_rdflib(term) for term in clash.terms)
    for member in graph.subjects(RDF.type, one):
        if (member, RDF.type, other) in graph:
            told = f"{name(str(member))} is both {name(str(one))} and its complement"
            yield Inconsistency(clash.rule, told, (*clash.terms, from_rdflib(member)))


def _exact_rule(clash: Inconsistency, graph: Graph) -> str:
    """Tell apart the rules that owlrl reports in the same words."""
    if clash.rule == "cls-maxqc1":
        return "cls-maxqc2" if _THING in clash.terms else clash.rule
    if clash.rule not in ("cax-dw", "eq-diff2"):
        return clash.rule
    one, other = (to_rdflib(term) for term in clash.terms[:2])
    if clash.rule == "cax-dw":
        pairs = ((one, other), (other, one))
        said = any((left, OWL.disjointWith, right) in graph for left, right in pairs)
        return "cax-dw" if said else "cax-adc"
    lists = (set(graph.items(members)) for members in graph.objects(None, OWL.members))
    return "eq-diff2" if any({one, other} <= members for members in lists) else "eq-diff3"
