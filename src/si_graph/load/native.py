"""RDF files to N-Triples with no Python code for each triple, for graphs of millions."""

from __future__ import annotations

import os
import zlib
from operator import attrgetter
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from si_graph.errors import InputError
from si_graph.load.files import open_bytes, parse_file, prepared


def write_n_triples(path: str | Path, target: str, *, relative_iris: bool = True) -> None:
    """Write the triples of an RDF file, those of all its graphs, as N-Triples.

    Blank nodes keep their labels.

    Args:
        path: The file, as for `parse_file`.
        target: The N-Triples file.
        relative_iris: Whether relative IRIs are resolved against the file's own address or
            refused.

    Raises:
        InputError: The file is missing, unreadable or malformed; says where.
        LimitError: A gzipped file unfolds too far.
    """
    name = os.fspath(path)
    try:
        with open_bytes(name) as stream:
            source, syntax = prepared(stream, name)
            base = Path(name).absolute().as_uri() if relative_iris else None
            quads = parse(source, format=syntax, base_iri=base)
            serialize(map(attrgetter("triple"), quads), target, RdfFormat.N_TRIPLES)
    except (SyntaxError, OSError, EOFError, zlib.error) as error:
        # The reader for people finds the place of the same fault.
        for _ in parse_file(path, relative_iris=relative_iris):
            pass
        raise InputError(f"the file cannot be read ({error})", name) from None
