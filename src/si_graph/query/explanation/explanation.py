"""The answer to "why does this hold?": proofs with words and origins, or what is missing."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES, expand
from si_graph.query.explanation.origins import Origins, locator
from si_graph.query.explanation.told import Told
from si_graph.query.explanation.wording import Wording
from si_graph.query.names import find, find_instance
from si_graph.reason.explanation.missing import nearest
from si_graph.reason.explanation.proof import Statement
from si_graph.reason.explanation.search import Explainer
from si_graph.reason.explanation.terms import term as read_term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from si_graph.query.explanation.facts import GraphFacts
    from si_graph.reason.explanation.missing import Missing
    from si_graph.reason.explanation.proof import Proof, Term
    from si_graph.store.protocol import Store

MOST_PROOFS = 10
"""How many proofs of one statement are shown."""

MOST_MISSING = 3
"""How many ways to come nearer to a statement that does not hold are shown."""

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<?([^<>]+)>?)?', re.DOTALL)


class Explanation(Told):
    """Why a statement holds, why it does not, or why statements contradict each other."""

    __slots__ = ()

    def __str__(self) -> str:
        from si_graph.query.explanation.render_text import as_text

        return as_text(self)

    def to_turtle(self) -> str:
        """Return the proofs in PROV-O."""
        from si_graph.query.explanation.render_turtle import as_turtle

        return as_turtle(self)

    def to_json(self) -> str:
        """Return the proofs as JSON: steps that refer to their premises by number."""
        from si_graph.query.explanation.render_json import as_json

        return as_json(self)

    def to_html(self) -> str:
        """Return a page of its own."""
        from si_graph.query.explanation.render_html import as_page

        return as_page(self)

    def to_mermaid(self) -> str:
        """Return a flow chart for Mermaid."""
        from si_graph.query.explanation.render_mermaid import as_mermaid

        return as_mermaid(self)

    def _repr_html_(self) -> str:
        from si_graph.query.explanation.render_html import as_fragment

        return as_fragment(self)


class Explaining:
    """Explains statements of one graph.

    Attributes:
        facts: The graph and its closure.
    """

    def __init__(self, store: Store, facts: GraphFacts, files: Sequence[str] = ()) -> None:
        self.facts = facts
        self._store = store
        self._locate = locator(files)
        self._explainer = Explainer(facts)

    def explain(
        self, stated: Statement, lang: str, *, every: bool = False, text: str | None = None
    ) -> Explanation:
        """Explain a statement.

        Args:
            stated: The statement.
            lang: The language of labels and sentences.
            every: Whether to give all minimal proofs instead of one.
            text: The source's text, to show the words of passages.
        """
        if every:
            proofs, is_complete = self._explainer.explain_all(stated, MOST_PROOFS)
        else:
            proof = self._explainer.explain(stated)
            proofs, is_complete = ([] if proof is None else [proof]), True
        missing = [] if proofs else nearest(self.facts, stated, MOST_MISSING)
        return self._told(stated, proofs, is_complete, missing, lang, text)

    def translated(self, told: Told, lang: str) -> Explanation:
        """Return an explanation in another language; what it rests on is not looked for again."""
        return self._told(told.statement, told.proofs, told.is_complete, told.missing, lang, None)

    def clashes(self, lang: str, text: str | None = None) -> Explanation:
        """Explain why the statements of the graph contradict each other."""
        proofs = self._explainer.clashes(MOST_PROOFS)
        return self._told(None, proofs, True, [], lang, text)

    def _told(
        self,
        stated: Statement | None,
        proofs: list[Proof],
        is_complete: bool,
        missing: list[Missing],
        lang: str,
        text: str | None,
    ) -> Explanation:
        also: list[Term] = list(stated or ())
        for one in missing:
            also += [*one.bindings.values(), *(part for part in one.premise if part is not None)]
        origins = Origins(self._store, self.facts, lang, text, self._locate)
        leaves = [leaf for proof in proofs for leaf in proof.leaves]
        wording = Wording(self._store, self.facts, lang, proofs, also)
        return Explanation(stated, proofs, is_complete, missing, origins.of(leaves), wording)


def statement_of(store: Store, subject: str, predicate: str, value: str) -> Statement:
    """Return the statement that three names mean.

    Args:
        store: The graph in which the names are looked up.
        subject: An IRI, a prefixed name, or a unique local name.
        predicate: The same; `a` is `rdf:type`.
        value: The same; or a literal in N-Triples notation, or a text or number as it stands.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    relation = "rdf:type" if predicate == "a" else predicate
    thing, link = find(store, subject), find(store, relation)
    return Statement(thing, link, _object(store, thing, link, value))


def _object(store: Store, subject: NamedNode, predicate: NamedNode, text: str) -> Term:
    written = _LITERAL.fullmatch(text)
    if written is not None:
        quoted, language, datatype = written.groups()
        content = _unescaped(quoted)
        if language:
            return Literal(content, language=language)
        return Literal(
            content, datatype=NamedNode(expand(datatype) or datatype) if datatype else None
        )
    rows = store.query(f"SELECT ?x WHERE {{ {subject} {predicate} ?x FILTER(isLiteral(?x)) }}")
    same: list[Term] = [row["x"] for row in rows if row["x"].value == text]  # type: ignore[union-attr]  # a SELECT has rows
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        shown = " or ".join(map(str, same))
        raise UsageError(f"several values read {text!r}\n  Say which one: {shown}")
    try:
        return _class(store, text) if predicate == _TYPE else find(store, text)
    except UsageError:
        if re.fullmatch(r"[+-]?\d+", text):
            return Literal(text, datatype=NamedNode(PREFIXES["xsd"] + "integer"))
        raise


def _unescaped(quoted: str) -> str:
    """Return what N-Triples means by a quoted text; as it stands if it is no N-Triples."""
    try:
        return read_term(f'"{quoted}"').value
    except SyntaxError:
        return quoted


def _class(store: Store, name: str) -> NamedNode:
    """Return the class that a name means, or else the thing: a shape may be called the same."""
    try:
        return find_instance(store, name, PREFIXES["owl"] + "Class")
    except UsageError:
        return find(store, name)
