"""Links work wherever the pages stand, and never lead to what runs."""

from __future__ import annotations

import re
import string
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reading_pages import LANGUAGES, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, expand
from si_graph.render import site as site_module
from si_graph.render.page import View
from si_graph.render.pages import render
from si_graph.render.site import Site
from si_graph.render.texts import texts

RENDER = Path(site_module.__file__).parent
TEXTS = sorted((RENDER / "texts").glob("*.tsv"))


@pytest.mark.parametrize("root", ["/", "/si/"])
def test_things_of_the_graph_are_read_about_on_the_site(root: str) -> None:
    site = Site(root)
    assert site.link(f"{BASE}id/actor/min-ez") == f"{root}doc/actor/min-ez"
    assert site.link(f"{BASE}ontology#Step") == f"{root}ontology#Step"
    assert site.link(f"{BASE}vocab/effect/dynamism") == f"{root}vocab/effect/dynamism"
    assert site.link("https://example.org/x") == "https://example.org/x"
    assert site.about("https://example.org/x").startswith(f"{root}doc?iri=")


@given(st.text())
@example("/evil.example/x")
@example("//evil.example/x")
@example("\\\\evil.example/x")
def test_no_path_leaves_the_host(path: str) -> None:
    """A path that begins with two slashes would be another host."""
    for link in (Site().path(path), Site().link(BASE + path), Site().file(path)):
        assert urlsplit(urljoin("https://here.example/a/b", link)).netloc == "here.example"
        assert link.isascii()


@given(st.text(string.ascii_letters + ":/.+-", max_size=40))
def test_only_web_addresses_are_linked(iri: str) -> None:
    link = Site().link(iri)
    assert link == "" or link.startswith(("/", "http://", "https://"))


def test_scripts_are_no_links() -> None:
    for iri in ("javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", " javascript:x"):
        assert Site().link(iri) == ""


@given(st.dictionaries(st.text(string.ascii_lowercase, min_size=1), st.text()))
def test_parameters_survive_the_link(parameters: dict[str, str]) -> None:
    wanted = {name: value for name, value in parameters.items() if value and name != "lang"}
    if any("\ud800" <= sign <= "\udfff" for value in wanted.values() for sign in value):
        return  # half a character is no text
    query = urlsplit(Site().path("search", **wanted)).query
    assert dict(parse_qsl(query, keep_blank_values=True)) == wanted


def test_a_language_that_was_chosen_is_kept_by_every_link(bundled: KnowledgeGraph) -> None:
    page = render("home", View(bundled, Site(lang="nl"), "nl", "", {"lang": "nl"}))
    links = re.findall(r'<a [^>]*href="(/[^"]*)"', page.html)
    files = ("/catalog", "/.well-known/", "/dumps/", "/tables/")
    pages = [one for one in links if not one.startswith(files) and "lang=en" not in one]
    assert len(pages) > 10
    assert all("lang=nl" in one for one in pages), [one for one in pages if "lang=nl" not in one]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_links_to_itself_in_the_other_language(
    bundled: KnowledgeGraph, lang: str
) -> None:
    other = "en" if lang == "nl" else "nl"
    page = shown(bundled, "search", "search", lang, q="deals & <x>", name="unasked")
    (link,) = re.findall(rf'<a class="language" href="([^"]*)" lang="{other}"', page.html)
    query = dict(parse_qsl(urlsplit(link.replace("&amp;", "&")).query))
    assert query == {"q": "deals & <x>", "lang": other}


def test_browsers_learn_how_to_search_with_the_whole_address(bundled: KnowledgeGraph) -> None:
    site = Site("/si/", "https://example.org")
    page = render("opensearch", View(bundled, site, "nl", "opensearch.xml", {}))
    root = ElementTree.fromstring(page.html)  # noqa: S314 - our own
    urls = {one.get("template", "") for one in root if one.tag.endswith("Url")}
    assert "https://example.org/si/search?q={searchTerms}&lang=nl" in urls
    assert len(urls) == 2


def rows(table: Path) -> list[list[str]]:
    return [line.split("\t") for line in table.read_text("utf-8").splitlines()]


def test_every_text_is_there_in_both_languages_and_once() -> None:
    names: list[str] = []
    for table in TEXTS:
        head, *lines = rows(table)
        assert head == ["name", "nl", "en"], table.name
        for line in lines:
            assert len(line) == 3, (table.name, line)
            assert all(cell.strip() for cell in line), (table.name, line)
            gaps = [sorted(re.findall(r"\{\w*\}", cell)) for cell in line[1:]]
            assert gaps[0] == gaps[1], line
            names.append(line[0])
    assert len(names) == len(set(names))
    # In a template a name that every dictionary has would be that, and no text.
    assert not set(names) & set(dir({}))
    assert texts("nl").keys() == texts("en").keys() == set(names)


@pytest.mark.parametrize("name", ["layout", "home", "search", "resource", "explain", "problem",
                                  "rules", "citation", "opensearch"])  # fmt: skip
def test_every_text_is_used(name: str) -> None:
    sources = [*RENDER.glob("*.py"), *(RENDER / "templates").iterdir()]
    used = "\n".join(one.read_text("utf-8") for one in sources)
    used += "".join(f" problem_{status} problem_{status}_advice" for status in re.findall(
        r'"(\d{3})"', (RENDER / "problem.py").read_text("utf-8")))  # fmt: skip
    used += " ".join(re.findall(r'"(\w+)"', (RENDER / "home.py").read_text("utf-8"))).replace(
        " ", " home_"
    )
    unused = [line[0] for line in rows(RENDER / "texts" / f"{name}.tsv")[1:]
              if not re.search(rf"\b{line[0]}\b", used)]  # fmt: skip
    assert not unused


def test_our_words_for_common_terms_are_for_terms_of_the_graph(bundled: KnowledgeGraph) -> None:
    terms = [line[0] for line in rows(RENDER / "texts" / "terms.tsv")[1:] if ":" in line[0]]
    assert len(terms) > 50
    asks = {
        term: f"ASK {{ {{ ?s <{expand(term)}> ?o }} UNION {{ ?s ?p <{expand(term)}> }} }}"
        for term in terms
    }
    assert [term for term, ask in asks.items() if not bundled.query(ask)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_framed_for_itself(bundled: KnowledgeGraph, lang: str) -> None:
    """What stands around pages is made once for many of them: not their own words and place."""
    site = Site()
    for words in ("raad", '"><b>', ""):
        html = render("search", View(bundled, site, lang, "search", {"q": words})).html
        (box,) = re.findall(r'id="site-search"[^>]*?value="(.*?)"', html)
        assert unescape(box) == words
    for name, path, link in (
        ("home", "", "/"),
        ("matrix", "matrix", "/matrix"),
        ("rules", "rules", ""),
        ("picture", "graph", "/graph"),
    ):
        for chosen, query in (("", ""), (lang, f"?lang={lang}")):
            view = View(bundled, Site(lang=chosen), lang, path, {})
            current = re.findall(r'href="([^"]*)" aria-current="page"', render(name, view).html)
            assert current == ([link + query] if link else [])
