"""Where an asserted statement comes from: a passage, an editor, a user's file, or another graph."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import (
    GRAPH_ALIGNMENTS,
    GRAPH_EDITORIAL,
    GRAPH_ONTOLOGY,
    GRAPH_PASSAGES,
    GRAPH_SHAPES,
    GRAPH_VOCAB,
    PREFIXES,
    shorten,
)
from si_graph.query.kept import kept
from si_graph.query.passages import Passage, passages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from si_graph.query.explanation.facts import GraphFacts
    from si_graph.reason.explanation.proof import Statement
    from si_graph.store.protocol import Store

    Locate = Callable[[Sequence[Statement]], Mapping[Statement, str]]

_GRAPHS = {
    GRAPH_ONTOLOGY: {"nl": "de ontologie", "en": "the ontology"},
    GRAPH_VOCAB: {"nl": "de begrippenlijsten", "en": "the vocabularies"},
    GRAPH_SHAPES: {"nl": "de controleregels", "en": "the shapes"},
    GRAPH_PASSAGES: {"nl": "de beschrijving van de passages", "en": "the passages' description"},
    GRAPH_ALIGNMENTS: {"nl": "de koppelingen", "en": "the alignments"},
    GRAPH_EDITORIAL: {"nl": "de redactie", "en": "the editors"},
}
_OWN_DATA = {"nl": "eigen gegevens", "en": "your own data"}
_OTHER_TEXT = {
    "nl": "(het tekstbestand is anders dan de bron van deze passage)",
    "en": "(the text file differs from the source of this passage)",
}


class Origin(NamedTuple):
    """Where a statement stands.

    Attributes:
        name: The place, as people cite it.
        graph: The named graph, if it stands in one.
        passage: The passage, if it is one.
        words: The words of the passage, where the text is at hand.
        notes: What the editors say about the statement.
        sources: Web pages that the editors took it from.
    """

    name: str
    graph: str | None = None
    passage: Passage | None = None
    words: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Origins:
    """Finds the origins of statements."""

    def __init__(
        self,
        store: Store,
        facts: GraphFacts,
        lang: str,
        text: str | None = None,
        locate: Locate = lambda statements: {},
    ) -> None:
        self._store = store
        self._facts = facts
        self._lang = lang
        self._text = text
        self._locate = locate

    def of(self, statements: Iterable[Statement]) -> dict[Statement, list[Origin]]:
        """Return the origins of asserted statements."""
        from si_graph.reason.explanation.terms import texts

        graphs = {one: self._facts.graphs(texts(one)) for one in statements}
        named = {graph for found in graphs.values() for graph in found if graph}
        stating = named & _passages(self._store)
        cited = {one.iri: one for one in passages(self._store, stating, self._lang)}
        places = self._locate(list(graphs))
        return {
            one: [self._origin(one, graph, cited, places.get(one)) for graph in found]
            for one, found in graphs.items()
        }

    def _origin(
        self, one: Statement, graph: str | None, cited: dict[str, Passage], place: str | None
    ) -> Origin:
        if graph in cited:
            passage = cited[graph]
            return Origin(passage.citation(self._lang), graph, passage, self._words(graph))
        if graph == GRAPH_EDITORIAL:
            notes, sources = self._notes(one)
            return Origin(graph_name(graph, self._lang), graph, None, "", notes, sources)
        if graph is None or graph not in _GRAPHS:
            return Origin(place or graph_name(graph, self._lang), graph)
        return Origin(graph_name(graph, self._lang), graph)

    def _words(self, passage: str) -> str:
        """Return the words of a passage from the text, if its hash says that it is the source."""
        if self._text is None:
            return ""
        import hashlib

        oa = PREFIXES["oa"]
        selectors = f"<{PREFIXES['dcterms']}hasPart>?/<{oa}hasSelector>"
        rows = self._store.query(
            f"SELECT DISTINCT ?start ?end WHERE {{ <{passage}> {selectors} ?selector . "
            f"?selector <{oa}start> ?start ; <{oa}end> ?end }} ORDER BY ?start"
        )
        spans = [(int(row["start"].value), int(row["end"].value)) for row in rows]  # type: ignore[union-attr]  # a SELECT has rows
        words = "".join(self._text[start:end] for start, end in spans)
        hashes = _column(self._store, f"<{passage}> <{PREFIXES['schema']}sha256> ?x", "x")
        if hashes and hashlib.sha256(words.encode()).hexdigest() not in hashes:
            return _OTHER_TEXT[self._lang]
        return " ".join(words.split())

    def _notes(self, one: Statement) -> tuple[tuple[str, ...], tuple[str, ...]]:
        rdf = PREFIXES["rdf"]
        about = f"?note <{rdf}subject> {one.subject} ; <{rdf}predicate> {one.predicate} ; "
        about += f"<{rdf}object> {one.object} . "
        if one.subject.__class__.__name__ == "BlankNode" or str(one.object).startswith("_:"):
            return (), ()
        said = f"?note <{PREFIXES['skos']}editorialNote> ?x"
        notes = _column(self._store, f'{about}{said} FILTER(LANG(?x) IN ("{self._lang}", ""))', "x")
        prov = PREFIXES["prov"]
        sources = _column(self._store, f"{about}?note <{prov}hadPrimarySource> ?x", "x")
        return tuple(sorted(notes)), tuple(sorted(sources))


def graph_name(graph: str | None, lang: str) -> str:
    """Return what people call a graph; None is the default graph."""
    if graph is None:
        return _OWN_DATA[lang]
    return _GRAPHS[graph][lang] if graph in _GRAPHS else shorten(graph)


def locator(files: Sequence[str]) -> Locate:
    """Return what tells the file and line in which each statement stands."""
    if not files:
        return lambda statements: {}
    from si_graph.validate.locate import Locator
    from si_graph.validate.report import INFO, Result, predicate

    known: dict[Statement, str] = {}

    def places(statements: Sequence[Statement]) -> dict[Statement, str]:
        # To find a statement in Turtle takes long, and many proofs share it.
        new = [one for one in statements if one not in known]
        wanted = [
            Result(one.subject, {}, INFO, "", path=predicate(one.predicate.value), value=one.object)
            for one in new
        ]
        for one, place in zip(new, Locator(files)(wanted), strict=True):
            known[one] = str(place._replace(column=None)) if place else ""
        return known

    return places


@kept
def _passages(store: Store) -> set[str]:
    kind = f"<{PREFIXES['rdf']}type> <{PREFIXES['si']}Passage>"
    return _column(store, f"?x {kind}", "x")


def _column(store: Store, pattern: str, name: str) -> set[str]:
    rows = store.query(f"SELECT DISTINCT ?{name} WHERE {{ {pattern} }}")
    return {row[name].value for row in rows}  # type: ignore[union-attr]  # a SELECT has rows
