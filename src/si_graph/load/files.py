"""Any RDF file as quads, read safely: no network, no entity bombs, every fault with its place.

Reads Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD, gzipped too. Lexical forms are kept
as they stand in the file.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from si_graph.errors import InputError, LimitError
from si_graph.load import rdf_xml
from si_graph.load.places import UTF8_MARK, is_utf16, place, require_utf8, wrong_encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Literal

MAX_DECOMPRESSED_BYTES = 2**30
"""How far a gzipped file may unfold: a few kilobytes can hide terabytes."""

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
"""Which format a file name announces."""

_OS_MESSAGES: dict[type[OSError], str] = {
    FileNotFoundError: "there is no such file",
    IsADirectoryError: "this is a folder, not a file",
    PermissionError: "this file may not be read (permission denied)",
}
_REMOTE_CONTEXT = re.compile(rb'"@import"|"@context"\s*:\s*["\[]')


def parse_file(
    path: str | Path, graph: str | None = None, *, relative_iris: bool = True
) -> Iterator[Quad]:
    """Parse one RDF file into quads.

    Args:
        path: The file; its name says the format, and `.gz` after it that it is gzipped. What
            stands in a `.rdf` or `.owl` file decides between RDF/XML and Turtle.
        graph: The IRI of the graph for triples that the file puts in no graph.
        relative_iris: Whether relative IRIs are resolved against the file's own address
            (RFC 3986, 5.1.3) or refused.

    Yields:
        The quads in the order of the file, with fresh labels for blank nodes.

    Raises:
        InputError: The file is missing, unreadable or malformed; says where.
        LimitError: A gzipped file unfolds too far.
    """
    name = os.fspath(path)
    base = Path(name).absolute().as_uri() if relative_iris else None
    target = NamedNode(graph) if graph else None
    try:
        with open_bytes(name) as stream:
            for quad in _quads(stream, name, base):
                if target is not None and isinstance(quad.graph_name, DefaultGraph):
                    yield Quad(quad.subject, quad.predicate, quad.object, target)
                else:
                    yield quad
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise InputError(f"this is not a sound gzip file ({error})", name) from None
    except OSError as error:
        message = _OS_MESSAGES.get(type(error), f"the file cannot be read ({error.strerror})")
        raise InputError(message, name) from None


def format_of(name: str) -> RdfFormat | None:
    """Return the RDF format that a file name announces, with or without `.gz`, or None."""
    return FORMATS.get(os.path.splitext(name.lower().removesuffix(".gz"))[1])


def relabel(quads: Iterable[Quad], prefix: str) -> Iterator[Quad]:
    """Give blank nodes the labels `{prefix}1`, `{prefix}2`… in order of first appearance.

    The parser's own labels are random; with these, two builds of the same files are equal.
    """
    labels: dict[BlankNode, BlankNode] = {}

    def renamed(term: NamedNode | BlankNode | Literal | Triple) -> Any:
        if isinstance(term, BlankNode):
            return labels.setdefault(term, BlankNode(f"{prefix}{len(labels) + 1}"))
        if isinstance(term, Triple):
            return Triple(renamed(term.subject), term.predicate, renamed(term.object))
        return term

    for quad in quads:
        graph = quad.graph_name
        yield Quad(
            renamed(quad.subject),
            quad.predicate,
            renamed(quad.object),
            graph if isinstance(graph, DefaultGraph) else renamed(graph),
        )


class _BoundedGzip(gzip.GzipFile):
    """A gzipped file that ends in an error once it has unfolded too far."""

    def read(self, size: int | None = -1) -> bytes:
        limit = MAX_DECOMPRESSED_BYTES + 1
        data = super().read(limit if size is None or size < 0 else min(size, limit))
        if self.tell() > MAX_DECOMPRESSED_BYTES:
            raise LimitError(
                f"{self.name}: this file unfolds to more than the limit of "
                f"{MAX_DECOMPRESSED_BYTES:,} bytes\n  Unpack it yourself if you trust it."
            )
        return data


def open_bytes(name: str) -> gzip.GzipFile | IO[bytes]:
    """Open a file, unfolding a gzipped one as far as it may."""
    return _BoundedGzip(name) if name.lower().endswith(".gz") else Path(name).open("rb")


def prepared(stream: gzip.GzipFile | IO[bytes], name: str) -> tuple[Any, RdfFormat]:
    """Return what the parser may read of an opened file, and its syntax.

    Raises:
        InputError: The encoding or the syntax is none that can be read, or the XML is unsafe.
    """
    head = stream.peek(1024)  # type: ignore[union-attr]  # IO[bytes] hides BufferedReader's peek
    if is_utf16(head):
        raise wrong_encoding(name, found="UTF-16")
    if head.startswith(UTF8_MARK):
        stream.read(len(UTF8_MARK))
    syntax = _syntax(name, head)
    if syntax == RdfFormat.RDF_XML:
        return rdf_xml.checked(stream.read(), name), syntax
    return stream, syntax


def _quads(stream: gzip.GzipFile | IO[bytes], name: str, base: str | None) -> Iterator[Quad]:
    source, syntax = prepared(stream, name)
    try:
        yield from parse(source, format=syntax, base_iri=base, rename_blank_nodes=True)
    except SyntaxError as error:
        raise _with_place(error, name, syntax, base) from None


def _syntax(name: str, head: bytes) -> RdfFormat:
    plain = name.lower().removesuffix(".gz")
    extension = os.path.splitext(plain)[1]
    if extension not in FORMATS:
        raise InputError(
            f"the name does not say which RDF format this is ({extension or 'no extension'})",
            name,
            hint=f"Known are {' '.join(FORMATS)}, each with .gz too.",
        )
    # Ontology editors write Turtle under .owl too; RDF/XML always starts with one of these.
    if extension in (".owl", ".rdf"):
        text = head.removeprefix(UTF8_MARK).lstrip()
        is_xml = text.startswith((b"<?xml", b"<!")) or re.match(rb"<[\w-]+(:[\w-]+)?[\s/>]", text)
        return RdfFormat.RDF_XML if is_xml else RdfFormat.TURTLE
    return FORMATS[extension]


def _with_place(error: SyntaxError, name: str, syntax: RdfFormat, base: str | None) -> InputError:
    """Return the parser's error with the place that it leaves out for some formats."""
    with open_bytes(name) as stream:
        data = stream.read()
    require_utf8(data, name)
    message = re.sub(r"^Parser error .*?: ", "", error.msg)
    hint = None
    if "No scheme found" in message:
        message = f"a relative IRI that nothing says the base of ({message})"
    if "LoadDocumentCallback" in message:
        message = "a remote @context is refused: nothing is fetched while reading"
        hint = "Write the context out in the file."
    if error.lineno is not None:
        line, column = error.lineno, error.offset or 1
        if syntax == RdfFormat.JSON_LD:
            # This parser counts bytes where the others count characters.
            lines = [*data.removeprefix(UTF8_MARK).splitlines(), b""]
            before = lines[line - 1][: column - 1]
            column = len(before.decode("utf-8", "replace")) + 1
    elif syntax == RdfFormat.JSON_LD and hint:
        found = _REMOTE_CONTEXT.search(data)
        line, column = place(data, found.start() if found else 0)
    else:
        line, column = place(data, _noticed_at(data, name, syntax, base))
    return InputError(message, name, line, column, hint)


