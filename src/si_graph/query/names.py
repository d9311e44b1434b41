"""From what people type to a thing in the graph: an IRI, a prefixed name or a local name."""

from __future__ import annotations

from pyoxigraph import NamedNode

from si_graph.errors import UnknownError, UsageError
from si_graph.namespaces import PREFIXES, expand, local_name, shorten
from si_graph.query.kept import kept
from si_graph.query.suggest import did_you_mean, nearest, nearest_names

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
    is_whole = name.startswith("<") and name.endswith(">")
    text = name[1:-1] if is_whole else name
    prefix, colon, _ = text.partition(":")
    if not colon:
        return None
    iri = expand(text)
    if iri is None and not is_whole and "//" not in text and prefix not in ("urn", "mailto", "doi"):
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
        raise _unknown(name, _subjects(store))
    return _unique(name, _subjects(store), "the graph")


@kept
def instances(store: Store, class_iri: str) -> set[str]:
    """Return the IRIs of everything that belongs to a class or to one below it."""
    return _column(store, f"?x {_INSTANCE_OF} <{class_iri}>")


def unknown(store: Store, name: str) -> UnknownError:
    """Return the error for a name that nothing in the graph has; it offers the nearest names."""
    return _unknown(name, _subjects(store))


def find_instance(store: Store, name: str, class_iri: str) -> NamedNode:
    """Return the instance of a class that a name means.

    Raises:
        UsageError: No instance is called that (offers the nearest), or several are.
    """
    known = instances(store, class_iri)
    iri = iri_of(name)
    if iri is None:
        return _unique(name, known, shorten(class_iri))
    if iri.value in known:
        return iri
    if not _ask(store, f"{{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }}"):
        raise _unknown(name, known)
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
        raise _unknown(name, iris, where)
    return NamedNode(found[0])


def _unknown(name: str, iris: Iterable[str], where: str = "the graph") -> UnknownError:
    iris = set(iris)
    short = shorten(name.strip("<>"))
    near = nearest_names(short, map(shorten, iris)) or nearest_names(name, map(local_name, iris))
    what = "nothing in the graph is called" if where == "the graph" else f"no {where} is called"
    return UnknownError(f"{what} {name!r}{did_you_mean(near)}", near)


def _subjects(store: Store) -> set[str]:
    return _column(store, "?x ?p ?o")


def _column(store: Store, pattern: str) -> set[str]:
    rows = store.query(f"SELECT DISTINCT ?x WHERE {{ {pattern} FILTER(isIRI(?x)) }}")
    return {row["x"].value for row in rows}  # type: ignore[union-attr]  # a SELECT has rows


def _ask(store: Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}"))
