"""SPARQL queries checked against the ontology and the bundled graph, before anyone runs them.

A query is checked as it stands in its file, so every place is a place in that file.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from si_graph.errors import InputError, LimitError, QuerySyntaxError
from si_graph.namespaces import PREFIXES, shorten
from si_graph.store.inspection import parse_error, place_of, require_readable
from si_graph.store.syntax_errors import syntax_error
from si_graph.store.tokens import tokens
from si_graph.validate.queries.matching import faults
from si_graph.validate.queries.patterns import asked
from si_graph.validate.queries.vocabulary import bundled_vocabulary
from si_graph.validate.report import VIOLATION, WARNING, Location, Result, make_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from si_graph.validate.queries.vocabulary import QueryVocabulary
    from si_graph.validate.report import Report, Term

ENGINE = "queries"

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NAME = re.compile(r"[^\w.-]")


class _Use(NamedTuple):
    """An IRI in a query: where it stands and as what it is written."""

    iri: str
    start: int


class _Query:
    """A query file: its text, its prefixes, and the IRIs it uses."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.focus = NamedNode(PREFIXES["query"] + _NAME.sub("-", Path(path).stem))
        self.words = list(tokens(text))
        self.at = {word.start(): word for word in self.words}
        self.prefixes: dict[str, tuple[str, int]] = {}
        self.undeclared: list[re.Match[str]] = []
        self.uses: list[_Use] = []
        self.used: set[str] = set()
        self._base = ""
        self._read()

    def _read(self) -> None:
        before = ["", ""]
        for word in self.words:
            text = word.group()
            if before[0] == "PREFIX":
                self.prefixes[before[1].removesuffix(":")] = (text[1:-1], word.start())
            elif before[1] == "BASE":
                self._base = text[1:-1]
            elif word.lastgroup == "iri":
                self._add(text[1:-1], word.start())
            elif word.lastgroup == "name" and before[1] != "PREFIX":
                self._use(word)
            before = [before[1], text.upper() if word.lastgroup == "word" else text]

    def _use(self, word: re.Match[str]) -> None:
        prefix, _, local = word.group().partition(":")
        self.used.add(prefix)
        if prefix in self.prefixes:
            self._add(self.prefixes[prefix][0] + local.replace("\\", ""), word.start())
        else:
            self.undeclared.append(word)

    def _add(self, iri: str, start: int) -> None:
        written = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), iri)
        absolute = urljoin(self._base, written) if self._base else written
        # What is no IRI is for the parser to refuse.
        with suppress(ValueError):
            self.uses.append(_Use(NamedNode(absolute).value, start))

    def unescaped(self) -> str:
        """Return the text with full IRIs for names with escapes, which rdflib takes literally."""
        parts: list[str] = []
        end = 0
        for use in self.uses:
            word = self.at[use.start]
            if "\\" in word.group():
                parts += [self.text[end : word.start()], f"<{use.iri}>"]
                end = word.end()
        return "".join([*parts, self.text[end:]])

    def start(self, term: str) -> int:
        """Return where an IRI or a variable first stands; 0 where it is not written out."""
        of_iris = (use.start for use in self.uses if use.iri == term)
        of_variables = (word.start() for word in self.words if word.group()[1:] == term)
        return next(of_iris, next(of_variables, 0))

    def result(
        self,
        check: str,
        severity: str,
        start: int,
        message: Mapping[str, str],
        value: Term | None = None,
        mend: Mapping[str, str] | None = None,
    ) -> Result:
        """Return a finding at a place of the query."""
        location = Location(self.path, *place_of(self.text, start))
        component = PREFIXES["sish"] + check
        return Result(
            self.focus, message, severity, component, value=value, location=location,
            mend=mend or {},
        )  # fmt: skip


def check_queries(paths: Sequence[str | Path], vocabulary: QueryVocabulary | None = None) -> Report:
    """Check query files against a graph and its ontology.

    Args:
        paths: The files (`.rq`).
        vocabulary: What they can speak of; the bundled graph unless told otherwise.

    Raises:
        InputError: A file or the bundled graph cannot be read.
    """
    vocabulary = vocabulary or bundled_vocabulary()
    results: list[Result] = []
    notes: list[Mapping[str, str]] = []
    for path in paths:
        query = _Query(str(path), _text(path))
        results += [*_prefixes(query), *_terms(query, vocabulary)]
        wrong = list(_syntax(query))
        results += wrong
        if wrong or query.undeclared:
            continue
        found = asked(query.unescaped())
        if found is None:
            notes.append(_unread(query.path))
            continue
        results += _variables(query, found.selected, found.bound, found.tested)
        for fault in faults(found.groups, vocabulary):
            value = NamedNode(fault.term) if fault.term else None
            place = query.start(fault.term)
            results.append(
                query.result(fault.check, fault.severity, place, fault.message, value, fault.mend)
            )
    return make_report(results, ENGINE, notes)


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("a query file must be UTF-8", str(path)) from None
    except OSError as error:
        raise InputError(f"the query cannot be read ({error.strerror})", str(path)) from None


def _unread(path: str) -> Mapping[str, str]:
    return {
        "nl": f"{path}: variabelen en patronen zijn niet nagegaan; deze query gebruikt iets dat"
        " alleen de opslag kent.",
        "en": f"{path}: variables and patterns were not checked; this query uses something that"
        " only the store knows.",
    }


# The checks


