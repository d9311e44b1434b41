"""The whole graph as files: what is stated and what follows, together and apart."""

from __future__ import annotations

import gzip
import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from si_graph.errors import UnknownError
from si_graph.namespaces import GRAPH_INFERRED
from si_graph.publish.rdf import in_order, rebase, write
from si_graph.query.kept import kept
from si_graph.query.suggest import did_you_mean, nearest_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad, Triple

    from si_graph.graph import KnowledgeGraph


class Format(NamedTuple):
    """A format of dumps.

    Attributes:
        name: Its name in `RDF_FORMATS`.
        title: What people call it.
        media_type: Its media type.
        file_type: Its code in the file-type table of the EU.
        has_graphs: Whether it says which graph a statement stands in.
    """

    name: str
    title: str
    media_type: str
    file_type: str
    has_graphs: bool


FORMATS = {
    "nq": Format("nquads", "N-Quads", "application/n-quads", "RDF_N_QUADS", True),
    "trig": Format("trig", "TriG", "application/trig", "RDF_TRIG", True),
    "jsonld": Format("jsonld", "JSON-LD", "application/ld+json", "JSON_LD", True),
    "nt": Format("ntriples", "N-Triples", "application/n-triples", "RDF_N_TRIPLES", False),
    "ttl": Format("turtle", "Turtle", "text/turtle", "RDF_TURTLE", False),
    "rdf": Format("xml", "RDF/XML", "application/rdf+xml", "RDF_XML", False),
}
"""The formats by what names of files end in."""

WHOLE, ASSERTED, INFERRED = PARTS = ("si-graph", "si-graph-asserted", "si-graph-inferred")
"""What names begin with: everything, what is stated, what only follows."""

COMPLETE = tuple(f"{WHOLE}.{suffix}.gz" for suffix in FORMATS)
"""The dumps of everything, which differ in their format only."""

RDF_NAMES = tuple(f"{part}.{suffix}.gz" for part in PARTS for suffix in FORMATS)
RECORDED = (*COMPLETE, f"{ASSERTED}.trig.gz", f"{INFERRED}.nt.gz")
"""Those that the catalogue lists: a choice among all would help nobody there."""

CHECKSUMS = "SHA256SUMS"
"""The file with the checksums of all others, as `sha256sum --check` reads it."""

NAMES = (*RDF_NAMES, CHECKSUMS)


class Dump(NamedTuple):
    """What a catalogue says of a dump.

    Attributes:
        name: The name of the file.
        part: What of the graph is in it.
        format: Its format, as it is once unpacked.
        size: Its bytes.
        sha256: Their checksum.
    """

    name: str
    part: str
    format: Format
    size: int
    sha256: str


def content(graph: KnowledgeGraph, name: str, base: str) -> bytes:
    """Return the content of a dump.

    Args:
        graph: The graph.
        name: The name of the file; RDF is also there without `.gz`.
        base: What the IRIs of the project begin with.

    Raises:
        UnknownError: There is no such file.
    """
    if name == CHECKSUMS:
        return checksums(described(graph, base))
    part, _, suffix = name.removesuffix(".gz").partition(".")
    if part not in PARTS or suffix not in FORMATS:
        near = nearest_names(name, NAMES)
        raise UnknownError(f"there is no dump named {name!r}{did_you_mean(near)}", near)
    quads = _part(in_order(graph.quads()), part, base)
    written = next(_written(quads, (FORMATS[suffix],), base))
    return _zipped(written) if name.endswith(".gz") else written


@kept
def described(graph: KnowledgeGraph, base: str, names: tuple[str, ...] = RDF_NAMES) -> list[Dump]:
    """Return what a catalogue says of dumps; the arguments are those of `made`."""
    return [dump for dump, _ in made(graph, base, names)]


def made(
    graph: KnowledgeGraph, base: str, names: tuple[str, ...] = RDF_NAMES
) -> Iterator[tuple[Dump, bytes]]:
    """Make dumps, each with what a catalogue says of it.

    Args:
        graph: The graph.
        base: What the IRIs of the project begin with.
        names: Which ones; those of one part are made together, which is quicker.
    """
    everything = in_order(graph.quads())
    for part, group in groupby(names, lambda name: name.partition(".")[0]):
        named = {name: FORMATS[name.split(".")[1]] for name in group}
        written = _written(_part(everything, part, base), named.values(), base)
        for (name, one), data in zip(named.items(), map(_zipped, written), strict=True):
            yield Dump(name, part, one, len(data), hashlib.sha256(data).hexdigest()), data


def checksums(described: Iterable[Dump]) -> bytes:
    """Return the checksums of dumps, as `sha256sum --check` reads them."""
    return "".join(f"{one.sha256}  {one.name}\n" for one in described).encode()


def _written(quads: list[Quad], formats: Iterable[Format], base: str) -> Iterator[bytes]:
    triples: list[Triple] = []
    for one in formats:
        if not one.has_graphs:
            triples = triples or in_order(quad.triple for quad in quads)
        yield write(quads if one.has_graphs else triples, one.name, base)


def _part(quads: list[Quad], part: str, base: str) -> list[Quad]:
    inferred = NamedNode(GRAPH_INFERRED)
    found = {
        WHOLE: lambda: quads,
        ASSERTED: lambda: [quad for quad in quads if quad.graph_name != inferred],
        INFERRED: lambda: [quad for quad in quads if quad.graph_name == inferred],
    }[part]()
    return rebase(found, base)


def _zipped(data: bytes) -> bytes:
    # Without a time in its head, the same content gives the same file. The last few percent of size
    # would take three times as long.
    return gzip.compress(data, 6, mtime=0)
