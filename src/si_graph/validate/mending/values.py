"""Which literal is certainly meant where a shape refuses one; None where that is not certain."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate.terms import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Quad

    from si_graph.validate.report import Result, Term

_SH, _XSD = PREFIXES["sh"], PREFIXES["xsd"]
_RDF_FIRST, _RDF_REST = (NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest"))
_STRING = NamedNode(_XSD + "string")
_DATE = NamedNode(_XSD + "date")

# What a shape may say of white space around a value, by refusing it.
_SPACE_SENSITIVE = frozenset(
    f"{_SH}{name}ConstraintComponent" for name in ("Pattern", "In", "MaxLength")
)
_DATATYPE = _SH + "DatatypeConstraintComponent"
_LANGUAGE = _SH + "LanguageInConstraintComponent"
_QUALIFIED = _SH + "QualifiedMinCountConstraintComponent"
_OR = _SH + "OrConstraintComponent"

_NUMBER = r"[+-]?\d+"
_DECIMAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
# Of any other datatype a text may have been meant otherwise.
_FORMS = {
    _XSD + name: re.compile(form, re.ASCII)
    for name, form in {
        "integer": _NUMBER,
        "nonNegativeInteger": r"\+?\d+",
        "positiveInteger": r"\+?0*[1-9]\d*",
        "int": _NUMBER,
        "long": _NUMBER,
        "decimal": _DECIMAL,
        "double": _DECIMAL + r"(?:[eE][+-]?\d+)?",
        "boolean": "true|false",
        "gYear": r"[1-9]\d{3}",
        "gYearMonth": r"[1-9]\d{3}-(?:0[1-9]|1[0-2])",
    }.items()
}
_SHOWN = 60
_YEAR_FIRST = re.compile(r"([1-9]\d{3})([-/.])(\d\d?)\2(\d\d?)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d\d?)([-/.])(\d\d?)\2([1-9]\d{3})", re.ASCII)


class Correction(NamedTuple):
    """A value of a thing's property, and what was certainly meant."""

    subject: Term
    predicate: str
    old: Literal
    new: Literal
    sentence: Mapping[str, str]
    cause: Result


