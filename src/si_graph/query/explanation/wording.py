"""Statements and steps in words: labels for terms, and the rule table's sentences filled in."""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from si_graph.namespaces import PREFIXES, shorten
from si_graph.query.labels import labels
from si_graph.reason.explanation.terms import FIRST, NIL, REST
from si_graph.reason.explanation.terms import term as read_term
from si_graph.reason.rule_table import owl2_rl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from si_graph.query.explanation.facts import GraphFacts
    from si_graph.reason.explanation.proof import Proof, Statement, Term
    from si_graph.store.protocol import Store

# A placeholder with its article, which not all that is put there goes with.
_PLACEHOLDER = re.compile(r"(?:\b(een|a|every) )?\{(\w+)\}", re.IGNORECASE)
_RDF, _RDFS, _OWL = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))
_PHRASES = {
    _RDF + "type": {"nl": "{s} is een {o}", "en": "{s} is a {o}"},
    _RDFS + "subClassOf": {"nl": "een {s} is altijd een {o}", "en": "every {s} is a {o}"},
    _RDFS + "subPropertyOf": {
        "nl": "{s} houdt {o} in",
        "en": "{s} implies {o}",
    },
    _RDFS + "domain": {
        "nl": "waarvan {s} gezegd is, is een {o}",
        "en": "whatever {s} is said of is a {o}",
    },
    _RDFS + "range": {
        "nl": "waar {s} naar wijst, is een {o}",
        "en": "what {s} points to is a {o}",
    },
    _OWL + "inverseOf": {
        "nl": "{s} en {o} zijn elkaars omgekeerde",
        "en": "{s} and {o} are each other's inverse",
    },
    _OWL + "equivalentClass": {
        "nl": "{s} en {o} betekenen hetzelfde",
        "en": "{s} and {o} mean the same",
    },
    _OWL + "disjointWith": {
        "nl": "{s} en {o} sluiten elkaar uit",
        "en": "{s} and {o} exclude each other",
    },
    _OWL + "sameAs": {"nl": "{s} is hetzelfde als {o}", "en": "{s} is the same as {o}"},
    _OWL + "differentFrom": {"nl": "{s} is een ander dan {o}", "en": "{s} differs from {o}"},
    _OWL + "propertyChainAxiom": {
        "nl": "{s} volgt uit de keten: {o}",
        "en": "{s} follows from the chain: {o}",
    },
    _OWL + "intersectionOf": {
        "nl": "{s} is wat bij elk hoort van: {o}",
        "en": "{s} is what belongs to each of: {o}",
    },
    _OWL + "unionOf": {
        "nl": "{s} is wat bij een hoort van: {o}",
        "en": "{s} is what belongs to one of: {o}",
    },
    _OWL + "oneOf": {"nl": "{s} bestaat uit: {o}", "en": "{s} consists of: {o}"},
    _OWL + "hasKey": {
        "nl": "een {s} is te herkennen aan: {o}",
        "en": "a {s} is told by: {o}",
    },
    _OWL + "someValuesFrom": {
        "nl": "{s} kijkt naar een {o}",
        "en": "{s} looks for a {o}",
    },
    _OWL + "onProperty": {"nl": "{s} gaat over {o}", "en": "{s} is about {o}"},
}
_CLASSES = {
    _OWL + "TransitiveProperty": {"nl": "{s} werkt door", "en": "{s} carries on"},
    _OWL + "SymmetricProperty": {"nl": "{s} geldt naar beide kanten", "en": "{s} holds both ways"},
    _OWL + "FunctionalProperty": {
        "nl": "{s} wijst naar hooguit één ding",
        "en": "{s} points to at most one thing",
    },
}
_WORDS = {
    "nl": {"nameless": "iets naamloos", "any": "iets", "or": "of", "and": "en",
           "with": "iets met {0} {1}", "a": "een"},
    "en": {"nameless": "something nameless", "any": "something", "or": "or", "and": "and",
           "with": "something with {0} {1}", "a": "a"},
}  # fmt: skip
_MOST_LISTED = 10
_SENTENCE_SPACES = 4


class Named(NamedTuple):
    """A thing in a sentence: what it is called there, and which thing it is."""

    name: str
    term: Term


Piece = str | Named
"""A part of a sentence."""


