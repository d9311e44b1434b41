"""Quads written as RDF, to a stream or to a file that is either whole or not there."""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from si_graph.errors import UsageError
from si_graph.load.files import format_of
from si_graph.namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import IO

    from pyoxigraph import Quad

RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}
"""The formats for RDF, by the names that the commands have for them."""

_LINE_BASED = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
# The datatypes that no syntax writes out.
_UNWRITTEN = (PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString")


def write_rdf(quads: Collection[Quad | Triple], stream: IO[bytes], rdf_format: RdfFormat) -> None:
    """Write quads to a binary stream; a format without graphs gets each triple once."""
    statements: Collection[Quad | Triple] = quads
    if not rdf_format.supports_datasets:
        statements = dict.fromkeys(one if isinstance(one, Triple) else one.triple for one in quads)
    prefixes = None if rdf_format in _LINE_BASED else _used_prefixes(statements)
    # The library takes a mixture just as well; only its types do not say so.
    serialize(cast("Iterable[Quad]", statements), stream, format=rdf_format, prefixes=prefixes)


def write_rdf_file(quads: Collection[Quad | Triple], path: str) -> None:
    """Write quads to a file whose name says the format, gzipped if it ends in `.gz`.

    Raises:
        UsageError: The name says no known format.
        OSError: The file cannot be written; what was there before is unchanged.
    """
    rdf_format = format_of(path)
    if rdf_format is None:
        raise UsageError(f"the name of {path} does not say which RDF format to write")
    with replacing(path) as stream:
        if path.lower().endswith(".gz"):
            # Without a name and a time in its head, the same content gives the same file.
            with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as zipped:
                write_rdf(quads, cast("IO[bytes]", zipped), rdf_format)
        else:
            write_rdf(quads, stream, rdf_format)


@contextmanager
def replacing(path: str) -> Iterator[IO[bytes]]:
    """Open a file to be written; it takes its place only when everything is in it."""
    folder, name = os.path.split(os.path.abspath(path))
    handle, aside = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        take_place(aside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise


def take_place(aside: str, path: str) -> None:
    """Let a file that was written aside take its place, once all of it is on the disk."""
    with open(aside, "rb+") as stream:
        os.fsync(stream.fileno())
    os.chmod(aside, _rights(path))
    os.replace(aside, path)


def _rights(path: str) -> int:
    """Return the rights of the file that is replaced, or else those that any new file gets.

    A temporary file is private, so it has neither.
    """
    with suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _used_prefixes(quads: Iterable[Quad | Triple]) -> dict[str, str]:
    """Return the prefixes that are used: forty lines of unused ones help nobody."""
    used = set()
    for one in quads:
        graph = () if isinstance(one, Triple) else (one.graph_name,)
        for term in (one.subject, one.predicate, one.object, *graph):
            named = term.datatype if isinstance(term, Literal) else term
            if isinstance(named, NamedNode) and named.value not in _UNWRITTEN:
                used.add(shorten(named.value).partition(":")[0])
    return {prefix: iri for prefix, iri in PREFIXES.items() if prefix in used}
