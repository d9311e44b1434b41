"""The page of actors against actions: who is asked for what, and in which way."""

from __future__ import annotations

from itertools import groupby

from si_graph.namespaces import expand, local_name, shorten
from si_graph.query.labels import alphabetical
from si_graph.query.overviews.roles import QUESTION, ROLES, groups, in_order, roles, wholes
from si_graph.render.names import named
from si_graph.render.page import Format, Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from si_graph.query.overviews.roles import Role
    from si_graph.render.page import View

    Cells = dict[str, dict[str, list[str]]]
    """The roles by actor and action."""


def render(view: View) -> Page:
    """Return the page; `role` and `group` choose what it shows, `show` whether as a list."""
    store = view.graph.store
    members, whole = groups(store), wholes(store)
    asked = view.values.get("role", "").split()
    wanted = [role for role in ROLES if role in asked]
    group = expand(view.values.get("group", "")) or ""
    shown = [
        one
        for one in roles(store)
        if (not wanted or one.role in wanted)
        and (group not in members or one.actor in members[group] | {group})
    ]
    cells = _cells(shown)
    actions = in_order({one.action for one in shown}, whole)
    names = named(view, {*members, *cells, *actions, *(whole.get(iri, iri) for iri in actions)})
    csv = view.site.path(f"query/{QUESTION}", format="csv", lang=view.lang)
    return Page(
        fill(
            "matrix.html",
            view,
            roles=ROLES,
            wanted=wanted,
            groups=sorted(
                ((names[iri], shorten(iri)) for iri in members),
                key=lambda one: alphabetical(one[0]),
            ),
            group=shorten(group),
            cells={
                iri: cells[iri] for iri in sorted(cells, key=lambda iri: alphabetical(names[iri]))
            },
            columns=_columns(actions, whole, names),
            actions=actions,
            names=names,
            anchor=local_name,
            formats=[Format("CSV", "text/csv", csv)],
        )
    )


def _cells(shown: list[Role]) -> Cells:
    cells: Cells = {}
    for role in ROLES:
        for one in shown:
            if one.role == role:
                cells.setdefault(one.actor, {}).setdefault(one.action, []).append(role)
    return cells


def _columns(
    actions: list[str], whole: Mapping[str, str], names: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return each whole with its short name, and its actions with theirs."""
    columns = []
    for iri, of_whole in groupby(actions, key=lambda action: whole.get(action, action)):
        # "Recommendation 1: ..." is long for the head of a column, and its parts are "a", "b", ...
        short = [
            (one, local_name(one).removeprefix(local_name(iri)).strip("-")) for one in of_whole
        ]
        columns.append((iri, names[iri].partition(":")[0], short))
    return columns
