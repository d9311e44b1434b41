"""What a shape expected and how to mend a result, in words.

The sentences stand in `ontology/shapes/expectations.tsv`, for whoever knows the domain to change.
A row is for a constraint component and, where `when` says so, for one value of its parameter. In
the sentences `{path}`, `{value}`, `{thing}` (a value that is no text) and `{nearest}` (of what is
allowed, the one most like the value) come from the result, and any other name is a parameter of the
shape, such as `{datatype}`. The first row that can be filled in is used.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph import locations
from si_graph.errors import InputError
from si_graph.namespaces import PREFIXES, expand, local_name, shorten
from si_graph.validate.terms import term_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad, Triple

    from si_graph.validate.report import Report, Result, Term

_COLUMNS = ["component", "when", "expected_nl", "expected_en", "mend_nl", "mend_en"]
_LANGUAGES = ("nl", "en")
_SH = PREFIXES["sh"]
_FIRST = PREFIXES["rdf"] + "first"
_REST = PREFIXES["rdf"] + "rest"
_LABELS = (PREFIXES["rdfs"] + "label", _SH + "name")
_LANG_STRING = PREFIXES["rdf"] + "langString"
_COMPONENT = "ConstraintComponent"
_MISSING = _SH + "MinCount" + _COMPONENT
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SHOWN = 8
_ALIKE = 60
_TELLING = 3
_EXPECTED = {"nl": "Verwacht", "en": "Expected"}
_CONDITIONS = ("and", "or", "xone")
_AND = {"nl": " en ", "en": " and "}
# How deep conditions within conditions are spelt out.
_DEPTH = 3


class _Row(NamedTuple):
    when: str
    expected: dict[str, str]
    mend: dict[str, str]


def with_expectations(report: Report, shapes: Iterable[Quad | Triple]) -> Report:
    """Return the report with what was expected and how to mend it, where shapes tell.

    Args:
        report: What an engine found.
        shapes: The shapes that it used, with the same labels of unnamed shapes.
    """
    if not report.results:
        return report
    words = _Words(shapes)
    return report._replace(results=tuple(words.add(result) for result in report.results))


class _Words:
    """Puts the constraints of one shapes graph into words."""

    def __init__(self, shapes: Iterable[Quad | Triple]) -> None:
        self._graph: dict[object, dict[str, list[Term]]] = {}
        for triple in shapes:
            properties = self._graph.setdefault(triple.subject, {})
            properties.setdefault(triple.predicate.value, []).append(triple.object)  # type: ignore[arg-type]  # no triples about triples
        self._parameters: dict[tuple[object, str, str], str] = {}

    def add(self, result: Result) -> Result:
        """Add what is not told yet; a message that the shape does not give is engine's jargon."""
        if result.shape is None:
            return result
        is_told = bool(self._values(result.shape, "message"))
        # Conditions spelt out read worse than what the shape itself says of them.
        is_plain = is_told and _parameter(result.component) in _CONDITIONS
        expected = result.expected or ({} if is_plain else self._sentences(result, "expected"))
        # What is missing may have to be derived; then the message says how, and only that.
        is_enough = is_told and result.component == _MISSING
        return result._replace(
            message=result.message
            if is_told or not expected
            else {lang: f"{_EXPECTED[lang]}: {text}." for lang, text in expected.items()},
            expected=expected,
            mend=result.mend or ({} if is_enough else self._sentences(result, "mend")),
        )

    def _sentences(self, result: Result, column: str) -> dict[str, str]:
        texts = {lang: self._sentence(result, column, lang) for lang in _LANGUAGES}
        return {lang: text for lang, text in texts.items() if text}

    def _sentence(self, result: Result, column: str, lang: str) -> str:
        shape, component = result.shape, result.component
        fields = {"path": str(result.path)} if result.path else {}
        if result.value is not None:
            fields["value"] = term_text(result.value, lang)
            fields["thing"] = "" if isinstance(result.value, Literal) else fields["value"]
        for row in self._rows(shape, component):
            template: str = getattr(row, column)[lang]
            if "{nearest}" in template:
                fields["nearest"] = self._nearest(result, lang)
            filled = self._fill(template, shape, fields, lang)
            if filled:
                return filled
        return ""

    def _rows(self, shape: object, component: str) -> Iterator[_Row]:
        values = [shorten(term.value) for term in self._values(shape, _parameter(component))]
        for row in _table().get(component, ()):
            if not row.when or values == [row.when]:
                yield row

    def _fill(
        self, template: str, shape: object, fields: dict[str, str], lang: str, depth: int = _DEPTH
    ) -> str:
        """Return the sentence, or nothing where something to fill it with is lacking."""
        names = set(_PLACEHOLDER.findall(template))
        known = {
            name: fields[name] if name in fields else self._text(shape, name, lang, depth)
            for name in names
        }
        if not all(known.values()):
            return ""
        return _PLACEHOLDER.sub(lambda found: known[found[1]], template)

    def _text(self, shape: object, name: str, lang: str, depth: int) -> str:
        key = (shape, name, lang)
        if key not in self._parameters:
            values = self._allowed(shape) if name == "closed" else self._values(shape, name)
            shown = [self._term(term, lang, depth) for term in values[:_SHOWN]]
            more = [f"… ({len(values)})"] if len(values) > _SHOWN else []
            # A condition may have commas of its own.
            between = "; " if name in _CONDITIONS else ", "
            self._parameters[key] = between.join([*shown, *more]) if all(shown) else ""
        return self._parameters[key]

    def _term(self, term: Term, lang: str, depth: int) -> str:
        """Name a term; a shape by its label, and one that has no name by what it asks."""
        if isinstance(term, Literal):
            return term.value if term.datatype.value != _LANG_STRING else term_text(term, lang)
        if isinstance(term, NamedNode) or not depth:
            return term_text(term, lang)
        properties = self._graph.get(term, {})
        for label in (one for name in _LABELS for one in properties.get(name, ())):
            if isinstance(label, Literal) and label.language in (None, lang):
                return f"«{label.value}»"
        path = properties.get(_SH + "path", [])
        fields = {"path": shorten(path[0].value)} if path and isinstance(path[0], NamedNode) else {}
        asked = []
        for component in _table():
            if properties.get(_SH + _parameter(component)):
                texts = (
                    self._fill(row.expected[lang], term, fields, lang, depth - 1)
                    for row in self._rows(term, component)
                )
                asked.append(next(filter(None, texts), ""))
        return _AND[lang].join(asked) if all(asked) else ""

    def _values(self, shape: object, name: str) -> list[Term]:
        """Return the values of a parameter; the items of a value that is a list."""
        found = []
        for value in self._graph.get(shape, {}).get(_SH + name, ()):
            items = list(self._items(value))
            found += items or [value]
        return found

    def _items(self, cell: Term) -> Iterator[Term]:
        seen: set[Term] = set()
        while cell not in seen and _FIRST in self._graph.get(cell, {}):
            seen.add(cell)
            yield self._graph[cell][_FIRST][0]
            cell = self._graph[cell].get(_REST, [cell])[0]

    def _allowed(self, shape: object) -> list[Term]:
        """Return the properties that a closed shape allows."""
        properties = self._values(shape, "property")
        paths = [path for one in properties for path in self._values(one, "path")]
        allowed = [*paths, *self._values(shape, "ignoredProperties")]
        return [term for term in allowed if isinstance(term, NamedNode)]

    def _nearest(self, result: Result, lang: str) -> str:
        from rapidfuzz import fuzz, process

        if result.component == _SH + "Closed" + _COMPONENT:
            wrong = result.path.predicate if result.path else ""
            allowed = self._allowed(result.shape)
        else:
            wrong = result.value.value if result.value is not None else ""
            allowed = self._values(result.shape, _parameter(result.component))
        # Of a digit or two almost everything is like something else.
        if len(local_name(wrong)) < _TELLING:
            return ""
        names = [local_name(term.value).casefold() for term in allowed]
        found = process.extractOne(
            local_name(wrong).casefold(), names, scorer=fuzz.ratio, score_cutoff=_ALIKE
        )
        return term_text(allowed[found[2]], lang) if found else ""


def _parameter(component: str) -> str:
    name = local_name(component).removesuffix(_COMPONENT)
    return name[:1].lower() + name[1:]


@cache
def _table() -> dict[str, list[_Row]]:
    """Read the sentences.

    Raises:
        InputError: A row has not the columns that it should have.
    """
    path = Path(locations.root(), "ontology", "shapes", "expectations.tsv")
    lines = path.read_text(encoding="utf-8").splitlines()
    table: dict[str, list[_Row]] = {}
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS) or (number == 1 and cells != _COLUMNS):
            raise InputError(f"the columns should be {' '.join(_COLUMNS)}", str(path), number)
        if number > 1:
            component, when, nl, en, mend_nl, mend_en = cells
            row = _Row(when, {"nl": nl, "en": en}, {"nl": mend_nl, "en": mend_en})
            table.setdefault(expand(component) or component, []).append(row)
    return table
