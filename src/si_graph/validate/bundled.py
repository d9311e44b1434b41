"""The checks of the project's own sources that need no graph: the ontology's style, the queries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from si_graph import locations
from si_graph.validate.queries.checks import check_queries
from si_graph.validate.report import merge
from si_graph.validate.style import check_style

if TYPE_CHECKING:
    from si_graph.validate.report import Report


def check_sources() -> Report:
    """Check the style of the bundled ontology, and the bundled queries against it.

    Raises:
        InputError: They cannot be read.
    """
    root = Path(locations.root())
    ontology = [root / "ontology" / folder for folder in ("modules", "shapes")]
    files = [path for folder in ontology for path in sorted(folder.glob("*.ttl"))]
    queries = sorted((root / "queries").glob("*.rq"))
    return merge(
        check_style([locations.shown(str(path)) for path in files]),
        check_queries([locations.shown(str(path)) for path in queries]),
    )
