"""Rows in the JSON format of SPARQL 1.1, one at a time, as Oxigraph writes them.

Oxigraph writes all rows of a query or none; to read back those that are wanted takes longer.
"""

from __future__ import annotations

from json.encoder import encode_basestring as quoted

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from si_graph.namespaces import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Term = NamedNode | BlankNode | Literal | Triple

_STRING = PREFIXES["xsd"] + "string"


def json_results(
    variables: Sequence[str], rows: Iterable[Iterable[Term | None]], link: str | None = None
) -> bytes:
    """Return rows as JSON.

    Args:
        variables: The names of the columns.
        rows: The values of each row, in the order of the columns; None where there is none.
        link: What the head links to.
    """
    names = [quoted(variable) for variable in variables]
    keys = [f"{name}:" for name in names]
    bindings = [
        ",".join(
            [key + _json(term) for key, term in zip(keys, row, strict=True) if term is not None]
        )
        for row in rows
    ]
    links = "" if link is None else f'"link":[{quoted(link)}],'
    joined = "},{".join(bindings)
    some = f"{{{joined}}}" if bindings else ""
    head = f'{{"head":{{{links}"vars":[{",".join(names)}]}},"results":{{"bindings":['
    return f"{head}{some}]}}}}".encode()


def _json(term: Term) -> str:
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if isinstance(term, Literal):
        return f'{{"type":"literal","value":{quoted(term.value)}{_kind(term)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{quoted(term.value)}}}'
    parts = f'"subject":{_json(term.subject)},"predicate":{_json(term.predicate)}'
    return f'{{"type":"triple","value":{{{parts},"object":{_json(term.object)}}}}}'


def _kind(literal: Literal) -> str:
    """Return the language and the direction of a text, or what else a literal is."""
    if literal.language is not None:
        direction = f',"its:dir":"{literal.direction.value}"' if literal.direction else ""
        return f',"xml:lang":{quoted(literal.language)}{direction}'
    datatype = literal.datatype.value
    return "" if datatype == _STRING else f',"datatype":{quoted(datatype)}'
