"""The terms of our own vocabularies, and those that data uses but that do not exist.

SHACL does not look at a property or class that no shape names, so a misspelt one would pass.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Triple

from si_graph import locations
from si_graph.load.files import parse_file
from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.validate.report import VIOLATION, WARNING, Result, make_report, predicate

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from pyoxigraph import Quad

    from si_graph.validate.report import Report, Term

ENGINE = "terms"

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_CLASSES = frozenset(PREFIXES[name] + "Class" for name in ("owl", "rdfs"))
_PROPERTIES = frozenset(
    [PREFIXES["rdf"] + "Property"]
    + [PREFIXES["owl"] + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation")]
)
CLOSED = (PREFIXES["si"], PREFIXES["sish"], BASE + "vocab/")
"""Where only we name things. Actors, places and documents are anybody's to name."""

_LONG = 12
_SHORT = 4


class Uses(NamedTuple):
    """How data uses a term.

    Attributes:
        kinds: Whether as `property`, `class` or just `term`.
        statements: The subject, predicate and object of each statement with it.
    """

    kinds: set[str]
    statements: list[tuple[Term, NamedNode, Term]]


def check_terms(quads: Iterable[Quad], described: Container[object]) -> Report:
    """Check that the terms of our vocabularies that data uses do exist.

    Each term is reported once, where it first stands: as a violation if another comes near, and
    otherwise as a warning, as it may be of a newer version.

    Args:
        quads: The data to check.
        described: What the data says something about: these things do exist.
    """
    unknown = unknown_terms(quads, described)
    return make_report([_result(iri, uses) for iri, uses in unknown.items()], ENGINE)


def unknown_terms(quads: Iterable[Quad], described: Container[object]) -> dict[str, Uses]:
    """Return the terms that neither the ontology nor the files know, and how they are used."""
    known = _known()
    found: dict[str, Uses] = {}
    for quad in quads:
        if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
            continue
        of_type = "class" if quad.predicate == _TYPE else "term"
        for term, kind in ((quad.predicate, "property"), (quad.object, of_type)):
            if not isinstance(term, NamedNode) or not term.value.startswith(CLOSED):
                continue
            if term.value not in known and term not in described:
                uses = found.setdefault(term.value, Uses(set(), []))
                uses.kinds.add(kind)
                uses.statements.append((quad.subject, quad.predicate, quad.object))
    return found


def near_terms(iri: str, kinds: set[str]) -> list[str]:
    """Return the terms that may have been meant by one that does not exist."""
    from rapidfuzz.distance import OSA

    namespace, name = split(iri)
    # A code is no word: one figure more or less is another code.
    if len(name) < _SHORT or not name.replace("-", "").isalpha():
        return []
    slips = 2 if len(name) >= _LONG else 1
    return [
        known
        for known, its in _known().items()
        if split(known)[0] == namespace
        and kinds - {"term"} <= its
        and OSA.distance(name, split(known)[1], score_cutoff=slips) <= slips
    ]


def _result(iri: str, uses: Uses) -> Result:
    name, count = shorten(iri), len(uses.statements)
    subject, property_, value = uses.statements[0]
    near = ", ".join(map(shorten, near_terms(iri, uses.kinds)))
    times = {"nl": f"{count} keer gebruikt", "en": f"used {count} times"}
    if count == 1:
        times = {"nl": "1 keer gebruikt", "en": "used once"}
    return Result(
        focus=subject,
        message={
            "nl": f"{name} bestaat niet in de ontologie ({times['nl']}).",
            "en": f"{name} does not exist in the ontology ({times['en']}).",
        },
        severity=VIOLATION if near else WARNING,
        component=PREFIXES["sish"] + "KnownTerm",
        path=predicate(property_.value),
        value=value,
        mend={"nl": f"Bedoeld is misschien {near}.", "en": f"Perhaps {near} is meant."}
        if near
        else {},
    )


def split(iri: str) -> tuple[str, str]:
    """Return the namespace of an IRI and the name in it."""
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:end], iri[end:]


@cache
def _known() -> dict[str, frozenset[str]]:
    """Return the terms of the ontology, its schemes and its shapes, with the kinds of each."""
    found: dict[str, set[str]] = {}
    for path in sorted(Path(locations.root(), "ontology").glob("*/*.ttl")):
        for quad in parse_file(path):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(CLOSED):
                kinds = found.setdefault(quad.subject.value, set())
                if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                    kinds.update(_kinds(quad.object.value))
    return {iri: frozenset(kinds) for iri, kinds in found.items()}


def _kinds(type_: str) -> Iterator[str]:
    if type_ in _CLASSES:
        yield "class"
    if type_ in _PROPERTIES:
        yield "property"
