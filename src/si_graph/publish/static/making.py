"""Makes each part of the static site: the same pages and data that the server answers with."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.rdf import both_in_order, rebase, write
from si_graph.publish.static.links import (
    FOLDERS,
    LANGUAGES,
    Seen,
    anchor,
    page_file,
    page_of,
    place_of,
    results_path,
    value_path,
)
from si_graph.query.catalogue import load
from si_graph.query.labels import kinds, label, labels
from si_graph.query.names import instances
from si_graph.query.overviews import surroundings
from si_graph.query.overviews.surroundings import PROFILES, Shared
from si_graph.query.passages import passages
from si_graph.query.results import Graph
from si_graph.render import proofs
from si_graph.render.neighbourhood import neighbourhood
from si_graph.render.page import View
from si_graph.render.pages import render
from si_graph.render.terms import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from si_graph.graph import KnowledgeGraph
    from si_graph.publish.static.content import Job
    from si_graph.query.overviews.surroundings import Surroundings
    from si_graph.reason.explanation.proof import Statement

SUFFIXES = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "xml", "trig": "trig"}
"""The data that stand beside each page, by what their names end in."""

_RESULTS = {"csv": "csv", "tsv": "tsv", "json": "json", "srx": "xml"}
_GRAPHS = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld"}
_NO_LIMIT = 2**62


class File(NamedTuple):
    """A file of the site: its path, and what is in it."""

    path: str
    data: bytes


class Maker:
    """Makes parts of the site from a graph."""

    def __init__(
        self, graph: KnowledgeGraph, stated: KnowledgeGraph, seen: Seen, base: str
    ) -> None:
        """Keep what all parts need.

        Args:
            graph: The graph.
            stated: The same without what only follows.
            seen: The site.
            base: What the IRIs of the project begin with.
        """
        self._graph = graph
        self._stated = stated
        self._seen = seen
        self._base = base
        self._shared = Shared()

    def look_up(self) -> None:
        """Look up together what pages would look up one by one: names, kinds and passages."""
        for graph in (self._graph, self._stated):
            store = graph.store
            iris = {
                term.value
                for quad in store.oxigraph
                for term in (quad.subject, quad.predicate, quad.object)
                if isinstance(term, NamedNode)
            }
            stating = instances(store, PREFIXES["si"] + "Passage")
            for lang in LANGUAGES:
                labels(store, iris, lang)
                kinds(store, iris, lang)
                passages(store, stating, lang)

    def make(self, job: Job) -> Iterator[File]:
        """Make a part of the site."""
        return _MAKERS[job.kind](self, job)

    def thing(self, job: Job) -> Iterator[File]:
        """Make the pages and the data of a resource."""
        path = page_of(job.about.removeprefix(BASE))
        # What a server shows on demand stands on the page.
        yield from self._pages("resource", path, {"all": "1"})
        extent = PROFILES["everything"]
        store = self._graph.store.oxigraph
        found = surroundings.surroundings(store, job.about, extent, _NO_LIMIT, self._shared)
        yield from self._data(path, found)

    def scheme(self, job: Job) -> Iterator[File]:
        """Make the pages and the data of a vocabulary."""
        path = job.about.removeprefix(BASE)
        yield from self._pages("vocabulary", path, {"name": path.removeprefix("vocab/")})
        store = self._graph.store.oxigraph
        found = surroundings.scheme(store, job.about, PROFILES["everything"], _NO_LIMIT)
        yield from self._data(path, found)

    def graph(self, job: Job) -> Iterator[File]:
        """Make the data of a named graph."""
        found = surroundings.graph(self._graph.store.oxigraph, job.more, _NO_LIMIT)
        yield from self._data(job.about, found)

    def page(self, job: Job) -> Iterator[File]:
        """Make a page that is about no single thing."""
        name, values = job.more
        yield from self._pages(name, job.about, values)

    def picture(self, job: Job) -> Iterator[File]:
        """Make the pictures of what a thing is linked to, and their data."""
        path = f"graph/{place_of(job.about)}"
        yield from self._pages("picture", path, {"thing": f"<{job.about}>"})
        for lang in LANGUAGES:
            file = f"{FOLDERS[lang]}{path}.json"
            site = self._seen.at(file, lang)
            yield self._json(file, neighbourhood(self._graph, site, f"<{job.about}>", lang))

    def question(self, job: Job) -> Iterator[File]:
        """Make the pages of a question as it is asked by default, its text and its results."""
        path = f"query/{job.about}"
        yield from self._pages("question", f"questions/{job.about}", {"name": job.about})
        yield self._text(f"{path}.rq", load(job.about).text)
        for lang in LANGUAGES:
            result = self._graph.named(job.about, lang=lang)
            formats = _GRAPHS if isinstance(result, Graph) else _RESULTS
            for suffix, name in formats.items():
                yield self._results(results_path(path, [], suffix, lang), job.about, lang, {}, name)

    def choice(self, job: Job) -> Iterator[File]:
        """Make the pages of a question about another thing, and its results."""
        (parameter,) = (name for name in load(job.about).parameters if name != "lang")
        place, values = value_path(job.more), {parameter: job.more}
        path = f"questions/{job.about}/{place}"
        yield from self._pages("question", path, {"name": job.about, **values})
        for lang in LANGUAGES:
            file = results_path(f"query/{job.about}", [place], "csv", lang)
            yield self._results(file, job.about, lang, values, "csv")

    def proofs(self, job: Job) -> Iterator[File]:
        """Make the page of all proofs about a thing."""
        statements: list[Statement] = job.more
        path, explaining = f"explain/{job.about}", self._graph.explaining()
        (first, *other) = LANGUAGES
        explained = {_anchor(one): explaining.explain(one, first) for one in statements}
        about = str(statements[0].subject)[1:-1].partition("#")[0]
        for lang in (first, *other):
            told = {
                key: one if lang == first else explaining.translated(one, lang)
                for key, one in explained.items()
            }
            view = self._view(path, lang, {})
            name = label(self._graph.store, about, lang)
            yield self._text(page_file(path, lang), proofs.render(view, name, told).html)

    def _pages(self, name: str, path: str, values: Mapping[str, str]) -> Iterator[File]:
        for lang in LANGUAGES:
            made = render(name, self._view(path, lang, values))
            yield self._text(page_file(path, lang), made.html)

    def _view(self, path: str, lang: str, values: Mapping[str, str]) -> View:
        site = self._seen.at(page_file(path, lang), lang)
        return View(self._graph, site, lang, path, values, self._stated)

    def _data(self, path: str, found: Surroundings) -> Iterator[File]:
        quads, triples = both_in_order(rebase(found.quads, self._base))
        for suffix, name in SUFFIXES.items():
            written = quads if name == "trig" else triples
            yield File(f"{path}.{suffix}", write(written, name, self._base))

    def _results(
        self,
        file: str,
        query: str,
        lang: str,
        values: Mapping[str, str],
        format: str,  # noqa: A002
    ) -> File:
        stream = BytesIO()
        self._graph.named(query, lang=lang, **values).write(stream, format)
        return self._text(file, stream.getvalue().decode())

    def _json(self, path: str, content: object) -> File:
        return self._text(path, json.dumps(content, ensure_ascii=False))

    def _text(self, path: str, text: str) -> File:
        return File(path, text.replace(BASE, self._base).encode())


def _anchor(one: Statement) -> str:
    return anchor(*(spelled(part) for part in one))


_MAKERS: Mapping[str, Callable[[Maker, Job], Iterator[File]]] = {
    "thing": Maker.thing,
    "scheme": Maker.scheme,
    "graph": Maker.graph,
    "page": Maker.page,
    "picture": Maker.picture,
    "question": Maker.question,
    "choice": Maker.choice,
    "proofs": Maker.proofs,
}
