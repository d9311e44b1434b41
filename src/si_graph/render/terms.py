"""Terms of the data as pages show them: named, linked, with what nameless things are made of."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from si_graph.namespaces import PREFIXES, shorten
from si_graph.query.answer import date_in_words
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Triple

    from si_graph.query.nameless import Nameless

    Term = NamedNode | BlankNode | Literal | Triple

_FIRST, _REST, _NIL = (PREFIXES["rdf"] + name for name in ("first", "rest", "nil"))
_DATES = (PREFIXES["xsd"] + "date", PREFIXES["xsd"] + "gYearMonth")


class Shown(NamedTuple):
    """A term as it is shown.

    Attributes:
        label: What it is called, or its text.
        iri: What it is linked by; empty if it is a text or nameless.
        language: The language of a text; empty if it has none.
        inside: What is said of a nameless thing: pairs of a property and a value.
        items: The items of a list.
    """

    label: str
    iri: str = ""
    language: str = ""
    inside: tuple[tuple[Shown, Shown], ...] = ()
    items: tuple[Shown, ...] = ()


def name_of(iri: str, labels: Mapping[str, str], lang: str) -> str:
    """Return what a thing is called: its label, our word for a common term, or its short name."""
    short = shorten(iri)
    return labels.get(iri) or texts(lang).get(short) or short


def spelled(term: Term) -> str:
    """Return a term in the way that `explain` reads it; empty if it has no name."""
    if isinstance(term, NamedNode):
        short = shorten(term.value)
        return short if short != term.value else str(term)
    return str(term) if isinstance(term, Literal) else ""


class Terms:
    """Shows the terms of one description."""

    def __init__(self, labels: Mapping[str, str], nameless: Nameless, lang: str) -> None:
        self._labels = labels
        self._nameless = nameless
        self._lang = lang

    def named(self, iri: str) -> Shown:
        """Return a thing by its name."""
        return Shown(name_of(iri, self._labels, self._lang), iri)

    def shown(self, term: Term, within: tuple[BlankNode, ...] = ()) -> Shown:
        """Return a term; `within` are the nameless things that it is told in."""
        if isinstance(term, NamedNode):
            return self.named(term.value)
        if isinstance(term, Literal):
            is_date = term.datatype.value in _DATES
            text = date_in_words(term.value, self._lang) if is_date else term.value
            return Shown(text, language=term.language or "")
        if not isinstance(term, BlankNode):
            return Shown(str(term))
        label = texts(self._lang)["terms_nameless"]
        # A nameless thing that leads to itself would be told without end.
        if term in within:
            return Shown(label)
        inner = (*within, term)
        items = self._items(term)
        if items:
            return Shown(label, items=tuple(self.shown(item, inner) for item in items))
        said = self._nameless.get(term, [])
        return Shown(
            label,
            inside=tuple((self.named(p), self.shown(value, inner)) for p, value in said),
        )

    def _items(self, head: BlankNode) -> list[Term]:
        """Return the items if the nameless thing is a list."""
        items: list[Term] = []
        node: Term = head
        seen: set[Term] = set()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            said = dict(self._nameless.get(node, []))
            if _FIRST not in said:
                break
            items.append(said[_FIRST])
            node = said.get(_REST, NamedNode(_NIL))
        return items
