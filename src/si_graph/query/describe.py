"""Everything about one thing: what is stated, what follows, what refers to it, and the evidence."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from si_graph.namespaces import PREFIXES, shorten
from si_graph.query.kept import kept_for_now
from si_graph.query.labels import kinds, labels
from si_graph.query.nameless import nameless
from si_graph.query.names import find, iri_of
from si_graph.query.passages import Passage, passages
from si_graph.query.statements import statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from si_graph.query.nameless import Nameless
    from si_graph.query.statements import Statement
    from si_graph.store.protocol import Store

    Term = NamedNode | BlankNode | Literal | Triple

_EVIDENCE = PREFIXES["si"] + "hasEvidence"
_NOTE = PREFIXES["skos"] + "editorialNote"
_NOTES = {_NOTE, *(PREFIXES["skos"] + name for name in ("note", "scopeNote", "changeNote"))}
_OWL = PREFIXES["owl"]
_MAPPED = _OWL + "annotatedSource"
# That a mapping set tells of a mapping is a note here, no statement about what is mapped.
_OF_MAPPINGS = {_MAPPED, _OWL + "annotatedTarget"}
_ANNOTATING = {_MAPPED, PREFIXES["rdf"] + "subject"}
_DEFINITIONS = (PREFIXES["skos"] + "definition", PREFIXES["rdfs"] + "comment")


class Description(NamedTuple):
    """One thing, as `describe` finds it; the statements are sorted for reading.

    `cited` are the passages that make what is stated of it, by their IRI; `nameless` is what is
    stated of the nameless things that it is stated to lead to, by these.
    """

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
    cited: dict[str, Passage]
    nameless: Nameless

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
    thing, own, incoming, is_annotated, states, inside, iris = _gathered(store, name)
    names = labels(store, iris, lang)
    behind = {_value(one.term) for one in own if one.predicate == _EVIDENCE}
    stating = {iri for one in own for iri in one.passages}
    cited = {one.iri: one for one in passages(store, sorted(behind | stating), lang)}
    shown = _own_language(own, lang)
    texts = [one for one in shown if one.predicate in _DEFINITIONS]
    kept = [
        one for one in shown if one.predicate not in _NOTES and one.predicate != _EVIDENCE
        and one not in texts
    ]  # fmt: skip
    return Description(
        iri=thing.value,
        label=names.get(thing.value) or shorten(thing.value),
        kinds=kinds(store, [thing.value], lang).get(thing.value, []),
        definition=_value(texts[0].term) if texts else "",
        stated=[one for one in kept if not one.inferred],
        inferred=[one for one in kept if one.inferred],
        incoming=incoming,
        states=states,
        evidence=[cited[iri] for iri in cited if iri in behind],
        notes=[_value(one.term) for one in shown if one.predicate in _NOTES]
        + (_notes_on_statements(store, thing, lang) if is_annotated else []),
        labels=names,
        cited=cited,
        nameless=inside,
    )


class _Gathered(NamedTuple):
    """What the graph has about a thing, before it is told in a language.

    `is_annotated` says whether anything is told of statements about it; `iris` are the things
    that are named in all of it.
    """

    thing: NamedNode
    own: list[Statement]
    incoming: list[Statement]
    is_annotated: bool
    states: list[Triple]
    nameless: Nameless
    iris: list[str]


@kept_for_now
def _gathered(store: Store, name: str) -> _Gathered:
    thing = iri_of(name) or find(store, name)
    own, referring = statements(store, thing), statements(store, thing, incoming=True)
    if not own and not referring:
        thing = find(store, name)
    incoming = [one for one in referring if one.predicate not in _OF_MAPPINGS]
    states = _triples(store, f"GRAPH {thing} {{ ?s ?p ?o }}")
    stated = [one.term for one in (*own, *incoming) if not one.inferred]
    inside = nameless(store, [term for term in stated if isinstance(term, BlankNode)])
    iris = [thing.value, *_iris([*own, *incoming], states), *_iris_inside(inside)]
    return _Gathered(
        thing,
        own,
        incoming,
        any(one.predicate in _ANNOTATING for one in referring),
        states,
        inside,
        list(dict.fromkeys(iris)),
    )


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
    """Return what the editors say about single statements of the thing, and about its mappings."""
    rdf = PREFIXES["rdf"]
    rows = _rows(
        store,
        f"SELECT DISTINCT ?p ?o ?note WHERE {{ {{ ?statement <{rdf}subject> {thing} ; "
        f"<{rdf}predicate> ?p ; <{rdf}object> ?o ; <{_NOTE}> ?note }} UNION "
        f"{{ ?mapping <{_OWL}annotatedSource> {thing} ; <{_OWL}annotatedProperty> ?p ; "
        f"<{_OWL}annotatedTarget> ?o ; <{PREFIXES['rdfs']}comment> ?note }} "
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


def _iris_inside(found: Nameless) -> list[str]:
    pairs = [pair for said in found.values() for pair in said]
    iris = [predicate for predicate, _ in pairs]
    return iris + [term.value for _, term in pairs if isinstance(term, NamedNode)]


def _is_iri(term: object) -> bool:
    return isinstance(term, NamedNode)


def _value(term: Term) -> str:
    return str(term) if isinstance(term, Triple) else term.value
