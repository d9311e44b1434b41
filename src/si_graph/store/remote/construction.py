"""Makes the graph of a CONSTRUCT query here, from rows that an endpoint gives.

Virtuoso cuts the graph of a CONSTRUCT query where it would cut rows, and says nothing. Rows it
announces to be cut, and they can be asked for in parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat
from pyoxigraph import Store as Oxigraph

from si_graph.store.remote.answers import Sound
from si_graph.store.remote.paging import end_of_group, is_word, next_mark
from si_graph.store.tokens import tokens

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions, QueryTriples

_COLUMN = "urn:x-si-graph:column:"
# No variable of a query is called so by chance.
_ROW = "?_si_graph_row"
_TRIPLES = RdfFormat.N_TRIPLES


class Construction(NamedTuple):
    """A CONSTRUCT query, taken apart.

    Attributes:
        prologue: What it declares.
        template: What stands between the braces of the graph to make.
        variables: The variables in there, without their marks.
        select: The query for the rows to make it from.
    """

    prologue: str
    template: str
    variables: tuple[str, ...]
    select: str

    def make(self, rows: Sound) -> Sound:
        """Return the graph that comes of rows."""
        store = Oxigraph()
        solutions = cast("QuerySolutions", rows.open())
        columns = [NamedNode(_COLUMN + variable.value) for variable in solutions.variables]
        for solution in solutions:
            row = BlankNode()
            store.add(Quad(row, NamedNode(_COLUMN), row))
            store.extend(
                Quad(row, column, term)
                for column, term in zip(columns, solution, strict=True)
                if term is not None
            )
        values = " ".join(
            f"OPTIONAL {{ {_ROW} <{_COLUMN}{name}> ?{name} }}" for name in self.variables
        )
        made = store.query(
            f"{self.prologue}CONSTRUCT {{ {self.template}\n}} "
            f"WHERE {{ {_ROW} <{_COLUMN}> {_ROW} {values} }}"
        )
        body = b"".join(sorted({f"{triple} .\n".encode() for triple in cast("QueryTriples", made)}))
        return Sound(body, _TRIPLES.media_type, body.count(b"\n"))


def take_apart(text: str) -> Construction:
    """Take a CONSTRUCT query apart that parses."""
    words = list(tokens(text))
    start = next(index for index, word in enumerate(words) if is_word(word, "CONSTRUCT"))
    first = next_mark(words, start, "{")
    end = end_of_group(words, first)
    template = text[words[first].end() : words[end - 1].start()]
    variables = dict.fromkeys(
        word.group()[1:] for word in words[first:end] if word.lastgroup == "variable"
    )
    # In the short form the pattern is what to make.
    is_short = first > start + 1
    rest = text[words[start].end() :] if is_short else text[words[end - 1].end() :]
    prologue = text[: words[start].start()]
    shown = " ".join(f"?{name}" for name in variables)
    return Construction(prologue, template, tuple(variables), f"{prologue}SELECT {shown} {rest}")
