"""The text of a Turtle, TriG, N-Triples or N-Quads file, and changes of single words in it.

Everything around a word stays as it is: comments, order, layout. A changed text is read again, and
must say what the old one said but for the change that was meant.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from si_graph.errors import InputError, LimitError
from si_graph.load.files import format_of, relabel
from si_graph.load.places import require_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    Sentence = Mapping[str, str]

MAX_BYTES = 2**26
"""How large a file may be to be mended: it is held in memory, with all that it says."""

_SYNTAXES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[^\w\s])"
_IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"
_NAME = rf"(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|[.-])*(?:{_LOCAL}|-))?)?"
_STRING = (
    r'"{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}' r"|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}"
    r'|"(?:[^"\\\n\r]|\\.)*"' r"|'(?:[^'\\\n\r]|\\.)*'"
)  # fmt: skip
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\n\r]*)
  | (?P<directive>(?:@prefix|\bprefix)\s+[^\s:]*:\s*{_IRI})
  | (?P<iri>{_IRI})
  | (?P<literal>(?:{_STRING})(?:\s*(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^\s*(?:{_IRI}|{_NAME})))?)
  | (?P<label>_:\w(?:[\w.-]*[\w-])?)
  | (?P<name>{_NAME})
  | (?P<number>(?:true|false)\b|[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|[+-]?(?:\d*\.)?\d+)
  | (?P<word>@?[^\W\d][\w-]*)
  | (?P<mark>\S)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_DIRECTIVE = re.compile(r"(?P<prefix>[^\s:]*):\s*<(?P<namespace>[^>]*)>$")
_PARTS = re.compile(r"(?P<quote>\"{3}|'{3}|[\"'])(?P<body>.*)(?P=quote)(?P<suffix>.*?)", re.DOTALL)
_DATATYPE = re.compile(rf"\^\^\s*(?P<term>{_IRI}|{_NAME})$", re.DOTALL)


class Edit(NamedTuple):
    """A stretch of the text to be replaced, and why in Dutch and English."""

    start: int
    end: int
    text: str
    sentence: Sentence


class Directive(NamedTuple):
    """A declaration of a prefix, and where its namespace and the whole of it stand."""

    prefix: str
    namespace: str
    span: tuple[int, int]
    start: int
    end: int


class Name(NamedTuple):
    """A prefixed name or full IRI in the text; `prefix` is None for a full IRI."""

    prefix: str | None
    local: str
    start: int
    end: int


class Text(NamedTuple):
    """The text of a file, and the file that its relative IRIs and its syntax go by."""

    text: str
    file: str

    def quads(self, label: str = "n") -> list[Quad]:
        """Return what the text says, its blank nodes labelled by `label` and a number.

        Raises:
            SyntaxError: It does not parse.
        """
        plain = self.text.removeprefix("\ufeff")
        base = Path(self.file).absolute().as_uri()
        quads = parse(plain, format=format_of(self.file), base_iri=base, rename_blank_nodes=True)
        return list(relabel(quads, label))

    def literals(self) -> list[re.Match[str]]:
        """Return the words that are literals, in order: the parser gives them in the same order."""
        return [token for token in self._tokens() if token.lastgroup in ("literal", "number")]

    def directives(self) -> list[Directive]:
        """Return the declarations of prefixes, in order."""
        return [_directive(token) for token in self._tokens() if token.lastgroup == "directive"]

    def names(self) -> Iterator[Name]:
        """Return the names and IRIs that stand outside declarations, datatypes of literals too."""
        for token in self._tokens():
            if token.lastgroup in ("iri", "name"):
                yield _name(token.group(), token.start())
            elif token.lastgroup == "literal":
                datatype = _DATATYPE.search(token.group())
                if datatype:
                    yield _name(datatype["term"], token.start() + datatype.start("term"))

    def takes_bare(self, end: int) -> bool:
        """Tell whether a number or truth value that ends here may stand without quotes."""
        is_turtle = format_of(self.file) in (RdfFormat.TURTLE, RdfFormat.TRIG)
        return is_turtle and re.match(r"[\s;,)\]}]|$", self.text[end : end + 1]) is not None

    def changed(self, edits: Iterable[Edit]) -> str:
        """Return the text with the edits, which do not overlap, made."""
        parts, end = [], 0
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            parts += [self.text[end : edit.start], edit.text]
            end = edit.end
        return "".join([*parts, self.text[end:]])

    def _tokens(self) -> Iterator[re.Match[str]]:
        return _TOKEN.finditer(self.text)


def why_not_mended(file: str) -> Sentence | None:
    """Return why a file's own text cannot be mended, or None if it can."""
    if file.lower().endswith(".gz"):
        return {
            "nl": "een ingepakt bestand wordt niet hersteld: pak het eerst uit",
            "en": "a compressed file is not mended: unpack it first",
        }
    if format_of(file) in _SYNTAXES:
        return None
    return {
        "nl": "alleen Turtle, TriG, N-Triples en N-Quads worden hersteld",
        "en": "only Turtle, TriG, N-Triples and N-Quads are mended",
    }


