"""Tries what an endpoint can do, with small questions that need none of its data."""

from __future__ import annotations

from functools import partial
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, cast

from pyoxigraph import QueryBoolean, QuerySolutions

from si_graph.errors import SiGraphError
from si_graph.store.inspection import query_form
from si_graph.store.remote import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from si_graph.store.remote.client import Client
    from si_graph.store.remote.connection import Answer
    from si_graph.store.remote.endpoint import Endpoint

_TIMES = 3
_MANY = 10_001
_DIGITS = " ".join(map(str, range(10)))
# More rows than we ask for, out of nothing.
_MANY_ROWS = "SELECT ?a {{ {} }} LIMIT {}".format(
    " ".join(f"VALUES ?{name} {{ {_DIGITS} }}" for name in "abcde"), _MANY
)


class Finding(NamedTuple):
    """What came of trying one thing.

    Attributes:
        label: What was tried, by language.
        works: Whether it works.
        detail: What was seen.
    """

    label: dict[str, str]
    works: bool
    detail: str


class _Probe(NamedTuple):
    label: dict[str, str]
    query: str
    expected: list[str]


_PROBES = [
    _Probe({"nl": "ja of nee (ASK)", "en": "yes or no (ASK)"}, "ASK { FILTER(1 = 1) }", ["true"]),
    _Probe(
        {"nl": "bladeren (ORDER BY, LIMIT, OFFSET)", "en": "paging (ORDER BY, LIMIT, OFFSET)"},
        "SELECT ?n { VALUES ?n { 3 1 2 } } ORDER BY ?n LIMIT 1 OFFSET 1",
        ["2"],
    ),
    _Probe(
        {"nl": "tellingen (GROUP BY, SUM)", "en": "aggregates (GROUP BY, SUM)"},
        "SELECT (SUM(?n) AS ?sum) { VALUES (?k ?n) { (1 1) (1 2) (2 9) } } GROUP BY ?k ORDER BY ?k",
        ["3", "9"],
    ),
    _Probe(
        {"nl": "vragen in vragen", "en": "queries within queries"},
        "SELECT ?n { { SELECT (MAX(?x) AS ?n) { VALUES ?x { 1 2 } } } }",
        ["2"],
    ),
    _Probe(
        {"nl": "grafen maken (CONSTRUCT)", "en": "making graphs (CONSTRUCT)"},
        "CONSTRUCT { <urn:a> <urn:b> ?n } WHERE { VALUES ?n { 7 } }",
        ["7"],
    ),
    _Probe(
        {"nl": "lange vragen (POST)", "en": "long queries (POST)"},
        "SELECT ?n { VALUES ?n { " + " ".join(map(str, range(800))) + " } FILTER(?n = 5) }",
        ["5"],
    ),
]


def probe(endpoint: Endpoint, client: Client) -> list[Finding]:
    """Try an endpoint.

    Args:
        endpoint: The endpoint.
        client: What asks it.

    Raises:
        EndpointError: It cannot be reached, or answers nothing at all.
        LimitError: It takes too long for the smallest question.
    """
    answer, times = None, []
    for _ in range(_TIMES):
        started = monotonic()
        answer = client.ask("ASK {}", "ASK")
        times.append(monotonic() - started)
    engine = cast("Answer", answer).headers.get("server", "")
    findings = [
        Finding(
            {"nl": "bereikbaar", "en": "reachable"},
            works=True,
            detail=f"{1000 * median(times):.0f} ms{f', {engine.strip()}' if engine else ''}",
        )
    ]
    findings += [_tried(one.label, partial(_found, one, endpoint, client)) for one in _PROBES]
    rows = {"nl": "rijen in één antwoord", "en": "rows in one answer"}
    return [*findings, _tried(rows, partial(_rows_at_once, endpoint, client))]


def _tried(label: dict[str, str], attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(label, works=True, detail=attempt())
    except SiGraphError as error:
        return Finding(label, works=False, detail=str(error).replace("\n", " "))
    except ValueError as error:
        return Finding(label, works=False, detail=str(error))


def _found(one: _Probe, endpoint: Endpoint, client: Client) -> str:
    """Ask a probe's question.

    Raises:
        ValueError: The answer is another one than it has to be.
    """
    form = query_form(one.query)
    results = answers.read(client.ask(one.query, form), form, endpoint.url).open()
    if isinstance(results, QueryBoolean):
        found = [str(bool(results)).lower()]
    elif isinstance(results, QuerySolutions):
        found = [solution[0].value for solution in results]
    else:
        found = [getattr(triple.object, "value", "") for triple in results]
    if found != one.expected:
        raise ValueError(f"{', '.join(found) or '–'} ≠ {', '.join(one.expected)}")
    return ""


def _rows_at_once(endpoint: Endpoint, client: Client) -> str:
    answer = client.ask(_MANY_ROWS, "SELECT")
    size = answers.read(answer, "SELECT", endpoint.url).size
    return f"≥ {size:,}" if size == _MANY else f"{size:,}"
