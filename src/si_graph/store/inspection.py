"""What has to be known of a query before it runs."""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import Store as Oxigraph

from si_graph.errors import LimitError, QuerySyntaxError
from si_graph.store.tokens import DECLARATION, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

MAX_NESTING = 64
"""How deep brackets may nest: the parser takes minutes over more, and then overflows its stack."""


class Selection(NamedTuple):
    """The graphs that a query is asked of, by their IRIs.

    Attributes:
        default: Those that are merged to its default graph.
        named: Those that `GRAPH` reaches.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


_QUERY_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_FORM_FIRST = re.compile(
    rf"(?:{DECLARATION})*\s*(?P<form>{'|'.join(_QUERY_FORMS)})(?![\w:.-])", re.IGNORECASE
)


def require_readable(text: str) -> None:
    """Refuse what would stop the parser itself: text that is no Unicode, and endless nesting.

    Raises:
        QuerySyntaxError: The text holds bytes that are not UTF-8.
        LimitError: Its brackets nest deeper than `MAX_NESTING`.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line, column = place_of(text, error.start)
        shown = text.encode(errors="replace").decode()
        raise QuerySyntaxError("this character is not UTF-8", shown, line, column) from None
    if text.count("(") + text.count("{") + text.count("[") <= MAX_NESTING:
        return
    depth = 0
    for bracket in re.findall(r"[](){}[]", text):
        depth += 1 if bracket in "({[" else -1
        if depth > MAX_NESTING:
            raise LimitError(f"the query nests brackets more than {MAX_NESTING} levels deep")


def query_form(text: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE, by the first word after the prologue.

    Raises:
        QuerySyntaxError: The text begins like none of these.
    """
    if first := _FORM_FIRST.match(text):
        return first["form"].upper()
    for token in tokens(text):
        word = token.group().upper()
        if token.lastgroup == "word" and word not in ("PREFIX", "BASE", "VERSION"):
            if word in _QUERY_FORMS:
                return word
            place = place_of(text, token.start())
            break
    else:
        place = (1, 1)
    raise QuerySyntaxError(f"a query begins with {' or '.join(_QUERY_FORMS)}", text, *place)


def dataset_clause(text: str) -> Selection | None:
    """Return the graphs that a sound query takes by `FROM` and `FROM NAMED`, if it takes any."""
    default: list[str] = []
    named: list[str] = []
    prologue: str | None = None
    before: list[str] = ["", ""]
    for token in tokens(text):
        word = token.group().upper() if token.lastgroup == "word" else ""
        if prologue is None and word in _QUERY_FORMS:
            prologue = text[: token.start()]
        if token.lastgroup in ("iri", "name"):
            if before[-1] == "FROM":
                default.append(token.group())
            elif before == ["FROM", "NAMED"]:
                named.append(token.group())
        before = [before[-1], word]
    if not default and not named:
        return None
    return Selection(_absolute(default, prologue or ""), _absolute(named, prologue or ""))


def parse_error(text: str) -> SyntaxError | None:
    """Return what is wrong with a query; an empty store has nothing to run it on."""
    try:
        Oxigraph().query(text)
    except SyntaxError as error:
        return without_frames(error)
    return None


def without_frames(error: SyntaxError) -> SyntaxError:
    """Return an error that is looked at and not raised, without the frames that it went through.

    Whoever keeps it would keep themselves by it, and the rows that their callers hold: these end
    only in their own thread.
    """
    return error.with_traceback(None)


def _absolute(names: list[str], prologue: str) -> tuple[str, ...]:
    if not names:
        return ()
    values = f"{prologue} SELECT ?graph {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    rows: QuerySolutions = Oxigraph().query(values)  # type: ignore[assignment]  # it is a SELECT
    return tuple(row["graph"].value for row in rows)


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column, both counted from 1, of a character."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
