"""Whether every statement of the source stands in a passage, and every passage in its text.

SHACL sees neither named graphs nor text, so these checks are Python; they report in the same terms
as the shapes. The text itself is not part of the project: hashes are compared where it is at hand.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from si_graph.errors import InputError
from si_graph.namespaces import (
    GRAPH_EDITORIAL,
    GRAPH_ONTOLOGY,
    GRAPH_PASSAGES,
    GRAPH_SHAPES,
    GRAPH_VOCAB,
    PREFIXES,
    expand,
    shorten,
)
from si_graph.validate.report import VIOLATION, Result, make_report, predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from si_graph.validate.report import Report, Term

ENGINE = "passages"

# Whose graphs no passage and no editor speaks in.
_SPEAKERLESS = (GRAPH_ONTOLOGY, GRAPH_VOCAB, GRAPH_SHAPES, GRAPH_PASSAGES)
_TERMS = (NamedNode, BlankNode, Literal)


class Passage(NamedTuple):
    """What the graph says of one passage.

    Attributes:
        iri: Its name.
        whole: The passage that it is a part of; the hash of a part may be left to the whole.
        source: What it is a passage of.
        spans: Its stretches (start, end) in the text.
        sha256: Its hash.
    """

    iri: NamedNode
    whole: NamedNode | None
    source: Term | None
    spans: tuple[tuple[int, int], ...]
    sha256: str | None


def check_evidence(quads: Iterable[Quad], text: str | None = None) -> Report:
    """Check passages, what stands in their graphs, and the editors' own statements.

    That positions lie within the stated length of the source is for the shapes; with the text at
    hand its real length and the hash of every passage are compared.

    Args:
        quads: The asserted graph.
        text: The source text as read by `read_text`.
    """
    store = Store()
    store.extend(quads)
    passages = passages_of(store)
    results = [
        *_undescribed(store, passages),
        *_astray(store, passages),
        *_unattributed(store),
        *(_against_text(store, passages, text) if text is not None else ()),
    ]
    return make_report(results, ENGINE)


def read_text(path: str | Path) -> str:
    """Read a source text with every character in its place: line ends are left as they are.

    Raises:
        InputError: The file is missing or not UTF-8.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"the text cannot be read ({error.strerror})", str(path)) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "Save it as UTF-8: passages count its characters."
        raise InputError("the text is not UTF-8", str(path), line, hint=hint) from None


# Looking things up


def _named(name: str) -> NamedNode:
    iri = expand(name)
    if iri is None:
        raise ValueError(name)
    return NamedNode(iri)


def _all(store: Store, subject: Term, name: str) -> list[Term]:
    if isinstance(subject, Literal):
        return []
    found = {quad.object for quad in store.quads_for_pattern(subject, _named(name), None, None)}
    return sorted((term for term in found if isinstance(term, _TERMS)), key=str)


def _one(store: Store, subject: Term, name: str) -> Term | None:
    return next(iter(_all(store, subject, name)), None)


def _integer(store: Store, subject: Term, name: str) -> int | None:
    value = _one(store, subject, name)
    try:
        return None if value is None else int(value.value)
    except ValueError:
        return None


def passages_of(store: Store) -> dict[NamedNode, Passage]:
    """Return the passages that are described, by their names."""
    described = store.quads_for_pattern(None, _named("rdf:type"), _named("si:Passage"), None)
    nodes = {quad.subject for quad in described if isinstance(quad.subject, NamedNode)}
    wholes = {
        part: node
        for node in sorted(nodes, key=str)
        for part in _all(store, node, "dcterms:hasPart")
        if isinstance(part, NamedNode)
    }
    return {node: _passage(store, node, wholes.get(node)) for node in sorted(nodes, key=str)}


def document_of(store: Store, text: str) -> NamedNode | None:
    """Return the document whose text this is: of several, the one with as many characters."""
    counts = store.quads_for_pattern(None, _named("si:characters"), None, None)
    documents = {quad.subject for quad in counts if isinstance(quad.subject, NamedNode)}
    stated = ((node, _integer(store, node, "si:characters")) for node in documents)
    # That a length is no number is for the shapes to report.
    lengths = {node: length for node, length in sorted(stated, key=str) if length is not None}
    return min(lengths, key=lambda node: lengths[node] != len(text), default=None)


