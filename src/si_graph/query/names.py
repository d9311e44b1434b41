"""From what people type to a thing in the graph: an IRI, a prefixed name or a local name."""

from __future__ import annotations

from pyoxigraph import NamedNode

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES, expand, local_name, shorten
from si_graph.query.suggest import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.store.protocol import Store

_RDF_TYPE = f"<{PREFIXES['rdf']}type>"
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
# Types may only follow from the class tree, as with asserted statements alone.
_INSTANCE_OF = f"{_RDF_TYPE}/{_SUBCLASS}*"


def iri_of(name: str) -> NamedNode | None:
    """Return the IRI that a name spells out, or None if it is a local name.

    Raises:
        UsageError: The name looks like an IRI or a prefixed name and is neither.
    """
    text = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    prefix, colon, _ = text.partition(":")
    if not colon:
        return None
    iri = expand(text)
    if iri is None and "//" not in text and prefix not in ("urn", "mailto", "doi"):
        raise UsageError(f"the prefix {prefix!r} of {name!r} is unknown{nearest(prefix, PREFIXES)}")
    try:
        return NamedNode(iri or text)
    except ValueError as error:
        raise UsageError(
            f"{name!r} is not an IRI ({str(error)[0].lower()}{str(error)[1:]})"
        ) from None


def find(store: Store, name: str) -> NamedNode:
    """Return the thing in the graph that a name means.

    Args:
        store: Where to look.
        name: An IRI, a prefixed name, or a local name that only one thing has.

    Raises:
        UsageError: Nothing is called that (offers the nearest names), or several things are.
    """
    iri = iri_of(name)
    if iri is not None:
        if _ask(store, f"{{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} UNION {{ ?s {iri} ?o }}"):
            return iri
        raise UsageError(_unknown(name, _subjects(store)))
    return _unique(name, _subjects(store), "the graph")


def find_instance(store: Store, name: str, class_iri: str) -> NamedNode:
    """Return the instance of a class that a name means.

    Raises:
        UsageError: No instance is called that (offers the nearest), or several are.
    """
    instances = _column(store, f"?x {_INSTANCE_OF} <{class_iri}>")
    iri = iri_of(name)
    if iri is None:
        return _unique(name, instances, shorten(class_iri))
    if iri.value in instances:
        return iri
    if not _ask(store, f"{{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }}"):
        raise UsageError(_unknown(name, instances))
    types = " and ".join(sorted(map(shorten, _column(store, f"{iri} {_RDF_TYPE} ?x"))))
    raise UsageError(f"{name} is no {shorten(class_iri)}" + (f" but {types}" if types else ""))


def _unique(name: str, iris: Iterable[str], where: str) -> NamedNode:
    iris = set(iris)
    found = [iri for iri in iris if local_name(iri) == name]
    if not found:
        found = [iri for iri in iris if local_name(iri).casefold() == name.casefold()]
    if len(found) > 1:
        shown = ", ".join(sorted(map(shorten, found)))
        raise UsageError(f"several things are called {name!r}: {shown}\n  Say which one.")
    if not found:
        raise UsageError(_unknown(name, iris, where))
    return NamedNode(found[0])


def _unknown(name: str, iris: Iterable[str], where: str = "the graph") -> str:
    iris = set(iris)
    offered = nearest(name, map(shorten, iris)) or nearest(name, map(local_name, iris))
    what = "nothing in the graph is called" if where == "the graph" else f"no {where} is called"
    return f"{what} {name!r}{offered}"


def _subjects(store: Store) -> set[str]:
    return _column(store, "?x ?p ?o")


def _column(store: Store, pattern: str) -> set[str]:
    rows = store.query(f"SELECT DISTINCT ?x WHERE {{ {pattern} FILTER(isIRI(?x)) }}")
    return {row["x"].value for row in rows}  # type: ignore[union-attr]  # a SELECT has rows


def _ask(store: Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}"))
