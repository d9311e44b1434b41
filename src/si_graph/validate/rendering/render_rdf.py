"""A validation report as an sh:ValidationReport in Turtle."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from si_graph.namespaces import PREFIXES
from si_graph.validate import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from si_graph.validate.report import Path, Report, Result, Term

_SH = PREFIXES["sh"]
_RDF = PREFIXES["rdf"]
_LANGUAGES = ("nl", "en")
_OPERATORS = {
    "^": "inversePath",
    "*": "zeroOrMorePath",
    "+": "oneOrMorePath",
    "?": "zeroOrOnePath",
}


def to_triples(report: Report) -> Iterator[Triple]:
    """Yield the report as https://www.w3.org/TR/shacl/#validation-report defines it."""
    node = BlankNode("report")
    yield Triple(node, NamedNode(_RDF + "type"), NamedNode(_SH + "ValidationReport"))
    yield Triple(node, NamedNode(_SH + "conforms"), Literal(report.conforms))
    for number, result in enumerate(report.results, start=1):
        finding = BlankNode(f"result{number}")
        yield Triple(node, NamedNode(_SH + "result"), finding)
        yield from _result(finding, result)
    for note in report.notes:
        yield from _comments(node, note)


def to_turtle(report: Report) -> str:
    """Return the report as Turtle, with the project's prefixes where they are used."""
    triples = list(to_triples(report))
    used = {iri for triple in triples for term in triple for iri in _iris(term)}
    prefixes = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(iri.startswith(namespace) for iri in used)
    }
    written = io.BytesIO()
    serialize(triples, written, RdfFormat.TURTLE, prefixes=prefixes)
    return written.getvalue().decode()


def _iris(term: Term) -> Iterator[str]:
    if isinstance(term, NamedNode):
        yield term.value
    elif isinstance(term, Literal):
        yield term.datatype.value


def _result(node: BlankNode, result: Result) -> Iterator[Triple]:
    yield Triple(node, NamedNode(_RDF + "type"), NamedNode(_SH + "ValidationResult"))
    yield Triple(node, NamedNode(_SH + "focusNode"), result.focus)
    yield Triple(node, NamedNode(_SH + "resultSeverity"), NamedNode(result.severity))
    yield Triple(node, NamedNode(_SH + "sourceConstraintComponent"), NamedNode(result.component))
    if result.shape is not None:
        yield Triple(node, NamedNode(_SH + "sourceShape"), result.shape)
    if result.value is not None:
        yield Triple(node, NamedNode(_SH + "value"), result.value)
    for language, text in result.message.items():
        message = Literal(text, language=language) if language else Literal(text)
        yield Triple(node, NamedNode(_SH + "resultMessage"), message)
    if result.path is not None:
        start, triples = _path(result.path, f"{node.value}path")
        yield Triple(node, NamedNode(_SH + "resultPath"), start)
        yield from triples
    yield from _comments(node, _advice(result))
    for number, detail in enumerate(result.details, start=1):
        part = BlankNode(f"{node.value}detail{number}")
        yield Triple(node, NamedNode(_SH + "detail"), part)
        yield from _result(part, detail)


def _advice(result: Result) -> dict[str, str]:
    """Return what SHACL has no term for: where it stands, what was expected, how to mend it."""
    advice = {}
    for lang in _LANGUAGES:
        words = wording.words(lang)
        place = "" if result.location is None else str(result.location)
        texts = {
            "where": place,
            "expected": result.expected.get(lang),
            "mend": result.mend.get(lang),
        }
        told = [f"{words[word].capitalize()}: {text}" for word, text in texts.items() if text]
        if told:
            advice[lang] = "\n".join(told)
    return advice


def _comments(node: BlankNode, texts: Mapping[str, str]) -> Iterator[Triple]:
    for language, text in texts.items():
        comment = Literal(text, language=language) if language else Literal(text)
        yield Triple(node, NamedNode(PREFIXES["rdfs"] + "comment"), comment)


def _path(path: Path, name: str) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """Return the node of a path and the triples that describe it (SHACL 2.3.1)."""
    if not path.operator:
        return NamedNode(path.predicate), []
    parts = [_path(part, f"{name}{number}n") for number, part in enumerate(path.parts)]
    triples = [triple for _, described in parts for triple in described]
    nodes = [node for node, _ in parts]
    here = BlankNode(name)
    if path.operator in _OPERATORS:
        return here, [Triple(here, NamedNode(_SH + _OPERATORS[path.operator]), nodes[0]), *triples]
    cells = [BlankNode(f"{name}cell{number}") for number in range(len(nodes))]
    for number, (cell, node) in enumerate(zip(cells, nodes, strict=True)):
        last = number == len(cells) - 1
        rest = NamedNode(_RDF + "nil") if last else cells[number + 1]
        triples.append(Triple(cell, NamedNode(_RDF + "first"), node))
        triples.append(Triple(cell, NamedNode(_RDF + "rest"), rest))
    if path.operator == "/":
        return cells[0], triples
    return here, [Triple(here, NamedNode(_SH + "alternativePath"), cells[0]), *triples]
