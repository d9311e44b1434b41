"""The rows of the questions and their answers: the catalogue has them, and not the graph."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from si_graph.errors import ParameterError
from si_graph.namespaces import PREFIXES, local_name
from si_graph.publish.tables.rows import moved, shown
from si_graph.query.answer import answer
from si_graph.query.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.publish.tables.rows import Row
    from si_graph.query.answer import Answer
    from si_graph.query.catalogue import NamedQuery
    from si_graph.store.protocol import Store

QUESTIONS, ANSWERS = "questions", "answers"
"""The tables that are made here."""


def rows(store: Store, lang: str, base: str) -> dict[str, list[Row]]:
    """Return the rows of both tables, by the name of the table.

    Args:
        store: The graph.
        lang: The language of the texts.
        base: What the IRIs of the project begin with.
    """
    answered = list(_answered(store, lang))
    return {
        QUESTIONS: [_question(query, found, base) for query, found in answered],
        ANSWERS: [
            {**_about(found, base), "number": number, "answer": shown(text)}
            for _, found in answered
            for number, text in enumerate(found.rows, 1)
        ],
    }


def _answered(store: Store, lang: str) -> Iterator[tuple[NamedQuery, Answer]]:
    for query in catalogue():
        # What has no sentence to answer in is no question for people.
        if lang in query.answer and lang in query.row:
            # What is asked about by default need not be in data that somebody changed.
            with suppress(ParameterError):
                yield query, answer(store, query, {}, lang)


def _question(query: NamedQuery, found: Answer, base: str) -> Row:
    return {
        **_about(found, base),
        "answer": shown(found.sentence),
        "answers": len(found.rows),
        "inferred": query.inference,
        "passages": tuple(local_name(one.iri) for one in found.evidence),
    }


def _about(found: Answer, base: str) -> Row:
    address = moved(PREFIXES["query"] + found.name, base)
    return {"question": shown(found.question), "code": found.name, "address": address}
