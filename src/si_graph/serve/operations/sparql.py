"""SPARQL queries, as workers answer them."""

from __future__ import annotations

import re
from functools import partial

from pyoxigraph import QueryTriples

from si_graph.errors import QuerySyntaxError, UsageError
from si_graph.query.bounded import write_solutions, write_triples
from si_graph.query.evaluate import declarations, placed
from si_graph.query.federation.calls import failed_call
from si_graph.query.results import RESULT_FORMATS
from si_graph.serve.federation.policy import prepare_query
from si_graph.serve.workers.outcome import Outcome
from si_graph.store.writing import RDF_FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pyoxigraph import QueryBoolean, QuerySolutions

    from si_graph.query.bounded import Written
    from si_graph.serve.workers.served import Served
    from si_graph.store.inspection import Selection

_CHANGING = ("NOW", "RAND", "UUID", "SERVICE")
"""What may give something else each time; UUID is part of STRUUID too."""
_CHANGING_WORD = re.compile(rf"\b(?:STR)?(?:{'|'.join(_CHANGING)})\b")


def query(
    served: Served,
    text: str,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
    base: str,
    selection: Selection | None = None,
    allowed: tuple[str, ...] = (),
    gateway: str | None = None,
    *,
    asserted: bool = False,
) -> Outcome:
    """Answer a query.

    Args:
        served: The graph.
        text: The query.
        media_type: What the client takes.
        format: The same by its name, for rows or for a graph.
        base: What relative IRIs are relative to.
        selection: The graphs to ask, where the protocol names them.
        allowed: Endpoints that the query may call.
        gateway: What calls them.
        asserted: Whether to leave out what only follows.

    Raises:
        QuerySyntaxError: The query does not parse; says where.
        UsageError: It asks for what is not allowed.
        LimitError: It nests too deeply.
        EndpointError: An endpoint that it calls does not answer.
    """
    declared = declarations(text, base)
    whole = declared + text
    limit = served.limits.rows
    store = served.dataset(asserted=asserted).store
    words = text.upper()
    try:
        # Hardly any query has calls to look for, which takes a fiftieth of a light one's time.
        if "SERVICE" in words:
            whole = prepare_query(whole, allowed, gateway)
        results = store.query(whole, selection, may_call=bool(allowed))
        # What others would be asked, they are asked once.
        again = None if allowed else partial(store.query, whole, selection)
        written = _written(results, format, limit, again)
    except QuerySyntaxError as error:
        raise placed(error, text, declared) from None
    except OSError as error:
        raise failed_call(error) or error from None
    return Outcome(
        written.body,
        media_type,
        cut_at=limit if written.is_cut else None,
        lasting=_is_lasting(words),
    )


def _is_lasting(words: str) -> bool:
    # Hardly any query has one of them, and to look for words takes longer.
    for one in _CHANGING:
        if one in words:
            return _CHANGING_WORD.search(words) is None
    return True


def _written(
    results: QuerySolutions | QueryBoolean | QueryTriples,
    format: str,  # noqa: A002 - as in rdflib
    limit: int,
    again: Callable[[], Any] | None,
) -> Written:
    is_graph = isinstance(results, QueryTriples)
    if format not in (RDF_FORMATS if is_graph else RESULT_FORMATS):
        raise UsageError(f"what the query gives cannot be written as {format}")
    if isinstance(results, QueryTriples):
        return write_triples(results, RDF_FORMATS[format], limit)
    return write_solutions(results, format, limit, again)
