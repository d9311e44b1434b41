"""RDF files to N-Triples with no Python code for each triple, for graphs of millions."""

from __future__ import annotations

import os
import zlib
from operator import attrgetter
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse, serialize

from si_graph.errors import InputError
from si_graph.load import rdf_xml
from si_graph.load.files import _opened, _syntax, parse_file
from si_graph.load.places import UTF8_MARK


def write_n_triples(path: str | Path, target: str) -> None:
    """Write the triples of an RDF file, those of all its graphs, as N-Triples.

    Blank nodes keep their labels.

    Args:
        path: The file, as for `parse_file`.
        target: The N-Triples file.

    Raises:
        InputError: The file is missing, unreadable or malformed; says where.
        LimitError: A gzipped file unfolds too far.
    """
    name = os.fspath(path)
    try:
        with _opened(name) as stream:
            head = stream.peek(1024)  # type: ignore[union-attr]  # IO[bytes] hides peek
            if head.startswith(UTF8_MARK):
                stream.read(len(UTF8_MARK))
            syntax = _syntax(name, head)
            source: Any = stream
            if syntax == RdfFormat.RDF_XML:
                source = rdf_xml.checked(stream.read(), name)
            quads = parse(source, format=syntax, base_iri=Path(name).absolute().as_uri())
            serialize(map(attrgetter("triple"), quads), target, RdfFormat.N_TRIPLES)
    except (SyntaxError, OSError, EOFError, zlib.error) as error:
        # The reader for people finds the place of the same fault.
        for _ in parse_file(path):
            pass
        raise InputError(f"the file cannot be read ({error})", name) from None