def read(file: str) -> str:
    """Read the text of a file with every character in its place.

    Raises:
        InputError: The file cannot be read, or is not UTF-8.
        LimitError: It is too large.
    """
    try:
        if Path(file).stat().st_size > MAX_BYTES:
            raise LimitError(f"{file}: files of more than {MAX_BYTES:,} bytes are not mended")
        data = Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file) from None
    require_utf8(data, file)
    return data.decode("utf-8")


def literal_token(token: str, new: Literal, old: Literal, namespaces: Mapping[str, str]) -> str:
    """Return the word for a literal in place of that for another one.

    The quotes stay, and so does what does not differ.

    Args:
        token: The word that stands there: a quoted text.
        new: What it is to say.
        old: What it says.
        namespaces: The prefixes that are declared there.
    """
    parts = _PARTS.fullmatch(token)
    if parts is None:
        return token
    body, suffix = parts["body"], parts["suffix"]
    if new.value != old.value:
        body = body.strip() if new.value == old.value.strip() else new.value
    if new.language != old.language:
        suffix = f"@{new.language}"
    elif new.datatype != old.datatype:
        suffix = "^^" + _short(new.datatype.value, namespaces)
    return parts["quote"] + body + parts["quote"] + suffix


def literal_of(token: str, namespaces: Mapping[str, str]) -> Literal | None:
    """Return the literal that a word stands for, or None if it is none."""
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in namespaces.items())
    try:
        (quad,) = parse(f"{head}<x:s> <x:p> {token} .", format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return None
    return quad.object if isinstance(quad.object, Literal) else None


def same(one: list[Quad], other: list[Quad]) -> bool:
    """Tell whether two lists of quads say the same, whatever they call their blank nodes.

    The parser names a list before or after its first item, by what kind of word that item is.
    """
    if one == other:
        return True
    datasets = Dataset(one), Dataset(other)
    for dataset in datasets:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return datasets[0] == datasets[1]


def renamed(quads: Iterable[Quad], name: Callable[[str], str]) -> list[Quad]:
    """Return quads with every IRI, those of datatypes too, as `name` has it."""

    def term(one: Any) -> Any:
        if isinstance(one, NamedNode):
            return NamedNode(name(one.value))
        if isinstance(one, Literal) and not one.language:
            return Literal(one.value, datatype=NamedNode(name(one.datatype.value)))
        return one

    return [
        Quad(
            term(quad.subject),
            term(quad.predicate),
            term(quad.object),
            quad.graph_name if isinstance(quad.graph_name, DefaultGraph) else term(quad.graph_name),
        )
        for quad in quads
    ]


def _short(iri: str, namespaces: Mapping[str, str]) -> str:
    for prefix, namespace in namespaces.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"[A-Za-z]\w*", local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _directive(token: re.Match[str]) -> Directive:
    match = _DIRECTIVE.search(token.group())
    assert match is not None  # noqa: S101 - the token ends so
    prefix = match["prefix"]
    first, last = match.span("namespace")
    span = (token.start() + first, token.start() + last)
    return Directive(prefix, match["namespace"], span, token.start(), token.end())


def _name(text: str, start: int) -> Name:
    if text.startswith("<"):
        return Name(None, text[1:-1], start, start + len(text))
    prefix, _, local = text.partition(":")
    return Name(prefix, local, start, start + len(text))
