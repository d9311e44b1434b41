"""How to cite what is said of a thing: as text, and for reference managers."""

from __future__ import annotations

import re
from typing import NamedTuple

from si_graph.namespaces import shorten
from si_graph.query.answer import date_in_words
from si_graph.query.release import release
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.describe import Description
    from si_graph.store.protocol import Store

_SPECIAL = re.compile(r"[\\{}$&#%_~^]")
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


class Citation(NamedTuple):
    """A citation in each form; the IRI stands behind the text, so that a page can link it."""

    text: str
    iri: str
    bibtex: str


def citation(store: Store, found: Description, lang: str) -> Citation:
    """Return how to cite a thing as the graph describes it."""
    t = texts(lang)
    version, date = release(store)
    parts = [
        f"{t['citation_authors']}.",
        t["citation_title"].format(label=found.label),
        f"{t['citation_work']}" + (f", {t['version'].lower()} {version}" if version else ""),
    ]
    when = f" ({date_in_words(date, lang)})" if date else ""
    fields = {
        "author": "{" + _bibtex(t["citation_authors"]) + "}",
        "title": "{" + _bibtex(found.label) + "}",
        "howpublished": _bibtex(t["citation_work"]),
        "year": date[:4],
        "edition": version,
        "url": found.iri,
        "note": "CC BY 4.0",
    }
    key = re.sub(r"[^A-Za-z0-9]+", "-", shorten(found.iri)).strip("-")
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    bibtex = f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"
    return Citation(" ".join(parts) + when + ".", found.iri, bibtex)


def _bibtex(text: str) -> str:
    return _SPECIAL.sub(lambda sign: _ESCAPED.get(sign[0], f"\\{sign[0]}"), text)