class Wording:
    """Puts the terms, statements and steps of proofs into words."""

    def __init__(
        self,
        store: Store,
        facts: GraphFacts,
        lang: str,
        proofs: Iterable[Proof],
        also: Iterable[Term],
    ) -> None:
        self.lang = lang
        self._facts = facts
        terms: dict[Term, None] = dict.fromkeys(also)
        for proof in proofs:
            for step in proof.steps():
                terms.update(dict.fromkeys(step.bindings.values()))
                terms.update(dict.fromkeys(step.conclusion or ()))
        iris = {term.value for term in terms if isinstance(term, NamedNode)}
        iris |= self._in_nameless(term for term in terms if isinstance(term, BlankNode))
        self._labels = labels(store, iris, lang)

    def term(self, term: Term | None) -> str:
        """Return what a thing is called."""
        words = _WORDS[self.lang]
        if term is None:
            return words["any"]
        if isinstance(term, NamedNode):
            return self._labels.get(term.value) or shorten(term.value)
        if isinstance(term, Literal):
            return f"“{term.value}”"
        return self._nameless(str(term)) or words["nameless"]

    def statement(self, parts: Statement | tuple[Term | None, Term | None, Term | None]) -> str:
        """Return a statement in words."""
        return _joined(self.statement_pieces(parts))

    def statement_pieces(
        self, parts: Statement | tuple[Term | None, Term | None, Term | None]
    ) -> list[Piece]:
        """Return a statement in words, with the things in it told apart."""
        subject, predicate, value = parts
        phrase = None
        if isinstance(predicate, NamedNode):
            phrase = _PHRASES.get(predicate.value)
            if predicate.value == _RDF + "type" and isinstance(value, NamedNode):
                phrase = _CLASSES.get(value.value, phrase)
        if phrase is None:
            s, p, o = (_piece(self.term(part), self.term(part), part) for part in parts)
            return [piece for piece in (*s, " – ", *p, " – ", *o) if piece]
        return self._filled(phrase[self.lang], {"s": subject, "o": value})

    def step(self, rule: str, bindings: Mapping[str, Term]) -> str:
        """Return what a rule says of the things in a step."""
        return capitalised(_joined(self.step_pieces(rule, bindings)))

    def step_pieces(self, rule: str, bindings: Mapping[str, Term]) -> list[Piece]:
        """Return what a rule says of the things in a step, with the things told apart."""
        return self._filled(owl2_rl()[rule].sentence[self.lang], bindings)

    def _filled(self, sentence: str, terms: Mapping[str, Term | None]) -> list[Piece]:
        pieces: list[Piece] = []
        end = 0
        for match in _PLACEHOLDER.finditer(sentence):
            term = terms.get(match[2])
            name = self._in_sentence(term)
            pieces.append(sentence[end : match.start()])
            pieces += _piece(self._with_article(match[1] or "", name), name, term)
            end = match.end()
        return [piece for piece in (*pieces, sentence[end:]) if piece]

    def _with_article(self, article: str, name: str) -> str:
        """Return a name behind an article; 'something with …' has none."""
        if not article:
            return name
        if name.startswith(_WORDS[self.lang]["any"] + " "):
            return name.replace("some", "every", 1) if article.lower() == "every" else name
        is_vowel = name.lstrip("‘“").lower().startswith(("a", "e", "i", "o"))
        return f"{article}{'n' if article.lower() == 'a' and is_vowel else ''} {name}"

    def _in_sentence(self, term: Term | None) -> str:
        """Return what a thing is called; in quotes where its name is no noun.

        That is so for a relation, and for what is called by a whole sentence.
        """
        name = self.term(term)
        if term is not None and any(True for _ in self._facts.match(None, str(term), None)):
            return f"‘{name}’"
        is_short = name.count(" ") < _SENTENCE_SPACES or name.endswith(")")
        is_sentence = name[:1].islower() and not is_short
        return f"“{name}”" if is_sentence and isinstance(term, NamedNode) else name

    def _nameless(self, node: str) -> str:
        """Return what a class or list without a name is made of; nothing if that is unknown."""
        words = _WORDS[self.lang]
        for name, joint in (("unionOf", "or"), ("intersectionOf", "and")):
            for _, _, head in self._facts.match(node, f"<{_OWL}{name}>", None):
                joined = f" {words[joint]} "
                return joined.join(map(self._of_text, self._items(head)))
        restriction = self._restriction(node)
        if restriction is not None:
            relation, name, value = restriction
            article = words["a"] if name == "someValuesFrom" else ""
            shown = self._with_article(article, self._of_text(value))
            return words["with"].format(self._of_text(relation), shown)
        return ", ".join(map(self._of_text, self._items(node)))

    def _restriction(self, node: str) -> tuple[str, str, str] | None:
        """Return the property, the restriction and the value of a class that is told by these."""
        for _, _, relation in self._facts.match(node, f"<{_OWL}onProperty>", None):
            for name in ("someValuesFrom", "hasValue"):
                for _, _, value in self._facts.match(node, f"<{_OWL}{name}>", None):
                    return relation, name, value
        return None

    def _of_text(self, text: str) -> str:
        return self._in_sentence(read_term(text))

    def _items(self, head: str) -> list[str]:
        found: list[str] = []
        seen: set[str] = set()
        while head != NIL and head not in seen and len(found) < _MOST_LISTED:
            seen.add(head)
            found += [o for _, _, o in self._facts.match(head, FIRST, None)][:1]
            head = next((o for _, _, o in self._facts.match(head, REST, None)), NIL)
        return found

    def _in_nameless(self, nodes: Iterable[BlankNode]) -> set[str]:
        found: set[str] = set()
        for node in nodes:
            heads = [str(node)]
            for name in ("unionOf", "intersectionOf"):
                heads += [o for _, _, o in self._facts.match(str(node), f"<{_OWL}{name}>", None)]
            items = [item for head in heads for item in self._items(head)]
            items += [part for one in [str(node), *items] for part in self._restriction(one) or ()]
            found.update(item[1:-1] for item in items if item.startswith("<"))
        return found


def _piece(told: str, name: str, term: Term | None) -> list[Piece]:
    """Return a thing as it is told; an article before its name is no part of it."""
    if term is None:
        return [told]
    article = told.removesuffix(name)
    return [article, Named(name, term)] if told.endswith(name) else [Named(told, term)]


def _joined(pieces: Iterable[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else piece.name for piece in pieces)


def capitalised(text: str) -> str:
    """Return a text with a capital."""
    return text[:1].upper() + text[1:]


def is_structure(one: Statement | None) -> bool:
    """Tell whether a statement only holds a list or a nameless class together.

    What such a class is made of already stands where it is named.
    """
    if one is None:
        return False
    predicate = str(one.predicate)
    is_nameless = isinstance(one.subject, BlankNode)
    return predicate in (FIRST, REST) or (is_nameless and predicate.startswith(f"<{_OWL}"))
