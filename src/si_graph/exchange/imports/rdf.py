"""Data that is RDF already, through CONSTRUCT queries that see all of it at once.

The data goes into an Oxigraph store on disk, in a temporary folder, so that its size is no matter
of memory: by Oxigraph's own reader, writer and loader.
"""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from pyoxigraph import QueryTriples, RdfFormat
from pyoxigraph import Store as Oxigraph

from si_graph.errors import InputError
from si_graph.exchange.imports.mapping import read_mapping
from si_graph.exchange.imports.report import Fault
from si_graph.load.files import FORMATS
from si_graph.load.native import write_n_triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.exchange.imports.inputs import Part

_PORTION = 2**22
_HEAD = 4096
# A blank node at the beginning of a line, or after the predicate: never inside a literal.
_BLANK = re.compile(rb"^_:([^\s]+)|(?<=> )_:([^\s]+)(?= \.$)", re.M)
_NAMES_ITSELF = {".ttl", ".trig", ".nt", ".nq", ".rdf", ".owl", ".jsonld"}
_RDF_NAMESPACE = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def is_rdf(part: Part) -> bool:
    """Tell whether a file holds RDF, by its name and, where that leaves it open, by its head."""
    if part.extension in _NAMES_ITSELF:
        return True
    if part.extension not in FORMATS:
        return False
    with part.open() as stream:
        head = stream.read(_HEAD)
    if part.extension == ".xml":
        return _RDF_NAMESPACE in head
    return re.search(rb'"@(context|graph|id|type)"\s*:', head) is not None


class Graph:
    """The RDF of an import, on disk until it is mapped."""

    def __init__(self, folder: str) -> None:
        """Begin with nothing.

        Args:
            folder: An empty folder, which somebody else removes.
        """
        self._folder = folder
        self._store = Oxigraph(os.path.join(folder, "store"))
        self._blank_nodes = 0

    def add(self, part: Part) -> int | Fault:
        """Add a file; return how many triples it has, or what is wrong with it."""
        path = part.path or self._unpacked(part)
        triples = os.path.join(self._folder, "triples.nt")
        labelled = os.path.join(self._folder, "labelled.nt")
        try:
            write_n_triples(path, triples, relative_iris=False)
        except InputError as error:
            hint = f" ({error.hint})" if error.hint else ""
            return Fault(part.name, error.line, error.message + hint)
        count = self._label(triples, labelled)
        self._store.bulk_load(path=labelled, format=RdfFormat.N_TRIPLES)
        for used in {triples, labelled, path} - {part.path}:
            os.unlink(used)
        return count

    def construct(self, mappings: Iterable[str]) -> Iterator[bytes]:
        """Go through the N-Triples that the mappings make of everything added."""
        target = os.path.join(self._folder, "mapped.nt")
        for mapping in mappings:
            found = self._store.query(read_mapping(mapping))
            assert isinstance(found, QueryTriples)  # noqa: S101 - as read_mapping checked
            found.serialize(target, format=RdfFormat.N_TRIPLES)
            with open(target, "rb") as stream:
                while lines := stream.readlines(_PORTION):
                    yield b"".join(lines)

    def _unpacked(self, part: Part) -> str:
        path = os.path.join(self._folder, "unpacked" + part.extension)
        with part.open() as stream, open(path, "wb") as target:
            shutil.copyfileobj(stream, target, _PORTION)
        return path

    def _label(self, path: str, target: str) -> int:
        """Number blank nodes as they come: the parser's labels differ from one run to the next."""
        count = 0
        labels: dict[bytes, bytes] = {}
        start = self._blank_nodes

        def numbered(match: re.Match[bytes]) -> bytes:
            label = match[1] or match[2]
            if label not in labels:
                labels[label] = b"_:b%d" % (start + len(labels))
            return labels[label]

        with open(path, "rb") as stream, open(target, "wb") as output:
            while lines := stream.readlines(_PORTION):
                count += len(lines)
                output.write(_BLANK.sub(numbered, b"".join(lines)))
        self._blank_nodes += len(labels)
        return count

