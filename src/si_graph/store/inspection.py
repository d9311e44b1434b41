"""What has to be known of a query before it runs, and of a syntax error after it failed.

Where it matters what a query means, Oxigraph's own parser is asked: another parser would read
some queries differently, and a query that one of them lets pass would reach the network.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise, product

from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph

from si_graph.errors import LimitError, QuerySyntaxError, UsageError
from si_graph.store.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

MAX_NESTING = 64
"""How deep brackets may nest: the parser takes minutes over more, and then overflows its stack."""

_SERVICE = re.compile("SERVICE", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# What the parser would have accepted: a quoted token, a class of characters, or a name.
_EXPECTED = re.compile(
    r"""("(?:\\.|[^"])*"|'[^']*'(?=,|$))|(\[(?:'[^']*'|[^\]'])*\])|([^,\s][^,]*)"""
)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_QUERY_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
# Wider than the longest keyword of SPARQL.
_GAP = " " * 24


def require_readable(text: str) -> None:
    """Refuse what would stop the parser itself: text that is no Unicode, and endless nesting.

    Raises:
        QuerySyntaxError: The text holds bytes that are not UTF-8.
        LimitError: Its brackets nest deeper than `MAX_NESTING`.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line, column = _place(text, error.start)
        shown = text.encode(errors="replace").decode()
        raise QuerySyntaxError("this character is not UTF-8", shown, line, column) from None
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
    for token in tokens(text):
        word = token.group().upper()
        if token.lastgroup == "word" and word not in ("PREFIX", "BASE", "VERSION"):
            if word in _QUERY_FORMS:
                return word
            place = _place(text, token.start())
            break
    else:
        place = (1, 1)
    raise QuerySyntaxError(f"a query begins with {' or '.join(_QUERY_FORMS)}", text, *place)


def refuse_service(text: str) -> None:
    """Refuse a query that calls another endpoint by `SERVICE`.

    With a meaningless word in place of each `SERVICE`, a query still parses if they were all
    within comments, strings and names, and only then.

    Raises:
        UsageError: The query calls another endpoint.
        QuerySyntaxError: The query does not parse, whatever the word means in it.
    """
    if not _SERVICE.search(text):
        return
    everywhere = text.upper()
    words = ("".join(letters) for letters in product("ZYXWVUTSRQ", repeat=len("SERVICE")))
    word = next(word for word in words if word not in everywhere)
    # The case is kept, as variables may differ in nothing else.
    changed = _SERVICE.sub(lambda match: _in_case_of(match[0], word), text)
    error = _parse_error(changed)
    if error is None:
        return
    # Everything that SERVICE takes, GRAPH takes too.
    if _parse_error(re.sub(rf"{word}(\s*SILENT\b)?", "GRAPH", changed, flags=re.IGNORECASE)):
        raise syntax_error(error, text, changed)
    raise UsageError(
        "the query calls another endpoint (SERVICE), and nothing here uses the network"
        "\n  Ask that endpoint itself with --endpoint."
    )


def dataset_clause(text: str) -> tuple[list[NamedNode], list[NamedNode]]:
    """Return the graphs that a sound query takes by `FROM` and those by `FROM NAMED`."""
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
    return _absolute(default, prologue or ""), _absolute(named, prologue or "")


def syntax_error(error: SyntaxError, text: str, parsed: str | None = None) -> QuerySyntaxError:
    """Return Oxigraph's syntax error with its place, in words that help.

    Oxigraph names the furthest place that it has looked at, which is often beyond the fault by
    the length of a keyword. So the query is parsed once more with wide gaps between its words.

    Args:
        error: What Oxigraph says.
        text: The query.
        parsed: What was parsed, if it was a text of the same length instead of the query.
    """
    words = list(tokens(parsed or text))
    spread, starts = _spread(parsed or text, words)
    match = _PLACE.match((_parse_error(spread) or error).msg)
    if match is None or not words:
        return QuerySyntaxError("this is no SPARQL query", text, 1, 1)
    noticed = _offset(spread, int(match[1]), int(match[2]))
    reached = words[: max(bisect_right(starts, noticed), 1)]
    message, offset = _fault(text, words, reached, match[3], at_end=noticed >= len(spread))
    return QuerySyntaxError(message, text, *_place(text, offset))


def _fault(
    text: str,
    words: list[re.Match[str]],
    reached: list[re.Match[str]],
    alternatives: str,
    *,
    at_end: bool,
) -> tuple[str, int]:
    """Return what is wrong with a query and where, given the words that the parser took."""
    quote = next((word for word in reached if word.group() in ("'", '"')), None)
    if quote is not None:
        return "this string is not closed", quote.start()
    undeclared = _undeclared_name(words, reached)
    if undeclared is not None:
        prefix = undeclared.group().partition(":")[0] + ":"
        return f"the prefix {prefix} is not declared (PREFIX {prefix} <…>)", undeclared.start()
    start, end = reached[-1].span()
    broken_rule = _broken_rule(alternatives)
    if at_end:
        return broken_rule or "the query ends too early", end
    word = text[start:end]
    if word.startswith("<") and word.endswith(">") and not _SCHEME.match(word):
        return f"{word} is relative, and no BASE says to what", start
    return broken_rule or f"{word} is not expected here", start


def _parse_error(text: str) -> SyntaxError | None:
    """Return what is wrong with a query; an empty store has nothing to run it on."""
    try:
        Oxigraph().query(text)
    except SyntaxError as error:
        return error
    return None


def _undeclared_name(
    words: list[re.Match[str]], reached: list[re.Match[str]]
) -> re.Match[str] | None:
    declared = {
        name.group() for keyword, name in pairwise(words) if keyword.group().upper() == "PREFIX"
    }
    for before, word in zip([None, *reached], reached, strict=False):
        # An IRI with a fault in it also looks like a name, after the mark that opens it.
        is_name = word.lastgroup == "name" and (before is None or before.group() != "<")
        if is_name and word.group().partition(":")[0] + ":" not in declared:
            return word
    return None


def _in_case_of(model: str, word: str) -> str:
    return "".join(
        letter.lower() if like.islower() else letter
        for like, letter in zip(model, word, strict=True)
    )


def _absolute(names: list[str], prologue: str) -> list[NamedNode]:
    if not names:
        return []
    values = f"{prologue} SELECT ?graph {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    rows: QuerySolutions = Oxigraph().query(values)  # type: ignore[assignment]  # it is a SELECT
    return [row["graph"] for row in rows]


def _spread(text: str, words: list[re.Match[str]]) -> tuple[str, list[int]]:
    """Return the query with wide gaps between its words, and where each word now starts."""
    parts: list[str] = []
    starts: list[int] = []
    length = end = 0
    for word in words:
        gap = text[end : word.start()]
        # Around these a gap changes nothing, also where there was none.
        if gap or word.group() in "{}();," or text[end - 1 : end] in ("{", "}", "(", ")", ";", ","):
            gap += _GAP
        length += len(gap)
        starts.append(length)
        parts += [gap, word.group()]
        length += len(word.group())
        end = word.end()
    return "".join([*parts, text[end:], _GAP]), starts


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _broken_rule(alternatives: str) -> str:
    """Return what the parser says about meaning among what it could have read next."""
    names = [name.strip() for _, _, name in _EXPECTED.findall(alternatives)]
    sentence = next((name for name in names if " " in name), "")
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence
