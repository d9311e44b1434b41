"""Everything about one thing: what is stated, what follows, what refers to it, and the evidence."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from si_graph.namespaces import GRAPH_INFERRED, PREFIXES, shorten
from si_graph.query.labels import kinds, label, labels
from si_graph.query.names import find
from si_graph.query.passages import Passage
from si_graph.query.passages import passages as cited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from si_graph.store.protocol import Store

    Term = NamedNode | BlankNode | Literal | Triple

_EVIDENCE = PREFIXES["si"] + "hasEvidence"
_NOTE = PREFIXES["skos"] + "editorialNote"
_NOTES = {_NOTE, *(PREFIXES["skos"] + name for name in ("note", "scopeNote", "changeNote"))}
_DEFINITIONS = (PREFIXES["skos"] + "definition", PREFIXES["rdfs"] + "comment")


class Statement(NamedTuple):
    """One statement about the thing described.

    `term` is at the other end: the object, or for an incoming statement the subject.
    """

    predicate: str
    term: Term
    passages: tuple[str, ...]
    inferred: bool


class Description(NamedTuple):
    """One thing, as `describe` finds it; the statements are sorted for reading."""

    iri: str
    label: str
    kinds: list[str]
    definition: str
    stated: list[Statement]
    inferred: list[Statement]
    incoming: list[Statement]
    states: list[Triple]
    evidence: list[Passage]
    notes: list[str]
    labels: dict[str, str]

    def name(self, iri: str) -> str:
        """Return what a thing in this description is called; its prefixed name if nothing."""
        return self.labels.get(iri) or shorten(iri)


def describe(store: Store, name: str, lang: str) -> Description:
    """Gather everything about one thing.

    Args:
        store: The graph.
        name: An IRI, a prefixed name, or a local name that only one thing has.
        lang: The language of labels and notes.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    thing = find(store, name)
    own = _statements(store, f"{thing} ?p ?x")
    incoming = _statements(store, f"?x ?p {thing}")
    stated_here = _triples(store, f"GRAPH {thing} {{ ?s ?p ?o }}")
    names = labels(store, _iris([*own, *incoming], stated_here), lang)
    shown = _own_language(own, lang)
    texts = [one for one in shown if one.predicate in _DEFINITIONS]
    kept = [
        one for one in shown if one.predicate not in _NOTES and one.predicate != _EVIDENCE
        and one not in texts
    ]  # fmt: skip
    return Description(
        iri=thing.value,
        label=label(store, thing.value, lang),
        kinds=kinds(store, [thing.value], lang).get(thing.value, []),
        definition=_value(texts[0].term) if texts else "",
        stated=[one for one in kept if not one.inferred],
        inferred=[one for one in kept if one.inferred],
        incoming=incoming,
        states=stated_here,
        evidence=cited(
            store, [_value(one.term) for one in own if one.predicate == _EVIDENCE], lang
        ),
        notes=[_value(one.term) for one in shown if one.predicate in _NOTES]
        + _notes_on_statements(store, thing, lang),
        labels=names,
    )


def _statements(store: Store, pattern: str) -> list[Statement]:
    """Return the statements of a pattern over ?p and ?x, with the passages that make them.

    A statement is inferred if it stands nowhere but in the graph of what follows. What stands in
    no named graph is the user's own.
    """
    graphs: dict[tuple[str, Term], set[str]] = {}
    passages: dict[tuple[str, Term], list[str]] = {}
    for row in _rows(store, f"SELECT DISTINCT ?p ?x WHERE {{ {pattern} }}"):
        graphs[row["p"].value, row["x"]] = set()
    query = (
        f"SELECT DISTINCT ?p ?x ?g ?is_passage WHERE {{ GRAPH ?g {{ {pattern} }} "
        f"BIND(EXISTS {{ ?g <{PREFIXES['rdf']}type> <{PREFIXES['si']}Passage> }} AS ?is_passage) }}"
    )
    for row in _rows(store, query):
        # The default graph decides what holds: with `--asserted` nothing inferred does.
        if (key := (row["p"].value, row["x"])) in graphs:
            graphs[key].add(row["g"].value)
            if row["is_passage"].value == "true":
                passages.setdefault(key, []).append(row["g"].value)
    statements = [
        Statement(*key, tuple(sorted(passages.get(key, ()))), found == {GRAPH_INFERRED})
        for key, found in graphs.items()
    ]
    return sorted(statements, key=lambda one: (shorten(one.predicate), str(one.term)))


def _own_language(statements: list[Statement], lang: str) -> list[Statement]:
    """Leave out texts in other languages where there is one in the user's."""
    spoken = {
        one.predicate
        for one in statements
        if isinstance(one.term, Literal) and one.term.language == lang
    }
    return [
        one
        for one in statements
        if not (
            one.predicate in spoken
            and isinstance(one.term, Literal)
            and one.term.language not in (None, lang)
        )
    ]


def _notes_on_statements(store: Store, thing: NamedNode, lang: str) -> list[str]:
    """Return what the editors say about single statements of the thing."""
    rdf = PREFIXES["rdf"]
    rows = _rows(
        store,
        f"SELECT DISTINCT ?p ?o ?note WHERE {{ ?statement <{rdf}subject> {thing} ; "
        f"<{rdf}predicate> ?p ; <{rdf}object> ?o ; <{_NOTE}> ?note "
        f'FILTER(LANG(?note) IN ("{lang}", "")) }} ORDER BY ?p ?o ?note',
    )
    names = labels(
        store, [row[key].value for row in rows for key in "po" if _is_iri(row[key])], lang
    )
    return [
        " ".join(names.get(row[key].value) or shorten(row[key].value) for key in "po")
        + f": {row['note'].value}"
        for row in rows
    ]


def _triples(store: Store, pattern: str) -> list[Triple]:
    rows = _rows(store, f"SELECT DISTINCT ?s ?p ?o WHERE {{ {pattern} }}")
    return sorted((Triple(row["s"], row["p"], row["o"]) for row in rows), key=str)


def _rows(store: Store, query: str) -> list[dict[str, Any]]:
    return list(store.query(query))  # type: ignore[arg-type]  # a SELECT has rows


def _iris(statements: Iterable[Statement], triples: Iterable[Triple]) -> list[str]:
    iris = [one.predicate for one in statements]
    iris += [iri for one in statements for iri in one.passages]
    terms: list[Term] = [one.term for one in statements]
    for triple in triples:
        terms += [triple.subject, triple.predicate, triple.object]
    return iris + [term.value for term in terms if isinstance(term, NamedNode)]


def _is_iri(term: object) -> bool:
    return isinstance(term, NamedNode)


def _value(term: Term) -> str:
    return str(term) if isinstance(term, Triple) else term.value
