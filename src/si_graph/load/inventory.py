"""Which files the bundled graph is built from, and which graph each belongs to.

Free of heavy imports: every command that opens the graph in a source checkout asks this first.
"""

from __future__ import annotations

import os

from si_graph.namespaces import GRAPH_ALIGNMENTS, GRAPH_ONTOLOGY, GRAPH_SHAPES, GRAPH_VOCAB

_FOLDERS = (
    ("ontology/modules", ".ttl", GRAPH_ONTOLOGY),
    ("ontology/vocab", ".ttl", GRAPH_VOCAB),
    ("ontology/shapes", ".ttl", GRAPH_SHAPES),
    ("ontology/alignments", ".sssom.tsv", GRAPH_ALIGNMENTS),
)
# One folder for each document, and what users bring as examples, which is not part of the graph.
_DOCUMENTS = "data"
_NO_DOCUMENT = "examples"


def source_files(root: str) -> list[tuple[str, str | None]]:
    """List the source files below a root, in a fixed order.

    Args:
        root: The folder that holds `ontology/` and `data/`.

    Returns:
        Paths relative to the root with `/` between parts, each with the IRI of its graph, or None
        where the file itself names its graphs.
    """
    found: list[tuple[str, str | None]] = []
    for folder, suffix, graph in _FOLDERS:
        found += [(path, graph) for path in _files(root, folder) if path.endswith(suffix)]
    for name in _names(root, _DOCUMENTS):
        if name != _NO_DOCUMENT:
            paths = _all_files(root, f"{_DOCUMENTS}/{name}")
            found += [(path, None) for path in paths if path.endswith(".trig")]
    return found


def _names(root: str, folder: str) -> list[str]:
    try:
        return sorted(os.listdir(os.path.join(root, folder)))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _files(root: str, folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in _names(root, folder)]


def _all_files(root: str, folder: str) -> list[str]:
    found = []
    for path in _files(root, folder):
        inside = _all_files(root, path) if not path.endswith(".trig") else []
        found += inside or [path]
    return found
