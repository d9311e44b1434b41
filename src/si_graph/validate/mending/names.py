"""Misspelt prefixes, namespaces and terms of which only one can be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate.known_terms import near_terms, unknown_terms
from si_graph.validate.mending.text import Edit

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from pyoxigraph import Quad

    from si_graph.validate.mending.text import Directive, Text

# The prefixes that everybody uses for the same namespace; schema, for one, has two.
_WELL_KNOWN = frozenset(
    {"si", "sish", "rdf", "rdfs", "owl", "xsd", "skos", "dcterms", "dcat", "prov", "foaf"}
    | {"sh", "void", "org", "oa", "vann"}
)

_SHORT = 4


class Replacement(NamedTuple):
    """An IRI, or a namespace as it is declared, and what was meant by it."""

    old: str
    new: str
    sentence: Mapping[str, str]
    is_namespace: bool = False

    def meant(self, iri: str) -> str:
        """Return what was meant by an IRI."""
        if self.is_namespace and iri.startswith(self.old):
            return self.new + iri.removeprefix(self.old)
        return self.new if iri == self.old else iri

    def edits(self, text: Text) -> Iterator[Edit]:
        """Yield what is to change in a text."""
        declared = {one.prefix: one.namespace for one in text.directives()}
        if self.is_namespace:
            for directive in text.directives():
                if directive.namespace == self.old and _meant(directive) == self.new:
                    yield Edit(*directive.span, self.new, self.sentence)
            return
        for name in text.names():
            namespace = "" if name.prefix is None else declared.get(name.prefix, "")
            if namespace + name.local == self.old:
                # The name ends as the IRI does, but for the bracket of a full IRI.
                end = name.end - (name.prefix is None)
                local = self.new.removeprefix(namespace)
                yield Edit(end - len(name.local), end, local, self.sentence)


# Prefixes


def undeclared(text: Text) -> tuple[dict[str, str], list[Edit]]:
    """Return what the prefixes that are not declared certainly stand for, and what mends them."""
    directives = text.directives()
    declared = {directive.prefix: directive.namespace for directive in directives}
    names = [name for name in text.names() if name.prefix and name.prefix not in declared]
    meant: dict[str, str] = {}
    edits: list[Edit] = []
    for prefix in sorted({str(name.prefix) for name in names}):
        near = [other for other in declared if prefix in _slips(other)]
        if prefix in _WELL_KNOWN:
            meant[prefix] = PREFIXES[prefix]
            edits.append(_declaration(text.text, directives, prefix))
        elif len(near) == 1:
            meant[prefix] = declared[near[0]]
            sentence = {
                "nl": f"het voorvoegsel {prefix}: bestaat hier niet en wordt {near[0]}:",
                "en": f"the prefix {prefix}: does not exist here and becomes {near[0]}:",
            }
            starts = [name.start for name in names if name.prefix == prefix]
            edits += [Edit(at, at + len(prefix), near[0], sentence) for at in starts]
    return meant, edits


def _declaration(text: str, directives: list[Directive], prefix: str) -> Edit:
    sentence = {
        "nl": f"het voorvoegsel {prefix}: was niet gedeclareerd",
        "en": f"the prefix {prefix}: was not declared",
    }
    line_end = "\r\n" if "\r\n" in text else "\n"
    line = f"@prefix {prefix}: <{PREFIXES[prefix]}> .{line_end}"
    # Before the others, where nothing can use it yet.
    at = directives[0].start if directives else len(text) - len(text.removeprefix("\ufeff"))
    return Edit(at, at, line, sentence)


def _slips(name: str) -> set[str]:
    """Return what a slip of the fingers makes of a name: swapped, doubled or dropped letters.

    Another letter is no slip: `rdfa` is not `rdfs`, and `dct` is not `dcat`.
    """
    if len(name) < _SHORT:
        return set()
    places = range(len(name))
    slips = {name[:i] + name[i + 1 : i + 2] + name[i] + name[i + 2 :] for i in places}
    slips |= {name[:i] + name[i] + name[i:] for i in places}
    if len(name) > _SHORT:
        slips |= {name[:i] + name[i + 1 :] for i in places}
    return slips - {name}


def namespaces(text: Text) -> Iterator[Replacement]:
    """Yield the well-known namespaces that are declared with a slip: http for https, no `#`."""
    for directive in text.directives():
        meant = _meant(directive)
        if meant is not None and meant != directive.namespace:
            found = f"<{directive.namespace}>"
            sentence = {
                "nl": f"{directive.prefix}: staat voor <{meant}>, niet voor {found}",
                "en": f"{directive.prefix}: stands for <{meant}>, not for {found}",
            }
            yield Replacement(directive.namespace, meant, sentence, is_namespace=True)


def _meant(directive: Directive) -> str | None:
    """Return the namespace that a declaration certainly means."""
    known = PREFIXES.get(directive.prefix, "")
    same = _folded(directive.namespace) == _folded(known)
    return known if same and directive.prefix in _WELL_KNOWN else None


def _folded(namespace: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", namespace.lower()).rstrip("#/")


# Terms


def terms(quads: Iterable[Quad], described: Container[object]) -> Iterator[Replacement]:
    """Yield the terms of closed vocabularies that do not exist but have one near match.

    Args:
        quads: What a file says.
        described: What the files say something about: these things do exist.
    """
    for iri, uses in sorted(unknown_terms(quads, described).items()):
        near = near_terms(iri, uses.kinds)
        if len(near) == 1:
            wrong, right = shorten(iri), shorten(near[0])
            sentence = {
                "nl": f"{wrong} bestaat niet en wordt {right}",
                "en": f"{wrong} does not exist and becomes {right}",
            }
            yield Replacement(iri, near[0], sentence)
