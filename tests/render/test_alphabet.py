"""The page of all things: each under its letter, and each letter once."""

from __future__ import annotations

import re

import pytest

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.render.alphabet import things
from si_graph.render.page import View
from si_graph.render.pages import render
from si_graph.render.site import Site


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_each_letter_stands_once_and_in_order(lang: str) -> None:
    view = View(KnowledgeGraph.open(), Site(), lang, "search", {})
    page = render("alphabet", view).html
    letters = re.findall(r'<a href="#letter-\d+">(.)</a>', page)
    assert len(letters) > 15
    assert letters == sorted(set(letters))
    # A quote or a bracket at the beginning of a name is no letter.
    assert not set(letters) & set("(‘“\"'")
    listed = things(view)
    assert page.count("<bdi>") == len(listed)
    municipalities = next(one for one in listed if one.href == "/doc/actor/municipalities")
    assert {municipalities.label, *municipalities.names} >= {"gemeenten", "municipalities"}
    assert not any(one.href.startswith(BASE) for one in listed)
