"""Results up to a number of rows: where there were more, the result says so itself."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from typing import NamedTuple

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, Triple, parse_query_results
from pyoxigraph import Store as Oxigraph

from si_graph.errors import UsageError
from si_graph.namespaces import BASE
from si_graph.query.results import RESULT_FORMATS, YesNo
from si_graph.store.writing import write_rdf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

    Term = NamedNode | BlankNode | Literal | Triple

CUT = BASE + "problem/cut"
"""What a cut result in JSON or XML links to in its head."""


_BETWEEN_ROWS = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}
"""What stands between two rows, or at each; in values it may stand as well."""


class Written(NamedTuple):
    """A result as it is sent.

    Attributes:
        body: The result in its format.
        is_cut: Whether there was more than the limit.
    """

    body: bytes
    is_cut: bool


def write_solutions(
    results: QuerySolutions | QueryBoolean,
    format: str,  # noqa: A002 - as in rdflib
    limit: int,
    again: Callable[[], QuerySolutions] | None = None,
) -> Written:
    """Write rows, or yes or no, as csv, tsv, json or xml (SPARQL 1.1).

    JSON and XML name a cut in their heads (`head.link`, `<link>`); CSV and TSV have no room for
    it.

    Args:
        results: The rows, or yes or no.
        format: The name of the format.
        limit: How many rows are written.
        again: Gives the same rows once more. With that, Oxigraph writes them itself, which takes
            less time; only where there may be more than the limit, they are gone through anew.
    """
    if isinstance(results, QueryBoolean):
        stream = BytesIO()
        YesNo(results).write(stream, format)
        return Written(stream.getvalue(), is_cut=False)
    if again is not None:
        sink = _Sink(_BETWEEN_ROWS[format], limit)
        try:
            results.serialize(sink, format=RESULT_FORMATS[format])  # type: ignore[arg-type]  # it writes
        except _FullError:
            results = again()
        else:
            return Written(b"".join(sink.parts), is_cut=False)
    rows, is_cut = _first(results, limit)
    body = rows.serialize(format=RESULT_FORMATS[format]) or b""
    if is_cut and format == "json":
        body = body.replace(b'{"head":{', f'{{"head":{{"link":["{CUT}"],'.encode(), 1)
    elif is_cut and format == "xml":
        body = body.replace(b"</head>", f'<link href="{CUT}"/></head>'.encode(), 1)
    return Written(body, is_cut)


def write_triples(triples: Iterable[Triple], format: RdfFormat, limit: int) -> Written:  # noqa: A002
    """Write the triples of a CONSTRUCT or DESCRIBE query, each once.

    All formats but JSON-LD name a cut in a comment at the end.
    """
    found: dict[Triple, None] = {}
    is_cut = False
    for triple in triples:
        if len(found) == limit and triple not in found:
            is_cut = True
            break
        found[triple] = None
    stream = BytesIO()
    write_rdf(list(found), stream, format)
    if is_cut:
        stream.write(_comment(format, f"cut off after {limit} triples"))
    return Written(stream.getvalue(), is_cut)


class _FullError(Exception):
    """There may be more rows than the limit."""


class _Sink:
    """Takes what Oxigraph writes, as long as it surely has no more rows than the limit."""

    def __init__(self, mark: bytes, limit: int) -> None:
        self.parts: list[bytes] = []
        self._mark = mark
        self._left = limit
        self._uncounted: list[bytes] = []
        self._bytes = 0

    def write(self, part: bytes) -> int:
        """Take a part.

        Raises:
            _FullError: There may be too many rows.
        """
        self.parts.append(part)
        self._uncounted.append(part)
        self._bytes += len(part)
        # What has fewer bytes than there may be rows need not be counted yet.
        if self._bytes >= self._left:
            self._count()
        return len(part)

    def _count(self) -> None:
        joined = b"".join(self._uncounted)
        self._left -= joined.count(self._mark)
        if self._left <= 0:
            raise _FullError
        # A mark may begin in one part and end in the next.
        rest = joined[len(joined) - len(self._mark) + 1 :]
        self._uncounted, self._bytes = [rest], len(rest)

    def flush(self) -> None:
        """Do nothing: all is taken at once."""


def _first(solutions: QuerySolutions, limit: int) -> tuple[QuerySolutions, bool]:
    """Return the first rows, and whether there are more.

    Only Oxigraph itself makes solutions that Oxigraph writes; through TSV that takes no longer
    than writing them directly.
    """
    if not solutions.variables:
        return _nameless(sum(1 for _ in islice(solutions, limit + 1)), limit)
    lines = ["\t".join(str(variable) for variable in solutions.variables)]
    rows = iter(solutions)
    lines += ["\t".join(map(_notation, row)) for row in islice(rows, limit)]
    is_cut = next(rows, None) is not None
    kept = parse_query_results("\n".join(lines) + "\n", format=QueryResultsFormat.TSV)
    if not isinstance(kept, QuerySolutions):
        raise UsageError("the rows cannot be written")
    return kept, is_cut


def _nameless(count: int, limit: int) -> tuple[QuerySolutions, bool]:
    """Return so many rows without a column: TSV has no notation for them."""
    rows = Oxigraph().query(f"SELECT * {{ VALUES () {{ {'() ' * min(count, limit)} }} }}")
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - it is a SELECT
    return rows, count > limit


def _notation(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Triple):
        return f"<<( {' '.join(map(_notation, term))} )>>"
    return str(term)


def _comment(format: RdfFormat, text: str) -> bytes:  # noqa: A002 - as in rdflib
    if format.media_type == "application/rdf+xml":
        return f"<!-- {text} -->\n".encode()
    return b"" if "json" in format.media_type else f"# {text}\n".encode()
