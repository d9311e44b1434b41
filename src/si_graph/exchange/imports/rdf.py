"""Data that is RDF already, through CONSTRUCT queries.

Most mappings look at one subject at a time. For these the triples are sorted and mapped in batches
of whole subjects, in memory: that is several times as fast as one large store, and its size is no
matter of memory. A mapping that has to see several subjects at once gets a store of its own, with
the statements whose properties it names.
"""

from __future__ import annotations

import heapq
import os
import re
import shutil
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import QueryTriples, RdfFormat
from pyoxigraph import Store as Oxigraph

from si_graph.errors import InputError
from si_graph.exchange.imports.mapping import Mapped, constructed, read_mapping
from si_graph.exchange.imports.report import Fault
from si_graph.load.files import FORMATS
from si_graph.load.native import write_n_triples
from si_graph.namespaces import BASE, PREFIXES
from si_graph.query.tokens import tokens
from si_graph.store.writing import take_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from si_graph.exchange.imports.inputs import Part
    from si_graph.exchange.imports.mapping import Step

MOST_IN_MEMORY = 2**27
"""How many bytes of N-Triples a store in memory may hold; it takes some four times as much."""

_BATCH = 5000
_PORTION = 2**22
_SORTED_TOGETHER = 2**26
_HEAD = 4096
# A blank node at the beginning of a line, or after the predicate: never inside a literal.
_BLANK = re.compile(rb"^_:([^\s]+)|(?<=> )_:([^\s]+)(?= \.$)", re.M)
# RDF 1.1, 3.5: what blank nodes are replaced by.
_GENERATED = BASE + ".well-known/genid/"
_DECLARATION = re.compile(r"PREFIX\s+(\S*):\s*<([^>]*)>", re.I)
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
    """The RDF of an import, on disk until it is mapped.

    Files that were read, and what mappings under `whole` made of them, have their names only once
    they are complete; an import that goes on finds them there.
    """

    def __init__(self, folder: str) -> None:
        """Begin with nothing.

        Args:
            folder: The folder for these data and mappings, which somebody else removes.
        """
        self._folder = folder
        self._files: list[str] = []
        self._found = set(os.listdir(folder))
        self.resumed = 0
        """How many triples did not have to be read again."""

    def add(self, part: Part, name: str) -> int | Fault:
        """Add a file; return how many triples it has, or what is wrong with it.

        Args:
            part: The file.
            name: What no other file is called, whatever it is called on disk.
        """
        triples = os.path.join(self._folder, f"{name}.nt")
        if not os.path.exists(triples):
            path = part.path or self._unpacked(part)
            parsed = os.path.join(self._folder, "parsed.nt")
            try:
                write_n_triples(path, parsed, relative_iris=False)
            except InputError as error:
                hint = f" ({error.hint})" if error.hint else ""
                return Fault(part.name, error.line, error.message + hint)
            self._name_blank_nodes(parsed, triples, name)
        self._files.append(triples)
        with open(triples, "rb") as stream:
            count = sum(data.count(b"\n") for data in iter(partial(stream.read, _PORTION), b""))
        if f"{name}.nt" in self._found:
            self.resumed += count
        return count

    def steps(self, subjects: Sequence[str], whole: Sequence[str]) -> Iterator[Step]:
        """Go through the steps in which mappings are applied to everything added.

        Args:
            subjects: Those that look at one subject at a time.
            whole: Those that look at several.
        """
        if not self._files:
            return
        if subjects:
            queries = [read_mapping(mapping) for mapping in subjects]
            for batch in self._batches():
                yield partial(_mapped, batch, queries)
        for number, mapping in enumerate(whole):
            mapped = os.path.join(self._folder, f"mapped-{number}.nt")
            if not os.path.exists(mapped):
                self._construct_whole(read_mapping(mapping), mapped)
            with open(mapped, "rb") as stream:
                while lines := stream.readlines(_PORTION):
                    yield partial(Mapped, 0, b"".join(lines))

    def _construct_whole(self, query: str, target: str) -> None:
        selected = os.path.join(self._folder, "selected.nt")
        named = re.compile(b"|".join(re.escape(b" <%s> " % iri.encode()) for iri in _terms(query)))
        with open(selected, "wb") as stream:
            for lines in self._together(_PORTION):
                stream.writelines(line for line in lines if named.search(line))
        is_small = os.path.getsize(selected) <= MOST_IN_MEMORY
        directory = os.path.join(self._folder, "store")
        shutil.rmtree(directory, ignore_errors=True)
        store = Oxigraph() if is_small else Oxigraph(directory)
        store.bulk_load(path=selected, format=RdfFormat.N_TRIPLES)
        found = store.query(query)
        assert isinstance(found, QueryTriples)  # noqa: S101 - as read_mapping checked
        aside = os.path.join(self._folder, "mapped.nt")
        found.serialize(aside, format=RdfFormat.N_TRIPLES)
        take_place(aside, target)

    def _batches(self) -> Iterator[bytes]:
        """Go through the triples in batches of whole subjects."""
        batch: list[bytes] = []
        for _, lines in groupby(self._sorted(), lambda line: line[: line.index(b" ")]):
            batch += lines
            if len(batch) >= _BATCH:
                yield b"".join(batch)
                batch.clear()
        if batch:
            yield b"".join(batch)

    def _sorted(self) -> Iterator[bytes]:
        """Go through the lines in order: sorted in parts, which are then merged."""
        parts: list[IO[bytes]] = []
        for lines in self._together(_SORTED_TOGETHER):
            lines.sort()
            part: IO[bytes] = open(os.path.join(self._folder, f"sorted-{len(parts)}.nt"), "w+b")  # noqa: SIM115 - read until the end
            part.writelines(lines)
            part.seek(0)
            parts.append(part)
        yield from heapq.merge(*parts)
        for part in parts:
            part.close()

    def _together(self, size: int) -> Iterator[list[bytes]]:
        """Go through the lines of all files, some bytes of them at a time."""
        together: list[bytes] = []
        left = size
        for path in self._files:
            with open(path, "rb") as stream:
                while lines := stream.readlines(left):
                    together += lines
                    left -= sum(map(len, lines))
                    if left <= 0:
                        yield together
                        together, left = [], size
        if together:
            yield together

    def _unpacked(self, part: Part) -> str:
        path = os.path.join(self._folder, "unpacked" + part.extension)
        with part.open() as stream, open(path, "wb") as target:
            shutil.copyfileobj(stream, target, _PORTION)
        return path

    def _name_blank_nodes(self, path: str, target: str, name: str) -> None:
        """Write N-Triples in which blank nodes have IRIs instead, numbered as they come.

        The parser's labels differ from one run to the next, and batches would tear nodes apart.
        """
        iris: dict[bytes, bytes] = {}

        def named(match: re.Match[bytes]) -> bytes:
            label = match[1] or match[2]
            if label not in iris:
                iris[label] = f"<{_GENERATED}{name}-{len(iris) + 1}>".encode()
            return iris[label]

        aside = os.path.join(self._folder, "named.nt")
        with open(path, "rb") as stream, open(aside, "wb") as result:
            while lines := stream.readlines(_PORTION):
                data = b"".join(lines)
                result.write(_BLANK.sub(named, data) if b"_:" in data else data)
        take_place(aside, target)


def _mapped(triples: bytes, queries: Sequence[str]) -> Mapped:
    return Mapped(triples.count(b"\n"), constructed(triples, RdfFormat.N_TRIPLES, queries))


def _terms(query: str) -> set[str]:
    """Return the IRIs that a query names."""
    declared = dict(_DECLARATION.findall(query))
    found = set()
    for token in tokens(_DECLARATION.sub("", query)):
        text = token.group()
        if token.lastgroup == "iri":
            found.add(text[1:-1])
        elif token.lastgroup == "name" and ":" in text:
            prefix, _, local = text.partition(":")
            found.add(declared.get(prefix, "") + local)
        elif text == "a":
            found.add(PREFIXES["rdf"] + "type")
    return found
