"""The answer to a query, in every format that people and programs ask for."""

from __future__ import annotations

from io import BytesIO

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse_query_results,
)

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, Any

    import pandas
    import polars
    from pyoxigraph import QueryTriples

    Term = NamedNode | BlankNode | Literal | Triple

RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""The formats of SPARQL 1.1 for rows and for yes or no."""

GRAPH_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}
"""The formats for a graph."""

_NUMBERS = {PREFIXES["xsd"] + name: int for name in ("integer", "int", "long", "short")} | {
    PREFIXES["xsd"] + name: float for name in ("decimal", "double", "float")
}


class Rows:
    """The rows of a SELECT query.

    They can be gone through as often as needed; `write` passes them on as they come, without
    keeping any, as long as nothing else has asked for them.
    """

    def __init__(self, solutions: QuerySolutions) -> None:
        self.variables = [variable.value for variable in solutions.variables]
        self._solutions: QuerySolutions | None = solutions
        self._rows: list[dict[str, Term]] | None = None
        self._kept = b""

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """Go through the rows; each maps the variables that have a value to it."""
        return iter(self.bindings)

    def __len__(self) -> int:
        return len(self.bindings)

    @property
    def bindings(self) -> list[dict[str, Term]]:
        """The rows as dictionaries from variable to RDF term, without those that are unbound."""
        if self._rows is None:
            self._rows = [
                {
                    name: value
                    for name, value in zip(self.variables, solution, strict=True)
                    if value is not None
                }
                for solution in self._again()
            ]
        return self._rows

    def write(self, stream: IO[bytes], format: str) -> None:  # noqa: A002 - as in rdflib
        """Write the rows to a binary stream as csv, tsv, json, xml (SPARQL 1.1) or html."""
        if format == "html":
            stream.write(self._repr_html_().encode())
            return
        results_format = _format(format, RESULT_FORMATS, "rows")
        if self._solutions is not None:
            solutions, self._solutions = self._solutions, None
            if not self._kept:
                solutions.serialize(stream, format=results_format)
                return
        self._again().serialize(stream, format=results_format)

    def to_csv(self) -> str:
        """Return SPARQL 1.1 CSV."""
        return self._text("csv")

    def to_tsv(self) -> str:
        """Return SPARQL 1.1 TSV, which keeps the kinds of terms apart."""
        return self._text("tsv")

    def to_json(self) -> str:
        """Return SPARQL 1.1 JSON."""
        return self._text("json")

    def to_xml(self) -> str:
        """Return SPARQL XML."""
        return self._text("xml")

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas data frame of plain Python values (IRIs in full)."""
        import pandas

        return pandas.DataFrame(self._columns())

    def to_polars(self) -> polars.DataFrame:
        """Return a Polars data frame of plain Python values (IRIs in full)."""
        import polars

        return polars.DataFrame(self._columns(), strict=False)

    def _columns(self) -> dict[str, list[Any]]:
        return {
            name: [_plain(row[name]) if name in row else None for row in self.bindings]
            for name in self.variables
        }

    def _repr_html_(self) -> str:
        """Return a table for notebooks."""
        from html import escape

        head = "".join(f"<th>{escape(name)}</th>" for name in self.variables)
        body = "\n".join(
            "<tr>"
            + "".join(f"<td>{_html(row.get(name))}</td>" for name in self.variables)
            + "</tr>"
            for row in self.bindings
        )
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"

    def _text(self, format: str) -> str:  # noqa: A002 - as in `write`
        return (self._again().serialize(format=RESULT_FORMATS[format]) or b"").decode()

    def _again(self) -> QuerySolutions:
        """Return the solutions from the first on: Oxigraph's own can be gone through once only."""
        if not self._kept:
            if self._solutions is None:
                raise UsageError("these rows were written already and are not kept")
            self._kept = self._solutions.serialize(format=QueryResultsFormat.JSON) or b""
            self._solutions = None
        again = parse_query_results(self._kept, format=QueryResultsFormat.JSON)
        assert isinstance(again, QuerySolutions)  # noqa: S101 - it was written from solutions
        return again


class YesNo:
    """The answer to an ASK query."""

    def __init__(self, answer: QueryBoolean) -> None:
        self._answer = answer

    def __bool__(self) -> bool:
        return bool(self._answer)

    def write(self, stream: IO[bytes], format: str) -> None:  # noqa: A002 - as in rdflib
        """Write the answer to a binary stream as csv, tsv, json, xml (SPARQL 1.1) or html."""
        if format == "html":
            stream.write(self._repr_html_().encode())
            return
        text = self._answer.serialize(format=_format(format, RESULT_FORMATS, "yes or no")) or b""
        # SPARQL 1.1 leaves CSV and TSV of yes and no open; a line like any other is expected.
        stream.write(text + b"\n" if format in ("csv", "tsv") else text)

    def to_json(self) -> str:
        """Return SPARQL 1.1 JSON."""
        return (self._answer.serialize(format=QueryResultsFormat.JSON) or b"").decode()

    def _repr_html_(self) -> str:
        return f"<p>{str(bool(self)).lower()}</p>\n"


class Graph:
    """The triples of a CONSTRUCT or DESCRIBE query, each once."""

    def __init__(self, triples: QueryTriples) -> None:
        self.triples: list[Triple] = list(dict.fromkeys(triples))

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def write(self, stream: IO[bytes], format: str) -> None:  # noqa: A002 - as in rdflib
        """Write the graph to a binary stream as turtle, ntriples, jsonld, xml or html."""
        if format == "html":
            stream.write(self._repr_html_().encode())
            return
        write_graph(self.triples, stream, format)

    def to_turtle(self) -> str:
        """Return Turtle."""
        buffer = BytesIO()
        write_graph(self.triples, buffer, "turtle")
        return buffer.getvalue().decode()

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.to_turtle())}</pre>\n"


Result = Rows | YesNo | Graph


def write_graph(triples: list[Triple], stream: IO[bytes], format: str) -> None:  # noqa: A002 - as in rdflib
    """Write triples to a binary stream as turtle, ntriples, jsonld or xml."""
    from si_graph.store.writing import write_rdf

    write_rdf(triples, stream, _format(format, GRAPH_FORMATS, "a graph"))


def text_of(term: Term | None) -> str:
    """Return a term as people read it: prefixed name, plain text, or nothing."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, Literal) else str(term)


def _format(name: str, known: dict[str, Any], what: str) -> Any:
    if name not in known:
        raise UsageError(
            f"{what} cannot be written as {name}; choose one of: {', '.join([*known, 'html'])}"
        )
    return known[name]


def _plain(term: Term) -> str | int | float | bool:
    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else str(term)
    datatype = term.datatype.value
    if datatype == PREFIXES["xsd"] + "boolean":
        return term.value in ("true", "1")
    try:
        return _NUMBERS.get(datatype, str)(term.value)
    except ValueError:
        return term.value


def _html(term: Term | None) -> str:
    from html import escape

    text = escape(text_of(term))
    # Other schemes, such as javascript:, would run where the table is shown.
    if isinstance(term, NamedNode) and term.value.startswith(("http://", "https://")):
        return f'<a href="{escape(term.value)}">{text}</a>'
    return text
