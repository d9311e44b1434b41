"""Parameters bound into a query as RDF terms, never as text.

A value is first made an RDF term of the declared type; what is written into the query's data block
is that term in SPARQL's own notation, so no value can reach beyond the block.
"""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from si_graph.errors import ParameterError, UsageError
from si_graph.namespaces import PREFIXES, expand
from si_graph.query.names import find_instance
from si_graph.query.suggest import nearest
from si_graph.query.tokens import data_blocks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from si_graph.query.catalogue import NamedQuery, Parameter
    from si_graph.store.protocol import Store

    Value = str | int | list[str] | tuple[str, ...]

_XSD_STRING = NamedNode(PREFIXES["xsd"] + "string")
_XSD_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")
_ESCAPES = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("\n", "\\n"),
    ("\r", "\\r"),
    # Some parsers make spaces of a tab.
    ("\t", "\\t"),
)
_LOOKS_LIKE_CODE_POINT = re.compile(r"\\([uU])")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


def bind(query: NamedQuery, values: Mapping[str, Value], store: Store) -> str:
    """Return the text of a named query with values in place of its defaults.

    Args:
        query: The named query.
        values: Values by parameter; several values of one parameter mean any of them.
        store: The graph in which things must exist.

    Returns:
        The SPARQL text, to be evaluated as it stands.

    Raises:
        ParameterError: An unknown parameter, or a value that is not of the declared type.
    """
    text = query.text
    for name, given in values.items():
        text = _filled(text, name, " ".join(map(serialise, terms_of(query, name, given, store))))
    return text


def in_language(text: str, lang: str) -> str:
    """Return the text of a query with its labels in a language, if it has any (`?lang`)."""
    return _filled(text, "lang", serialise(Literal(lang)))


def _filled(text: str, name: str, content: str) -> str:
    for start, end in data_blocks(text, name):
        text = f"{text[:start]} {content} {text[end:]}"
    return text


def terms_of(query: NamedQuery, name: str, given: Value, store: Store) -> list[NamedNode | Literal]:
    """Return the RDF terms that values of a parameter mean.

    Raises:
        ParameterError: The parameter is unknown, or a value is not of the declared type.
    """
    parameter = query.parameters.get(name)
    if parameter is None:
        known = ", ".join(query.parameters) or "none"
        raise ParameterError(
            f"{query.name} has no parameter {name!r} (it has: {known})"
            + nearest(name, query.parameters)
        )
    listed = [given] if isinstance(given, (str, int)) else list(given)
    if not listed:
        raise ParameterError(f"parameter {name!r} of {query.name} needs a value")
    return [_term(parameter, value, store) for value in listed]


def serialise(term: NamedNode | Literal) -> str:
    """Return a term in SPARQL's notation.

    SPARQL 1.1 (19.2) lets a processor replace code point escapes before it parses, so the text
    of a backslash and a `u` would become another character: the `u` is written as an escape
    itself, which reads the same either way; in eight digits, as rdflib takes up to eight.
    """
    if isinstance(term, NamedNode) or term.datatype == _XSD_INTEGER:
        return str(term)
    text = term.value
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    text = _LOOKS_LIKE_CODE_POINT.sub(lambda found: rf"\\U{ord(found[1]):08X}", text)
    if term.language:
        return f'"{text}"@{term.language}'
    return f'"{text}"' if term.datatype == _XSD_STRING else f'"{text}"^^{term.datatype}'


def _term(parameter: Parameter, value: str | int, store: Store) -> NamedNode | Literal:
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _error(parameter, "the value is not valid Unicode text") from None
    if not text:
        raise _error(parameter, "the value is empty")
    if parameter.type == "xsd:string":
        return Literal(text)
    if parameter.type == "xsd:integer":
        if not _INTEGER.fullmatch(text):
            raise _error(parameter, f"{text!r} is not a whole number")
        return Literal(int(text))
    class_iri = expand(parameter.type)
    if class_iri is None:
        raise _error(parameter, f"its type {parameter.type!r} is unknown")
    try:
        return find_instance(store, text, class_iri)
    except UsageError as error:
        raise _error(parameter, str(error)) from None


def _error(parameter: Parameter, message: str) -> ParameterError:
    return ParameterError(f"parameter {parameter.name!r} ({parameter.type}): {message}")
