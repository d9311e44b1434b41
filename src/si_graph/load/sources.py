"""The bundled sources as quads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import DefaultGraph, Quad

from si_graph.errors import InputError
from si_graph.load.files import parse_file, relabel
from si_graph.load.inventory import source_files
from si_graph.load.sssom import parse_mappings
from si_graph.namespaces import GRAPH_ALIGNMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Source(NamedTuple):
    """One file of the sources; `graph` is None where the file itself names its graphs."""

    path: Path
    graph: str | None


def bundled_sources(root: str | Path) -> list[Source]:
    """List the files that the bundled graph is built from, in a fixed order.

    Args:
        root: The folder that holds `ontology/` and `data/`.
    """
    return [Source(Path(root, path), graph) for path, graph in source_files(str(root))]


def read_sources(root: str | Path) -> Iterator[Quad]:
    """Parse the bundled sources into quads, each in a named graph.

    Args:
        root: The folder that holds `ontology/` and `data/`.

    Raises:
        InputError: There are no sources, one is malformed, or a statement stands in no graph.
    """
    sources = bundled_sources(root)
    if not sources:
        raise InputError("there are no sources here (ontology/, data/)", str(root))
    for number, source in enumerate(sources, start=1):
        yield from relabel(_read(source), f"f{number}n")


def _read(source: Source) -> Iterator[Quad]:
    if source.path.name.endswith(".sssom.tsv"):
        yield from parse_mappings(source.path, source.graph or GRAPH_ALIGNMENTS)
        return
    for quad in parse_file(source.path, source.graph, relative_iris=False):
        if isinstance(quad.graph_name, DefaultGraph):
            raise InputError(
                f"this statement stands in no graph: {quad.triple}",
                str(source.path),
                hint="Put it in the graph of the passage that states it, or in graph:editorial.",
            )
        yield quad
