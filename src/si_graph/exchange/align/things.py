"""Things with names, from RDF or from a table."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from si_graph.errors import InputError
from si_graph.load.files import format_of, parse_file
from si_graph.load.places import require_utf8
from si_graph.namespaces import PREFIXES, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_SKOS, _RDFS, _OWL = PREFIXES["skos"], PREFIXES["rdfs"], PREFIXES["owl"]
_NAMES = {_SKOS + "prefLabel", _RDFS + "label"}
_SYNONYMS = {_SKOS + "altLabel", _SKOS + "hiddenLabel"}
_TYPE = PREFIXES["rdf"] + "type"
# These have names, and are no things that a mapping is about.
_CONTAINERS = {_SKOS + "ConceptScheme", _SKOS + "Collection", _OWL + "Ontology"}
_TABLES = (".csv", ".tsv")
_COLUMN = re.compile(
    r"(?P<what>preflabel|label|name|naam|altlabel|synonyms?|synoniem(?:en)?|broader|breder)"
    r"(?:[@_ -](?P<language>[a-z]{2}))?",
    re.I,
)
_IDENTIFIERS = ("iri", "uri", "id")


@dataclass
class Thing:
    """What has names; `iri` is empty where a table gives words only.

    `names` and `synonyms` are pairs of a text and its language, empty where none is given.
    `broader` are the IRIs of broader things, and the names of those that have no IRI here.
    """

    iri: str
    names: list[tuple[str, str]] = field(default_factory=list)
    synonyms: list[tuple[str, str]] = field(default_factory=list)
    broader: list[str] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    is_gone: bool = False

    @property
    def is_concept(self) -> bool:
        """Whether SKOS mappings suit it; what is of no known kind is taken for a concept."""
        return not self.types or _SKOS + "Concept" in self.types

    def label(self, lang: str) -> str:
        """Return its name in a language, or else in another."""
        return min(self.names, key=lambda one: (one[1] != lang, one[1] != "en", one))[0]


def read_things(paths: Iterable[str | os.PathLike[str]]) -> list[Thing]:
    """Read the things that have a name, from RDF files together or from tables.

    A table is CSV or TSV with a head. Its columns are `iri` (or `uri`, `id`), `prefLabel`,
    `altLabel` and `broader`, or in plain words `label`, `name`, `synonyms`; a language may follow,
    as in `prefLabel@nl` or `label_nl`. Several values in one cell stand apart by `|`.

    Raises:
        InputError: A file cannot be read, or holds nothing with a name.
    """
    found: list[Thing] = []
    rdf: list[str] = []
    files = [os.fspath(one) for one in paths]
    for path in files:
        if path.lower().endswith(_TABLES):
            found += _from_table(path)
        else:
            rdf.append(path)
    found += _from_rdf(rdf)
    if not found:
        raise InputError(
            "nothing here has a name",
            ", ".join(files),
            hint="Things have names by skos:prefLabel or rdfs:label, or by a column prefLabel.",
        )
    return found


def _from_rdf(paths: list[str]) -> list[Thing]:
    things: dict[str, Thing] = {}
    for path in paths:
        if format_of(path) is None:
            raise InputError(
                "this is neither RDF nor a table",
                path,
                hint="Give a file of RDF (.ttl, .rdf, .jsonld …), or a table (.csv, .tsv).",
            )
        for quad in parse_file(path):
            if isinstance(quad.subject, NamedNode):
                thing = things.setdefault(quad.subject.value, Thing(quad.subject.value))
                _add(thing, quad.predicate.value, quad.object)
    return [one for one in things.values() if one.names and not one.types & _CONTAINERS]


def _add(thing: Thing, predicate: str, value: object) -> None:
    if isinstance(value, Literal):
        pair = (value.value, (value.language or "").partition("-")[0])
        kept = thing.names if predicate in _NAMES else thing.synonyms
        if predicate in _NAMES | _SYNONYMS and pair not in kept:
            kept.append(pair)
        elif predicate == _OWL + "deprecated" and value.value in ("true", "1"):
            thing.is_gone = True
    elif isinstance(value, NamedNode):
        if predicate == _TYPE:
            thing.types.add(value.value)
        elif predicate == _SKOS + "broader":
            thing.broader.append(value.value)
        elif predicate == PREFIXES["dcterms"] + "isReplacedBy":
            thing.is_gone = True


def _from_table(path: str) -> list[Thing]:
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", path) from None
    require_utf8(data, path)
    # Only line ends end a line: str.splitlines would also cut a cell at a rare separator.
    lines = list(io.StringIO(data.decode("utf-8-sig"), newline=""))
    head = lines[0] if lines else ""
    table = csv.DictReader(lines, delimiter=max("\t;,", key=head.count), strict=True)
    try:
        columns = _columns(list(table.fieldnames or ()), path)
        return [
            thing for row in table if (thing := _thing(row, columns, path, table.line_num)).names
        ]
    except csv.Error as error:
        raise InputError(f"the table is malformed: {error}", path, table.reader.line_num) from None


def _columns(head: list[str], path: str) -> dict[str, tuple[str, str]]:
    """Return what each column that is understood holds, and in which language."""
    columns = {}
    for name in head:
        if name.strip().lower() in _IDENTIFIERS:
            columns[name] = ("iri", "")
        elif found := _COLUMN.fullmatch(name.strip()):
            what = found["what"].lower()
            kind = (
                "broader" if what in ("broader", "breder")
                else "synonym" if what.startswith(("alt", "syn"))
                else "name"
            )  # fmt: skip
            columns[name] = (kind, (found["language"] or "").lower())
    if not any(kind == "name" for kind, _ in columns.values()):
        raise InputError(
            "the table has no column of names",
            path,
            1,
            hint="Call it prefLabel@nl, prefLabel@en, or just prefLabel.",
        )
    return columns


def _thing(row: dict[str, str], columns: dict[str, tuple[str, str]], path: str, line: int) -> Thing:
    if None in row:
        raise InputError("this row has more cells than the head of the table", path, line)
    thing = Thing("")
    for column, (kind, language) in columns.items():
        for text in filter(None, map(str.strip, (row[column] or "").split("|"))):
            if kind == "iri":
                thing.iri = _iri(text, path, line)
            elif kind == "broader":
                thing.broader.append(text)
            else:
                (thing.names if kind == "name" else thing.synonyms).append((text, language))
    return thing


def _iri(text: str, path: str, line: int) -> str:
    iri = text if "://" in text else expand(text)
    try:
        return NamedNode(iri or "").value
    except ValueError:
        raise InputError(
            f"{text!r} is neither an IRI nor a prefixed name",
            path,
            line,
            hint="Leave the column out where the words have no IRIs yet.",
        ) from None
