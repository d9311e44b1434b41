"""pySHACL behind the engine protocol: the reference that other engines are compared with.

Importing this module imports rdflib and pySHACL, which takes a quarter of a second; it is therefore
only imported where shapes are validated.
"""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyshacl
import rdflib
from pyparsing import ParseBaseException, ParseResults
from pyshacl.entrypoints import meta_validate
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning
from rdflib import RDF, SH
from rdflib.collection import Collection
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from si_graph.errors import InputError
from si_graph.load.rdflib_terms import from_rdflib, silenced, to_rdflib
from si_graph.validate.report import Path, Result, make_report, predicate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyoxigraph as ox

    from si_graph.validate.report import Report

_OPERATORS = {
    SH.inversePath: "^",
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}
# The clauses of a query that reach beyond the data, by rdflib's names for them.
_REACHES_OUT = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}
# Without one of these, or an escape to hide it in, no query needs the time that parsing takes.
_MAY_REACH_OUT = re.compile(r"service|from|\\", re.I)
# pySHACL pastes prefixes into queries as they stand; what is none could smuggle in a clause.
_PREFIX = re.compile(r"[\w.-]*")
_IRI = re.compile(r"[^\x00-\x20<>\"{}|^`\\]*")
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

    def __init__(self, *, check_shapes: bool = False) -> None:
        """Create the engine.

        Args:
            check_shapes: Whether to validate the shapes themselves first, against the shapes that
                the W3C publishes for shapes; for those of a user. Much that is ill-formed would
                otherwise pass silently.
        """
        self._check_shapes = check_shapes

    def validate(
        self, data: Iterable[ox.Quad | ox.Triple], shapes: Iterable[ox.Quad | ox.Triple]
    ) -> Report:
        """Validate data against shapes; see `ShaclEngine`.

        Raises:
            InputError: the shapes are ill-formed or use what is refused.
        """
        shapes_graph = _to_graph(shapes)
        _refuse_network(shapes_graph)
        with _quiet():
            if self._check_shapes:
                _require_well_formed(shapes_graph)
            found = _run(pyshacl.validate, _to_graph(data), shacl_graph=shapes_graph)
        return _to_report(found, shapes_graph, self.name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep off standard error what is reported or raised as well."""
    with silenced("pyshacl-validate", "rdflib.term"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Backing out of a recursion silently would pass for conforming.
        warnings.simplefilter("error", ShapeRecursionWarning)
        yield


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
    except (Exception, ShapeRecursionWarning) as error:
        # A query or pattern that does not parse surfaces as the error of whichever parser met it.
        raise InputError(f"the shapes cannot be evaluated: {error}") from error
    if not isinstance(found, rdflib.Graph):
        raise InputError(f"the shapes cannot be evaluated: {text}")
    return found


def _require_well_formed(shapes: rdflib.Graph) -> None:
    found = _run(meta_validate, shapes)
    problems = {
        f"{_name(shapes, focus)}: {message}"
        for result in found.objects(None, SH.result)
        for focus in found.objects(result, SH.focusNode)
        for message in found.objects(result, SH.resultMessage)
    }
    if problems:
        raise InputError(
            "the shapes are ill-formed:" + "".join(f"\n  {p}" for p in sorted(problems))
        )


def _to_graph(statements: Iterable[ox.Quad | ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    # Adding to the store skips the checks that Graph.add makes of terms that are right already.
    for statement in statements:
        subject, name, value = statement.subject, statement.predicate, statement.object
        graph.store.add((to_rdflib(subject), to_rdflib(name), to_rdflib(value)), graph)
    return graph


def _refuse_network(shapes: rdflib.Graph) -> None:
    # rdflib would call a SERVICE, which SHACL forbids anyway, and fetch a FROM graph. Queries of
    # advanced features are not run.
    for name in (SH.select, SH.ask):
        for shape, text in shapes.subject_objects(name):
            if not _MAY_REACH_OUT.search(str(text)):
                continue
            for clause in _clauses(_parsed(shapes, shape, str(text))):
                if clause in _REACHES_OUT:
                    raise InputError(
                        f"a query in the shapes uses {_REACHES_OUT[clause]}"
                        f" ({_name(shapes, shape)})",
                        hint="Queries in shapes see the data only; remove the clause.",
                    )
    for name, right in ((SH.prefix, _PREFIX), (SH.namespace, _IRI)):
        for declaration, text in shapes.subject_objects(name):
            if not right.fullmatch(str(text)):
                raise InputError(
                    f"a prefix is declared wrongly in the shapes ({_name(shapes, declaration)}): "
                    f"{text!s}"
                )


def _parsed(shapes: rdflib.Graph, shape: rdflib.term.Node, query: str) -> Any:
    try:
        return parseQuery(query)
    except (ParseBaseException, RecursionError) as error:
        raise InputError(
            f"a query in the shapes has a syntax error ({_name(shapes, shape)}): {error}"
        ) from None


def _clauses(parsed: Any) -> Iterator[str]:
    """Yield the names of all clauses, however deep they stand and however they are written."""
    if isinstance(parsed, CompValue):
        yield parsed.name
        parsed = parsed.values()
    elif not isinstance(parsed, (list, ParseResults)):
        return
    for part in parsed:
        yield from _clauses(part)


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
    sources = (shape, one(SH.sourceConstraint))
    return Result(
        focus=from_rdflib(one(SH.focusNode)),
        message=_messages(found.objects(node, SH.resultMessage), shapes, sources),
        severity=str(one(SH.resultSeverity)),
        component=str(one(SH.sourceConstraintComponent)),
        shape=None if shape is None else from_rdflib(shape),
        path=None if path is None else _path(found, path),
        value=None if value is None else from_rdflib(value),
    )


def _messages(
    texts: Iterable[rdflib.term.Node],
    shapes: rdflib.Graph,
    sources: Iterable[rdflib.term.Node | None],
) -> dict[str, str]:
    templates = [
        template
        for source in sources
        if source is not None
        for template in shapes.objects(source, SH.message)
        if isinstance(template, rdflib.Literal)
    ]
    messages = {}
    for text in texts:
        language = text.language if isinstance(text, rdflib.Literal) else None
        messages[language or _language(str(text), templates)] = str(text)
    return dict(sorted(messages.items(), reverse=True))


def _language(text: str, templates: Iterable[rdflib.Literal]) -> str:
    """Find the language that pySHACL drops from a message of a query."""
    for template in templates:
        pattern = _PLACEHOLDER.sub(".*", re.escape(str(template)))
        if re.fullmatch(pattern, text, re.S):
            return template.language or ""
    return ""


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
