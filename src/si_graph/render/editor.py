"""The SPARQL editor: a form that works as it is, and what a script makes of it."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Triple

from si_graph.errors import InputError, QuerySyntaxError, SiGraphError
from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.query.binding import in_language
from si_graph.query.catalogue import NamedQuery, load
from si_graph.query.evaluate import results
from si_graph.query.overviews.vocabulary_in_use import vocabulary_in_use
from si_graph.query.results import Graph, text_of
from si_graph.render.page import Page
from si_graph.render.questions import all_asked
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.graph import KnowledgeGraph
    from si_graph.render.page import View

    Term = NamedNode | BlankNode | Literal | Triple

FORMATS = {
    "csv": "CSV",
    "tsv": "TSV",
    "json": "JSON",
    "xml": "XML",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
}
"""The forms in which an answer can be had, by the value of `format`; the first four for rows."""

_SCRIPT_WORDS = (
    "query", "keys", "running", "cancel", "cancelled", "answer", "yes", "no", "nothing", "count",
    "count_one", "count_triples", "timing", "cut", "wrong", "wrong_at", "timeout", "busy",
    "unreachable", "views", "table", "chart", "drawing", "raw", "more", "sort", "bars",
    "chart_name", "too_many", "loading", "no_service",
)  # fmt: skip
_DRAWING_WORDS = (
    "picture_export_svg", "picture_export_png", "picture_fit", "picture_bigger", "picture_smaller",
)  # fmt: skip
"""What the scripts say, besides what stands on the page."""

_MOST_ROWS = 500
_BEGINNING = """\
PREFIX si: <https://w3id.org/si-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?recommendation ?label
WHERE {{
  ?recommendation a si:Recommendation ;
      skos:prefLabel ?label .
  FILTER(LANG(?label) = "{lang}")
}}
ORDER BY ?recommendation
"""


class Answer(NamedTuple):
    """What a query gives, for the page.

    Attributes:
        columns: The columns of rows, or of the triples of a graph.
        rows: The cells: the IRI, if it is one, the text and its language.
        is_cut: Whether there are more rows than are shown.
        truth: The answer to an ASK query.
    """

    columns: list[str]
    rows: list[list[tuple[str, str, str]]]
    is_cut: bool = False
    truth: bool | None = None


class Fault(NamedTuple):
    """What is wrong with a query, and where if it is known."""

    message: str
    line: int | None
    column: int | None


def render(view: View) -> Page:
    """Return the editor with a query, which is answered, or with the text of a named one.

    Raises:
        UsageError: There is no such named query.
    """
    text = view.values.get("query", "")
    answer: Answer | None = None
    fault: Fault | None = None
    if text:
        try:
            answer = _answer(view, text)
        except SiGraphError as error:
            fault = _fault(error)
    shown = text or _example(view) or _BEGINNING.format(lang=view.lang)
    return Page(
        fill(
            "editor.html",
            view,
            text=shown,
            answer=answer,
            fault=fault,
            file_formats=FORMATS,
            examples=all_asked(view),
            most_rows=_MOST_ROWS,
            words=[(name, f"editor_{name}") for name in _SCRIPT_WORDS]
            + [(name, name) for name in _DRAWING_WORDS],
            base=BASE,
        ),
        400 if fault else 200,
    )


def completion(graph: KnowledgeGraph, lang: str) -> dict[str, Any]:
    """Return what can be completed in a query: the prefixes, and terms by prefixed name.

    Args:
        graph: The graph.
        lang: The language of labels.
    """
    terms = [
        {"name": name, "label": term.label, "kind": term.kind}
        for term in vocabulary_in_use(graph.store, lang)
        if (name := shorten(term.iri)) != term.iri
    ]
    return {"prefixes": PREFIXES, "terms": terms}


def _answer(view: View, text: str) -> Answer:
    graph = view.graph
    if view.values.get("inference") == "asserted" and view.asserted is not None:
        graph = view.asserted
    found = results(graph.store, text)
    if isinstance(found, QueryBoolean):
        return Answer([], [], truth=bool(found))
    if isinstance(found, QuerySolutions):
        columns = [variable.value for variable in found.variables]
        rows = [[_cell(term) for term in row] for row in islice(found, _MOST_ROWS + 1)]
    else:
        columns = ["subject", "predicate", "object"]
        triples = Graph(found).triples[: _MOST_ROWS + 1]
        rows = [[_cell(one.subject), _cell(one.predicate), _cell(one.object)] for one in triples]
    return Answer(columns, rows[:_MOST_ROWS], len(rows) > _MOST_ROWS)


def _cell(term: Term | None) -> tuple[str, str, str]:
    iri = term.value if isinstance(term, NamedNode) else ""
    language = (term.language or "") if isinstance(term, Literal) else ""
    return iri, text_of(term), language


def _fault(error: SiGraphError) -> Fault:
    if isinstance(error, (QuerySyntaxError, InputError)):
        return Fault(error.message, error.line, error.column)
    return Fault(str(error), None, None)


def _example(view: View) -> str:
    name = view.values.get("example", "")
    if not name:
        return ""
    query = load(name)
    return NamedQuery(name, query.path, in_language(query.text, view.lang)).sparql