def _passage(store: Store, node: NamedNode, whole: NamedNode | None) -> Passage:
    parts = _all(store, node, "dcterms:hasPart") or [node]
    spans = []
    for selector in (one for part in parts for one in _all(store, part, "oa:hasSelector")):
        start = _integer(store, selector, "oa:start")
        end = _integer(store, selector, "oa:end")
        if start is not None and end is not None:
            spans.append((start, end))
    sha256 = _one(store, node, "schema:sha256")
    return Passage(
        node,
        whole,
        _one(store, node, "oa:hasSource") or _one(store, parts[0], "oa:hasSource"),
        # A text is read in its order, whatever the names of its parts.
        tuple(sorted(spans)),
        None if sha256 is None else sha256.value,
    )


def _result(
    check: str, focus: Term, nl: str, en: str, path: str | None = None, value: Term | None = None
) -> Result:
    return Result(
        focus=focus,
        message={"nl": nl, "en": en},
        severity=VIOLATION,
        component=PREFIXES["sish"] + check,
        path=predicate(_named(path).value) if path else None,
        value=value,
    )


# The checks


def _undescribed(store: Store, passages: dict[NamedNode, Passage]) -> Iterator[Result]:
    """Find graphs that hold statements as a passage does, but are not described as one."""
    graphs = Counter(quad.graph_name for quad in store)
    for graph, count in sorted(graphs.items(), key=str):
        if not isinstance(graph, NamedNode) or graph in passages:
            continue
        if graph.value.startswith(PREFIXES["graph"]):
            continue
        what = "1 uitspraak staat" if count == 1 else f"{count} uitspraken staan"
        said = "1 statement stands" if count == 1 else f"{count} statements stand"
        yield _result(
            "StatementsInPassage",
            graph,
            f"{what} onder de naam van een passage die niet is beschreven: verbeter die naam, of"
            " beschrijf de passage (si:Passage, in graph:passages).",
            f"{said} under the name of a passage that is not described: correct that name, or"
            " describe the passage (si:Passage, in graph:passages).",
        )


def _astray(store: Store, passages: dict[NamedNode, Passage]) -> Iterator[Result]:
    """Find statements about what passages speak of that no passage and no editor makes."""
    spoken_of = {quad.subject for quad in store if quad.graph_name in passages}
    derived = {_named(f"si:{name}") for name in ("hasEvidence", "start", "end", "page")}
    graphs: list[DefaultGraph | NamedNode] = [DefaultGraph(), *map(NamedNode, _SPEAKERLESS)]
    for graph in graphs:
        astray = (
            quad
            for quad in store.quads_for_pattern(None, None, None, graph)
            if quad.subject in spoken_of
            and quad.predicate not in derived
            and quad.predicate.value.startswith(PREFIXES["si"])
        )
        for quad in sorted(astray, key=str):
            where = "" if isinstance(graph, DefaultGraph) else f" ({shorten(graph.value)})"
            yield _result(
                "StatementsInPassage",
                quad.subject,  # type: ignore[arg-type]  # no triples about triples
                f"Deze uitspraak staat niet bij een passage{where}: zet haar in de graaf van de"
                " passage die haar doet, of als zij van de redactie is in graph:editorial.",
                f"This statement stands with no passage{where}: put it in the graph of the passage"
                " that makes it, or if it is the editors' in graph:editorial.",
                shorten(quad.predicate.value),
                quad.object,  # type: ignore[arg-type]
            )


def _unattributed(store: Store) -> Iterator[Result]:
    """Find editors' statements that name no editor, or annotate what nobody states."""
    editorial = NamedNode(GRAPH_EDITORIAL)
    attributed = _named("prov:wasAttributedTo")
    if any(store.quads_for_pattern(None, None, None, editorial)) and not any(
        store.quads_for_pattern(editorial, attributed, None, None)
    ):
        yield _result(
            "EditorialAttribution",
            editorial,
            "Bij de toevoegingen van de redactie staat niet wie de redactie is: noem haar"
            " (prov:wasAttributedTo).",
            "The editors' additions do not say who the editors are: name them"
            " (prov:wasAttributedTo).",
            "prov:wasAttributedTo",
        )
    notes = store.quads_for_pattern(None, _named("rdf:type"), _named("rdf:Statement"), None)
    for note in sorted({quad.subject for quad in notes}, key=str):
        if not isinstance(note, _TERMS):
            continue
        if not _all(store, note, "prov:wasAttributedTo"):
            yield _result(
                "EditorialAttribution",
                note,
                "Deze aantekening zegt niet van wie zij is: noem de schrijver"
                " (prov:wasAttributedTo).",
                "This note does not say whose it is: name its writer (prov:wasAttributedTo).",
                "prov:wasAttributedTo",
            )
        if not _stated(store, note):
            yield _result(
                "EditorialAttribution",
                note,
                "Deze aantekening gaat over een uitspraak die nergens staat: verbeter waarnaar zij"
                " verwijst (rdf:subject, rdf:predicate en rdf:object), of voeg de uitspraak toe.",
                "This note is about a statement that stands nowhere: correct what it refers to"
                " (rdf:subject, rdf:predicate and rdf:object), or add the statement.",
            )


