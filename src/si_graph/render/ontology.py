"""The page of the ontology: each class and property, what follows from it, and who uses it."""

from __future__ import annotations

from functools import cache

from si_graph.namespaces import PREFIXES, local_name, shorten
from si_graph.query.catalogue import catalogue
from si_graph.query.labels import alphabetical
from si_graph.query.overviews.ontology import ontology, uses
from si_graph.query.overviews.shapes import shapes
from si_graph.query.tokens import tokens
from si_graph.render.diagram import hierarchy, relations
from si_graph.render.names import named
from si_graph.render.page import Page, data_formats
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from si_graph.query.overviews.ontology import Term
    from si_graph.query.overviews.shapes import Shape
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the page."""
    store = view.graph.store
    found = ontology(store, view.lang)
    used = uses(store)
    names = named(view, _mentioned(found.terms, [use.example for use in used.values()]))
    terms = sorted(found.terms, key=lambda term: alphabetical(names[term.iri]))
    classes = [term for term in terms if term.is_class]
    properties = [term for term in terms if not term.is_class]
    above = {term.iri: term.above for term in classes}
    return Page(
        fill(
            "ontology.html",
            view,
            ontology=found,
            kinds=[("classes", classes), ("properties", properties)],
            tree=_tree(above, names),
            below=_below(terms),
            class_diagram=hierarchy(above, names),
            edges=(edges := _edges(properties, above)),
            property_diagram=relations(edges, names),
            uses=used,
            questions=_questions(),
            shapes=_by_term(shapes(store, view.lang)),
            prefixes=PREFIXES,
            names=names,
            anchor=local_name,
            shorten=shorten,
            formats=data_formats(view.site, "ontology"),
        )
    )


def _mentioned(terms: list[Term], examples: list[str]) -> list[str]:
    iris = list(examples)
    for term in terms:
        iris += [term.iri, *term.above, *term.domain, *term.range]
        iris += [iri for axiom in term.axioms for iri in axiom.iris]
    return iris


def _below(terms: list[Term]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for term in terms:
        for iri in term.above:
            below.setdefault(iri, []).append(term.iri)
    return below


def _tree(above: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the classes below each class; below the empty text stand the highest."""
    tree: dict[str, list[str]] = {}
    for iri, over in sorted(above.items(), key=lambda item: alphabetical(names[item[0]])):
        for one in [one for one in over if one in above] or [""]:
            tree.setdefault(one, []).append(iri)
    return tree


def _edges(
    properties: list[Term], classes: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, str]]:
    """Return the properties that lead from a class of the ontology to another."""
    return [
        (start, term.iri, end)
        for term in properties
        for start in term.domain
        for end in term.range
        if start in classes and end in classes
    ]


@cache
def _questions() -> dict[str, list[str]]:
    """Return the names of the questions that use each term."""
    found: dict[str, list[str]] = {}
    for query in catalogue():
        used = {token.group() for token in tokens(query.text) if token.lastgroup == "name"}
        used |= {parameter.type for parameter in query.parameters.values()}
        for name in used:
            if name.startswith("si:"):
                found.setdefault(PREFIXES["si"] + name[3:], []).append(query.name)
    return found


def _by_term(found: list[Shape]) -> dict[str, list[Shape]]:
    """Return the shapes that check things of a class, or what a property says."""
    by_term: dict[str, list[Shape]] = {}
    for shape in found:
        paths = [iri for check in shape.checks for iri in check.paths]
        # Privacy looks at all properties with a text, which says nothing of any of them.
        for iri in dict.fromkeys([*shape.classes, *paths]):
            by_term.setdefault(iri, []).append(shape)
    return by_term
