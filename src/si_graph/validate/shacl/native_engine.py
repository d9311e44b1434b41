"""The `shacl` library behind the engine protocol: SHACL in native code, the default.

Data goes in and results come out as N-Triples, so nothing in between changes a term.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import shacl
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from si_graph.errors import InputError, LimitError, UsageError
from si_graph.namespaces import PREFIXES
from si_graph.validate.report import INFO, SEVERITIES, WARNING, Path, Result, make_report, predicate
from si_graph.validate.shacl.native_shapes import suited, without
from si_graph.validate.shacl.shape_checks import require_safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from si_graph.validate.report import Report, Term

MOST_RESULTS = 100_000
"""How many findings are collected unless told otherwise: each takes some ten kilobytes."""

# How many bytes of memory a byte of N-Triples takes, as measured, and a little more.
_MEMORY = 5
_SPARQL = PREFIXES["sh"] + "SPARQLConstraintComponent"
_FIRST, _REST = (PREFIXES["rdf"] + name for name in ("first", "rest"))
_OPERATORS = {"inversePath": "^", "zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
# The library's own label of a blank node: where it stands, and its number by first appearance.
_LABEL = re.compile(r"[01]_b(\d+)")

Properties = dict[str, list["Term"]]


class Native:
    """SHACL Core and SPARQL-based constraints by the library `shacl`.

    It has no way to the network, and its regular expressions take linear time.
    """

    name = f"shacl {shacl.__version__}"

    def __init__(self, *, limit: int | None = None) -> None:
        """Create the engine.

        Args:
            limit: After how many findings to stop; `MOST_RESULTS` unless told otherwise. The
                verdict is right even so: lesser findings do not keep worse ones from being found.
        """
        self._limit = limit or MOST_RESULTS

    def validate(self, data: Iterable[Quad | Triple], shapes: Iterable[Quad | Triple]) -> Report:
        """Validate data against shapes; see `ShaclEngine`. The data is read once, as a stream.

        Raises:
            InputError: the shapes are ill-formed or use what is refused.
            LimitError: there is no room for a copy of the data, on disk or in memory; or so much
                was found that the verdict stays open.
        """
        triples = [_triple(statement) for statement in shapes]
        require_safe(triples)
        try:
            wanted = _Shapes(triples)
            with tempfile.TemporaryDirectory() as folder:
                stated = _Data(map(_triple, data), FilePath(folder, "data.nt"))
                found = list(wanted.results(stated, self._limit))
                stopped = len(found) >= self._limit
                if stopped:
                    found = self._worse_too(found, triples, stated)
        except ValueError as error:
            raise InputError(_reason(str(error))) from error
        except OSError as error:
            raise LimitError(f"there is no room to work in ({error.strerror})") from error
        notes = [_stopped(self._limit)] if stopped else []
        return make_report(_each_once(found), self.name, notes)

    def _worse_too(self, found: list[Result], shapes: list[Triple], data: _Data) -> list[Result]:
        """Look on for what is worse where lesser findings took all the room."""
        for lesser in ({INFO}, {INFO, WARNING}):
            if any(result.severity not in SEVERITIES[1:] for result in found):
                break
            again = list(_Shapes(without(shapes, lesser)).results(data, self._limit))
            worse = [result for result in again if result.severity not in lesser]
            found = [result for result in found if result.severity in lesser] + worse
            if len(again) < self._limit:
                break
            if not worse:
                raise LimitError(
                    f"stopped after {self._limit} warnings and notices, with no verdict\n"
                    "  Check less data at a time, or leave out the shapes that only warn."
                )
        return found


class _BlankNodes:
    """Notes blank nodes in the order in which the library numbers them: by first appearance.

    One of the shapes is another than one of the data, even with the same label.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.in_order: list[BlankNode] = []
        self._triples = triples

    def __iter__(self) -> Iterator[Triple]:
        seen: set[BlankNode] = set()
        for triple in self._triples:
            for term in (triple.subject, triple.object):
                if isinstance(term, BlankNode) and term not in seen:
                    seen.add(term)
                    self.in_order.append(term)
            yield triple


class _Data:
    """Data as the library reads it: a file."""

    def __init__(self, triples: Iterable[Triple], file: FilePath) -> None:
        noted = _BlankNodes(triples)
        serialize(noted, str(file), RdfFormat.N_TRIPLES)
        _require_memory(file.stat().st_size)
        self.file, self.blanks = str(file), noted.in_order


