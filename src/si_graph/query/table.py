"""Rows as a table for people: prefixed names, with labels beside those that have none yet."""

from __future__ import annotations

from pyoxigraph import NamedNode

from si_graph.query.labels import labels
from si_graph.query.results import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.results import Rows
    from si_graph.store.protocol import Store


def table(rows: Rows, store: Store | None, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return the columns and the cells of a table.

    Args:
        rows: The answer of a SELECT query.
        store: Where labels are looked up; None leaves them out.
        lang: The language of the labels.
    """
    columns = list(rows.variables)
    unlabelled = [name for name in columns if f"{name}Label" not in columns]
    iris = {
        term.value
        for row in rows
        for name in unlabelled
        if isinstance(term := row.get(name), NamedNode)
    }
    names = labels(store, sorted(iris), lang) if store else {}
    cells: list[list[str]] = []
    wanted: list[str] = []
    for name in columns:
        wanted.append(name)
        if name in unlabelled and any(_label(row.get(name), names) for row in rows):
            wanted.append(f"{name}Label")
    for row in rows:
        cells.append(
            [
                text_of(row.get(name))
                if name in columns
                else _label(row.get(name.removesuffix("Label")), names)
                for name in wanted
            ]
        )
    return wanted, cells


def _label(term: object, names: dict[str, str]) -> str:
    return names.get(term.value, "") if isinstance(term, NamedNode) else ""
