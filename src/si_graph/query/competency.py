"""Whether the graph answers its competency questions as the files beside the queries expect."""

from __future__ import annotations

import csv
import os
from collections import Counter
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from si_graph import locations
from si_graph.errors import SiGraphError
from si_graph.namespaces import PREFIXES
from si_graph.query.catalogue import catalogue
from si_graph.query.evaluate import evaluate_named
from si_graph.query.results import Rows, text_of
from si_graph.validate.report import VIOLATION, Location, Result, make_report

if TYPE_CHECKING:
    from si_graph.query.catalogue import NamedQuery
    from si_graph.store.protocol import Store
    from si_graph.validate.report import Report

ENGINE = "competency questions"

_Row = tuple[str, ...]


def check_answers(store: Store, folder: str | None = None) -> Report:
    """Compare the answer to every named query with the rows of the file beside it, if any.

    Args:
        store: The whole graph, with what follows.
        folder: The folder of the queries; the bundled ones by default.
    """
    results = [
        result
        for query in catalogue(folder)
        if os.path.isfile(path := os.path.splitext(query.path)[0] + ".tsv")
        and (result := _compared(store, query, path))
    ]
    return make_report(results, ENGINE)


def _compared(store: Store, query: NamedQuery, path: str) -> Result | None:
    columns, wanted = _expected(path)
    try:
        answer = evaluate_named(store, query, {})
    except SiGraphError as error:
        return _result(
            query, Location(locations.shown(query.path)), *(2 * (f"{query.name}: {error}",))
        )
    if not isinstance(answer, Rows) or answer.variables != columns:
        shown = " ".join(f"?{column}" for column in columns)
        return _result(
            query,
            Location(locations.shown(path), 1),
            f"Het antwoord op {query.name} heeft andere kolommen dan {shown}.",
            f"The answer to {query.name} has other columns than {shown}.",
        )
    found = [tuple(text_of(row.get(name)) for name in columns) for row in answer]
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    if missing or extra:
        return _differs(query, path, missing, extra, wanted)
    if "ORDER BY" in query.sparql and found != wanted:
        return _result(
            query,
            Location(locations.shown(path)),
            f"Het antwoord op {query.name} staat in een andere volgorde dan verwacht.",
            f"The answer to {query.name} stands in another order than expected.",
        )
    return None


def _expected(path: str) -> tuple[list[str], list[_Row]]:
    """Return the columns and the rows of an expected answer."""
    with open(path, encoding="utf-8", newline="") as stream:
        columns, *rows = csv.reader(stream, dialect="excel-tab", quoting=csv.QUOTE_NONE)
    return [column.removeprefix("?") for column in columns], [tuple(row) for row in rows]


def _differs(
    query: NamedQuery, path: str, missing: Counter[_Row], extra: Counter[_Row], wanted: list[_Row]
) -> Result:
    """Return what is wrong with the rows, at the first one that is missing."""
    lacking, surplus = next(iter(missing), None), next(iter(extra), None)
    result = _result(
        query,
        Location(locations.shown(path), None if lacking is None else 2 + wanted.index(lacking)),
        f"Het antwoord op {query.name} is anders dan verwacht: rijen die ontbreken "
        f"{missing.total()}, rijen te veel {extra.total()}.",
        f"The answer to {query.name} is not as expected: rows missing {missing.total()}, rows too "
        f"many {extra.total()}.",
    )
    shown = {} if lacking is None else dict.fromkeys(("nl", "en"), " / ".join(lacking))
    value = None if surplus is None else Literal(" / ".join(surplus))
    return result._replace(expected=shown, value=value)


def _result(query: NamedQuery, place: Location, nl: str, en: str) -> Result:
    name = os.path.basename(os.path.splitext(query.path)[0] + ".tsv")
    return Result(
        NamedNode(PREFIXES["query"] + query.name),
        {"nl": nl, "en": en},
        VIOLATION,
        PREFIXES["sish"] + "CompetencyQuestion",
        location=place,
        mend={
            "nl": f"Verbeter wat hierover is vastgelegd; is het nieuwe antwoord juist, verbeter dan"
            f" {name}.",
            "en": f"Correct what is recorded about this; if the new answer is right, correct {name}"
            " instead.",
        },
    )
