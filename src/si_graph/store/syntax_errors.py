"""What is wrong with a query that does not parse, and where, in words that help.

Only imported once a query has failed: commands that succeed do not wait for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from si_graph.errors import QuerySyntaxError
from si_graph.store.inspection import parse_error, place_of
from si_graph.store.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# What the parser would have accepted: a quoted token, a class of characters, or a name.
_EXPECTED = re.compile(
    r"""("(?:\\.|[^"])*"|'[^']*'(?=,|$))|(\[(?:'[^']*'|[^\]'])*\])|([^,\s][^,]*)"""
)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
# Wider than the longest keyword of SPARQL.
_GAP = " " * 24


def syntax_error(
    error: SyntaxError,
    text: str,
    parsed: str | None = None,
    parse: Callable[[str], SyntaxError | None] = parse_error,
) -> QuerySyntaxError:
    """Return Oxigraph's syntax error with its place, in words that help.

    Oxigraph names the furthest place that it has looked at, which is often beyond the fault by
    the length of a keyword. So the query is parsed once more with wide gaps between its words.

    Args:
        error: What Oxigraph says.
        text: The query.
        parsed: What was parsed, if it was a text of the same length instead of the query.
        parse: Tells what is wrong with a text; an update is parsed otherwise than a query.
    """
    words = list(tokens(parsed or text))
    spread, starts = _spread(parsed or text, words)
    match = _PLACE.match((parse(spread) or error).msg)
    if match is None or not words:
        return QuerySyntaxError("this is no SPARQL query", text, 1, 1)
    noticed = _offset(spread, int(match[1]), int(match[2]))
    reached = words[: max(bisect_right(starts, noticed), 1)]
    message, offset = _fault(text, words, reached, match[3], at_end=noticed >= len(spread))
    return QuerySyntaxError(message, text, *place_of(text, offset))


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


def _broken_rule(alternatives: str) -> str:
    """Return what the parser says about meaning among what it could have read next."""
    names = [name.strip() for _, _, name in _EXPECTED.findall(alternatives)]
    sentence = next((name for name in names if " " in name), "")
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence
