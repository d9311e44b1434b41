"""The SHACL engines by name, and when one takes over from another."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES
from si_graph.validate.shacl.shape_checks import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyoxigraph import Quad, Triple

    from si_graph.validate.report import Report
    from si_graph.validate.shacl.protocol import ShaclEngine

    Statements = Sequence[Quad | Triple]

ENGINES = ("native", "pyshacl")
"""The names; the first is the default."""

_PATTERN, _CLOSED, _PATH = (
    NamedNode(PREFIXES["sh"] + name) for name in ("pattern", "closed", "path")
)
_TRUE = (Literal(True), Literal("1", datatype=NamedNode(PREFIXES["xsd"] + "boolean")))
_LOOKS_AROUND = re.compile(r"\(\?<?[=!]")
_REFERS_BACK = re.compile(r"\\[1-9]")

LACKS: dict[str, tuple[Callable[[Statements], Iterator[object]], dict[str, str]]] = {
    "look-around": (
        lambda shapes: _with_pattern(shapes, _LOOKS_AROUND),
        {"nl": "een patroon vooruit- of terugkijkt", "en": "a pattern looks ahead or back"},
    ),
    "back-reference": (
        lambda shapes: _with_pattern(shapes, _REFERS_BACK),
        {"nl": "een patroon naar zichzelf verwijst", "en": "a pattern refers back to its own part"},
    ),
    # It closes the focus node then, where the values are meant.
    "closed values": (
        lambda shapes: _with_closed_values(shapes),
        {"nl": "sh:closed bij een pad staat", "en": "sh:closed stands beside a path"},
    ),
}
"""What shapes may say that the native engine lacks: who says it, and how to tell people."""


def engine(name: str = ENGINES[0]) -> ShaclEngine:
    """Return the engine of that name; only what it needs itself is imported.

    Args:
        name: One of `ENGINES`.

    Raises:
        UsageError: There is no such engine.
    """
    if name not in ENGINES:
        raise UsageError(f"there is no engine {name!r}; choose from {', '.join(ENGINES)}")
    return _WithReference() if name == "native" else _reference()


def _reference() -> ShaclEngine:
    from si_graph.validate.shacl.pyshacl_engine import PyShacl

    return PyShacl()


class _WithReference:
    """The native engine; the reference takes over where a shape needs what that one lacks."""

    name = "native"

    def validate(self, data: Iterable[Quad | Triple], shapes: Iterable[Quad | Triple]) -> Report:
        wanted = list(shapes)
        if find_spec("shacl") is None:
            # There is no build of it for every kind of machine.
            return _noted(_reference().validate(data, wanted), _NOT_HERE)
        reason = _lack(wanted)
        if reason:
            return _noted(_reference().validate(data, wanted), reason)
        from si_graph.validate.shacl.native_engine import Native

        return Native().validate(data, wanted)


_NOT_HERE = {
    "nl": "Gecontroleerd met pySHACL: voor deze computer is er geen snellere controle.",
    "en": "Checked by pySHACL: there is no faster engine for this kind of machine.",
}


def _noted(report: Report, note: dict[str, str]) -> Report:
    return report._replace(notes=(*report.notes, note))


def _lack(shapes: Statements) -> dict[str, str] | None:
    """Return why the reference has to take over, if it has to."""
    for find, why in LACKS.values():
        for node in find(shapes):
            shape = name_of(shapes, node)
            return {
                "nl": f"Gecontroleerd met pySHACL, omdat {why['nl']} ({shape}).",
                "en": f"Checked by pySHACL, because {why['en']} ({shape}).",
            }
    return None


def _with_pattern(shapes: Statements, construct: re.Pattern[str]) -> Iterator[object]:
    for one in shapes:
        text = one.object.value if isinstance(one.object, Literal) else ""
        if one.predicate == _PATTERN and construct.search(text):
            yield one.subject


def _with_closed_values(shapes: Statements) -> Iterator[object]:
    with_path = {one.subject for one in shapes if one.predicate == _PATH}
    for one in shapes:
        if one.predicate == _CLOSED and one.subject in with_path and one.object in _TRUE:
            yield one.subject
