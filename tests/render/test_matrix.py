"""The page of actors against actions agrees with the graph, as a table and as a list."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from reading_pages import HOSTILE, LANGUAGES, Reader, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import local_name
from si_graph.query.overviews.roles import ROLES, in_order, roles
from si_graph.query.results import Rows
from si_graph.render.texts import texts


def cells(page: Reader) -> set[tuple[str, str, str]]:
    """Return the actor, action and role of each link to an explanation."""
    asked = [parse_qs(urlsplit(link).query) for link in page.links if link.startswith("/explain?")]
    return {
        (local_name(one["o"][0]), local_name(one["s"][0]), one["p"][0].removeprefix("si:"))
        for one in asked
    }


def in_graph(graph: KnowledgeGraph, relation: str) -> set[tuple[str, str]]:
    rows = graph.query(f"SELECT ?x ?y WHERE {{ ?x a si:ProposedAction ; si:{relation} ?y }}")
    assert isinstance(rows, Rows)
    return {(local_name(str(row["y"].value)), local_name(str(row["x"].value))) for row in rows}  # type: ignore[union-attr]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("show", ["", "list"])
def test_each_actor_has_its_role_in_each_action_and_no_other(
    bundled: KnowledgeGraph, lang: str, show: str
) -> None:
    found = cells(read(shown(bundled, "matrix", "matrix", lang, show=show)))
    explicit, addressed = (
        in_graph(bundled, "explicitlyAddressedTo"),
        in_graph(bundled, "addressedTo"),
    )
    wanted = {
        "explicitlyAddressedTo": explicit,
        "addressedTo": addressed - explicit,
        "asksActor": in_graph(bundled, "asksActor") - addressed,
    }
    for role in ROLES:
        pairs = {(actor, action) for actor, action, one in found if one == role}
        assert pairs == wanted.get(role, in_graph(bundled, role))
    assert len(found) == 148


def test_a_row_has_a_cell_for_each_column_and_the_heads_add_up(bundled: KnowledgeGraph) -> None:
    html = shown(bundled, "matrix", "matrix").html
    head, body = html.partition("<thead>")[2].split("<tbody>")
    columns = head.count('scope="col"') - 1
    assert columns == len({role.action for role in roles(bundled.store)})
    widths = [int(part.partition('"')[0]) for part in head.split('colspan="')[1:]]
    assert sum(widths) == columns
    for row in body.split("<tr>")[1:]:
        assert row.count("<td>") == columns


def test_actions_stand_in_the_order_of_the_advice() -> None:
    whole = {"urn:step2-a": "urn:step2", "urn:step10-b": "urn:step10", "urn:step2-b": "urn:step2"}
    actions = ["urn:step10", "urn:step2-b", "urn:step10-b", "urn:step2", "urn:step2-a"]
    assert in_order(actions, whole) == [
        "urn:step2", "urn:step2-a", "urn:step2-b", "urn:step10", "urn:step10-b",
    ]  # fmt: skip
    assert in_order(["urn:a", "urn:z"], {"urn:a": "urn:z"}) == ["urn:z", "urn:a"]


def test_only_the_chosen_roles_are_shown(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "matrix", "matrix", role="involves\nproposedPartner"))
    assert {role for _, _, role in cells(page)} == {"involves", "proposedPartner"}
    checked = {given["value"] for tag, given in page.tags if tag == "input" and "checked" in given}
    assert checked == {"involves", "proposedPartner"}


def test_only_the_members_of_the_chosen_group_are_shown(bundled: KnowledgeGraph) -> None:
    found = cells(read(shown(bundled, "matrix", "matrix", group="actor:research-umbrellas")))
    assert {actor for actor, _, _ in found} == {"research-umbrellas", "vsnu", "knaw", "nwo"}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_choices_of_anyone_choose_nothing(bundled: KnowledgeGraph, text: str) -> None:
    page = shown(bundled, "matrix", "matrix", role=text, group=text, show=text)
    assert len(cells(read(page))) == 148
    assert "<script>alert" not in page.html


def test_the_page_offers_the_same_as_a_table_of_data(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "matrix", "matrix", "nl"))
    assert "/query/CQ57?format=csv&lang=nl" in page.links
    named = {query.name for query in bundled.queries()}
    assert "CQ57" in named


@pytest.mark.parametrize("lang", LANGUAGES)
def test_letters_tell_the_roles_apart_without_colour(lang: str) -> None:
    letters = [texts(lang)[f"matrix_code_{role}"] for role in ROLES]
    assert len(set(letters)) == len(ROLES)


def test_a_graph_without_actions_says_so(nothing: KnowledgeGraph) -> None:
    page = read(shown(nothing, "matrix", "matrix"))
    assert "No party has such a role." in page.words
