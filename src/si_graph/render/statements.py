"""The statements about a thing as its page lists them: by property, with who says so or why."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from si_graph.namespaces import BASE
from si_graph.query.explanation.origins import graph_name
from si_graph.query.passages import Passage
from si_graph.render.marks import marks
from si_graph.render.terms import Shown, Terms, spelled
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.query.describe import Description
    from si_graph.query.statements import Statement
    from si_graph.render.site import Site

_MOST_OF_ONE = 12
"""How many values of one property stand in the open."""


class Row(NamedTuple):
    """One statement.

    Attributes:
        value: What stands at the other end.
        passages: The passages that say so.
        graphs: What else it stands in, in words.
        why: The names to explain it by, if it only follows.
    """

    value: Shown
    passages: list[Passage]
    graphs: list[str]
    why: tuple[str, str, str] | None


class Group(NamedTuple):
    """The statements with one property."""

    property: Shown
    rows: list[Row]


class Statements:
    """Groups the statements of one description."""

    def __init__(self, found: Description, lang: str) -> None:
        self.terms = Terms(found.labels, found.nameless, lang)
        self._found = found
        self._thing = spelled(NamedNode(found.iri))
        self._lang = lang

    def groups(self, statements: Iterable[Statement], *, is_incoming: bool = False) -> list[Group]:
        """Return statements by their property, the project's own before others, then by name."""
        grouped: dict[str, list[Row]] = {}
        for one in statements:
            grouped.setdefault(one.predicate, []).append(self._row(one, is_incoming))
        groups = [
            Group(
                self.terms.named(iri),
                sorted(rows, key=lambda row: (row.why is not None, row.value)),
            )
            for iri, rows in grouped.items()
        ]
        return sorted(
            groups, key=lambda one: (not one.property.iri.startswith(BASE), one.property.label)
        )

    def _row(self, one: Statement, is_incoming: bool) -> Row:
        known = self._found.cited
        return Row(
            value=self.terms.shown(one.term),
            passages=[
                known.get(iri) or Passage(iri, "", "", "", None, None) for iri in one.passages
            ],
            graphs=[graph_name(graph, self._lang) for graph in one.graphs if not is_incoming],
            why=self._why(one, is_incoming) if one.inferred else None,
        )

    def _why(self, one: Statement, is_incoming: bool) -> tuple[str, str, str] | None:
        other, predicate = spelled(one.term), spelled(NamedNode(one.predicate))
        if not other:
            return None
        return (other, predicate, self._thing) if is_incoming else (self._thing, predicate, other)


class Written:
    """Writes groups of statements as HTML, as a template would in three times the time."""

    def __init__(self, site: Site, lang: str, source: str) -> None:
        """Keep where they stand.

        Args:
            site: The place of the page.
            lang: Its language.
            source: Where all statements stand, if that is one place that is told already.
        """
        self._marks = marks(site, lang)
        self._more = texts(lang)["resource_more"]
        self._source = source

    def groups(self, groups: Iterable[Group]) -> Markup:
        """Return them as a list; nothing if there are none."""
        said = "".join(chain.from_iterable(map(self._group, groups)))
        # Of what is escaped.
        return Markup(f'<dl class="statements">\n{said}</dl>\n' if said else "")  # noqa: S704

    def _group(self, group: Group) -> Iterator[str]:
        yield f"  <dt>{self._marks.thing(group.property.iri, group.property.label)}</dt>\n"
        all_follow = group.rows[0].why is not None
        rows = [self._row(one, all_follow) for one in group.rows]
        yield from rows[:_MOST_OF_ONE]
        if further := rows[_MOST_OF_ONE:]:
            summary = escape(self._more.format(len(further)))
            yield f"  <dd><details><summary>{summary}</summary><dl>\n"
            yield from further
            yield "  </dl></details></dd>\n"

    def _row(self, one: Row, all_follow: bool) -> str:
        by, value = self._marks, one.value
        said: list[str] = [by.thing(value.iri, value.label) if value.iri else by.term(value)]
        said += [by.passage(source) for source in one.passages]
        if not one.passages:
            said += [
                f'<span class="mark">{escape(name)}</span>'
                for name in one.graphs
                if name != self._source
            ]
        if one.why:
            said += [] if all_follow else [by.inferred]
            said.append(by.why(*one.why, told=value.label))
        return f"<dd>{' '.join(said)}</dd>\n"
