"""Errors as problem details (RFC 9457) for programs; browsers get a page."""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from pyoxigraph import RdfFormat, serialize

from si_graph.errors import (
    EndpointError,
    InconsistentError,
    InputError,
    LimitError,
    QuerySyntaxError,
    SiGraphError,
    SnapshotError,
    UnknownError,
    ValidationFailed,
)
from si_graph.namespaces import BASE, PREFIXES
from si_graph.query.results import text_of
from si_graph.serve.workers.errors import (
    BusyError,
    CrashedError,
    StoppedError,
    TimedOutError,
    UnforeseenError,
)
from si_graph.validate.clashes import report_clashes
from si_graph.validate.rendering.render_rdf import to_triples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.validate.report import Report

MEDIA_TYPE = "application/problem+json"
_TYPES = BASE + "problem/"
_REASONER = "OWL 2 RL"
_OTHERWISE = "  Nothing has changed. A server that is started with --no-checks takes such data."


class Problem(NamedTuple):
    """What went wrong with a request.

    Attributes:
        status: The HTTP status.
        name: The last segment of the problem type's IRI.
        title: What kind of problem it is.
        detail: What is wrong with this request, and what to do.
        more: Further members, such as the line and column of a syntax error.
        headers: Headers that go with it.
    """

    status: int
    name: str
    title: str
    detail: str
    more: dict[str, Any] = {}  # noqa: RUF012 - never changed
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed

    def body(self) -> bytes:
        """Return the problem as JSON."""
        members = {
            "type": _TYPES + self.name,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return json.dumps(members, ensure_ascii=False, indent=1).encode() + b"\n"


class ProblemError(Exception):
    """A request that cannot be answered."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.title)


UNFORESEEN = Problem(
    500,
    "unforeseen",
    "Something unforeseen went wrong",
    "This is a fault of the server. Its log says more under the number of this request, which is "
    "in the header X-Request-ID.",
)
"""What went wrong is for the log only."""

_KINDS: tuple[tuple[type[SiGraphError], int, str, str], ...] = (
    (QuerySyntaxError, 400, "syntax", "The query does not parse"),
    (InputError, 400, "input", "The data cannot be read"),
    (StoppedError, 503, "stopping", "The server stops"),
    (BusyError, 503, "busy", "The server is busy"),
    (TimedOutError, 504, "timeout", "The request took too long"),
    (CrashedError, 503, "memory", "The request took too much memory"),
    (LimitError, 400, "limit", "The request is beyond a limit"),
    (InconsistentError, 409, "inconsistent", "The data would contradict themselves"),
    (ValidationFailed, 409, "violation", "The data would not conform to their shapes"),
    (EndpointError, 502, "endpoint", "Another server does not answer"),
    (UnknownError, 404, "unknown", "There is nothing of that name"),
)
"""What errors of the rooms below mean over HTTP; each before those that it is a kind of."""


def problem_of(error: SiGraphError) -> Problem:
    """Return what an error of the rooms below means over HTTP."""
    if isinstance(error, UnforeseenError | SnapshotError):
        return UNFORESEEN
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, BusyError) else {}
    for kind, status, name, title in _KINDS:
        if isinstance(error, kind):
            return Problem(status, name, title, _detail(error), _more(error), headers)
    return Problem(400, "usage", "The request cannot be answered", str(error))


def _detail(error: SiGraphError) -> str:
    if isinstance(error, InputError) and os.path.isabs(error.file or ""):
        # Where a file of this server stands concerns nobody.
        return error.message
    if not isinstance(error, InconsistentError | ValidationFailed):
        return str(error)
    found = [str(error)]
    if isinstance(error, ValidationFailed):
        found += [f"  {text_of(one.focus)}: {one.text('en')}" for one in error.report.results]
    return "\n".join([*found, _OTHERWISE])


def _more(error: SiGraphError) -> dict[str, Any]:
    """Return what an error tells programs."""
    if isinstance(error, QuerySyntaxError | InputError):
        place = {"line": error.line, "column": error.column}
        return {name: value for name, value in place.items() if value is not None}
    if isinstance(error, UnknownError) and error.suggestions:
        return {"suggestions": list(error.suggestions)}
    if isinstance(error, InconsistentError):
        return {"report": _json_ld(report_clashes(error.inconsistencies, _REASONER))}
    return {"report": _json_ld(error.report)} if isinstance(error, ValidationFailed) else {}


def _json_ld(report: Report) -> Any:
    """Return a report as a SHACL validation report in JSON-LD."""
    prefixes = {"sh": PREFIXES["sh"]}
    written = serialize(to_triples(report), format=RdfFormat.JSON_LD, prefixes=prefixes)
    return json.loads(written or b"{}")
