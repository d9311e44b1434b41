"""Files to be mended, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

from si_graph.validate.mending.patches import propose

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""


def data(folder: Path, text: str, name: str = "data.ttl") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def mended(path: Path, *shapes: Path) -> str | None:
    """Return the text that is proposed for a file, if there is any."""
    patches = propose([path], shapes)
    return patches[0].after if patches else None