def _stated(store: Store, note: Term) -> bool:
    subject, name, value = (
        _one(store, note, f"rdf:{part}") for part in ("subject", "predicate", "object")
    )
    if subject is None or isinstance(subject, Literal) or not isinstance(name, NamedNode):
        return False
    return value is not None and any(store.quads_for_pattern(subject, name, value, None))


def _against_text(store: Store, passages: dict[NamedNode, Passage], text: str) -> Iterator[Result]:
    """Compare the passages of the document whose text this is with the text."""
    document = document_of(store, text)
    if document is None:
        return
    length = _integer(store, document, "si:characters")
    assert length is not None  # noqa: S101 - by this it was found
    mistake = _mistake(text, length)
    if mistake:
        yield _result("PassageText", document, *mistake, "si:characters", Literal(length))
        return
    for passage in passages.values():
        if passage.source == document:
            yield from _hash(passage, text)


def _mistake(text: str, stated: int) -> tuple[str, str] | None:
    """Say in Dutch and English what happened to a text that has not the stated length.

    Every position after the first difference is then off, so that comparing hashes would only
    bury the cause.
    """
    found = len(text)
    if found == stated:
        return None
    nl = f"De tekst heeft {found} tekens, de passages tellen er {stated}: "
    en = f"The text has {found} characters, the passages count {stated}: "
    if len(text.replace("\r\n", "\n").removeprefix("\ufeff")) == stated:
        what = "CRLF" if "\r\n" in text else "BOM"
        if what == "CRLF":
            nl += "de regels eindigen als in Windows (CRLF). Bewaar het bestand met LF-regeleinden."
            en += "its lines end as in Windows (CRLF). Save the file with LF line ends."
        else:
            nl += "het begint met een onzichtbaar teken (BOM). Bewaar het als UTF-8 zonder BOM."
            en += "it starts with an invisible character (BOM). Save it as UTF-8 without a BOM."
    elif _twice_encoded(text, stated):
        nl += "de tekst is twee keer gecodeerd. Bewaar het origineel als UTF-8."
        en += "the text was encoded twice. Save the original as UTF-8."
    else:
        nl += "dit is een andere of een gewijzigde tekst."
        en += "this is another text, or one that was changed."
    return nl, en


def _twice_encoded(text: str, stated: int) -> bool:
    """Whether UTF-8 was read as Windows-1252 or Latin-1 and written as UTF-8 again."""
    for encoding in ("cp1252", "latin-1"):
        try:
            if len(text.encode(encoding).decode("utf-8")) == stated:
                return True
        except UnicodeError:
            continue
    return False


def _hash(passage: Passage, text: str) -> Iterator[Result]:
    if not passage.spans:
        return
    places = ", ".join(f"{start}–{end}" for start, end in passage.spans)
    if any(not 0 <= start < end <= len(text) for start, end in passage.spans):
        yield _result(
            "PassageText",
            passage.iri,
            f"Deze passage ({places}) ligt niet in de tekst van {len(text)} tekens.",
            f"This passage ({places}) does not lie in the text of {len(text)} characters.",
        )
        return
    joined = "".join(text[start:end] for start, end in passage.spans)
    found = hashlib.sha256(joined.encode("utf-8")).hexdigest()
    if passage.sha256 is not None and passage.sha256 != found:
        yield _result(
            "PassageText",
            passage.iri,
            f"De tekst op plaats {places} is een andere: zijn controlegetal is {found} en hoort"
            f" {passage.sha256} te zijn. Verbeter de plaats; of neem, als die klopt, het gevonden"
            " getal over (schema:sha256).",
            f"The text at place {places} is another one: its checksum is {found} and should be"
            f" {passage.sha256}. Correct the place; or, if that is right, take over the checksum"
            " found (schema:sha256).",
            "schema:sha256",
            Literal(passage.sha256),
        )
    if passage.sha256 is None and passage.whole is None:
        added = f'{shorten(passage.iri.value)} schema:sha256 "{found}" .'
        yield _result(
            "PassageText",
            passage.iri,
            f"Deze passage heeft nog geen controlegetal. Voeg toe: {added}",
            f"This passage has no checksum yet. Add: {added}",
            "schema:sha256",
        )
