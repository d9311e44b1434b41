"""Records through a CONSTRUCT query, in batches, as N-Triples.

A batch is read by Oxigraph as JSON-LD whose context says of each column what its values are, asked
in memory, and written by Oxigraph: no statement of it is touched in Python.
"""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import QueryTriples, RdfFormat
from pyoxigraph import Store as Oxigraph

from si_graph.errors import InputError, UsageError
from si_graph.exchange.imports.profiles import COLUMN
from si_graph.namespaces import PREFIXES
from si_graph.query.evaluate import as_written, missing_prefixes
from si_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from si_graph.exchange.imports.profiles import Table

    Step = Callable[[], "Mapped"]

BATCH = 1000
"""How many records are mapped together: with more, Oxigraph is slower in memory."""

_THREADS = 2


class Mapped(NamedTuple):
    """What came of some rows.

    Attributes:
        rows: How many were read for it; a statement of RDF counts as one.
        triples: What they were mapped to, as N-Triples.
    """

    rows: int
    triples: bytes


class Mapping:
    """A CONSTRUCT query and the context of the columns that it maps."""

    def __init__(self, table: Table) -> None:
        """Read the query.

        Raises:
            InputError: It cannot be read, or is no CONSTRUCT query.
        """
        self._query = read_mapping(table.mapping)
        context: dict[str, object] = {"@vocab": COLUMN}
        for column in table.columns:
            if column.datatype == "anyURI":
                context[column.name] = {"@id": COLUMN + column.name, "@type": "@id"}
            elif column.datatype != "string":
                datatype = PREFIXES["xsd"] + column.datatype
                context[column.name] = {"@id": COLUMN + column.name, "@type": datatype}
        self._head = f'{{"@context":{json.dumps(context)},"@graph":['.encode()

    def mapped(self, rows: int, records: Sequence[bytes]) -> Mapped:
        """Map the records that some rows gave; each triple comes once."""
        data = self._head + b",".join(records) + b"]}"
        return Mapped(rows, constructed(data, RdfFormat.JSON_LD, [self._query]))


def constructed(data: bytes, syntax: RdfFormat, queries: Sequence[str]) -> bytes:
    """Return what CONSTRUCT queries make of some RDF, as N-Triples, each once."""
    store = Oxigraph()
    store.load(data, format=syntax)
    lines: set[bytes] = set()
    for query in queries:
        found = store.query(query)
        assert isinstance(found, QueryTriples)  # noqa: S101 - as read_mapping checked
        triples = found.serialize(format=RdfFormat.N_TRIPLES) or b""
        lines.update(triples.splitlines(keepends=True))
    # Sorted, the same input gives the same bytes, whatever order Oxigraph keeps.
    return b"".join(sorted(lines))


def in_turn(steps: Iterable[Step]) -> Iterator[Mapped]:
    """Take steps, several at the same time; what comes of them comes in their order."""
    waiting: list[Future[Mapped]] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for step in steps:
                waiting.append(pool.submit(step))
                if len(waiting) > _THREADS:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for one in waiting:
                one.cancel()


def read_mapping(path: str) -> str:
    """Return the text of a CONSTRUCT query, with the project's prefixes declared.

    Raises:
        InputError: It cannot be read.
        QuerySyntaxError: It does not parse; says where.
        UsageError: It is no CONSTRUCT query.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the mapping cannot be read ({error})", path) from None
    declarations = missing_prefixes(text)
    with as_written(text, declarations):
        found = EmbeddedStore(Oxigraph()).query(declarations + text)
    if not isinstance(found, QueryTriples):
        raise UsageError(f"{path}: a mapping is a CONSTRUCT query")
    return declarations + text
