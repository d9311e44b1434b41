"""Passages as people cite them: which one, in which section, on which page, from where to where."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import PREFIXES, local_name
from si_graph.query.kept import kept_of_each
from si_graph.query.labels import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.store.protocol import Store

_COLUMNS = ("x", "section", "page", "start", "end")
_WORDS = {"nl": ("passage", "p.", "tekens"), "en": ("passage", "p.", "characters")}


class Passage(NamedTuple):
    """One passage; what is unknown of it is empty or None."""

    iri: str
    label: str
    section: str
    page: str
    start: int | None
    end: int | None

    def citation(self, lang: str) -> str:
        """Return where the passage stands, in one line."""
        passage, page, characters = _WORDS[lang]
        parts = [f"{passage} {local_name(self.iri)}"]
        if self.section:
            parts.append(self.section)
        if self.page:
            parts.append(f"{page} {self.page}")
        where = f" ({characters} {self.start}–{self.end})" if self.start is not None else ""
        return ", ".join(parts) + where


def passages(store: Store, iris: Iterable[str], lang: str) -> list[Passage]:
    """Return passages in the order in which they stand in their source."""
    found = _passages_by_iri(store, iris, lang).values()
    return sorted(found, key=lambda one: (one.start is None, one.start, one.end, one.iri))


@kept_of_each
def _passages_by_iri(store: Store, iris: Iterable[str], lang: str) -> dict[str, Passage]:
    wanted = " ".join(f"<{iri}>" for iri in iris)
    if not wanted:
        return {}
    si = PREFIXES["si"]
    rows = store.query(
        f"SELECT ?x (MIN(?part) AS ?section) (MIN(?number) AS ?page) (MIN(?first) AS ?start) "
        f"(MAX(?last) AS ?end) WHERE {{ VALUES ?x {{ {wanted} }} "
        f"OPTIONAL {{ ?x <{PREFIXES['dcterms']}isPartOf> ?part }} "
        f"OPTIONAL {{ ?x <{si}page> ?number }} "
        f"OPTIONAL {{ ?x <{si}start> ?first ; <{si}end> ?last }} }} GROUP BY ?x"
    )
    found = [
        {name: term.value for name in _COLUMNS if (term := row[name]) is not None}
        for row in rows  # type: ignore[union-attr]  # a SELECT has rows
    ]
    names = labels(
        store, {row[key] for row in found for key in ("x", "section") if key in row}, lang
    )
    return {
        row["x"]: Passage(
            iri=row["x"],
            label=names.get(row["x"], ""),
            section=names.get(row.get("section", ""), ""),
            page=row.get("page", ""),
            start=int(row["start"]) if "start" in row else None,
            end=int(row["end"]) if "end" in row else None,
        )
        for row in found
    }


def passages_stating(store: Store, pattern: str) -> list[str]:
    """Return the passages whose graph states something that matches a triple pattern."""
    return _passages(store, f"GRAPH ?passage {{ {pattern} }}")


def passages_behind(store: Store, subject: str, pattern: str = "") -> list[str]:
    """Return the passages that state anything of a thing.

    Args:
        store: The graph.
        subject: The thing in SPARQL's notation, or a variable of the pattern.
        pattern: A triple pattern that must hold.
    """
    condition = f"{pattern} . " if pattern else ""
    return _passages(store, f"{condition}{subject} <{PREFIXES['si']}hasEvidence> ?passage")


def _passages(store: Store, pattern: str) -> list[str]:
    rows = store.query(
        f"SELECT DISTINCT ?passage WHERE {{ {pattern} . "
        f"?passage <{PREFIXES['rdf']}type> <{PREFIXES['si']}Passage> }}"
    )
    return [row["passage"].value for row in rows]  # type: ignore[union-attr]  # a SELECT has rows
