"""Compare publishing with a plain loop over rdflib, and tell how long a whole site takes.

A resource is what a reader and a program get of one thing: for ours its page in Dutch and in
English and its data in five formats, and for the loop one page by Jinja2 and one Turtle file with
what is said of the thing and what refers to it. Both write to disk; ours uses all processors, as
`si-graph publish` does, and the loop one. Nothing is deleted before both have been measured: ext4
passes over each file that was deleted in the last five minutes whenever it makes a new one beside
it, which takes ten times as long as the file. Give two runs different folders (TMPDIR), or time.

    python benchmarks/publishing.py [--whole]
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import rdflib

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.publish.configuration import configuration
from si_graph.publish.static import site
from si_graph.publish.static.content import content

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ label }}</title></head>
<body><h1>{{ label }}</h1><dl>
{% for name, value, href in said %}<dt>{{ name }}</dt><dd>{% if href %}<a href="{{ href }}">{{ value }}</a>{% else %}{{ value }}{% endif %}</dd>
{% endfor %}</dl><h2>What refers to it</h2><ul>
{% for name, value, href in referring %}<li><a href="{{ href }}">{{ value }}</a> {{ name }}</li>
{% endfor %}</ul></body></html>
"""  # noqa: E501 - lines of a page


def ours(things: Sequence[str], graph: KnowledgeGraph, folder: Path) -> float:
    """Return the seconds that the resources of a site take, with processes that have started."""
    by = configuration()
    has = content(graph, by.site)
    jobs = [job for job in has.jobs() if job.kind == "thing" and job.about in things]
    with site.processes(str(folder), has.known, by.base) as pool:
        # What a process looks up once, and the first page of each kind, is no rate.
        list(pool.map(site.make, [jobs[:8], jobs[8:16]]))
        begin = time.perf_counter()
        list(pool.map(site.make, site.batches(jobs[16:])))
        return (time.perf_counter() - begin) * len(jobs) / len(jobs[16:])


def loop(things: Sequence[str], dataset: rdflib.Dataset, folder: Path) -> float:
    """Return the seconds that a plain loop over rdflib takes."""
    graph = rdflib.Graph()
    for subject, predicate, value, _ in dataset.quads():
        graph.add((subject, predicate, value))
    page = jinja2.Environment(autoescape=True).from_string(_PAGE)
    begin = time.perf_counter()
    for number, iri in enumerate(things):
        thing = rdflib.URIRef(iri)
        found = rdflib.Graph(namespace_manager=graph.namespace_manager)
        for pattern in ((thing, None, None), (None, None, thing)):
            for triple in graph.triples(pattern):
                found.add(triple)
        found.serialize(folder / f"{number}.ttl", format="turtle")
        said = [_row(graph, p, o) for p, o in graph.predicate_objects(thing)]
        referring = [_row(graph, p, s) for s, p in graph.subject_predicates(thing)]
        html = page.render(label=_label(graph, thing), said=said, referring=referring)
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
    return time.perf_counter() - begin


def _row(graph: rdflib.Graph, predicate: rdflib.term.Node, other: rdflib.term.Node) -> list[str]:
    href = str(other) if isinstance(other, rdflib.URIRef) else ""
    return [_label(graph, predicate), _label(graph, other), href]


def _label(graph: rdflib.Graph, term: rdflib.term.Node) -> str:
    for name in (rdflib.SKOS.prefLabel, rdflib.RDFS.label):
        for label in graph.objects(term, name):
            return str(label)
    return str(term)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="publish a whole site too")
    arguments = parser.parse_args()
    graph = KnowledgeGraph.open()
    things = [one for one in content(graph, BASE).things if one.startswith(f"{BASE}id/")]
    gc.collect()
    with tempfile.TemporaryDirectory() as name:
        site_of_ours, site_of_loop = Path(name, "ours"), Path(name, "loop")
        site_of_ours.mkdir()
        site_of_loop.mkdir()
        mine = ours(things, graph, site_of_ours)
        theirs = loop(things, graph.to_rdflib(), site_of_loop)
    print(f"{len(things)} resources")
    print(f"si-graph: {len(things) / mine:.0f} a second (2 pages and 5 data files of each)")
    print(f"rdflib, Jinja2: {len(things) / theirs:.0f} a second (1 page and 1 data file of each)")
    print(f"ratio: {theirs / mine:.2f}")
    if arguments.whole:
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            made = site.publish(str(Path(folder, "site")), configuration(), lambda *_: None)
            seconds = time.perf_counter() - begin
        print(f"a whole site: {made.files} files in {seconds:.0f} s")


if __name__ == "__main__":
    main()
