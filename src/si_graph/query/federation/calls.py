"""Which calls of other servers a query or an update may make, decided before it runs.

Oxigraph follows SERVICE and LOAD to wherever they point, so its own parser is asked where they
stand: with a meaningless word in place of each, it fails at the first that calls something. That
one is made a harmless call, and so on, until the text parses. So nothing is called that was not
seen here, whatever hides in strings, comments and names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote

from pyoxigraph import Store as Oxigraph

from si_graph.errors import EndpointError, LimitError, QuerySyntaxError, SiGraphError, UsageError
from si_graph.store.inspection import place_of, require_readable, without_frames
from si_graph.store.service import meaningless_word, replace_word
from si_graph.store.syntax_errors import syntax_error
from si_graph.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pyoxigraph import QuerySolutions

    Permit = Callable[[str, str], None]

MAX_CALLS = 20
"""How many calls may stand in one text, and how many it may make when it runs."""

# No scheme that anything is fetched by.
_NOWHERE = "<x:>"
# Longer than any keyword of SPARQL.
_TAIL = "q" * 24
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_FAILED = re.compile(r"Error (\d{3}) .*? returned by \S+ with payload:\n(.*)", re.DOTALL)


class _Call(NamedTuple):
    """A call: where its keyword begins, and where the name of what it calls begins and ends."""

    keyword: str
    start: int
    target: str
    target_start: int
    end: int


class _Language(NamedTuple):
    """How texts of a kind are parsed: `error` returns what is wrong, `explained` says it well."""

    keywords: tuple[str, ...]
    error: Callable[[str], SyntaxError | None]
    explained: Callable[[SyntaxError, str, str], QuerySyntaxError]


def prepare_query(text: str, permit: Permit, gateway: str | None) -> str:
    """Return a query as it may run: with its calls of other endpoints led to the gateway.

    Args:
        text: The query.
        permit: Is given the keyword and the IRI of each call, and raises what forbids it.
        gateway: The URL that `Gateway.start` gave, if there is a gateway.

    Raises:
        UsageError: The query calls an endpoint by a variable, or one that is forbidden. `SILENT`
            does not change that: a part of the answer would be missing without a word.
        LimitError: It calls too many, or nests too deeply.
        QuerySyntaxError: It does not parse.
    """
    return _prepared(text, _QUERY, permit, gateway)


def prepare_update(text: str, permit: Permit, gateway: str | None) -> str:
    """Return an update as it may run: with SERVICE and LOAD led to the gateway.

    Arguments and errors are those of `prepare_query`.
    """
    return _prepared(text, _UPDATE, permit, gateway)


def failed_call(error: Exception) -> SiGraphError | None:
    """Return what to tell the user, if what failed is a call that the gateway made.

    Args:
        error: What Oxigraph raised while it evaluated a prepared text.
    """
    found = _FAILED.match(str(error))
    if found is None:
        return None
    kind = LimitError if found[1] == "504" else EndpointError
    return kind(found[2].strip())


def _prepared(text: str, language: _Language, permit: Permit, gateway: str | None) -> str:
    require_readable(text)
    present = [keyword for keyword in language.keywords if keyword in text.upper()]
    if not present:
        return text
    calls = _calls(text, present, language)
    evaluation = token_hex(8)
    led: list[str] = []
    for call in calls:
        endpoint = _endpoint(text, call)
        permit(call.keyword.upper(), endpoint)
        led.append(f" <{gateway}/{evaluation}/{quote(endpoint, safe='')}>")
    return _with_targets(text, calls, led, {})


def _calls(text: str, keywords: Sequence[str], language: _Language) -> list[_Call]:
    """Return the calls of a text in the order in which they stand."""
    words: dict[str, str] = {}
    masked = text
    for keyword in keywords:
        words[keyword] = meaningless_word(masked, keyword)
        masked = replace_word(masked, keyword, words[keyword])
    found = list(re.finditer("|".join(keywords), text, re.IGNORECASE))
    calls: list[_Call] = []
    while True:
        stand_ins = [_NOWHERE.ljust(len(call.target)) for call in calls]
        harmless = _with_targets(text, calls, stand_ins, words)
        error = language.error(harmless)
        if error is None:
            return calls
        index = _noticed(harmless, list(words.values()), language)
        call = None if index is None else _call_at(text, found.pop(index))
        # Calls are found in their order, so what is noticed before the last one is another fault.
        if call is None or (calls and call.start < calls[-1].end):
            raise language.explained(error, text, harmless)
        if len(calls) == MAX_CALLS:
            raise LimitError(f"more than {MAX_CALLS} calls of other servers stand in the text")
        calls.append(call)


def _noticed(text: str, words: Collection[str], language: _Language) -> int | None:
    """Return which one of the meaningless words in a text the parser fails at, if it is one.

    The parser names the furthest place that it has looked at, which is beyond the fault by the
    length of a keyword, so each word is made longer than any keyword.
    """
    either = "|".join(words)
    # Not within language tags, which have to be short.
    longer = re.sub(rf"(?<![\w@-])({either})", rf"\1{_TAIL}", text, flags=re.IGNORECASE)
    error = language.error(longer)
    place = _PLACE.match(error.msg) if error else None
    if place is None:
        return None
    lines = longer.split("\n")[: int(place[1]) - 1]
    offset = sum(len(line) + 1 for line in lines) + int(place[2]) - 1
    starts = [word.start() for word in re.finditer(either, longer, re.IGNORECASE)]
    index = bisect_right(starts, offset) - 1
    return index if index >= 0 and offset <= starts[index] + 2 * len(_TAIL) else None


def _call_at(text: str, keyword: re.Match[str]) -> _Call | None:
    """Return the call that a keyword makes, if it can make one."""
    end = keyword.end()
    for token in tokens(text[end:]):
        if token.lastgroup in ("iri", "name", "variable"):
            start = end + token.start()
            return _Call(keyword[0], keyword.start(), token.group(), start, end + token.end())
        if token.group().upper() != "SILENT":
            break
    return None


def _with_targets(
    text: str, calls: Sequence[_Call], targets: Sequence[str], words: Mapping[str, str]
) -> str:
    """Return a text with other targets of its calls, and words for the keywords elsewhere."""

    def masked(part: str) -> str:
        for keyword, word in words.items():
            part = replace_word(part, keyword, word)
        return part

    parts: list[str] = []
    end = 0
    for call, target in zip(calls, targets, strict=True):
        after_keyword = call.start + len(call.keyword)
        parts += [masked(text[end : call.start]), call.keyword]
        parts += [masked(text[after_keyword : call.target_start]), target]
        end = call.end
    return "".join([*parts, masked(text[end:])])


def _endpoint(text: str, call: _Call) -> str:
    """Return the IRI of what is called, written out."""
    if call.target[0] in "?$":
        raise UsageError(
            f"{call.keyword} {call.target}: an endpoint cannot be a variable here"
            "\n  Write out its IRI, so that it can be checked."
        )
    prologue = text[: _prologue_end(text)]
    try:
        rows = Oxigraph().query(f"{prologue} SELECT * {{ BIND({call.target} AS ?endpoint) }}")
    except SyntaxError:
        message = f"{call.target} is not a whole IRI, or its prefix is not declared"
        raise QuerySyntaxError(message, text, *place_of(text, call.target_start)) from None
    return str(next(cast("QuerySolutions", rows))["endpoint"].value)


def _prologue_end(text: str) -> int:
    for token in tokens(text):
        if token.lastgroup == "word" and token.group().upper() not in _PROLOGUE:
            return token.start()
    return len(text)


def _query_error(text: str) -> SyntaxError | None:
    try:
        Oxigraph().query(text)
    except SyntaxError as error:
        return without_frames(error)
    except (OSError, RuntimeError):
        # It parses, and what it calls is nowhere, or a function that nobody knows.
        pass
    return None


def _update_error(text: str) -> SyntaxError | None:
    # All is parsed before anything runs, and what runs first here fails.
    start = _prologue_end(text)
    try:
        Oxigraph().update(f"{text[:start]}DROP GRAPH {_NOWHERE};{text[start:]}")
    except SyntaxError as error:
        with suppress(OSError, RuntimeError):
            try:
                Oxigraph().update(text)
            except SyntaxError as in_its_place:
                return without_frames(in_its_place)
        return without_frames(error)
    except (OSError, RuntimeError):
        pass
    return None


def _update_fault(error: SyntaxError, text: str, parsed: str) -> QuerySyntaxError:
    place = _PLACE.match(error.msg)
    if place is None:
        return QuerySyntaxError(error.msg, text, 1, 1)
    return QuerySyntaxError(place[3], text, int(place[1]), int(place[2]))


_PROLOGUE = ("PREFIX", "BASE", "VERSION")
_QUERY = _Language(("SERVICE",), _query_error, syntax_error)
_UPDATE = _Language(("SERVICE", "LOAD"), _update_error, _update_fault)
