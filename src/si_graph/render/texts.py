"""The words of the pages, in each language: a table that anyone can edit."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def texts(lang: str) -> dict[str, str]:
    """Return the texts of a language by their names.

    Each room of pages has a table of its own in `texts/`, with the columns name, nl and en.
    """
    found: dict[str, str] = {}
    for table in sorted((files("si_graph.render") / "texts").iterdir(), key=lambda one: one.name):
        head, *lines = table.read_text(encoding="utf-8").splitlines()
        column = head.split("\t").index(lang)
        for line in lines:
            cells = line.split("\t")
            found[cells[0]] = cells[column]
    return found
