"""Asks a SELECT query for a part of its rows: the same rows in the same order each time.

Rows have no order of their own, so pages without one may overlap and leave rows out. Here each
page is ordered by every column, after what the query itself is ordered by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.store.tokens import tokens

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence


class Paged(NamedTuple):
    """A SELECT query, taken apart.

    Attributes:
        prologue: What it declares.
        select: SELECT and its columns.
        dataset: FROM clauses.
        where: The pattern, and grouping.
        order: What stands after ORDER BY.
        limit: How many rows it wants, if it says so.
        offset: How many rows it leaves out first.
        values: A block of data at its end.
    """

    prologue: str
    select: str
    dataset: str
    where: str
    order: str
    limit: int | None
    offset: int
    values: str

    def page(self, columns: Sequence[str], start: int, size: int, *, nested: bool) -> str:
        """Return the query for some of its rows.

        Args:
            columns: The variables of its answer.
            start: How many of its rows to leave out.
            size: How many rows to ask for, if it wants as many.
            nested: Whether to order the rows in a query within. Virtuoso refuses to sort for
                offsets above 10,000 otherwise, and keeps the order of a query within.
        """
        shown = " ".join(f"?{column}" for column in columns)
        size = size if self.limit is None else min(size, self.limit - start)
        order = f"ORDER BY {self.order} {shown}"
        window = f"LIMIT {size} OFFSET {self.offset + start}"
        if nested:
            inner = f"{self.select}\n{self.where}\n{order}\n{self.values}"
            outer = f"{self.prologue}SELECT {shown}\n{self.dataset}\nWHERE"
            return f"{outer} {{ {{ {inner} }} }} {window}"
        parts = [self.select, self.dataset, self.where, order, window, self.values]
        return self.prologue + "\n".join(parts)


def take_apart(text: str) -> Paged:
    """Take a SELECT query apart that parses."""
    words = list(tokens(text))
    select = next(index for index, word in enumerate(words) if is_word(word, "SELECT"))
    opening = next_mark(words, select, "{")
    closing = end_of_group(words, opening)
    body = next((i for i in range(select, opening) if is_word(words[i], "FROM", "WHERE")), opening)
    where = next((i for i in range(body, opening) if is_word(words[i], "WHERE")), opening)
    marks = _modifiers(words, closing)
    ends = [*sorted(marks.values()), len(words)]

    def clause(name: str) -> str:
        if name not in marks:
            return ""
        start = marks[name]
        return _text(text, words, start, ends[ends.index(start) + 1])

    def number(name: str) -> int | None:
        if name not in marks:
            return None
        start = marks[name]
        digits = words[start + 1 : ends[ends.index(start) + 1]]
        return int("".join(digit.group() for digit in digits))

    return Paged(
        text[: words[select].start()],
        _text(text, words, select, body),
        _text(text, words, body, where),
        _text(text, words, where, ends[0]),
        clause("ORDER").partition(words[marks["ORDER"] + 1].group())[2] if "ORDER" in marks else "",
        number("LIMIT"),
        number("OFFSET") or 0,
        clause("VALUES"),
    )


def _modifiers(words: Sequence[re.Match[str]], start: int) -> dict[str, int]:
    """Return where the clauses after the pattern begin, by their first words."""
    found: dict[str, int] = {}
    depth = 0
    for index in range(start, len(words)):
        if words[index].group() in ("(", "{"):
            depth += 1
        elif words[index].group() in (")", "}"):
            depth -= 1
        elif depth == 0 and is_word(words[index], "ORDER", "LIMIT", "OFFSET", "VALUES"):
            found[words[index].group().upper()] = index
    return found


def next_mark(words: Sequence[re.Match[str]], start: int, mark: str) -> int:
    """Return the next place of a mark that stands in no brackets."""
    depth = 0
    for index in range(start, len(words)):
        if words[index].group() == mark and depth == 0:
            return index
        depth += {"(": 1, ")": -1}.get(words[index].group(), 0)
    raise ValueError(f"there is no {mark}")


def end_of_group(words: Sequence[re.Match[str]], opening: int) -> int:
    """Return the place after the brace that ends what another brace begins."""
    depth = 0
    for index in range(opening, len(words)):
        depth += {"{": 1, "}": -1}.get(words[index].group(), 0)
        if depth == 0:
            return index + 1
    raise ValueError("the group does not end")


def is_word(word: re.Match[str], *keywords: str) -> bool:
    """Tell whether a token is one of some keywords."""
    return word.lastgroup == "word" and word.group().upper() in keywords


def _text(text: str, words: Sequence[re.Match[str]], start: int, end: int) -> str:
    """Return what stands from one word to before another, without comments at its end."""
    return text[words[start].start() : words[end - 1].end()] if start < end else ""
