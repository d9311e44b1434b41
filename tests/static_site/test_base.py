"""Another publisher's base stands in everything that is published, and ours in nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from si_graph.errors import UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.publish.configuration import configuration, under
from si_graph.publish.static.content import content
from si_graph.publish.static.links import Seen
from si_graph.publish.static.making import Maker
from si_graph.publish.static.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.publish.static.making import File

OTHER = "https://data.example.org/policy/"
ABOUT = {"awt84/rec2-b", f"{BASE}id/awt84/rec2-b", f"{BASE}vocab/modality", "ontology", "CQ14",
         "sparql", ""}  # fmt: skip


def files(base: str) -> Iterator[File]:
    by = under(configuration(), base)._replace(site=base)
    by = by._replace(
        publisher=by.publisher._replace(iri=f"{base}us", homepage=""),
        contact=by.contact._replace(url=f"{base}contact"),
    )
    graph = KnowledgeGraph.open()
    has = content(graph, base)
    maker = Maker(graph, graph, Seen(has.known), base)
    for job in has.jobs():
        if job.about in ABOUT and job.kind != "choice":
            yield from maker.make(job)
    yield from Whole(graph, has, Seen(has.known), by).files()


def test_no_file_has_the_old_base_and_data_have_the_new_one() -> None:
    count = 0
    for file in files(OTHER):
        # An engine of others, and files that hold the same as others, packed.
        if file.path.endswith((".wasm", ".gz")):
            continue
        assert BASE.encode() not in file.data, file.path
        count += file.path.endswith((".ttl", ".nt", ".rdf")) and OTHER.encode() in file.data
    assert count > 10


@pytest.mark.parametrize(
    "base", ["policy", "https://example.org", "https://example.org/?a=/", "ftp://example.org/",
             "https://example.org/a b/", "https://example.org/&/"]
)  # fmt: skip
def test_a_base_that_no_iri_can_begin_with_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="the base"):
        under(configuration(), base)
