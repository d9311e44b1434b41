"""The operations of a SPARQL update, one by one.

Oxigraph takes no prologue between operations, which the language allows, so each is parsed with
all declarations before it. Its parser alone decides what an operation means: here is only found
where each begins and ends.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import Store as Oxigraph

from si_graph.errors import QuerySyntaxError, UsageError
from si_graph.store.inspection import place_of, require_readable
from si_graph.store.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYWORDS = frozenset(
    ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")
)
# It fails when it runs, which is once all that stands behind it has been parsed.
_STOP = " DROP GRAPH <urn:x-si-graph:nothing> ; "
_NETWORK = re.compile("SERVICE|LOAD", re.IGNORECASE)


class Token(NamedTuple):
    """A word, a mark, or a block in braces with all that is in it.

    Attributes:
        text: As it is written; a word in capitals.
        start: Where it begins in the update.
        end: Where it ends.
    """

    text: str
    start: int
    end: int


class Operation(NamedTuple):
    """One operation.

    Attributes:
        tokens: What it is made of.
        declarations: Where in the update the declarations are that it may use.
        source: The update that it is in.
    """

    tokens: tuple[Token, ...]
    declarations: tuple[tuple[int, int], ...]
    source: str

    @property
    def words(self) -> tuple[str, ...]:
        """The texts of its tokens."""
        return tuple(token.text for token in self.tokens)

    @property
    def prologue(self) -> str:
        """The declarations that it may use."""
        return "".join(self.source[start:end] for start, end in self.declarations)

    @property
    def text(self) -> str:
        """The operation as it is written, without declarations."""
        return self.source[self.tokens[0].start : self.tokens[-1].end]


def operations(text: str, base: str | None = None, gateway: str | None = None) -> list[Operation]:
    """Return the operations of an update.

    Args:
        text: The update.
        base: What relative IRIs are relative to.
        gateway: What the IRIs begin with that it may call by `SERVICE` and `LOAD`.

    Raises:
        QuerySyntaxError: The update does not parse; says where.
        LimitError: It nests too deeply.
        UsageError: It would use the network.
    """
    require_readable(text)
    found, rest = _split(text)
    for operation in found:
        parts = [*operation.declarations, (operation.tokens[0].start, operation.tokens[-1].end)]
        _require_sound(text, parts, len(operation.declarations), base)
        if _NETWORK.search(operation.prologue + operation.text):
            _require_local(operation, base, gateway)
    # Declarations at the end say nothing, and have to be sound all the same.
    _require_sound(text, rest, len(rest), base)
    return found


def _split(text: str) -> tuple[list[Operation], list[tuple[int, int]]]:
    """Return the operations, and where all declarations are."""
    found: list[Operation] = []
    declarations: list[tuple[int, int]] = []
    current: list[Token] = []
    begun: int | None = None
    for token in [*_outer(text), Token(";", len(text), len(text))]:
        if current and token.text == ";":
            found.append(Operation(tuple(current), tuple(declarations), text))
            current = []
        elif current:
            current.append(token)
        elif token.text in _KEYWORDS or token.start == len(text):
            if begun is not None:
                declarations.append((begun, token.start))
            begun, current = None, [token]
        elif token.text == ";":
            raise QuerySyntaxError("; is not expected here", text, *place_of(text, token.start))
        elif begun is None:
            begun = token.start
    return found, declarations


def _outer(text: str) -> Iterator[Token]:
    """Yield the tokens outside of braces, and each block in braces as one."""
    depth = begin = 0
    for match in tokens(text):
        mark = match.group()
        if mark == "{":
            begin = begin if depth else match.start()
            depth += 1
        elif mark == "}" and depth:
            depth -= 1
            if depth == 0:
                yield Token(text[begin : match.end()], begin, match.end())
        elif depth == 0:
            word = mark.upper() if match.lastgroup == "word" else mark
            yield Token(word, match.start(), match.end())
    if depth:
        yield Token(text[begin:], begin, len(text))


def _parse(text: str, base: str | None) -> SyntaxError | None:
    """Return what is wrong with an update with `_STOP` before its operation; nothing runs."""
    try:
        Oxigraph().update(text, base_iri=base)
    except SyntaxError as error:
        return error
    except RuntimeError:
        return None
    raise AssertionError("an update that was to be parsed only has run")


def _require_sound(
    source: str, parts: list[tuple[int, int]], declarations: int, base: str | None
) -> None:
    """Refuse what does not parse.

    Args:
        source: The update.
        parts: Where in it declarations are, and then an operation.
        declarations: How many of the parts are declarations.
        base: What relative IRIs are relative to.
    """
    written = [source[start:end] for start, end in parts]
    prologue = "".join(written[:declarations])
    text = f"{prologue}{_STOP}{''.join(written[declarations:])}"
    error = _parse(text, base)
    if error is None:
        return
    from si_graph.store.syntax_errors import syntax_error

    told = syntax_error(error, text, parse=lambda spread: _parse(spread, base))
    lines = text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: told.line - 1]) + told.column - 1
    if offset >= len(prologue):
        offset = max(offset - len(_STOP), len(prologue))
    place = 0
    for start, end in parts:
        place = min(start + offset, end)
        if offset < end - start:
            break
        offset -= end - start
    raise QuerySyntaxError(told.message, source, *place_of(source, place))


def _require_local(operation: Operation, base: str | None, gateway: str | None) -> None:
    """Refuse an operation that uses the network, but for what goes through the gateway.

    With a meaningless word in place of each keyword, an operation still parses if they all were
    within comments, strings and names, and only then.
    """
    text = f"{operation.prologue}{_STOP}{operation.text}"
    if gateway is not None:
        called = rf"(?:\s+SILENT)?\s+(<{re.escape(gateway)}[^<>\s]*>)"
        text = re.sub(rf"\bSERVICE{called}", r"GRAPH \1", text, flags=re.IGNORECASE)
        into = r"(?:\s+INTO\s+GRAPH\s+(?:<[^<>\s]*>|[^\s;]+))?"
        text = re.sub(rf"\bLOAD{called}{into}", r"DROP GRAPH \1", text, flags=re.IGNORECASE)
    word = "Z"
    while word in text.upper():
        word += "Y"
    if _parse(_NETWORK.sub(word, text), base):
        raise UsageError(
            "the update fetches something (LOAD or SERVICE), and nothing here uses the network"
            "\n  Send the data itself."
        )
