"""The page of one question: its form, its answer with sources, its rows and its SPARQL."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph.errors import ParameterError
from si_graph.namespaces import PREFIXES, expand, shorten
from si_graph.query.binding import bind, terms_of
from si_graph.query.catalogue import NamedQuery, load
from si_graph.query.labels import alphabetical, labels
from si_graph.query.names import instances
from si_graph.query.results import Rows, text_of
from si_graph.query.suggest import nearest_names
from si_graph.render.page import Format, Page
from si_graph.render.questions import spelled_out
from si_graph.render.templating import fill
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from si_graph.query.answer import Answer
    from si_graph.query.binding import Value
    from si_graph.query.catalogue import Parameter
    from si_graph.query.results import Term
    from si_graph.render.page import View

    Given = Mapping[str, list[str]]

_MOST_CHOICES = 200
_MOST_ROWS = 200
_INTEGER = PREFIXES["xsd"] + "integer"
_FORMATS = {
    "csv": ("CSV", "text/csv"),
    "tsv": ("TSV", "text/tab-separated-values"),
    "json": ("JSON", "application/sparql-results+json"),
    "xml": ("XML", "application/sparql-results+xml"),
}


class Field(NamedTuple):
    """One field of the form.

    Attributes:
        name: The parameter.
        label: What it is, in words.
        kind: `choice`, `text` or `number`.
        values: What is filled in.
        choices: What can be chosen from: what each is filled in as, and its name.
        error: What is wrong with what was filled in; empty if nothing is.
    """

    name: str
    label: str
    kind: str
    values: list[str]
    choices: list[tuple[str, str]]
    error: str


class Cell(NamedTuple):
    """One cell of the table: its text, and the IRI of the thing that it names, if any."""

    text: str
    iri: str
    is_number: bool


def render(view: View) -> Page:
    """Return the page of the question `name`, asked about the other values.

    Raises:
        UsageError: There is no such question.
    """
    query = load(view.values.get("name", ""))
    parameters = [one for one in query.parameters.values() if one.name != "lang"]
    given = {
        one.name: values
        for one in parameters
        if (values := view.values.get(one.name, "").strip().splitlines())
    }
    fields = [_field(view, query, one, given) for one in parameters]
    others = _others(view, query, fields)
    common: dict[str, Any] = {"query": query, "fields": fields, "others": others}
    if not any(field.error for field in fields):
        return Page(fill("question.html", view, **common, **_answered(view, query, given)))
    defaults = [iri for one in parameters if (iri := expand(one.default))]
    question = spelled_out(query, labels(view.graph.store, defaults, view.lang), view.lang)
    html = fill("question.html", view, **common, question=question, answer=None)
    # That the thing asked about by default is not in this graph is nobody's fault.
    return Page(html, 400 if any(field.error and field.name in given for field in fields) else 200)


def _field(view: View, query: NamedQuery, parameter: Parameter, given: Given) -> Field:
    kind, choices = _choices(view, parameter)
    values: list[str] = []
    error = ""
    for value in given.get(parameter.name, [parameter.default]):
        try:
            (term,) = terms_of(query, parameter.name, value, view.graph.store)
        except ParameterError:
            error = _error(view, kind, value, choices)
            values.append(value)
        else:
            values.append(text_of(term))
    label = parameter.labels.get(view.lang, parameter.name)
    return Field(parameter.name, label, kind, values, choices, error)


def _choices(view: View, parameter: Parameter) -> tuple[str, list[tuple[str, str]]]:
    """Return the kind of field for a parameter, and what can be chosen from."""
    if parameter.type.startswith("xsd:"):
        return ("number" if parameter.type == "xsd:integer" else "text"), []
    iris = instances(view.graph.store, expand(parameter.type) or "")
    if len(iris) >= _MOST_CHOICES:
        return "text", []
    names = labels(view.graph.store, iris, view.lang)
    choices = [(shorten(iri), names.get(iri) or shorten(iri)) for iri in iris]
    return "choice", sorted(choices, key=lambda choice: (alphabetical(choice[1]), choice))


def _others(view: View, query: NamedQuery, fields: list[Field]) -> list[tuple[str, str]]:
    """Return the same question about other things, by name and link, where there are no forms."""
    if view.site.answers or len(fields) != 1:
        return []
    path, (field,) = f"questions/{query.name}", fields
    links = [(name, view.site.path(path, **{field.name: value})) for value, name in field.choices]
    return links if all(link != view.site.path(path) for _, link in links) else []


def _error(view: View, kind: str, value: str, choices: list[tuple[str, str]]) -> str:
    words = texts(view.lang)
    if kind == "number":
        return words["question_no_number"].format(value=value)
    if kind == "choice" and not choices:
        return words["question_nothing_to_choose"]
    told = words["question_unknown"].format(value=value)
    near = nearest_names(value, (name for choice in choices for name in choice))
    return told + (words["question_near"].format(names=", ".join(near)) if near else "")


def _answered(view: View, query: NamedQuery, given: Given) -> dict[str, Any]:
    answer = view.graph.ask(query.name, lang=view.lang, **given)
    values: dict[str, Value] = {"lang": view.lang, **given}
    rows = view.graph.named(query.name, **values)
    columns, table = _table(view, rows) if isinstance(rows, Rows) else ([], [])
    text = bind(query, values, view.graph.store)
    address = {name: "\n".join(values) for name, values in given.items()}
    return {
        "question": answer.question,
        "answer": answer,
        "asserted": _asserted(view, query, given, answer),
        "columns": columns,
        "rows": table[:_MOST_ROWS],
        "count": len(table),
        "sparql": NamedQuery(query.name, query.path, text).sparql,
        "permalink": view.site.path(f"questions/{query.name}", lang=view.lang, **address),
        "formats": [
            Format(name, media_type, href)
            for key, (name, media_type) in _FORMATS.items()
            if (
                href := view.site.path(f"query/{query.name}", format=key, lang=view.lang, **address)
            )
        ],
    }


def _asserted(view: View, query: NamedQuery, given: Given, answer: Answer) -> str:
    """Return the answer without reasoning, where that is another one."""
    if view.asserted is None or not query.inference:
        return ""
    try:
        sentence = view.asserted.ask(query.name, lang=view.lang, **given).sentence
    except ParameterError:
        # What a thing is may follow as well.
        return texts(view.lang)["question_asserted_unknown"]
    return sentence if sentence != answer.sentence else ""


def _table(view: View, rows: Rows) -> tuple[list[str], list[list[Cell]]]:
    """Return the columns and the rows, with things by their names."""
    columns = [
        name
        for name in rows.variables
        if name.removesuffix("Label") not in rows.variables or not name.endswith("Label")
    ]
    iris = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    names = labels(view.graph.store, sorted(iris), view.lang)
    return columns, [[_cell(row.get(name), names) for name in columns] for row in rows]


def _cell(term: Term | None, names: Mapping[str, str]) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(names.get(term.value) or shorten(term.value), term.value, False)
    is_number = isinstance(term, Literal) and term.datatype.value == _INTEGER
    return Cell(text_of(term), "", is_number)
