"""What the tests of imports have in common."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from si_graph.exchange.imports import Report, import_files, load_profile, source_of
from si_graph.namespaces import PREFIXES
from support import ROOT

EXAMPLES = ROOT / "data" / "examples" / "import"
CORDIS = [EXAMPLES / f"cordis-{name}.csv" for name in ("project", "organization", "euroSciVoc")]


def bring_in(
    profile: str, paths: Iterable[Path], target: Path, **options: Any
) -> tuple[ox.Store, Report]:
    """Import files; return what was written and how good it was."""
    sources = [source_of(str(path)) for path in paths]
    found = import_files(load_profile(profile), sources, output=str(target), **options)
    store = ox.Store()
    with gzip.open(target) if target.suffix == ".gz" else target.open("rb") as stream:
        store.load(stream, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it reads bytes
    return store, found.report


def values(store: ox.Store, pattern: str) -> set[str]:
    """Return the values of `?x` in a pattern, over all graphs."""
    declared = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())
    rows = store.query(f"{declared} SELECT ?x {{ {pattern} }}", use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    return {row["x"].value for row in rows if isinstance(row["x"], (ox.NamedNode, ox.Literal))}
