"""The page that says why: each thing, passage and rule of the proof can be read about."""

from __future__ import annotations

import pytest

from reading_pages import HOSTILE, LANGUAGES, read, shown
from si_graph.graph import KnowledgeGraph

ASKED = {"s": "awt84:rec2-b", "p": "si:asksActor", "o": "actor:min-ocw"}
LACKING = {"s": "awt84:step3", "p": "si:asksActor", "o": "actor:municipalities"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_proof_leads_to_all_that_it_names(bundled: KnowledgeGraph, lang: str) -> None:
    page = read(shown(bundled, "explain", "explain", lang, **ASKED))
    for link in ("/doc/awt84/rec2-b", "/doc/actor/min-ocw", "/ontology#asksActor",
                 "/doc/awt84/passage/X14", "/rules#prp-spo2"):  # fmt: skip
        assert link in page.links, link
    asked = "s=awt84%3Arec2-b&p=si%3AasksActor&o=actor%3Amin-ocw"
    assert f"/explain?{asked}&format=turtle" in page.links


def test_the_rules_that_proofs_lead_to_stand_on_their_page(bundled: KnowledgeGraph) -> None:
    proof = read(shown(bundled, "explain", "explain", **ASKED))
    rules = read(shown(bundled, "rules", "rules"))
    wanted = {link.partition("#")[2] for link in proof.links if link.startswith("/rules#")}
    assert wanted
    assert wanted <= set(rules.ids)


def test_all_proofs_are_shown_when_asked_for(bundled: KnowledgeGraph) -> None:
    asked = {"s": "awt84:advice", "p": "si:concerns", "o": "actor:nwo"}
    one = read(shown(bundled, "explain", "explain", **asked))
    every = read(shown(bundled, "explain", "explain", **asked, all="1"))
    assert not [text for _, text in one.headings if text.startswith("Proof")]
    assert len([text for _, text in every.headings if text.startswith("Proof")]) > 1
    assert any("all=1" in link for link in one.links)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_does_not_hold_has_its_missing_premises(bundled: KnowledgeGraph, lang: str) -> None:
    made = shown(bundled, "explain", "explain", lang, **LACKING)
    assert made.status == 200
    page = read(made)
    assert ("Dit geldt niet" if lang == "nl" else "This does not hold") in page.words
    assert "/ontology#explicitlyAddressedTo" in page.links


@pytest.mark.parametrize("missing", "spo")
def test_the_form_asks_for_what_is_missing(bundled: KnowledgeGraph, missing: str) -> None:
    made = shown(bundled, "explain", "explain", **(ASKED | {missing: " "}))
    assert made.status == 200
    fields = {given["name"]: given.get("value", "").strip() for tag, given in read(made).tags
              if tag == "input" and given["name"] in "spo"}  # fmt: skip
    assert fields == ASKED | {missing: ""}


@pytest.mark.parametrize("part", "spo")
@pytest.mark.parametrize("hostile", [*HOSTILE, "si:nope", "<urn:x>", '"a'])
def test_a_name_that_nothing_has_is_told_beside_the_form(
    bundled: KnowledgeGraph, part: str, hostile: str
) -> None:
    made = shown(bundled, "explain", "explain", **(ASKED | {part: hostile}))
    page = read(made)
    # As a value it may be a text that is not said of the thing.
    assert made.status == 400 or (part == "o" and made.status == 200)
    assert "<script>alert" not in made.html
    assert "<img" not in made.html
    assert [given for tag, given in page.tags if given.get("name") == part]
