"""The answers to a query, each with the statements that it rests on and their proofs."""

from __future__ import annotations

import json
from typing import NamedTuple, Protocol

from si_graph.query.evaluate import evaluate, missing_prefixes
from si_graph.query.explanation.matched import Matched
from si_graph.query.explanation.render_json import as_data
from si_graph.query.results import Rows, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from si_graph.query.binding import Value
    from si_graph.query.catalogue import NamedQuery
    from si_graph.query.explanation.explanation import Explaining, Explanation
    from si_graph.query.results import Term
    from si_graph.store.protocol import Store

MOST_ROWS = 10
"""How many rows are explained."""

MOST_STATEMENTS = 20
"""How many statements of a row are explained."""

_WORDS = {
    "nl": {
        "row": "Antwoord {number}",
        "none": "Er zijn geen antwoorden.",
        "absent": "Dit antwoord berust niet op uitspraken die te tonen zijn.",
        "rows": "alleen de eerste {most} van {count} antwoorden zijn uitgelegd",
        "statements": "van sommige antwoorden zijn alleen de eerste {most} uitspraken uitgelegd",
    },
    "en": {
        "row": "Answer {number}",
        "none": "There are no answers.",
        "absent": "This answer does not rest on statements that can be shown.",
        "rows": "only the first {most} of {count} answers are explained",
        "statements": "of some answers only the first {most} statements are explained",
    },
}


class Explained(Protocol):
    """A graph that can explain itself."""

    @property
    def store(self) -> Store:
        """Where SPARQL is answered."""
        ...

    def explaining(self) -> Explaining:
        """Return what explains statements of the graph."""
        ...


class ExplainedRows(NamedTuple):
    """Answers with their explanations.

    Attributes:
        rows: Each answer with the explanations of the statements that it rests on.
        notice: What was left out; empty if nothing was.
        lang: The language.
    """

    rows: list[tuple[dict[str, Term], list[Explanation]]]
    notice: str
    lang: str

    def __str__(self) -> str:
        words = _WORDS[self.lang]
        parts = [] if self.rows else [words["none"] + "\n"]
        for number, (row, explanations) in enumerate(self.rows, start=1):
            shown = ", ".join(f"{name} = {text_of(term)}" for name, term in row.items())
            parts.append(f"{words['row'].format(number=number)}: {shown}".rstrip(": ") + "\n")
            parts += [str(one) for one in explanations] or [words["absent"] + "\n"]
        return "\n".join(parts)

    def to_json(self) -> str:
        """Return the answers and explanations as JSON."""
        data = [
            {
                "row": {name: str(term) for name, term in row.items()},
                "explanations": [as_data(one) for one in explanations],
            }
            for row, explanations in self.rows
        ]
        return (
            json.dumps({"answers": data, "notice": self.notice}, ensure_ascii=False, indent=2)
            + "\n"
        )


def explain_rows(
    graph: Explained, query: str | NamedQuery, values: Mapping[str, Value], lang: str
) -> ExplainedRows:
    """Answer a query and explain each answer.

    Args:
        graph: The graph.
        query: A query's text, or a named query.
        values: Values by parameter of a named query.
        lang: The language of labels and sentences.

    Raises:
        UsageError: The query selects no rows and asks no question.
        QuerySyntaxError: The query does not parse; says where.
    """
    from si_graph.query.binding import bind, in_language

    text = query if isinstance(query, str) else bind(query, values, graph.store)
    if "lang" not in values and not isinstance(query, str):
        text = in_language(text, lang)
    result = evaluate(graph.store, text)
    explaining = graph.explaining()
    matched = Matched(graph.store, explaining.facts, missing_prefixes(text) + text)
    rows = result.bindings if isinstance(result, Rows) else [{}] if result else []
    words = _WORDS[lang]
    notices = []
    if len(rows) > MOST_ROWS:
        notices.append(words["rows"].format(most=MOST_ROWS, count=len(rows)))
    explained = []
    for row in rows[:MOST_ROWS]:
        statements = matched.statements(row)
        if len(statements) > MOST_STATEMENTS:
            notices.append(words["statements"].format(most=MOST_STATEMENTS))
        found = [explaining.explain(one, lang) for one in statements[:MOST_STATEMENTS]]
        explained.append((row, [one for one in found if one]))
    return ExplainedRows(explained, "; ".join(dict.fromkeys(notices)), lang)
