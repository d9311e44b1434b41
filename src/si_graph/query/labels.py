"""What things are called, in the language of the user where there is a label in it."""

from __future__ import annotations

from si_graph.load.labels import LABEL_PROPERTIES, language_rank
from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.query.kept import kept_of_each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.store.protocol import Store

_TYPE = PREFIXES["rdf"] + "type"
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"


@kept_of_each
def labels(store: Store, iris: Iterable[str], lang: str) -> dict[str, str]:
    """Return the labels of those things that have one.

    Args:
        store: Where the labels are.
        iris: The things.
        lang: The language preferred; then come texts without a language, then English, then
            whatever there is.
    """
    wanted = " ".join(f"<{iri}>" for iri in dict.fromkeys(iris))
    if not wanted:
        return {}
    # One lookup for each property takes half the time of a join with all of them.
    lookups = " UNION ".join(
        f"{{ ?x <{iri}> ?label BIND(<{iri}> AS ?property) }}" for iri in LABEL_PROPERTIES
    )
    rows = store.query(
        f"SELECT ?x ?property ?label WHERE {{ VALUES ?x {{ {wanted} }} {lookups} "
        "FILTER(isLiteral(?label)) }"
    )
    best: dict[str, tuple[int, int, str]] = {}
    for row in rows:  # type: ignore[union-attr]  # a SELECT has rows
        label = row["label"]
        rank = (
            language_rank(label.language, lang),
            LABEL_PROPERTIES.index(row["property"].value),
            label.value,
        )
        iri = row["x"].value
        if iri not in best or rank < best[iri]:
            best[iri] = rank
    return {iri: label for iri, (_, _, label) in best.items()}


def label(store: Store, iri: str, lang: str) -> str:
    """Return what one thing is called; its prefixed name if it has no label."""
    return labels(store, [iri], lang).get(iri) or shorten(iri)


@kept_of_each
def kinds(store: Store, iris: Iterable[str], lang: str) -> dict[str, list[str]]:
    """Return the labels of the most specific classes that things belong to.

    A class of the project goes before one of another vocabulary.
    """
    wanted = " ".join(f"<{iri}>" for iri in dict.fromkeys(iris))
    if not wanted:
        return {}
    rows = store.query(
        f"SELECT DISTINCT ?x ?type ?above WHERE {{ VALUES ?x {{ {wanted} }} "
        f"?x <{_TYPE}> ?type FILTER(isIRI(?type)) "
        f"OPTIONAL {{ ?type <{_SUBCLASS}>+ ?above FILTER(isIRI(?above) && ?above != ?type) }} }}"
    )
    types: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for row in rows:  # type: ignore[union-attr]  # a SELECT has rows
        types.setdefault(row["x"].value, set()).add(row["type"].value)
        if row["above"] is not None:
            above.setdefault(row["type"].value, set()).add(row["above"].value)
    chosen = {iri: _most_specific(found, above) for iri, found in types.items()}
    names = labels(store, {iri for found in chosen.values() for iri in found}, lang)
    return {
        iri: sorted(names.get(type_) or shorten(type_) for type_ in found)
        for iri, found in chosen.items()
    }


def _most_specific(types: set[str], above: dict[str, set[str]]) -> list[str]:
    covered = {
        higher
        for type_ in types
        for higher in above.get(type_, set())
        # Of two classes above each other, both stay.
        if type_ not in above.get(higher, set())
    }
    specific = sorted(types - covered)
    ours = [type_ for type_ in specific if type_.startswith(BASE)]
    return ours or specific


def alphabetical(name: str) -> tuple[str, str]:
    """Return what sorts names as people look for them: case and accents do not count."""
    from unicodedata import combining, normalize

    plain = normalize("NFKD", name.casefold())
    return "".join(one for one in plain if not combining(one)), name
