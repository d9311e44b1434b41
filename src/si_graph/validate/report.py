"""The one model of what a check found, whichever engine or check found it.

It follows the SHACL validation report (https://www.w3.org/TR/shacl/#validation-report); checks that
SHACL cannot express, such as those of passages against their text, report in the same terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import BlankNode, Literal, NamedNode

    Term = NamedNode | BlankNode | Literal
    Locate = Callable[[Sequence["Result"]], Iterable["Location | None"]]

VIOLATION = PREFIXES["sh"] + "Violation"
WARNING = PREFIXES["sh"] + "Warning"
INFO = PREFIXES["sh"] + "Info"
SEVERITIES = (VIOLATION, WARNING, INFO)

_NOTHING: Mapping[str, str] = {}


class Path(NamedTuple):
    """A SHACL property path: a predicate, or an operator over paths in SPARQL's own notation.

    `operator` is empty for a predicate, and otherwise one of `/ | ^ * + ?`.
    """

    operator: str
    parts: tuple[Path, ...]
    predicate: str = ""

    def __str__(self) -> str:
        if not self.operator:
            return shorten(self.predicate)
        # Sequences and alternatives inside another path need brackets to keep their meaning.
        parts = [f"({part})" if part.operator in ("/", "|") else str(part) for part in self.parts]
        if self.operator in ("/", "|"):
            return self.operator.join(parts)
        return "^" + parts[0] if self.operator == "^" else parts[0] + self.operator


def predicate(iri: str) -> Path:
    """Return the path that is one predicate."""
    return Path("", (), iri)


class Location(NamedTuple):
    """Where in which file the statement concerned stands; lines and columns count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self if part is not None)


class Result(NamedTuple):
    """One finding: about which thing, what is wrong, how bad, and which shape says so.

    Attributes:
        focus: The thing concerned.
        message: What is wrong, by language tag; the tag is empty where the shape gives none.
        severity: `sh:Violation`, `sh:Warning`, `sh:Info` or one of a user's own.
        component: The kind of constraint, or the check, that found it.
        shape: The shape that says so.
        path: The path from the focus to the value.
        value: The value that is wrong.
        location: Where the statement concerned stands.
        details: What it is made of, such as the statements that contradict each other.
        expected: What was expected instead, by language tag.
        mend: How to mend it, by language tag.
    """

    focus: Term
    message: Mapping[str, str]
    severity: str
    component: str
    shape: Term | None = None
    path: Path | None = None
    value: Term | None = None
    location: Location | None = None
    details: tuple[Result, ...] = ()
    expected: Mapping[str, str] = _NOTHING
    mend: Mapping[str, str] = _NOTHING

    def text(self, language: str) -> str:
        """Return the message in the language, or else in English, or else in any."""
        return in_language(self.message, language) or shorten(self.component)


class Report(NamedTuple):
    """All findings of one check, worst first, and the engines that looked.

    `notes` say how the check was done where that matters to its verdict: that another engine took
    over, that a sample was taken, that a limit was hit. Each is one text by language tag.
    """

    results: tuple[Result, ...]
    engine: str
    notes: tuple[Mapping[str, str], ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all: what SHACL calls conforming."""
        return not self.results

    @property
    def passed(self) -> bool:
        """Whether nothing worse than a warning was found: what decides the exit status."""
        return all(result.severity in (WARNING, INFO) for result in self.results)

    @property
    def passed_strictly(self) -> bool:
        """Whether nothing worse than a notice was found: what decides it where rules are strict."""
        return all(result.severity == INFO for result in self.results)

    def count(self, severity: str) -> int:
        """Return the number of results of one severity; one of a user's own is a violation."""
        return sum(_rank(result) == SEVERITIES.index(severity) for result in self.results)

    def located(self, locate: Locate) -> Report:
        """Return the report with the places that `locate` finds for results that have none."""
        every = (one for result in self.results for one in (result, *result.details))
        places = iter(locate([one for one in every if one.location is None]))
        results = [_located(result, places) for result in self.results]
        return Report(tuple(results), self.engine, self.notes)


def make_report(
    results: Iterable[Result], engine: str, notes: Iterable[Mapping[str, str]] = ()
) -> Report:
    """Return a report with its results in an order that does not depend on the engine."""
    return Report(tuple(sorted(results, key=_order)), engine, tuple(notes))


def merge(*reports: Report) -> Report:
    """Return one report of several checks on the same data; a note that returns stands once."""
    engines = dict.fromkeys(report.engine for report in reports)
    results = [result for report in reports for result in report.results]
    notes: list[Mapping[str, str]] = []
    for note in (note for report in reports for note in report.notes):
        if note not in notes:
            notes.append(note)
    return make_report(results, ", ".join(engines), notes)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in the language, or else in English, or else in any, or else nothing."""
    for tag in (language, "en", ""):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), "")


def _located(result: Result, places: Iterator[Location | None]) -> Result:
    def placed(one: Result) -> Result:
        return one if one.location else one._replace(location=next(places))

    return placed(result)._replace(details=tuple(placed(detail) for detail in result.details))


def _rank(result: Result) -> int:
    return SEVERITIES.index(result.severity) if result.severity in SEVERITIES else 0


def _order(result: Result) -> tuple[int, str, str, str, str]:
    # Blank nodes have another name on every run, so they do not decide the order.
    named = result.shape is not None and not str(result.shape).startswith("_:")
    shape = str(result.shape) if named else result.component
    message = min(result.message.values(), default="")
    return _rank(result), shape, message, str(result.focus), str(result.value)
