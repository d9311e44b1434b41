"""Statements and steps in words: labels for terms, and the rule table's sentences filled in."""

from __future__ import annotations

import re

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

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_RDF, _RDFS, _OWL = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))
_PHRASES = {
    _RDF + "type": {"nl": "{s} is een {o}", "en": "{s} is a {o}"},
    _RDFS + "subClassOf": {"nl": "elke {s} is een {o}", "en": "every {s} is a {o}"},
    _RDFS + "subPropertyOf": {
        "nl": "elke relatie {s} is ook een relatie {o}",
        "en": "every relation {s} is also a relation {o}",
    },
    _RDFS + "domain": {"nl": "wat {s} heeft, is een {o}", "en": "what has {s} is a {o}"},
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
        "nl": "er is hooguit één {s}",
        "en": "there is at most one {s}",
    },
}
_WORDS = {
    "nl": {"nameless": "iets naamloos", "any": "iets", "or": "of", "and": "en",
           "with": "[wat {0} heeft met {1}]"},
    "en": {"nameless": "something nameless", "any": "something", "or": "or", "and": "and",
           "with": "[what has {0} with {1}]"},
}  # fmt: skip
_MOST_LISTED = 10


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
        subject, predicate, value = parts
        phrase = None
        if isinstance(predicate, NamedNode):
            phrase = _PHRASES.get(predicate.value)
            if predicate.value == _RDF + "type" and isinstance(value, NamedNode):
                phrase = _CLASSES.get(value.value, phrase)
        if phrase is None:
            return f"{self.term(subject)} – {self.term(predicate)} – {self.term(value)}"
        return phrase[self.lang].format(s=self._in_sentence(subject), o=self._in_sentence(value))

    def step(self, rule: str, bindings: Mapping[str, Term]) -> str:
        """Return what a rule says of the things in a step."""
        sentence = owl2_rl()[rule].sentence[self.lang]
        filled = _PLACEHOLDER.sub(lambda match: self._in_sentence(bindings.get(match[1])), sentence)
        return filled[:1].upper() + filled[1:]

    def _in_sentence(self, term: Term | None) -> str:
        """Return what a thing is called; a relation in quotes, as its name is no noun."""
        is_relation = term is not None and bool(self._facts.by_subject(str(term)))
        return f"‘{self.term(term)}’" if is_relation else self.term(term)

    def _nameless(self, node: str) -> str:
        """Return what a class or list without a name is made of; nothing if that is unknown."""
        for name, joint in (("unionOf", "or"), ("intersectionOf", "and")):
            for _, _, head in self._facts.match(node, f"<{_OWL}{name}>", None):
                joined = f" {_WORDS[self.lang][joint]} "
                return f"[{joined.join(map(self._of_text, self._items(head)))}]"
        restriction = self._restriction(node)
        if restriction is not None:
            shown = tuple(map(self._of_text, restriction))
            return _WORDS[self.lang]["with"].format(*shown)
        return ", ".join(map(self._of_text, self._items(node)))

    def _restriction(self, node: str) -> tuple[str, str] | None:
        """Return the property and the value or class of a class that is told by these."""
        for _, _, relation in self._facts.match(node, f"<{_OWL}onProperty>", None):
            for name in ("someValuesFrom", "hasValue"):
                for _, _, value in self._facts.match(node, f"<{_OWL}{name}>", None):
                    return relation, value
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


def is_structure(one: Statement | None) -> bool:
    """Tell whether a statement only holds a list or a nameless class together.

    What such a class is made of already stands where it is named.
    """
    if one is None:
        return False
    predicate = str(one.predicate)
    is_nameless = isinstance(one.subject, BlankNode)
    return predicate in (FIRST, REST) or (is_nameless and predicate.startswith(f"<{_OWL}"))
