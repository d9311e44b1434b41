"""Whether shapes are well-formed, by the shapes that the W3C publishes for shapes."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from si_graph.errors import InputError
from si_graph.namespaces import PREFIXES
from si_graph.validate.shacl.engines import engine
from si_graph.validate.shacl.expectations import with_expectations
from si_graph.validate.shacl.shape_checks import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyoxigraph import Quad

    from si_graph.validate.report import Result

_PROPERTY = NamedNode(PREFIXES["sh"] + "property")


def require_well_formed(shapes: Iterable[Quad | Triple]) -> None:
    """Refuse shapes of which an engine would silently ignore a part.

    Raises:
        InputError: The shapes are ill-formed; names each fault.
    """
    triples = [Triple(one.subject, one.predicate, one.object) for one in shapes]
    found = with_expectations(
        engine().validate(triples, _shapes_for_shapes()), _shapes_for_shapes()
    )
    problems = {f"{name_of(triples, result.focus)}: {_what(result)}" for result in found.results}
    if problems:
        lines = "".join(f"\n  {problem}" for problem in sorted(problems))
        raise InputError(f"the shapes are ill-formed:{lines}")


def described(shapes: Sequence[Quad]) -> tuple[list[Quad], list[dict[str, str]]]:
    """Leave out the property shapes that are named but nowhere described, and say so.

    The official shapes of DCAT-AP 3.0.1 name some, and are of use all the same.

    Returns:
        The other statements, and a note where something was left out.
    """
    subjects = {quad.subject for quad in shapes}
    missing = {
        quad.object: None
        for quad in shapes
        if quad.predicate == _PROPERTY
        and isinstance(quad.object, NamedNode)
        and quad.object not in subjects
    }
    if not missing:
        return list(shapes), []
    names = ", ".join(map(str, missing))
    note = {
        "nl": f"Weggelaten, want de vormen noemen dit zonder het te beschrijven: {names}.",
        "en": f"Left out, as the shapes name this without describing it: {names}.",
    }
    return [quad for quad in shapes if quad.object not in missing], [note]


def _what(result: Result) -> str:
    text = (result.message or result.expected).get("en") or result.text("en")
    return text if result.path is None else f"{result.path}: {text}"


@cache
def _shapes_for_shapes() -> tuple[Triple, ...]:
    # pySHACL brings them along; finding them does not import it.
    found = find_spec("pyshacl")
    assert found is not None  # noqa: S101 - a dependency
    assert found.origin is not None  # noqa: S101
    file = Path(found.origin).with_name("assets") / "shacl-shacl.ttl"
    return tuple(quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE))
