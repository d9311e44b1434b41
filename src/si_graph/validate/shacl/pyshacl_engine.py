"""pySHACL behind the engine protocol: the reference that other engines are compared with.

Importing this module imports rdflib and pySHACL, which takes a quarter of a second; it is therefore
only imported where shapes are validated.
"""

from __future__ import annotations

import re
import signal
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning
from rdflib import RDF, SH
from rdflib.collection import Collection
from rdflib.plugins.stores.memory import Memory

from si_graph.errors import InputError, LimitError
from si_graph.load.rdflib_terms import from_rdflib, silenced, to_rdflib
from si_graph.validate.report import Path, Result, make_report, predicate
from si_graph.validate.shacl.shape_checks import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyoxigraph as ox

    from si_graph.validate.report import Report

STEP_SECONDS = 60.0
"""How long a check may stand still, as a pattern can take for ever on one value.

The whole may take longer. Kept in a program's main thread only.
"""

_OPERATORS = {
    SH.inversePath: "^",
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}
# How deep shapes may nest: pySHACL's own default is too little for the W3C's shapes for shapes.
_DEPTH = 100
# A variable in a message, as it stands in a pattern: `{?value}` with every sign escaped.
_PLACEHOLDER = re.compile(r"\\\{\\[?$].*?\\\}")


class PyShacl:
    """SHACL Core and SPARQL-based constraints by pySHACL.

    No inference (the graph is closed before it is validated), no advanced features, no owl:imports
    and no network: a query in a shape that names a graph or service elsewhere is refused.
    """

    name = f"pySHACL {pyshacl.__version__}"

    def validate(
        self, data: Iterable[ox.Quad | ox.Triple], shapes: Iterable[ox.Quad | ox.Triple]
    ) -> Report:
        """Validate data against shapes; see `ShaclEngine`.

        Raises:
            InputError: the shapes are ill-formed or use what is refused.
            LimitError: a pattern takes too long.
        """
        wanted = list(shapes)
        require_safe(wanted)
        reads = _Reads()
        with _quiet():
            data_graph, shapes_graph = _to_graph(data, reads), _to_graph(wanted, reads)
            with _moving_on(reads, STEP_SECONDS):
                found = _run(pyshacl.validate, data_graph, shacl_graph=shapes_graph)
        return _to_report(found, shapes_graph, self.name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep off standard error what is reported or raised as well."""
    with silenced("pyshacl-validate", "rdflib.term"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Backing out of a recursion silently would pass for conforming.
        warnings.simplefilter("error", ShapeRecursionWarning)
        yield


class _Reads:
    """How often statements were looked up: what shows that validation moves on."""

    count = 0


class _CountingStore(Memory):
    """rdflib's store in memory, counting what is looked up in it."""

    def __init__(self, reads: _Reads) -> None:
        super().__init__()
        self._reads = reads

    def triples(self, *pattern: Any, **options: Any) -> Any:
        self._reads.count += 1
        return super().triples(*pattern, **options)


@contextmanager
def _moving_on(reads: _Reads, seconds: float) -> Iterator[None]:
    """Break off what stands still; Python heeds a signal even while it matches a pattern."""
    here = threading.current_thread() is threading.main_thread()
    if not here or not hasattr(signal, "setitimer"):
        yield
        return
    last = -1

    def look(_signal: int, _frame: object) -> None:
        nonlocal last
        if reads.count == last:
            raise LimitError(
                f"the check stood still for {seconds:g} seconds, most likely at a pattern\n"
                "  Write patterns in the shapes without a repetition inside a repetition."
            )
        last = reads.count

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _run(validate: Callable[..., Any], data: rdflib.Graph, **options: Any) -> rdflib.Graph:
    try:
        _conforms, found, text = validate(
            data,
            inference="none",
            advanced=False,
            do_owl_imports=False,
            max_validation_depth=_DEPTH,
            **options,
        )
    except ReportableRuntimeError as error:
        raise InputError(f"the shapes are ill-formed: {error}") from error
    except LimitError:
        raise
    except (Exception, ShapeRecursionWarning) as error:
        # A query or pattern that does not parse surfaces as the error of whichever parser met it.
        raise InputError(f"the shapes cannot be evaluated: {error}") from error
    if not isinstance(found, rdflib.Graph):
        raise InputError(f"the shapes cannot be evaluated: {text}")
    return found


def _to_graph(statements: Iterable[ox.Quad | ox.Triple], reads: _Reads) -> rdflib.Graph:
    graph = rdflib.Graph(_CountingStore(reads), bind_namespaces="none")
    # Adding to the store skips the checks that Graph.add makes of terms that are right already.
    for statement in statements:
        subject, name, value = statement.subject, statement.predicate, statement.object
        graph.store.add((to_rdflib(subject), to_rdflib(name), to_rdflib(value)), graph)
    return graph


def _name(shapes: rdflib.Graph, node: rdflib.term.Node) -> str:
    """Name a constraint by its shape, as a blank node tells a reader nothing."""
    if isinstance(node, rdflib.BNode):
        node = next(shapes.subjects(None, node), node)
    return str(from_rdflib(node))


def _to_report(found: rdflib.Graph, shapes: rdflib.Graph, engine: str) -> Report:
    results = [_to_result(found, shapes, node) for node in found.objects(None, SH.result)]
    return make_report(results, engine)


def _to_result(found: rdflib.Graph, shapes: rdflib.Graph, node: rdflib.term.Node) -> Result:
    def one(name: rdflib.URIRef) -> Any:
        return found.value(node, name)

    shape, path, value = one(SH.sourceShape), one(SH.resultPath), one(SH.value)
    return Result(
        focus=from_rdflib(one(SH.focusNode)),
        message=_messages(found.objects(node, SH.resultMessage), shapes),
        severity=str(one(SH.resultSeverity)),
        component=str(one(SH.sourceConstraintComponent)),
        shape=None if shape is None else from_rdflib(shape),
        path=None if path is None else _path(found, path),
        value=None if value is None else from_rdflib(value),
    )


def _messages(texts: Iterable[rdflib.term.Node], shapes: rdflib.Graph) -> dict[str, str]:
    """Return the messages that the shapes give; pySHACL's own speak to programmers."""
    messages = {}
    for text in texts:
        template = _template(str(text), shapes.objects(None, SH.message))
        if template is not None:
            messages[template.language or ""] = str(text)
    return dict(sorted(messages.items(), reverse=True))


def _template(text: str, templates: Iterable[rdflib.term.Node]) -> rdflib.Literal | None:
    """Find what a message was made from, with the language that pySHACL drops from some."""
    for template in templates:
        pattern = _PLACEHOLDER.sub(".*", re.escape(str(template)))
        if isinstance(template, rdflib.Literal) and re.fullmatch(pattern, text, re.S):
            return template
    return None


def _path(graph: rdflib.Graph, node: rdflib.term.Node) -> Path:
    if isinstance(node, rdflib.URIRef):
        return predicate(str(node))
    if (node, RDF.first, None) in graph:
        return Path("/", tuple(_path(graph, part) for part in Collection(graph, node)))
    alternatives = graph.value(node, SH.alternativePath)
    if alternatives is not None:
        return Path("|", tuple(_path(graph, part) for part in Collection(graph, alternatives)))
    for operator, sign in _OPERATORS.items():
        part = graph.value(node, operator)
        if part is not None:
            return Path(sign, (_path(graph, part),))
    raise InputError(f"the shapes are ill-formed: {_name(graph, node)} is not a property path")
