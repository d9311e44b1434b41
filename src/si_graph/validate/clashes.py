"""Contradictions that reasoning found, in the terms of a validation report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import BASE, shorten
from si_graph.validate.report import VIOLATION, Result, make_report, predicate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from si_graph.reason.protocol import Inconsistency
    from si_graph.validate.report import Report, Term

RULES = BASE + "rules#"
"""What the ids of rules are written behind, to name the rule that a clash breaks."""

_SEE = {"nl": "zie", "en": "see"}
_CLASHES = {"nl": "hoort bij deze tegenspraak", "en": "is part of this contradiction"}


def report_clashes(clashes: Iterable[Inconsistency], engine: str) -> Report:
    """Return a report with a violation for each clash; its details are the statements that clash.

    Args:
        clashes: What an engine found.
        engine: The name of the engine.
    """
    return make_report([_result(clash) for clash in clashes], engine)


def _result(clash: Inconsistency) -> Result:
    component = RULES + clash.rule
    messages = {"en": clash.message, "nl": clash.message_nl}
    message = {lang: _sentence(text, clash, lang) for lang, text in messages.items() if text}
    details = tuple(_detail(triple, component) for triple in clash.premises)
    return Result(_focus(clash), message, VIOLATION, component, details=details)


def _focus(clash: Inconsistency) -> Term:
    """Return what the clash is about; of a value that is the thing that has it."""
    first = clash.terms[0]
    if isinstance(first, Literal) and clash.premises:
        return clash.premises[0].subject  # type: ignore[return-value]  # no triples about triples
    return first


def _sentence(text: str, clash: Inconsistency, lang: str) -> str:
    graphs = f" ({_SEE[lang]} {', '.join(clash.graphs)})" if clash.graphs else ""
    return f"{text}{graphs}."


def _detail(triple: Triple, component: str) -> Result:
    """Return a statement as a result of its own: its subject, predicate and object."""
    return Result(
        triple.subject,  # type: ignore[arg-type]  # no triples about triples
        {lang: f"{_short(triple)} {words}" for lang, words in _CLASHES.items()},
        VIOLATION,
        component,
        path=predicate(triple.predicate.value),
        value=triple.object,  # type: ignore[arg-type]
    )


def _short(triple: Triple) -> str:
    return " ".join(
        shorten(part.value) if isinstance(part, NamedNode) else str(part) for part in triple
    )
