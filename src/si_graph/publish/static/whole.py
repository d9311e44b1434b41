"""What the static site has once: dumps, descriptions, the search index, scripts and styles."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from si_graph.namespaces import BASE
from si_graph.publish import descriptions, dumps
from si_graph.publish.rdf import write
from si_graph.publish.static.links import LANGUAGES, Seen, page_file
from si_graph.publish.static.making import File
from si_graph.publish.tables import files as tables
from si_graph.query.labels import labels
from si_graph.render import alphabet, downloads, missing, moved, proofs
from si_graph.render.editor import completion
from si_graph.render.page import View

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from si_graph.graph import KnowledgeGraph
    from si_graph.publish.configuration import Configuration
    from si_graph.publish.static.content import Content

_RECORD = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "xml"}


class Whole(NamedTuple):
    """Makes the files of which there is one.

    Attributes:
        graph: The graph.
        content: What the site has.
        seen: The site.
        by: Who publishes it.
    """

    graph: KnowledgeGraph
    content: Content
    seen: Seen
    by: Configuration

    def files(self) -> Iterator[File]:
        """Go through all of them."""
        yield from self.publications()
        yield from self.proofs()
        yield from self.data()
        yield from self.redirects()
        yield from _scripts(files("si_graph.render") / "static", "static")
        for lang in LANGUAGES:
            page = missing.render(self._view("404.html", lang, self.seen.anywhere(lang)))
            yield self._text(page_file("404.html", lang), page.html)

    def publications(self) -> Iterator[File]:
        """Make the dumps, the tables, the record, the description, and the page that lists them."""
        made = list(dumps.made(self.graph, self.by.base))
        yield from (File(f"dumps/{dump.name}", data) for dump, data in made)
        for name, data in tables.tables(self.graph, self.by.base):
            yield File(f"tables/{name}", data)
        described = [dump for dump, _ in made]
        yield File(f"dumps/{dumps.CHECKSUMS}", dumps.checksums(described))
        void = descriptions.void(self.graph, self.by, self.by.site, is_served=False)
        yield File(".well-known/void", write(void, "turtle", self.by.base))
        record = descriptions.catalogue(self.graph, self.by, self.by.site, is_served=False)
        for suffix, name in _RECORD.items():
            yield File(f"catalog.{suffix}", write(record, name, self.by.base))
        listed = [(one.name, one.part, one.format.title, one.size) for one in described]
        for lang in LANGUAGES:
            page = downloads.render(self._view("catalog", lang), listed)
            yield self._text(page_file("catalog", lang), page.html)

    def proofs(self) -> Iterator[File]:
        """Make the list of the pages of proofs."""
        subjects = {place: str(found[0].subject)[1:-1].partition("#")[0]
                    for place, found in self.content.proofs.items()}  # fmt: skip
        for lang in LANGUAGES:
            view = self._view("explain", lang)
            names = labels(self.graph.store, subjects.values(), lang)
            listed = [
                (names.get(iri, place), view.site.path(f"explain/{place}"), count)
                for place, iri in subjects.items()
                if (count := len(self.content.proofs[place]))
            ]
            page = proofs.render_list(view, sorted(listed, key=lambda one: one[0].casefold()))
            yield self._text(page_file("explain", lang), page.html)

    def data(self) -> Iterator[File]:
        """Make what scripts ask for: the search index, and what the editor completes."""
        for lang in LANGUAGES:
            file = page_file("search.json", lang)
            index = {"things": alphabet.things(self._view(file, lang, self.seen.at(file, lang)))}
            yield self._json(file, index)
            yield self._json(page_file("completion.json", lang), completion(self.graph, lang))

    def redirects(self) -> Iterator[File]:
        """Make the pages that lead elsewhere, as static hosts can."""
        for lang, (path, to) in product(LANGUAGES, self.content.moved.items()):
            file = page_file(path, lang)
            site = self.seen.at(file, lang)
            is_data = to.endswith(".ttl")
            href = site.file(to) if is_data else site.path(to)
            whole = f"{self.by.site}{to}" if is_data else site.canonical(to, lang)
            yield self._text(file, moved.render(href, whole, BASE + path).html)

    def _view(self, path: str, lang: str, site: Any = None) -> View:
        seen = self.seen.at(page_file(path, lang), lang) if site is None else site
        return View(self.graph, seen, lang, path, {})

    def _json(self, path: str, content: object) -> File:
        return self._text(path, json.dumps(content, ensure_ascii=False))

    def _text(self, path: str, text: str) -> File:
        return File(path, text.replace(BASE, self.by.base).encode())


def _scripts(folder: Traversable, path: str) -> Iterator[File]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_dir():
            yield from _scripts(one, f"{path}/{one.name}")
        else:
            yield File(f"{path}/{one.name}", one.read_bytes())