class _Portions:
    """A stream that hands out single bytes from an offset on, and knows how many were taken."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data = data
        self._offset = offset
        self.taken = 0

    def read(self, size: int) -> bytes:
        # More than was asked for would abort the process.
        size = min(size, max(self._offset - self.taken, 1))
        start, self.taken = self.taken, min(self.taken + size, len(self._data))
        return self._data[start : self.taken]


def _noticed_at(data: bytes, name: str, syntax: RdfFormat, base: str | None) -> int:
    """Return the offset at which the parser notices the fault, by parsing once more.

    In XML that is the tag in question; in JSON the end of the object in question.
    """
    plain = data.removeprefix(UTF8_MARK)
    source = rdf_xml.checked(plain, name) if syntax == RdfFormat.RDF_XML else plain
    roughly = _taken(source, len(source), syntax, base)
    noticed = _taken(source, roughly - 2**16, syntax, base)
    if syntax == RdfFormat.RDF_XML:
        noticed = source.rfind(b"<", 0, noticed)
    # Places count from the end, as the rewritten document type may have another length.
    return len(data) - (len(source) - noticed)


def _taken(source: bytes, offset: int, syntax: RdfFormat, base: str | None) -> int:
    stream = _Portions(source, offset)
    with suppress(SyntaxError):
        for _ in parse(cast("IO[bytes]", stream), format=syntax, base_iri=base):
            pass
    return stream.taken