class Facts:
    """Statements by their subject and predicate."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[object, NamedNode], dict[Term, None]] = {}
        for quad in quads:
            key = (quad.subject, quad.predicate)
            self._objects.setdefault(key, {})[quad.object] = None  # type: ignore[index]

    def all(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return the values, each once."""
        return list(self._objects.get((subject, predicate), ()))

    def items(self, head: Term) -> list[Term]:
        """Return the items of a list; one that runs in a circle ends where it began."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head not in seen and (first := self.all(head, _RDF_FIRST)):
            seen.add(head)
            found += first
            head = next(iter(self.all(head, _RDF_REST)), head)
        return found


def corrections(result: Result, shapes: Facts, data: Facts) -> Iterator[Correction]:
    """Yield what mends a result, if that is certain.

    Args:
        result: What was found.
        shapes: What the shapes say.
        data: What the data say.
    """
    if result.shape is None:
        return
    if result.path is None:
        if result.component == _OR:
            yield from _missing_name(result, shapes, data)
        return
    if result.path.operator:
        return
    predicate = result.path.predicate
    if result.component == _QUALIFIED:
        yield from _qualified(result, result.shape, shapes, data)
    elif isinstance(result.value, Literal):
        found = _value(result, result.value, shapes, data)
        if found:
            new, sentence = found
            yield Correction(result.focus, predicate, result.value, new, sentence, result)


def _value(
    result: Result, value: Literal, shapes: Facts, data: Facts
) -> tuple[Literal, Mapping[str, str]] | None:
    assert result.shape is not None  # noqa: S101 - asked before
    if result.component == _DATATYPE:
        asked = shapes.all(result.shape, NamedNode(_SH + "datatype"))
        if len(asked) == 1 and isinstance(asked[0], NamedNode):
            return _typed(value, asked[0])
    if result.component == _LANGUAGE and _is_bare(value):
        left = _languages(result, shapes, data)
        return _in_language(value, left[0]) if len(left) == 1 else None
    if result.component in _SPACE_SENSITIVE and value.value.strip() != value.value:
        return _trimmed(value)
    return None


def _is_bare(value: Literal) -> bool:
    return not value.language and value.datatype == _STRING


def _shown(text: str) -> str:
    """Return a text as it fits in a sentence."""
    return plain(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


# One rule each


def _typed(value: Literal, asked: NamedNode) -> tuple[Literal, Mapping[str, str]] | None:
    """Take a text for the number or date that it spells."""
    if value.language or value.datatype not in (_STRING, asked):
        return None
    spelt = value.value.strip()
    if asked == _DATE:
        date = _date(spelt)
        if date is None:
            return None
        new = Literal(date, datatype=_DATE)
    elif asked.value in _FORMS and _FORMS[asked.value].fullmatch(spelt):
        new = Literal(spelt, datatype=asked)
    else:
        return None
    name, old = shorten(asked.value), _shown(value.value)
    if spelt == new.value:
        sentence = {
            "nl": f'"{old}" krijgt het gevraagde datatype, {name}',
            "en": f'"{old}" gets the datatype asked for, {name}',
        }
    else:
        sentence = {
            "nl": f'"{old}" wordt {new.value}, van het gevraagde datatype {name}',
            "en": f'"{old}" becomes {new.value}, of the datatype asked for, {name}',
        }
    return new, sentence


def _date(text: str) -> str | None:
    """Return the only date that a text can mean, or None."""
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _on_calendar(match[1], match[3], match[4])
    match = _YEAR_LAST.fullmatch(text)
    if not match:
        return None
    # Some put the day first and others the month: what only one of them can mean is certain.
    readings = {
        _on_calendar(match[4], *order) for order in ((match[1], match[3]), match.group(3, 1))
    }
    readings.discard(None)
    return readings.pop() if len(readings) == 1 else None


def _on_calendar(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _trimmed(value: Literal) -> tuple[Literal, Mapping[str, str]]:
    trimmed = value.value.strip()
    new = (
        Literal(trimmed, language=value.language)
        if value.language
        else Literal(trimmed, datatype=value.datatype)
    )
    sentence = {
        "nl": f'de witruimte om "{_shown(trimmed)}" vervalt',
        "en": f'the white space around "{_shown(trimmed)}" goes',
    }
    return new, sentence


def _in_language(value: Literal, language: str) -> tuple[Literal, Mapping[str, str]]:
    shown = _shown(value.value)
    sentence = {
        "nl": f'"{shown}" krijgt de taal {language}: een andere kan het hier niet zijn',
        "en": f'"{shown}" gets the language {language}: here it can be no other',
    }
    return Literal(value.value, language=language), sentence


def _languages(result: Result, shapes: Facts, data: Facts) -> list[str]:
    """Return the languages that a value without one can have."""
    assert result.shape is not None  # noqa: S101 - asked before
    assert result.path is not None  # noqa: S101 - asked before
    allowed = _allowed(result.shape, shapes)
    unique = shapes.all(result.shape, NamedNode(_SH + "uniqueLang"))
    if len(allowed) == 1 or not any(term.value == "true" for term in unique):
        return allowed
    values = data.all(result.focus, NamedNode(result.path.predicate))
    bare = [value for value in values if isinstance(value, Literal) and _is_bare(value)]
    if len(bare) != 1 or _is_copy(bare[0], values):
        return []
    used = [value.language or "" for value in values if isinstance(value, Literal)]
    return [one for one in allowed if not any(_matches(tag, one) for tag in used)]


def _is_copy(value: Literal, values: Iterable[Term]) -> bool:
    """Tell whether a text also stands there with a language: then it is hardly in another."""
    others = (other for other in values if isinstance(other, Literal) and other.language)
    return any(other.value.casefold() == value.value.casefold() for other in others)


def _allowed(shape: Term, shapes: Facts) -> list[str]:
    lists = shapes.all(shape, NamedNode(_SH + "languageIn"))
    return [tag.value for tag in shapes.items(lists[0])] if len(lists) == 1 else []


def _matches(tag: str, wanted: str) -> bool:
    return f"{tag.lower()}-".startswith(f"{wanted.lower()}-")


def _missing_name(result: Result, shapes: Facts, data: Facts) -> Iterator[Correction]:
    """Give the only name without a language the one that is missing, as one way to conform."""
    assert result.shape is not None  # noqa: S101 - asked before
    lists = shapes.all(result.shape, NamedNode(_SH + "or"))
    for option in (one for head in lists for one in shapes.items(head)):
        yield from _qualified(result, option, shapes, data)


def _qualified(result: Result, shape: Term, shapes: Facts, data: Facts) -> Iterator[Correction]:
    """Give the only value without a language the one language of which there must be one."""
    paths = shapes.all(shape, NamedNode(_SH + "path"))
    wanted = shapes.all(shape, NamedNode(_SH + "qualifiedValueShape"))
    if len(paths) != 1 or len(wanted) != 1:
        return
    path = paths[0]
    if not isinstance(path, NamedNode):
        return
    allowed = _allowed(wanted[0], shapes)
    values = data.all(result.focus, path)
    bare = [value for value in values if isinstance(value, Literal) and _is_bare(value)]
    if len(allowed) != 1 or len(bare) != 1 or _is_copy(bare[0], values):
        return
    # A name in no other language leaves open which of them this one is in.
    if len(values) > 1:
        new, sentence = _in_language(bare[0], allowed[0])
        yield Correction(result.focus, path.value, bare[0], new, sentence, result)