class _Shapes:
    """Shapes as the library compiles them."""

    def __init__(self, shapes: Sequence[Triple]) -> None:
        noted = _BlankNodes(suited(shapes))
        text = serialize(noted, format=RdfFormat.N_TRIPLES) or b""
        self._compiled = shacl.Shapes.from_text(text.decode(), "ntriples")
        self._blanks = noted.in_order

    def results(self, data: _Data, limit: int) -> Iterator[Result]:
        found = self._compiled.validate_file(data.file, max_results=limit)
        yield from _Results(found.serialize("ntriples"), [*self._blanks, *data.blanks])


class _Results:
    """The results in a report of the library."""

    def __init__(self, report: str, blanks: list[BlankNode]) -> None:
        self._blanks = blanks
        self._nodes: dict[object, Properties] = {}
        for triple in parse(report.encode(), RdfFormat.N_TRIPLES):
            properties = self._nodes.setdefault(triple.subject, {})
            properties.setdefault(triple.predicate.value, []).append(self._own(triple.object))

    def __iter__(self) -> Iterator[Result]:
        result = PREFIXES["sh"] + "result"
        for properties in self._nodes.values():
            for node in properties.get(result, ()):
                yield self._result(self._nodes[node])

    def _own(self, term: object) -> Term:
        """Return a term with the label that it came in with."""
        label = _LABEL.fullmatch(term.value) if isinstance(term, BlankNode) else None
        return self._blanks[int(label[1])] if label else term  # type: ignore[return-value]

    def _result(self, properties: Properties) -> Result:
        def one(name: str) -> Term | None:
            return properties.get(PREFIXES["sh"] + name, [None])[0]

        focus, severity, component = (
            one(name) for name in ("focusNode", "resultSeverity", "sourceConstraintComponent")
        )
        assert focus is not None  # noqa: S101 - every result has these three
        assert isinstance(severity, NamedNode)  # noqa: S101
        assert isinstance(component, NamedNode)  # noqa: S101
        path = one("resultPath")
        messages = {
            text.language or "": text.value
            for text in properties.get(PREFIXES["sh"] + "resultMessage", ())
            if isinstance(text, Literal)
        }
        return Result(
            focus=focus,
            message=dict(sorted(messages.items(), reverse=True)),
            severity=severity.value,
            component=component.value,
            shape=one("sourceShape"),
            path=None if path is None else self._path(path),
            value=one("value"),
        )

    def _path(self, node: Term) -> Path:
        if isinstance(node, NamedNode):
            return predicate(node.value)
        properties = self._nodes[node]
        if _FIRST in properties:
            return Path("/", tuple(map(self._path, self._items(node))))
        alternatives = properties.get(PREFIXES["sh"] + "alternativePath")
        if alternatives:
            return Path("|", tuple(map(self._path, self._items(alternatives[0]))))
        ((operator, part),) = (
            (sign, properties[PREFIXES["sh"] + name][0])
            for name, sign in _OPERATORS.items()
            if PREFIXES["sh"] + name in properties
        )
        return Path(operator, (self._path(part),))

    def _items(self, head: Term) -> Iterator[Term]:
        while head in self._nodes:
            properties = self._nodes[head]
            yield properties[_FIRST][0]
            head = properties[_REST][0]


def _each_once(results: Iterable[Result]) -> Iterator[Result]:
    """Leave out what a query finds more than once, for want of a DISTINCT."""
    seen = set()
    for result in results:
        same = (result.shape, result.focus, result.path, result.value, str(result.message))
        if result.component != _SPARQL or same not in seen:
            seen.add(same)
            yield result


def _triple(statement: Quad | Triple) -> Triple:
    triple = statement.triple if isinstance(statement, Quad) else statement
    if isinstance(triple.object, Triple):
        raise UsageError(f"triples about triples are not covered here: {triple.object}")
    return triple


def _require_memory(size: int) -> None:
    """Refuse data that the machine has no memory for, rather than be ended by it."""
    try:
        text = FilePath("/proc/meminfo").read_text(encoding="ascii")
    except OSError:  # another system than Linux
        return
    found = re.search(r"MemAvailable:\s*(\d+) kB", text)
    free = int(found[1]) * 1024 if found else None
    if free is not None and size * _MEMORY > free:
        raise LimitError(
            f"checking this data takes about {size * _MEMORY / 1e9:.1f} GB of memory, "
            f"and {free / 1e9:.1f} GB is free\n  Check it in parts, or on a larger machine."
        )


def _reason(error: str) -> str:
    what = error.removeprefix("invalid shapes graph: ")
    return f"the shapes {'cannot be evaluated' if what == error else 'are ill-formed'}: {what}"


def _stopped(limit: int) -> dict[str, str]:
    return {
        "nl": f"Gestopt na {limit} bevindingen; er kunnen er meer zijn.",
        "en": f"Stopped after {limit} findings; there may be more.",
    }