def _syntax(query: _Query) -> Iterator[Result]:
    try:
        require_readable(query.text)
        # A query that calls an endpoint must not do so here; all that SERVICE takes, GRAPH takes.
        parsed = _without_service(query)
        error = parse_error(parsed)
        if error is None:
            return
        raise syntax_error(error, query.text, parsed)
    except QuerySyntaxError as found:
        # What is not declared has a finding of its own.
        if not query.undeclared:
            start = _offset(query.text, found.line, found.column)
            nl = f"Dit is geen SPARQL: {found.message}."
            en = f"This is no SPARQL: {found.message}."
            yield query.result("QuerySyntax", VIOLATION, start, {"nl": nl, "en": en})
    except RuntimeError as problem:
        nl = f"Deze query is niet te beantwoorden: {problem}."
        en = f"This query cannot be answered: {problem}."
        yield query.result("QuerySyntax", VIOLATION, 0, {"nl": nl, "en": en})
    except LimitError:
        nl = "Deze query nest haar haakjes te diep: splits haar."
        en = "This query nests its brackets too deeply: split it."
        yield query.result("QuerySyntax", VIOLATION, 0, {"nl": nl, "en": en})


def _without_service(query: _Query) -> str:
    text = query.text
    for word in query.words:
        if word.lastgroup == "word" and word.group().upper() in ("SERVICE", "SILENT"):
            instead = "GRAPH" if word.group().upper() == "SERVICE" else ""
            width = word.end() - word.start()
            text = text[: word.start()] + instead.ljust(width) + text[word.end() :]
    return text


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def _prefixes(query: _Query) -> Iterator[Result]:
    reported = set()
    for word in query.undeclared:
        prefix = word.group().partition(":")[0]
        if prefix not in reported:
            reported.add(prefix)
            yield _undeclared(query, prefix, word.start())
    for prefix, (iri, start) in query.prefixes.items():
        ours = PREFIXES.get(prefix)
        if ours is not None and ours != iri:
            nl = f"{prefix}: staat hier voor een andere IRI dan in deze graaf."
            en = f"{prefix}: stands for another IRI here than in this graph."
            mend = _write(f"PREFIX {prefix}: <{ours}>")
            yield query.result("QueryPrefix", WARNING, start, {"nl": nl, "en": en}, None, mend)
        if prefix not in query.used:
            nl = f"Het voorvoegsel {prefix}: wordt niet gebruikt: haal het weg."
            en = f"The prefix {prefix}: is not used: remove it."
            yield query.result("QueryPrefix", WARNING, start, {"nl": nl, "en": en})


def _undeclared(query: _Query, prefix: str, start: int) -> Result:
    nl = f"Het voorvoegsel {prefix}: is niet gedeclareerd."
    en = f"The prefix {prefix}: is not declared."
    iri = PREFIXES.get(prefix)
    mend = _write(f"PREFIX {prefix}: <{iri or '…'}>")
    return query.result("QueryPrefix", VIOLATION, start, {"nl": nl, "en": en}, None, mend)


def _terms(query: _Query, vocabulary: QueryVocabulary) -> Iterator[Result]:
    for use in query.uses:
        name = shorten(use.iri)
        if vocabulary.is_unknown(use.iri):
            # Users have things of their own; terms are ours alone.
            severity = VIOLATION if vocabulary.is_closed(use.iri) else WARNING
            message = {"nl": f"{name} bestaat niet.", "en": f"{name} does not exist."}
            near = vocabulary.nearest(use.iri)
            mend = _meant(near) if near else None
            yield query.result("QueryTerm", severity, use.start, message, NamedNode(use.iri), mend)
            continue
        replacement = vocabulary.replacement(use.iri)
        if replacement is not None:
            message = {"nl": f"{name} is vervallen.", "en": f"{name} is deprecated."}
            mend = _write(shorten(replacement)) if replacement else None
            yield query.result(
                "QueryDeprecated", WARNING, use.start, message, NamedNode(use.iri), mend
            )


def _variables(
    query: _Query, selected: Sequence[str], bound: set[str], tested: set[str]
) -> Iterator[Result]:
    every = {word.group()[1:] for word in query.words if word.lastgroup == "variable"}
    for name in sorted(every - bound):
        if name in selected:
            severity = VIOLATION
            nl = f"De kolom ?{name} blijft leeg: niets geeft haar een waarde."
            en = f"The column ?{name} stays empty: nothing gives it a value."
        elif name not in tested:
            severity = WARNING
            nl = f"?{name} krijgt nergens een waarde."
            en = f"?{name} gets a value nowhere."
        else:
            continue
        near = _near_variable(name, bound)
        yield query.result(
            "QueryVariable", severity, query.start(name), {"nl": nl, "en": en},
            Literal(f"?{name}"), _meant(near) if near else None,
        )  # fmt: skip


def _near_variable(name: str, bound: set[str]) -> str | None:
    from rapidfuzz.distance import OSA

    apart = min(((OSA.distance(name, other), other) for other in bound), default=(len(name), ""))
    return f"?{apart[1]}" if apart[0] <= max(1, len(name) // 3) and apart[1] else None


def _write(text: str) -> Mapping[str, str]:
    return {"nl": f"Schrijf {text}", "en": f"Write {text}"}


def _meant(name: str) -> Mapping[str, str]:
    shown = shorten(name)
    return {"nl": f"Is {shown} bedoeld?", "en": f"Did you mean {shown}?"}
