"""Where in a JSON-LD file a statement stands.

The JSON-LD parser reads a whole document before its first statement, so the text is searched for
what the statement must have come from. Where the context is too clever for that, the place is that
of the thing's object, or the beginning of the file.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Triple

from si_graph.load.places import Spot

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode, Quad

_TOKEN = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")(?P<key>\s*:)?|[{}]|[^\s{}\[\]:,"]+', re.S)
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class _Node:
    """One JSON object: where it begins, and its keys with their values in the order of the text."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.key = ""
        self.facts: list[_Fact] = []


class _Fact(NamedTuple):
    key: str
    value: str | _Node
    offset: int


class JsonCursor:
    """Tells where a statement of one document stands.

    Attributes:
        current: The statement that is asked for.
    """

    current: Quad

    def __init__(self, text: str, base: str) -> None:
        self._text = text
        nodes = _scan(text)
        self._context = _context(nodes)
        self._base = urljoin(base, self._context.get("@base", ""))
        self._things: dict[str, int] = {}
        self._properties: dict[tuple[str, str], int] = {}
        self._statements: dict[tuple[str, str, str], int] = {}
        for node in nodes:
            self._enter(node)

    def subject(self) -> Spot:
        """Return where its subject's object begins."""
        return self._spot(self._things.get(_key(self.current.subject), 0))

    def object(self) -> Spot:
        """Return where its object is written."""
        subject, name = _key(self.current.subject), self.current.predicate.value
        exact = self._statements.get((subject, name, _key(self.current.object)))
        if exact is None:
            exact = self._properties.get((subject, name))
        return self.subject() if exact is None else self._spot(exact)

    def _enter(self, node: _Node) -> None:
        subject = self._name(node)
        self._things.setdefault(subject, node.start)
        for fact in node.facts:
            name = self._expand(fact.key)
            values = {self._name(fact.value)}
            if name == "@type":
                name = _RDF_TYPE
            if isinstance(fact.value, str):
                # Whether a string is a name or a text depends on the context's types.
                values |= {fact.value, self._expand(fact.value)}
            self._properties.setdefault((subject, name), fact.offset)
            for value in values:
                self._statements.setdefault((subject, name, value), fact.offset)

    def _name(self, value: str | _Node) -> str:
        """Return the IRI or the text of a value; nothing for an unnamed thing."""
        if isinstance(value, str):
            return self._resolve(value)
        for fact in value.facts:
            if isinstance(fact.value, str):
                keyword = self._expand(fact.key)
                if keyword == "@id":
                    return "" if fact.value.startswith("_:") else self._resolve(fact.value)
                if keyword == "@value":
                    return fact.value
        return ""

    def _resolve(self, name: str) -> str:
        short = name.partition(":")[0] in self._context
        return self._expand(name) if short else urljoin(self._base, name)

    def _expand(self, term: str) -> str:
        # A prefix may be defined by another one.
        for _ in range(4):
            if term in self._context:
                term = self._context[term]
                continue
            prefix, colon, local = term.partition(":")
            if colon and prefix in self._context and not local.startswith("//"):
                term = self._context[prefix] + local
        if ":" in term or term.startswith("@") or "@vocab" not in self._context:
            return term
        return self._context["@vocab"] + term

    def _spot(self, offset: int) -> Spot:
        line_start = self._text.rfind("\n", 0, offset) + 1
        return Spot(self._text.count("\n", 0, offset) + 1, offset - line_start + 1)


def _key(term: NamedNode | BlankNode | Literal | Triple) -> str:
    # The labels of unnamed things are the parser's own.
    return "" if isinstance(term, BlankNode | Triple) else term.value


def _scan(text: str) -> list[_Node]:
    """Return all objects of a JSON text; those in arrays are values of the array's key."""
    root = _Node(0)
    nodes: list[_Node] = []
    stack = [root]
    for token in _TOKEN.finditer(text):
        if token["key"]:
            stack[-1].key = json.loads(token["text"])
        elif token[0] == "{":
            node = _Node(token.start())
            nodes.append(node)
            stack[-1].facts.append(_Fact(stack[-1].key, node, node.start))
            stack.append(node)
        elif token[0] == "}":
            stack.pop()
        else:
            value = json.loads(token["text"]) if token["text"] else token[0]
            stack[-1].facts.append(_Fact(stack[-1].key, value, token.start()))
    return nodes


def _context(nodes: list[_Node]) -> dict[str, str]:
    """Return the definitions of all contexts in the document, as if they were one."""
    definitions: dict[str, str] = {}
    contexts = [fact.value for node in nodes for fact in node.facts if fact.key == "@context"]
    for context in contexts:
        for fact in context.facts if isinstance(context, _Node) else ():
            if isinstance(fact.value, str):
                definitions.setdefault(fact.key, fact.value)
                continue
            for inner in fact.value.facts:
                if inner.key == "@id" and isinstance(inner.value, str):
                    definitions.setdefault(fact.key, inner.value)
    return definitions
