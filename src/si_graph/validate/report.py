"""The one model of what a check found, whichever engine or check found it.

It follows the SHACL validation report (https://www.w3.org/TR/shacl/#validation-report); checks that
SHACL cannot express, such as those of passages against their text, report in the same terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyoxigraph import BlankNode, Literal, NamedNode

    Term = NamedNode | BlankNode | Literal

VIOLATION = PREFIXES["sh"] + "Violation"
WARNING = PREFIXES["sh"] + "Warning"
INFO = PREFIXES["sh"] + "Info"
SEVERITIES = (VIOLATION, WARNING, INFO)


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
    """Where in which file the thing concerned is described; lines count from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Result(NamedTuple):
    """One finding: about which thing, what is wrong, how bad, and which shape says so.

    `message` maps a language tag to the text; the tag is empty where the shape gives none.
    `details` are what it is made of, such as the statements that contradict each other.
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

    def located(self, locate: Callable[[Term], Location | None]) -> Result:
        """Return the result, and its details, with the places that `locate` knows."""
        return self._replace(
            location=self.location or locate(self.focus),
            details=tuple(detail.located(locate) for detail in self.details),
        )

    def text(self, language: str) -> str:
        """Return the message in the language, or else in English, or else in any."""
        for tag in (language, "en", ""):
            if tag in self.message:
                return self.message[tag]
        return next(iter(self.message.values()), shorten(self.component))


class Report(NamedTuple):
    """All findings of one check, worst first, and the engines that looked."""

    results: tuple[Result, ...]
    engine: str

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all: what SHACL calls conforming."""
        return not self.results

    @property
    def passed(self) -> bool:
        """Whether nothing worse than a warning was found: what decides the exit status."""
        return all(result.severity in (WARNING, INFO) for result in self.results)

    def count(self, severity: str) -> int:
        """Return the number of results of one severity; one of a user's own is a violation."""
        return sum(_rank(result) == SEVERITIES.index(severity) for result in self.results)

    def located(self, locate: Callable[[Term], Location | None]) -> Report:
        """Return the report with the place that `locate` knows for each focus node."""
        return Report(tuple(result.located(locate) for result in self.results), self.engine)


def make_report(results: list[Result], engine: str) -> Report:
    """Return a report with its results in an order that does not depend on the engine."""
    return Report(tuple(sorted(results, key=_order)), engine)


def merge(*reports: Report) -> Report:
    """Return one report of several checks on the same data."""
    engines = dict.fromkeys(report.engine for report in reports)
    results = [result for report in reports for result in report.results]
    return make_report(results, ", ".join(engines))


def _rank(result: Result) -> int:
    return SEVERITIES.index(result.severity) if result.severity in SEVERITIES else 0


def _order(result: Result) -> tuple[int, str, str, str, str]:
    # Blank nodes have another name on every run, so they do not decide the order.
    named = result.shape is not None and not str(result.shape).startswith("_:")
    shape = str(result.shape) if named else result.component
    message = min(result.message.values(), default="")
    return _rank(result), shape, message, str(result.focus), str(result.value)
