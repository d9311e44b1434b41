"""The façade: one graph to ask, validate, and take along; everything is done in the rooms below."""

from __future__ import annotations

from warnings import warn

from si_graph.query import catalogue
from si_graph.snapshot.snapshot import open_snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import rdflib
    from pyoxigraph import Quad, Triple

    from si_graph.query.answer import Answer
    from si_graph.query.binding import Value
    from si_graph.query.catalogue import NamedQuery
    from si_graph.query.describe import Description
    from si_graph.query.explanation.explanation import Explaining, Explanation
    from si_graph.query.passages import Passage
    from si_graph.query.results import Result
    from si_graph.query.search import Finder, Hit
    from si_graph.query.statistics import Statistics
    from si_graph.store.embedded import EmbeddedStore
    from si_graph.validate.report import Report

    Progress = Callable[[str, int, int], None]
    """Called with what is being done, how many stages are done, and how many there are."""


class KnowledgeGraph:
    """A graph, the bundled one or one of your own.

    Things may be named by IRI, prefixed name (`actor:min-ez`), or local name where it is unique.

    Attributes:
        store: Where SPARQL is answered.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        quads: Callable[[], Iterable[Quad]],
        rounds: Callable[[], Mapping[Triple, int] | None] = lambda: None,
        files: Sequence[str] = (),
        *,
        typed_quads: Callable[[], Iterable[Quad]] | None = None,
        is_bundled: bool = False,
    ) -> None:
        self.store = store
        self._is_bundled = is_bundled
        self._quads = quads
        self._typed_quads = typed_quads
        self._rounds = rounds
        self._files = files
        self._explaining: Explaining | None = None
        self._finding: Finder | None = None
        self._statistics: dict[str, Statistics] = {}

    @classmethod
    def open(
        cls,
        directory: str | Path | None = None,
        *,
        asserted: bool = False,
        imports: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> KnowledgeGraph:
        """Open the bundled graph, or one that `si-graph build -o` wrote.

        Args:
            directory: The folder of the snapshot; the bundled one by default.
            asserted: Whether to leave out what only follows by reasoning.
            imports: The names of imported graphs to add (`si-graph import`).
            progress: Is told about the stages if the snapshot has to be built first.

        Raises:
            SnapshotError: The snapshot is damaged and cannot be rebuilt here.
            UnknownError: Nothing is imported under one of the names.
        """
        where = None if directory is None else str(directory)
        snapshot = open_snapshot(where, asserted=asserted, progress=progress)
        if imports:
            from si_graph.snapshot.joined import join

            joined = join(snapshot, imports, progress)
            return cls(joined.store, joined.quads, snapshot.rounds)
        whole = not asserted
        return cls(
            snapshot.store,
            snapshot.quads,
            snapshot.rounds,
            typed_quads=snapshot.typed_quads,
            is_bundled=whole,
        )

    @classmethod
    def load(
        cls,
        paths: Sequence[str | Path],
        *,
        reason: bool = True,
        progress: Progress | None = None,
    ) -> KnowledgeGraph:
        """Load RDF files of any syntax.

        Args:
            paths: The files.
            reason: Whether to add what follows (OWL 2 RL), in `graph:inferred`. The default graph
                is then the merge of everything; otherwise it is what the files put there.
            progress: Is told about the stages.

        Raises:
            InputError: A file is missing or malformed.
            InconsistentError: The statements contradict each other.
        """
        from si_graph.reason.engines import make_engine
        from si_graph.snapshot.own_data import load_files

        data = load_files(paths, make_engine() if reason else None, progress)
        for warning in data.warnings:
            warn(warning, stacklevel=2)
        files = [str(path) for path in paths]
        return cls(data.store, lambda: data.quads, lambda: data.rounds, files)

    def in_memory(self) -> KnowledgeGraph:
        """Return the same graph with its store in memory, which is faster where much is asked."""
        from si_graph.store.embedded import EmbeddedStore

        store = EmbeddedStore.from_quads(self.store.oxigraph)
        return KnowledgeGraph(
            store,
            self._quads,
            self._rounds,
            self._files,
            typed_quads=self._typed_quads,
            is_bundled=self._is_bundled,
        )

    def query(self, text: str) -> Result:
        """Answer a SPARQL 1.1 query; the project's prefixes need no declaration.

        Raises:
            QuerySyntaxError: The query does not parse; says where.
        """
        from si_graph.query.evaluate import evaluate

        return evaluate(self.store, text)

    def queries(self) -> list[NamedQuery]:
        """Return the catalogue of named queries."""
        return catalogue.catalogue()

    def named(self, name: str, **parameters: Value) -> Result:
        """Answer a named query, such as `kg.named("CQ14", actor="municipalities")`.

        Raises:
            UsageError: There is no such query; names the nearest ones.
            ParameterError: An unknown parameter, or a value that is not of the declared type.
        """
        from si_graph.query.evaluate import evaluate_named

        return evaluate_named(self.store, catalogue.load(name), parameters)

    def ask(self, name: str, *, lang: str = "en", **parameters: Value) -> Answer:
        """Answer a named query in sentences, with the passages that say so.

        Raises:
            UsageError: There is no such query, or it has no sentence to answer in.
            ParameterError: An unknown parameter, or a value that is not of the declared type.
        """
        from si_graph.query.answer import answer

        return answer(self.store, catalogue.load(name), parameters, lang)

    def search(self, words: str, *, lang: str = "en", limit: int = 20) -> list[Hit]:
        """Find things by label or synonym, in any language; typing errors are forgiven."""
        return self.finding().find(words, lang, limit)

    def finding(self) -> Finder:
        """Return what finds things of this graph; what it looks up is kept."""
        if self._finding is None:
            from si_graph.query.search import Finder

            self._finding = Finder(self.store)
        return self._finding

    def describe(self, thing: str, *, lang: str = "en") -> Description:
        """Return everything about one thing: stated, inferred, referring to it, and the evidence.

        Raises:
            UsageError: Nothing is called that, or several things are.
        """
        from si_graph.query.describe import describe

        return describe(self.store, thing, lang)

    def evidence(self, thing: str, *, lang: str = "en") -> list[Passage]:
        """Return the passages that say anything of a thing, in the order of their source.

        Raises:
            UsageError: Nothing is called that, or several things are.
        """
        from si_graph.query.names import find
        from si_graph.query.passages import passages, passages_behind

        behind = passages_behind(self.store, str(find(self.store, thing)))
        return passages(self.store, behind, lang)

    def explain(
        self,
        subject: str,
        predicate: str,
        value: str,
        *,
        lang: str = "en",
        every: bool = False,
        text: str | Path | None = None,
    ) -> Explanation:
        """Explain why a statement holds, down to the passages that it rests on, or why it does not.

        Args:
            subject: The thing that it is about.
            predicate: The relation; `a` says what kind of thing it is.
            value: A thing, or a text or number.
            lang: The language of names and sentences, `nl` or `en`.
            every: Whether to give all minimal proofs instead of one.
            text: The file with the source's text, to show the words of passages.

        Raises:
            UsageError: Nothing is called that, or several things are.
            InputError: The text cannot be read.
        """
        from si_graph.query.explanation.explanation import statement_of

        stated = statement_of(self.store, subject, predicate, value)
        return self.explaining().explain(stated, lang, every=every, text=_text(text))

    def explain_clashes(self, *, lang: str = "en", text: str | Path | None = None) -> Explanation:
        """Explain why the statements of a graph that was not reasoned over contradict each other.

        Raises:
            InputError: The text cannot be read.
        """
        return self.explaining().clashes(lang, _text(text))

    def explaining(self) -> Explaining:
        """Return what explains statements of this graph; what it looks up is kept."""
        if self._explaining is None:
            from si_graph.query.explanation.explanation import Explaining
            from si_graph.query.explanation.facts import GraphFacts

            facts = GraphFacts(self.store.oxigraph, self.quads, self._rounds(), self._typed_quads)
            self._explaining = Explaining(self.store, facts, self._files)
        return self._explaining

    def validate(self, *, text: str | Path | None = None) -> Report:
        """Run all checks: shapes on what is stated and on what follows, and passages.

        Of the bundled graph the style of the ontology, the queries, and the answers to the
        competency questions are checked too.

        Args:
            text: The file with the source's text, to compare the hashes of passages with.

        Raises:
            InputError: The text or the shapes cannot be read.
        """
        from si_graph.validate import merge, validate_graph

        report = validate_graph(self.quads(), _text(text))
        if not self._is_bundled:
            return report
        from si_graph.query.competency import check_answers
        from si_graph.validate.bundled import check_sources

        return merge(report, check_sources(), check_answers(self.store))

    def statistics(self, *, lang: str = "en") -> Statistics:
        """Count what is in the graph."""
        if lang not in self._statistics:
            from si_graph.query.statistics import statistics

            self._statistics[lang] = statistics(self.store, lang)
        return self._statistics[lang]

    def quads(self) -> Iterator[Quad]:
        """Go through the quads of all graphs, with the lexical forms of the sources."""
        return iter(self._quads())

    def to_rdflib(self) -> rdflib.Dataset:
        """Return an rdflib Dataset with all graphs; its default graph is their union."""
        from si_graph.load.rdflib_terms import to_dataset

        return to_dataset(self.quads())

    def _repr_html_(self) -> str:
        return self.statistics()._repr_html_()


def _text(path: str | Path | None) -> str | None:
    from si_graph.validate import read_text

    return None if path is None else read_text(path)
