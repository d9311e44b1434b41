"""RDF that a client sends, as triples; read as safely as files are."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse
from pyoxigraph import Store as Oxigraph

from si_graph.errors import InputError
from si_graph.load import rdf_xml
from si_graph.load.places import UTF8_MARK, is_utf16, require_utf8, wrong_encoding

_NAME = "the body of the request"


def read_body(body: bytes, rdf_format: RdfFormat, base: str | None = None) -> list[Quad]:
    """Read the triples of a graph, with fresh blank nodes and the lexical forms of the store.

    Args:
        body: What the client sends.
        rdf_format: The format that it says this is in.
        base: What relative IRIs are relative to.

    Returns:
        The triples, as quads of the default graph.

    Raises:
        InputError: The body is malformed, says where; or it has graphs of its own.
    """
    if is_utf16(body):
        raise wrong_encoding(_NAME, found="UTF-16")
    require_utf8(body, _NAME)
    text = body.removeprefix(UTF8_MARK)
    source = rdf_xml.checked(text, _NAME) if rdf_format == RdfFormat.RDF_XML else text
    store = Oxigraph()
    try:
        store.extend(parse(source, format=rdf_format, base_iri=base, rename_blank_nodes=True))
    except SyntaxError as error:
        raise _malformed(error, text) from None
    quads = list(store)
    if any(not isinstance(quad.graph_name, DefaultGraph) for quad in quads):
        raise InputError(
            "there are named graphs in it, and one graph is wanted",
            _NAME,
            hint="Send each graph by itself, or an update.",
        )
    return quads


def _malformed(error: SyntaxError, text: bytes) -> InputError:
    message = error.msg.partition(": ")[2] if error.msg.startswith("Parser error") else error.msg
    if "LoadDocumentCallback" in message:
        return InputError(
            "a remote @context is refused: nothing is fetched while reading",
            _NAME,
            hint="Write the context out.",
        )
    line, column = (error.lineno, error.offset) if error.lineno else (None, None)
    return InputError(message, _NAME, line, column)
