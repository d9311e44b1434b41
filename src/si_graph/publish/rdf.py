"""RDF as it is published: always the same bytes for the same statements, under any base IRI."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple, serialize

from si_graph.namespaces import BASE, PREFIXES
from si_graph.store.writing import RDF_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Node = NamedNode | BlankNode | DefaultGraph
    Term = NamedNode | BlankNode | Literal | Triple

_WITHOUT_PREFIXES = ("ntriples", "nquads")
_FOR_PEOPLE = ("turtle", "trig")
_DECLARATION = b"@prefix "
_PREFIX = re.compile(rb"\b([a-z]\w*+):")
Statement = TypeVar("Statement", Triple, Quad)

_PREFIXES = {
    **PREFIXES,
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "formats": "http://www.w3.org/ns/formats/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}


def write(
    statements: Iterable[Triple] | Iterable[Quad],
    format: str,  # noqa: A002 - as in rdflib
    base: str = BASE,
) -> bytes:
    """Return statements as RDF, in the order that they come in.

    Args:
        statements: Triples, or quads for a format with graphs.
        format: A name of `RDF_FORMATS`.
        base: What the IRIs of the project begin with in them.
    """
    stream = BytesIO()
    serialize(
        cast("Iterable[Quad]", statements),
        stream,
        format=RDF_FORMATS[format],
        prefixes=None if format in _WITHOUT_PREFIXES else _prefixes(base),
    )
    written = stream.getvalue()
    return _without_unused(written, base) if format in _FOR_PEOPLE else written


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """Return statements graph by graph and thing by thing, each once, always in the same order."""
    keyed = {_key(one): one for one in statements}
    return [keyed[key] for key in sorted(keyed)]


def both_in_order(quads: Iterable[Quad]) -> tuple[list[Quad], list[Triple]]:
    """Return quads in order, and the triples in them; to spell terms is what takes the time."""
    keyed: dict[tuple[str, str], Quad] = {}
    triples: dict[str, Triple] = {}
    for quad in quads:
        triple = quad.triple
        spelled = str(triple)
        keyed[str(quad.graph_name), spelled] = quad
        triples[spelled] = triple
    return [keyed[key] for key in sorted(keyed)], [triples[key] for key in sorted(triples)]


def rebase(statements: Iterable[Statement], base: str) -> list[Statement]:
    """Return statements with the IRIs of the project under another base.

    Texts that are such an IRI, as namespaces are, change too.

    Args:
        statements: Triples or quads.
        base: What takes the place of the project's own base; it ends with a slash.
    """
    if base == BASE:
        return list(statements)
    return [type(one)(*(_moved(term, base) for term in one)) for one in statements]


@cache
def _prefixes(base: str) -> dict[str, str]:
    return {prefix: _under(namespace, base) for prefix, namespace in _PREFIXES.items()}


def _under(iri: str, base: str) -> str:
    return base + iri.removeprefix(BASE) if iri.startswith(BASE) else iri


@cache
def _declarations(base: str) -> dict[bytes, bytes]:
    """Return the lines that declare the prefixes, by these, in order."""
    stream = BytesIO()
    # Without a statement there are no declarations.
    any_triple = Triple(*[NamedNode(base)] * 3)
    serialize([any_triple], stream, format=RDF_FORMATS["turtle"], prefixes=_prefixes(base))
    written = stream.getvalue().splitlines(keepends=True)
    lines = sorted(line for line in written if line.startswith(_DECLARATION))
    return {line[len(_DECLARATION) :].partition(b":")[0]: line for line in lines}


def _without_unused(written: bytes, base: str) -> bytes:
    """Leave out the prefixes that are not used: forty lines of them help nobody."""
    declared = _declarations(base)
    if not written.startswith(_DECLARATION):
        return written
    body = written[sum(map(len, declared.values())) :]
    used = set(_PREFIX.findall(body))
    return b"".join([*(line for prefix, line in declared.items() if prefix in used), body])


def _moved(term: Node | Term, base: str) -> Any:
    if isinstance(term, NamedNode) and term.value.startswith(BASE):
        return NamedNode(_under(term.value, base))
    if isinstance(term, Literal) and term.value.startswith(BASE) and not term.language:
        return Literal(_under(term.value, base), datatype=term.datatype)
    return term


def _key(one: Triple | Quad) -> tuple[str, str]:
    return (str(one.graph_name), str(one.triple)) if isinstance(one, Quad) else ("", str(one))
