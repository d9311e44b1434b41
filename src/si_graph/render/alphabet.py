"""The page of all things by name, where no server searches; with scripts its search box does."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.query.labels import alphabetical, kinds, labels
from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.render.page import View


_SHAPES = PREFIXES["sish"]


class Thing(NamedTuple):
    """One thing of the list.

    Attributes:
        label: What it is called.
        kind: What kind of thing it is.
        href: Its page.
        names: What else it is called, in any language.
    """

    label: str
    kind: str
    href: str
    names: list[str]


def render(view: View) -> Page:
    """Return the page of all things, by their first letter."""
    listed = groupby(sorted(things(view), key=lambda one: _sorting(one.label)), _initial)
    return Page(fill("alphabet.html", view, letters=[(one, list(found)) for one, found in listed]))


def things(view: View) -> list[Thing]:
    """Return all things of the project with a name and a page, by IRI."""
    names: dict[str, list[str]] = {}
    for iri, name in view.graph.finding().names():
        # What checks the data is no thing to look for, and has a page of its own.
        if iri.startswith(BASE) and not iri.startswith(_SHAPES) and view.site.link(iri):
            names.setdefault(iri, []).append(name)
    called = labels(view.graph.store, names, view.lang)
    of_kinds = kinds(view.graph.store, names, view.lang)
    return [
        Thing(
            called.get(iri) or shorten(iri),
            ", ".join(of_kinds.get(iri, [])),
            view.site.about(iri),
            _others(names[iri], called.get(iri, "")),
        )
        for iri in sorted(names)
    ]


def _others(names: Iterable[str], label: str) -> list[str]:
    return [name for name in sorted(set(names)) if name != label]


def _sorting(label: str) -> tuple[str, str]:
    """Return what sorts a name: quotes and brackets at its beginning do not count."""
    return alphabetical(label.lstrip("‘“\"'("))


def _initial(thing: Thing) -> str:
    first = _sorting(thing.label)[0][:1].upper()
    return first if first.isalpha() else "#"
